"""The form of an ad: one section per creative, then what all creatives share."""

from collections.abc import Mapping
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.limits import AD_TEXTS, CALLS_TO_ACTION, CAROUSEL_IMAGES
from campaigns.contract.paths import find_at
from campaigns.web.forms import Field, Form, Section
from campaigns.web.forms_words import Option, list_words

LEVEL = Level.AD
CREATIVES = "creative_list"
CUSTOM = {"CUSTOMIZED_USER": "Custom name, for the whole ad"}


def draw_ad_form(wanted: Mapping[str, Any]) -> Form:
    entries = wanted.get(CREATIVES)
    count = len(entries) if isinstance(entries, list) else 0
    return Form.of(
        Section(
            "basics",
            "Ad",
            (Field("ad_name", "Name", hint="Empty: TikTok names it.", example="TikTok names it"),),
        ),
        *(_creative(wanted, index) for index in range(count)),
        Section("creatives", "Creatives", (), "Videos, carousels or existing posts.", grows=CREATIVES),
        _identity(),
        Section(
            "texts",
            "Texts",
            (
                Field(
                    "ad_text_list",
                    "Texts",
                    "objects",
                    inner=("ad_text",),
                    most=AD_TEXTS,
                    example="Shop the Spring Sale",
                ),
            ),
            "Up to five that differ in meaning; equal ones carry no signal.",
        ),
        _calls(),
        _destination(),
        Section(
            "utm",
            "URL parameters",
            (
                Field(
                    "ad_configuration/utm_params",
                    "UTM parameters",
                    "pairs",
                    inner=("key", "value"),
                    suggest="utm",
                    hint="TikTok adds them to the landing page's address.",
                ),
            ),
        ),
    )


def _creative(wanted: Mapping[str, Any], index: int) -> Section:
    base = f"{CREATIVES}/{index}/creative_info"
    info = find_at(wanted, base)
    info = info if isinstance(info, Mapping) else {}
    post, carousel = bool(info.get("tiktok_item_id")), info.get("ad_format") in ("CAROUSEL_ADS", "CAROUSEL")

    def spark(item: object) -> bool:
        return info.get("identity_type") in ("TT_USER", "BC_AUTH_TT", "AUTH_CODE")

    return Section(
        f"creative-{index}",
        f"Creative {index + 1}",
        (
            Field(
                f"{base}/ad_format",
                "Format",
                "word",
                options=list_words(LEVEL, f"{base}/ad_format"),
                blank="Choose a format",
            ),
            Field(
                f"{base}/video_info/video_id",
                "Video",
                suggest="videos",
                hint="From the account's library.",
                when=lambda scene: not post and not carousel,
            ),
            Field(
                f"{base}/image_info",
                "Pictures" if carousel else "Cover picture",
                "objects",
                inner=("web_uri",),
                most=CAROUSEL_IMAGES if carousel else 1,
                suggest="pictures",
                hint="A picture of the library, or an https address: it is uploaded on the way.",
                when=lambda scene: not post,
            ),
            Field(
                f"{base}/music_info/music_id",
                "Music",
                suggest="music",
                hint="One track: those of this campaign are offered, another one by its id.",
                when=lambda scene: carousel and not post,
            ),
            Field(
                f"{base}/tiktok_item_id",
                "Existing post",
                hint="The id of a TikTok post (Spark); it brings its own video and text.",
                when=spark,
            ),
            Field(
                f"{base}/identity_type",
                "Appears as",
                "word",
                options=list_words(LEVEL, f"{base}/identity_type", extra=CUSTOM),
                blank="The ad's own identity, below",
            ),
            Field(
                f"{base}/identity_id",
                "Identity",
                suggest="identities",
                blank="Choose an identity",
                when=lambda scene: info.get("identity_type") != "CUSTOMIZED_USER",
            ),
            Field(
                f"{base}/identity_authorized_bc_id",
                "Business Center",
                hint="Its id.",
                when=lambda scene: info.get("identity_type") == "BC_AUTH_TT",
            ),
        ),
        row=index,
    )


def _identity() -> Section:
    base = "ad_configuration"

    def chosen(*kinds: str) -> Any:
        return lambda scene: (scene.members.get(base) or {}).get("identity_type") in kinds

    return Section(
        "identity",
        "Identity of the ad",
        (
            Field(
                f"{base}/identity_type",
                "Appears as",
                "word",
                options=list_words(LEVEL, f"{base}/identity_type"),
                blank="Each creative has its own",
            ),
            Field(
                f"{base}/identity_id",
                "Identity",
                suggest="identities",
                blank="None",
                hint="Empty with a custom name: the account's default one.",
                when=chosen("CUSTOMIZED_USER", "TT_USER", "BC_AUTH_TT"),
            ),
            Field(
                f"{base}/identity_authorized_bc_id",
                "Business Center",
                hint="Its id.",
                when=chosen("BC_AUTH_TT"),
            ),
            Field(
                f"{base}/dark_post_status",
                "Ads-only post",
                "word",
                options=list_words(LEVEL, f"{base}/dark_post_status"),
                blank="TikTok's default",
                when=chosen("TT_USER", "BC_AUTH_TT"),
            ),
        ),
    )


def _calls() -> Section:
    words = list_words(LEVEL, "call_to_action_list/0/call_to_action")
    return Section(
        "calls",
        "Call to action",
        (
            Field(
                "call_to_action_list",
                "Standard",
                "objects",
                inner=("call_to_action",),
                options=words,
                most=CALLS_TO_ACTION,
                hint="Up to three.",
            ),
            Field(
                "ad_configuration/call_to_action_id",
                "Dynamic",
                suggest="calls",
                hint="The id of a portfolio, or a word such as shop_now.",
            ),
        ),
    )


def _destination() -> Section:
    kinds = (Option("NORMAL", "Normal"), Option("DEFERRED_DEEPLINK", "Deferred"))
    return Section(
        "destination",
        "Destination",
        (
            Field(
                "landing_page_url_list",
                "Landing page",
                "objects",
                inner=("landing_page_url",),
                most=1,
                example="https://example.com/spring-sale",
            ),
            Field(
                "page_list",
                "Instant page",
                "objects",
                inner=("page_id",),
                most=1,
                hint="The id of a TikTok page, instead of a landing page.",
            ),
            Field(
                "deeplink_list",
                "Deeplink",
                "pairs",
                inner=("deeplink", "deeplink_type"),
                options=kinds,
                most=1,
                hint="https, or the app's own scheme.",
            ),
        ),
    )
