"""Rules about ads and creatives (C1-C5, R71-R80, field notes)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from campaigns.contract.choices import can_deliver_on_tiktok
from campaigns.contract.limits import MAX_INT64
from campaigns.rules.facts import Creative, TreeFacts, list_creatives
from campaigns.rules.findings import FindingLevel, Hit, rule, set_members


@rule(
    "creative-form",
    sentence="A video has its video and one cover; a carousel its pictures; a post stands alone.",
    source="R71, R14",
)
def check_form(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for creative in list_creatives(ad):
            yield from _check_form(creative)


def _check_form(creative: Creative) -> Iterable[Hit]:
    info, pictures = creative.info, creative.info.get("image_info") or []
    has_video = bool((info.get("video_info") or {}).get("video_id"))
    if info.get("tiktok_item_id"):
        if has_video or pictures:
            yield Hit(
                f"{creative.path}/tiktok_item_id",
                "An existing post brings its own video and pictures. Take the others away.",
            )
        return
    match info.get("ad_format"):
        case None:
            yield Hit(f"{creative.path}/ad_format", "Say what the creative is: SINGLE_VIDEO or CAROUSEL_ADS.")
        case "SINGLE_VIDEO":
            if not has_video:
                yield Hit(
                    f"{creative.path}/video_info/video_id",
                    "A video creative needs a video from the account's library.",
                )
            if len(pictures) != 1:
                yield Hit(
                    f"{creative.path}/image_info",
                    f"A video creative needs exactly one cover picture; here are {len(pictures)}.",
                )
        case "CAROUSEL_ADS":
            if not pictures:
                yield Hit(f"{creative.path}/image_info", "A carousel needs 1 to 35 pictures.")
            if has_video:
                yield Hit(f"{creative.path}/video_info", "A carousel takes pictures, not a video.")
    for index, picture in enumerate(pictures):
        if not picture.get("web_uri"):
            yield Hit(
                f"{creative.path}/image_info/{index}/web_uri",
                "Name the picture: its image id or its https address.",
            )


@rule(
    "carousel-music",
    sentence="A carousel has one music track; nothing else takes one.",
    source="C4, R14, R71",
)
def check_music(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for creative in list_creatives(ad):
            form, music = (
                creative.info.get("ad_format"),
                (creative.info.get("music_info") or {}).get("music_id"),
            )
            if form == "CAROUSEL_ADS" and not music and not creative.info.get("tiktok_item_id"):
                yield Hit(f"{creative.path}/music_info/music_id", "A carousel needs one music track.")
            if form == "SINGLE_VIDEO" and music:
                yield Hit(
                    f"{creative.path}/music_info",
                    "Music is for carousels only.",
                    set_members("Take it away", (f"{creative.path}/music_info", None)),
                )


@rule("video-known", sentence="The video is in the account's library.", source="R71, code 40053")
def check_video(facts: TreeFacts) -> Iterable[Hit]:
    known = facts.account.videos
    for _, ad in facts.ads if known is not None else ():
        for creative in list_creatives(ad):
            video = (creative.info.get("video_info") or {}).get("video_id")
            if video and known is not None and video not in known:
                yield Hit(
                    f"{creative.path}/video_info/video_id",
                    f"{facts.account.name} has no video {video}. Choose one of its {len(known)} videos, or upload it first.",
                )


@rule("text-required", sentence="Ads without an existing post need at least one text.", source="R72")
def check_texts(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        creatives = list_creatives(ad)
        posts_only = bool(creatives) and all(creative.info.get("tiktok_item_id") for creative in creatives)
        texts = [entry.get("ad_text") for entry in ad.get("ad_text_list") or []]
        if not posts_only and not any(text and text.strip() for text in texts):
            yield Hit(ad.at("ad_text_list"), f"{ad.label} needs at least one text.")


@rule("texts-differ", sentence="No two texts of an ad are the same.", source="C5, fact sheet section 13")
def check_equal_texts(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        seen: dict[str, int] = {}
        entries = ad.get("ad_text_list") or []
        for index, entry in enumerate(entries):
            text = " ".join((entry.get("ad_text") or "").split()).casefold()
            if text and text in seen:
                rest = [item for place, item in enumerate(entries) if place != index]
                yield Hit(
                    ad.at("ad_text_list", index, "ad_text"),
                    f"This text equals text {seen[text] + 1}. Equal texts carry no signal, and TikTok refuses them.",
                    set_members("Take it away", (ad.at("ad_text_list"), rest)),
                )
            seen.setdefault(text, index)


@rule(
    "spark-unmixed",
    sentence="Existing posts (Spark) and other creatives do not mix in one campaign.",
    source="C1, C22",
)
def check_mixing(facts: TreeFacts) -> Iterable[Hit]:
    kinds = [(creative, creative.spark) for _, ad in facts.ads for creative in list_creatives(ad)]
    if len({spark for _, spark in kinds}) == 2:
        first = kinds[0][1]
        odd = next(creative for creative, spark in kinds if spark is not first)
        count = sum(spark for _, spark in kinds)
        yield Hit(
            odd.path,
            f"The campaign mixes {count} Spark and {len(kinds) - count} other creatives. Give one kind its own campaign.",
        )


@rule("identity-required", sentence="Every ad says under whose name it appears.", source="C2, R73")
def check_identity(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        config = ad.get("ad_configuration") or {}
        if config.get("identity_type") and not config.get("identity_id"):
            yield Hit(
                ad.at("ad_configuration", "identity_id"),
                f"{config['identity_type']} needs an identity_id, and the account has no default one. Choose an identity.",
            )
        for creative in list_creatives(ad):
            kind = creative.info.get("identity_type")
            if not kind and not config.get("identity_type"):
                yield Hit(
                    f"{creative.path}/identity_type", "Choose the identity under which this creative appears."
                )
            if kind and not creative.info.get("identity_id"):
                yield Hit(f"{creative.path}/identity_id", f"{kind} needs an identity_id. Choose an identity.")
            if kind == "BC_AUTH_TT" and not creative.info.get("identity_authorized_bc_id"):
                yield Hit(
                    f"{creative.path}/identity_authorized_bc_id",
                    "BC_AUTH_TT needs the id of its Business Center.",
                )


@rule(
    "custom-identity-closed",
    level=FindingLevel.CONFIRM,
    sentence="TikTok has closed custom identities for new ads where TikTok itself delivers.",
    source="C2, C21, R74",
)
def check_custom_identity(facts: TreeFacts) -> Iterable[Hit]:
    for group, ad in facts.ads:
        config = ad.get("ad_configuration") or {}
        if config.get("identity_type") == "CUSTOMIZED_USER" and can_deliver_on_tiktok(dict(group.members)):
            yield Hit(
                ad.at("ad_configuration", "identity_type"),
                f"{ad.label} uses a custom identity, which TikTok has closed for new ads on TikTok since 2026-01-15: expect a "
                "refusal. Choose a TikTok account, or place it on Pangle or Global App Bundle only.",
            )


@rule(
    "one-destination",
    sentence="An ad leads to a landing page or to an instant page, never both.",
    source="C3, C23",
)
def check_destination(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        if ad.get("page_list") and ad.get("landing_page_url_list"):
            yield Hit(
                ad.at("page_list"),
                "page_list and landing_page_url_list are both set; an ad has one destination. Keep one of them.",
                set_members("Keep the landing page", (ad.at("page_list"), None)),
            )


@rule("landing-page-required", sentence="A website ad has exactly one landing page.", source="R78")
def check_landing_page(facts: TreeFacts) -> Iterable[Hit]:
    if (
        facts.campaign.get("objective_type") != "WEB_CONVERSIONS"
        or facts.campaign.get("sales_destination") == "APP"
    ):
        return
    for _, ad in facts.ads:
        pages = [entry.get("landing_page_url") for entry in ad.get("landing_page_url_list") or []]
        if not any(pages) and not ad.get("page_list"):
            yield Hit(ad.at("landing_page_url_list"), f"{ad.label} needs the address of its landing page.")
        for index, page in enumerate(pages):
            parts = urlsplit(page or "https://missing.invalid") if _is_splittable(page) else None
            if parts is None or parts.scheme not in ("https", "http") or not parts.hostname:
                path = ad.at("landing_page_url_list", index, "landing_page_url")
                yield Hit(path, "A landing page is a full address, such as https://example.com/sale.")


def _is_splittable(page: str | None) -> bool:
    try:
        urlsplit(page or "")
    except ValueError:
        return False
    return True


@rule(
    "one-call-to-action",
    sentence="An ad has a dynamic call to action or up to three standard ones, not both.",
    source="C4, R75",
)
def check_calls(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        if (ad.get("ad_configuration") or {}).get("call_to_action_id") and ad.get("call_to_action_list"):
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
        given = str((ad.get("ad_configuration") or {}).get("call_to_action_id") or "0")
        if not (given.isascii() and given.isdigit() and int(given) <= MAX_INT64):
            yield Hit(
                ad.at("ad_configuration", "call_to_action_id"),
                f"“{given[:40]}” is neither a portfolio's id nor a standard call to action such as SHOP_NOW.",
            )


@rule(
    "spark-call-to-action",
    level=FindingLevel.ADVICE,
    sentence="Spark ads on TikTok are documented to need a dynamic call to action.",
    source="R75 as corrected in section 13",
)
def check_spark_call(facts: TreeFacts) -> Iterable[Hit]:
    for group, ad in facts.ads:
        dynamic = (ad.get("ad_configuration") or {}).get("call_to_action_id")
        if (
            not dynamic
            and can_deliver_on_tiktok(dict(group.members))
            and any(item.spark for item in list_creatives(ad))
        ):
            yield Hit(
                ad.at("ad_configuration", "call_to_action_id"),
                "TikTok's pages ask Spark ads for a dynamic call to action; others have been seen to pass without.",
            )


@rule("deeplink-type", sentence="A deeplink says its type.", source="C3, R79")
def check_deeplinks(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for index, entry in enumerate(ad.get("deeplink_list") or []):
            if entry.get("deeplink") and not entry.get("deeplink_type"):
                path = ad.at("deeplink_list", index, "deeplink_type")
                yield Hit(
                    path, "A deeplink needs deeplink_type.", set_members("Use NORMAL", (path, "NORMAL"))
                )
            if entry.get("deeplink") and ":" not in entry["deeplink"]:
                path = ad.at("deeplink_list", index, "deeplink")
                yield Hit(
                    path,
                    "A deeplink is https://… or an address with the app's own scheme, such as shop://sale.",
                )


@rule("utm-matches", sentence="UTM parameters agree with those already in the landing page.", source="R80")
def check_utm(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        wanted = {
            item.get("key"): item.get("value")
            for item in (ad.get("ad_configuration") or {}).get("utm_params") or []
        }
        for page in ad.get("landing_page_url_list") or []:
            for key, value in _read_query(page.get("landing_page_url")):
                if key in wanted and wanted[key] != value:
                    yield Hit(
                        ad.at("ad_configuration", "utm_params"),
                        f"{key} is {wanted[key]} here and {value} in the landing page. Make them equal.",
                    )


def _read_query(page: str | None) -> list[tuple[str, str]]:
    if not page or not _is_splittable(page):
        return []
    pairs = (part.partition("=") for part in urlsplit(page).query.split("&") if part)
    return [(key, value) for key, _, value in pairs]
