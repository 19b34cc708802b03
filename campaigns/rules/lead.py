"""Rules about lead generation: forms, website forms, messages and calls (P7, R31, R39, R75, R79). "
"Its guides were not found (U11)."""

from collections.abc import Iterable

from campaigns.contract.choices import can_deliver_on_tiktok
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Hit, rule, set_members

FORM = "LEAD_GENERATION"
DIRECT = "LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE"
SOCIAL = "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE"
CALL = "LEAD_GEN_CLICK_TO_CALL"
DEEP_FUNNEL = (
    "deep_funnel_event_source",
    "deep_funnel_event_source_id",
    "deep_funnel_optimization_event",
)
PHONE = ("phone_region_code", "phone_region_calling_code", "phone_number")


@rule(
    "lead-target-required",
    sentence="A lead form is an instant form or stands on a website: one of the two is said.",
    source="P7, R39",
)
def check_target(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if group.get("promotion_type") == FORM and facts.is_missing(group, "promotion_target_type"):
            path = group.at("promotion_target_type")
            yield Hit(
                path,
                "Say where the form stands: INSTANT_PAGE (an instant form on TikTok) or EXTERNAL_WEBSITE.",
                set_members("Use an instant form", (path, "INSTANT_PAGE")),
            )


@rule(
    "lead-target-unwanted",
    sentence="Only lead generation says where its form stands.",
    source="docs, ad group create: omit for web and app",
)
def check_no_target(facts: TreeFacts) -> Iterable[Hit]:
    objective = facts.campaign.get("objective_type")
    for group in facts.adgroups if objective in ("WEB_CONVERSIONS", "APP_PROMOTION") else ():
        if group.get("promotion_target_type"):
            path = group.at("promotion_target_type")
            yield Hit(
                path,
                f"promotion_target_type is for lead generation only; the objective here is {objective}.",
                set_members("Take it away", (path, None)),
            )


@rule(
    "deep-funnel-complete",
    sentence="Deep-funnel optimisation names its source, the source's id and its event.",
    source="R39",
)
def check_funnel(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if group.get("deep_funnel_optimization_status") != "ON":
            continue
        off = set_members("Switch it off", (group.at("deep_funnel_optimization_status"), None))
        for name in DEEP_FUNNEL:
            if facts.is_missing(group, name):
                said = name.replace("_", " ")
                yield Hit(
                    group.at(name), f"Deep-funnel optimisation is on and needs its {said}. Fill it in.", off
                )


@rule(
    "deep-funnel-scope",
    sentence="Deep-funnel optimisation is for lead forms only.",
    source="docs, ad group create",
)
def check_funnel_scope(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        kind = group.get("promotion_type")
        if group.get("deep_funnel_optimization_status") == "ON" and kind not in (None, FORM):
            path = group.at("deep_funnel_optimization_status")
            yield Hit(
                path,
                f"Deep-funnel optimisation goes with promotion_type {FORM} only; here is {kind}.",
                set_members("Switch it off", (path, None)),
            )


@rule(
    "lead-destination-required",
    sentence="A lead ad has its instant form, or the website its form stands on.",
    source="P7, C3, C23, docs",
)
def check_destination(facts: TreeFacts) -> Iterable[Hit]:
    for group, ad in facts.ads:
        if group.get("promotion_type") != FORM:
            continue
        target = group.get("promotion_target_type")
        if target == "INSTANT_PAGE" and facts.is_missing(ad, "page_list"):
            yield Hit(ad.at("page_list"), f"{ad.label} needs its instant form: choose a page.")
        if target == "EXTERNAL_WEBSITE" and facts.is_missing(ad, "landing_page_url_list"):
            yield Hit(
                ad.at("landing_page_url_list"), f"{ad.label} needs the address of the page with the form."
            )


@rule(
    "lead-call-to-action",
    sentence="Lead ads on TikTok take a dynamic call to action and no standard one.",
    source="R75",
)
def check_call(facts: TreeFacts) -> Iterable[Hit]:
    for group, ad in facts.ads if facts.campaign.get("objective_type") == "LEAD_GENERATION" else ():
        if not can_deliver_on_tiktok(group.members):
            continue
        if ad.get("call_to_action_list"):
            yield Hit(
                ad.at("call_to_action_list"),
                "Lead ads on TikTok take no standard call to action. Use the id of a dynamic one.",
                set_members("Take the standard ones away", (ad.at("call_to_action_list"), None)),
            )
        if not ad.inner("ad_configuration").get("call_to_action_id"):
            yield Hit(
                ad.at("ad_configuration", "call_to_action_id"),
                f"{ad.label} needs call_to_action_id, the number of a call-to-action portfolio.",
            )


@rule(
    "messaging-complete",
    sentence="Ads that open a messaging app name the app and the account in it.",
    source="docs, ad group create",
)
def check_messaging(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if group.get("promotion_type") != SOCIAL:
            continue
        talk = group.get("optimization_goal") == "CONVERSATION"
        app = group.get("messaging_app_type")
        if talk and facts.is_missing(group, "messaging_app_type"):
            yield Hit(group.at("messaging_app_type"), "Name the messaging app: MESSENGER, WHATSAPP or ZALO.")
        if talk and app in ("LINE", "IM_URL"):
            yield Hit(
                group.at("messaging_app_type"),
                f"The goal CONVERSATION works with MESSENGER, WHATSAPP or ZALO; here is {app}.",
                set_members("Use the goal CLICK", (group.at("optimization_goal"), "CLICK")),
            )
        if app == "ZALO" and facts.is_missing(group, "zalo_id_type"):
            yield Hit(group.at("zalo_id_type"), "Zalo needs the kind of its account: zalo_id_type.")
        official = app == "ZALO" and group.get("zalo_id_type") == "ZALO_OFFICIAL_ACCOUNT"
        if (app in ("MESSENGER", "LINE") or official) and facts.is_missing(group, "messaging_app_account_id"):
            yield Hit(
                group.at("messaging_app_account_id"),
                f"{app} needs the id of the page or business to write to.",
            )
        phone = app == "WHATSAPP" or app == "ZALO" and group.get("zalo_id_type") == "ZALO_PHONE_ACCOUNT"
        if phone and not all(group.inner("phone_info").get(name) for name in PHONE):
            yield Hit(group.at("phone_info"), f"{app} needs a phone number: {', '.join(PHONE)}.")


@rule(
    "zalo-phone-clicks",
    sentence="A Zalo phone account works with the goal CLICK only.",
    source="docs, ad group create",
)
def check_zalo(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        zalo = group.get("promotion_type") == SOCIAL and group.get("messaging_app_type") == "ZALO"
        by_phone = zalo and group.get("zalo_id_type") == "ZALO_PHONE_ACCOUNT"
        if by_phone and group.get("optimization_goal") == "CONVERSATION":
            yield Hit(
                group.at("zalo_id_type"),
                "ZALO_PHONE_ACCOUNT works with the goal CLICK only; here is CONVERSATION.",
            )


@rule(
    "call-and-welcome",
    sentence="Call ads carry a phone number, direct-message ads a welcome message.",
    source="docs, ad create",
)
def check_contact(facts: TreeFacts) -> Iterable[Hit]:
    for group, ad in facts.ads:
        kind = group.get("promotion_type")
        phone = ad.inner("ad_configuration").get("phone_info") or {}
        if kind == CALL and not all(phone.get(name) for name in PHONE):
            yield Hit(
                ad.at("ad_configuration", "phone_info"),
                f"{ad.label} is for calls and needs a phone number: {', '.join(PHONE)}.",
            )
        if kind == DIRECT and facts.is_missing(ad, "auto_message_list"):
            yield Hit(
                ad.at("auto_message_list"), f"{ad.label} opens a direct message and needs a welcome message."
            )


@rule(
    "deeplink-fallback",
    sentence="A messaging link with an app's own scheme says where to go without the app.",
    source="R79",
)
def check_fallback(facts: TreeFacts) -> Iterable[Hit]:
    for group, ad in facts.ads:
        links = [str(entry.get("deeplink") or "") for entry in ad.items("deeplink_list")]
        own = any(link and not link.lower().startswith(("https:", "http:")) for link in links)
        if not own or group.get("messaging_app_type") != "IM_URL":
            continue
        if not ad.inner("ad_configuration").get("fallback_type"):
            path = ad.at("ad_configuration", "fallback_type")
            yield Hit(
                path,
                "A link with the app's own scheme needs fallback_type WEBSITE for people without the app.",
                set_members("Use WEBSITE", (path, "WEBSITE")),
            )
        if facts.is_missing(ad, "landing_page_url_list"):
            yield Hit(
                ad.at("landing_page_url_list"),
                f"{ad.label} needs a landing page for people who do not have the messaging app.",
            )
