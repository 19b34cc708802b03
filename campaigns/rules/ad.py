"""Rules about texts, calls to action, disclaimers and tracking of an ad (C4, C5, R72, R75, R76, R81)."""

from collections.abc import Iterable

from campaigns.contract.choices import can_deliver_on_tiktok
from campaigns.contract.limits import DISCLAIMER_LINK_TEXTS, MAX_INT64, count_units
from campaigns.rules.facts import TreeFacts, list_creatives
from campaigns.rules.findings import FindingLevel, Hit, rule, set_members


def read_texts(entries: Iterable[object]) -> list[str]:
    """The texts of an ad, without outer and double spaces; "" for an empty entry."""
    return [" ".join(str(entry.get("ad_text") or "").split()) for entry in entries if isinstance(entry, dict)]


@rule("text-required", sentence="Ads without an existing post need at least one text.", source="R72")
def check_texts(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        creatives = list_creatives(ad)
        posts_only = bool(creatives) and all(creative.info.get("tiktok_item_id") for creative in creatives)
        if not posts_only and facts.is_missing(ad, "ad_text_list"):
            yield Hit(ad.at("ad_text_list"), f"{ad.label} needs at least one text.")


@rule("texts-differ", sentence="No two texts of an ad are the same.", source="C5, fact sheet section 13")
def check_equal_texts(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        entries = ad.items("ad_text_list")
        texts = [text.casefold() for text in read_texts(entries)]
        first = {text: index for index, text in reversed(list(enumerate(texts)))}
        rest = [
            entry for index, entry in enumerate(entries) if not texts[index] or first[texts[index]] == index
        ]
        for index, text in enumerate(texts):
            if text and first[text] != index:
                yield Hit(
                    ad.at("ad_text_list", index, "ad_text"),
                    f"This text equals text {first[text] + 1}. Equal texts carry no signal, and TikTok refuses them.",
                    set_members("Keep each text once", (ad.at("ad_text_list"), rest)),
                )


@rule(
    "one-call-to-action",
    sentence="An ad has a dynamic call to action or up to three standard ones, not both.",
    source="C4, R75",
)
def check_calls(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        if ad.inner("ad_configuration").get("call_to_action_id") and ad.get("call_to_action_list"):
            yield Hit(
                ad.at("call_to_action_list"),
                "call_to_action_id (dynamic) and call_to_action_list (standard) exclude each other. Keep one.",
                set_members("Keep the standard ones", (ad.at("ad_configuration", "call_to_action_id"), None)),
            )


@rule(
    "call-to-action-id",
    sentence="A dynamic call to action is the numeric id of a portfolio.",
    source="R76, C17",
)
def check_call_id(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        given = str(ad.inner("ad_configuration").get("call_to_action_id") or "0")
        if not (given.isascii() and given.isdigit() and len(given) <= 19 and int(given) <= MAX_INT64):
            path = ad.at("ad_configuration", "call_to_action_id")
            yield Hit(
                path,
                f"“{given[:40]}” is neither a portfolio's id nor a standard call to action such as SHOP_NOW.",
                set_members("Take it away", (path, None)),
            )


@rule(
    "spark-call-to-action",
    level=FindingLevel.ADVICE,
    sentence="Spark ads on TikTok are documented to need a dynamic call to action.",
    source="R75 as corrected in section 13",
)
def check_spark_call(facts: TreeFacts) -> Iterable[Hit]:
    for group, ad in facts.ads if facts.campaign.get("objective_type") != "LEAD_GENERATION" else ():
        dynamic = ad.inner("ad_configuration").get("call_to_action_id")
        if (
            not dynamic
            and can_deliver_on_tiktok(group.members)
            and any(item.spark for item in list_creatives(ad))
        ):
            yield Hit(
                ad.at("ad_configuration", "call_to_action_id"),
                "TikTok's pages ask Spark ads for a dynamic call to action; others have been seen to pass without.",
            )


@rule(
    "disclaimer-form",
    sentence="A disclaimer has its text, or up to three links of 40 characters together.",
    source="R81",
)
def check_disclaimer(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        given = ad.inner("disclaimer")
        if not given:
            continue
        away = set_members("Take the disclaimer away", (ad.at("disclaimer"), None))
        kind, links = given.get("disclaimer_type"), given.get("disclaimer_clickable_texts") or []
        if not kind:
            yield Hit(
                ad.at("disclaimer", "disclaimer_type"), "Say which disclaimer: TEXT_ONLY or TEXT_LINK.", away
            )
        if kind == "TEXT_ONLY" and not (given.get("disclaimer_text") or {}).get("text"):
            yield Hit(ad.at("disclaimer", "disclaimer_text"), "TEXT_ONLY needs its text.", away)
        if kind == "TEXT_LINK" and not links:
            yield Hit(ad.at("disclaimer", "disclaimer_clickable_texts"), "TEXT_LINK needs its links.", away)
        units = sum(count_units(str(link.get("text") or "")) for link in links)
        if kind == "TEXT_LINK" and units > DISCLAIMER_LINK_TEXTS:
            yield Hit(
                ad.at("disclaimer", "disclaimer_clickable_texts"),
                f"The texts of the links have {units} characters together; TikTok takes {DISCLAIMER_LINK_TEXTS}.",
                away,
            )


@rule(
    "disclaimer-scope",
    sentence="Disclaimers are shown on TikTok, and not on lead ads with a catalog.",
    source="docs, ad create",
)
def check_disclaimer_scope(facts: TreeFacts) -> Iterable[Hit]:
    lead = facts.campaign.get("objective_type") == "LEAD_GENERATION" and facts.campaign.get("catalog_enabled")
    for group, ad in facts.ads:
        if ad.get("disclaimer") and (lead or not can_deliver_on_tiktok(group.members)):
            why = "lead ads with a catalog take none" if lead else "the placements leave TikTok out"
            path = ad.at("disclaimer")
            yield Hit(
                path, f"A disclaimer does not fit here: {why}.", set_members("Take it away", (path, None))
            )


@rule(
    "disclaimer-for-good",
    level=FindingLevel.CONFIRM,
    sentence="A disclaimer can never be removed from the ad again.",
    source="R81",
)
def check_disclaimer_stays(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        if ad.get("disclaimer"):
            path = ad.at("disclaimer")
            yield Hit(
                path,
                "Once the ad exists its disclaimer stays: TikTok neither removes it nor changes its type.",
                set_members("Do without", (path, None)),
            )


@rule(
    "tracking-same-app",
    sentence="An ad tracks the app that its ad group promotes.",
    source="docs, ad create",
)
def check_tracked_app(facts: TreeFacts) -> Iterable[Hit]:
    for group, ad in facts.ads:
        tracked = (ad.inner("ad_configuration").get("tracking_info") or {}).get("tracking_app_id")
        own = group.get("app_id")
        if tracked and own and tracked != own:
            path = ad.at("ad_configuration", "tracking_info", "tracking_app_id")
            yield Hit(
                path,
                f"{ad.label} tracks the app {tracked}; {group.label} promotes {own}.",
                set_members(f"Track {own}", (path, own)),
            )


@rule(
    "tracking-pairs",
    sentence="A measurement partner comes with its address.",
    source="docs, ad create (2026-06-05)",
)
def check_partners(facts: TreeFacts) -> Iterable[Hit]:
    pairs = (
        ("viewability_postbid_partner", "viewability_vast_url"),
        ("brand_safety_postbid_partner", "brand_safety_vast_url"),
    )
    for _, ad in facts.ads:
        tracking = ad.inner("ad_configuration").get("tracking_info") or {}
        for partner, address in pairs:
            if tracking.get(partner) and not tracking.get(address):
                path = ad.at("ad_configuration", "tracking_info", partner)
                yield Hit(
                    ad.at("ad_configuration", "tracking_info", address),
                    f"{tracking[partner]} needs {address}, the address it measures by.",
                    set_members("Do without the partner", (path, None)),
                )
