"""Rules about creatives that a catalog brings by itself: `catalog_creative_toggle` (docs, ad create)."""

from collections.abc import Iterable, Mapping
from typing import Any

from campaigns.rules.facts import TreeFacts, list_creatives
from campaigns.rules.findings import Hit, rule, set_members

CONFIG, TOGGLE = "ad_configuration", "catalog_creative_toggle"


@rule(
    "catalog-media-scope",
    sentence="What the catalog's creatives are made of is said with an e-commerce catalog and its toggle on.",
    source="docs, ad create",
)
def check_media(facts: TreeFacts) -> Iterable[Hit]:
    shop = facts.campaign.get("catalog_type") == "ECOMMERCE"
    for _, ad in facts.ads:
        media = (ad.inner(CONFIG).get("catalog_creative_info") or {}).get("catalog_media_settings")
        if media and not (shop and facts.takes_catalog_creatives(ad)):
            path = ad.at(CONFIG, "catalog_creative_info")
            yield Hit(
                path,
                f"catalog_media_settings needs a catalog of the type ECOMMERCE and {TOGGLE} on.",
                set_members("Take it away", (path, None)),
            )


@rule(
    "catalog-creative-alone",
    sentence="Where the catalog brings the creatives, the ad has one entry, and that holds music only.",
    source="docs, ad create",
)
def check_alone(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        creatives = list_creatives(ad) if facts.takes_catalog_creatives(ad) else ()
        off = set_members("Bring the creatives yourself", (ad.at(CONFIG, TOGGLE), None))
        if len(creatives) > 1:
            with_music = next((item.info for item in creatives if _read_music(item.info)), None)
            kept = with_music and {
                "ad_format": with_music.get("ad_format"),
                "music_info": with_music["music_info"],
            }
            fix = set_members("Keep the music", (ad.at("creative_list"), [{"creative_info": kept}]))
            yield Hit(
                ad.at("creative_list"),
                f"{TOGGLE} is on: the catalog brings the creatives. Here are {len(creatives)} entries; keep one, with music.",
                fix if kept else off,
            )
            continue
        for creative in creatives:
            for name in ("tiktok_item_id", "video_info"):
                if creative.info.get(name):
                    path = f"{creative.path}/{name}"
                    yield Hit(
                        path,
                        f"{TOGGLE} is on: the catalog brings the pictures and videos, so {name} cannot be given.",
                        set_members("Take it away", (path, None)),
                    )
            if not _read_music(creative.info):
                yield Hit(
                    f"{creative.path}/music_info/music_id",
                    f"{TOGGLE} is on: the entry needs the music that plays with the catalog's creatives.",
                    off,
                )


def _read_music(info: Mapping[str, Any]) -> str | None:
    music: str | None = (info.get("music_info") or {}).get("music_id")
    return music


@rule(
    "end-card-required",
    sentence="Lead ads whose creatives come from a catalog say the call to action of the end card.",
    source="docs, ad create",
)
def check_end_card(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads if facts.campaign.get("objective_type") == "LEAD_GENERATION" else ():
        path = ad.at(CONFIG, "end_card_cta")
        if facts.takes_catalog_creatives(ad) and not ad.inner(CONFIG).get("end_card_cta"):
            yield Hit(
                path,
                f"{ad.label} shows creatives of a catalog and needs end_card_cta, what its last picture asks for.",
                set_members("Use LEARN_MORE", (path, "LEARN_MORE")),
            )
