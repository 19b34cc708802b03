"""What an ad is put together from, as the creative reports name it: creatives, texts, calls to action (platform section 11).

The id of a main material is that of the post for Spark ads, of the creative for videos and pictures. Which id TikTok gives to a
text or a call to action is not known: here it follows from the words.
"""

from dataclasses import dataclass
from typing import Any

from smartplus_admin.sandbox.entities import Entity
from smartplus_admin.sandbox.world import derive_digits

MATERIAL, TEXT, CALL = "main_material", "ad_text", "call_to_action"
SPARK = {"SINGLE_VIDEO": "VIDEO_SPARK_ADS", "CAROUSEL_ADS": "CAROUSEL_SPARK_ADS"}
OWN = {"SINGLE_VIDEO": "VIDEO_NON_SPARK_ADS", "CAROUSEL_ADS": "CAROUSEL_NON_SPARK_ADS"}
CATALOG = {
    "CATALOG_VIDEO": "CATALOG_VIDEO",
    "CATALOG_CAROUSEL": "CATALOG_CAROUSEL",
    "CATALOG_MULTI_SHOW": "CATALOG_MULTI_SHOW",
}


@dataclass(frozen=True, slots=True)
class Part:
    kind: str
    id: str  # within the ad
    entity_id: str  # as reports name it, across ads
    type: str
    name: str
    on: bool = True


def list_materials(ad: Entity) -> tuple[Part, ...]:
    return tuple(_read_material(item) for item in ad.body.get("creative_list", ()))


def list_texts(ad: Entity) -> tuple[Part, ...]:
    texts = [str(item.get("ad_text") or "") for item in ad.body.get("ad_text_list", ())]
    return tuple(_read_word(TEXT, "text", text) for text in dict.fromkeys(texts) if text)


def list_calls(ad: Entity) -> tuple[Part, ...]:
    """Chosen words, or what TikTok picks by itself from a portfolio."""
    words = [str(item.get("call_to_action") or "") for item in ad.body.get("call_to_action_list", ())]
    chosen = tuple(_read_word(CALL, "manual_call_to_action", word) for word in dict.fromkeys(words) if word)
    portfolio = str((ad.body.get("ad_configuration") or {}).get("call_to_action_id") or "")
    return chosen or ((_read_word(CALL, "dynamic_call_to_action", portfolio),) if portfolio else ())


def _read_word(kind: str, type_: str, text: str) -> Part:
    key = derive_digits(kind, text)
    return Part(kind, key, key, type_, text)


def _read_material(item: dict[str, Any]) -> Part:
    info = item.get("creative_info") or {}
    key = str(item.get("ad_material_id"))
    form = str(info.get("ad_format") or "")
    post = str(info.get("tiktok_item_id") or "")
    if form in CATALOG:
        type_ = CATALOG[form]
    else:
        type_ = (SPARK if post else OWN).get(form, "SINGLE_IMAGE_NON_SPARK_ADS")
    video = info.get("video_info") or {}
    name = str(info.get("material_name") or video.get("file_name") or video.get("video_id") or post or key)
    return Part(MATERIAL, key, post or key, type_, name, item.get("material_operation_status") != "DISABLE")
