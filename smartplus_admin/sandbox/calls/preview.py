"""A link under which a person sees an ad, made or still planned (fact sheet 6). The page is this sandbox's own."""

import hashlib
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.limits import AD_TEXTS, CALLS_TO_ACTION, CAROUSEL_IMAGES
from smartplus_admin.sandbox.calls.objects import find_living
from smartplus_admin.sandbox.errors import refuse_missing, refuse_parameter
from smartplus_admin.sandbox.library import Body
from smartplus_admin.sandbox.store import draw_number
from smartplus_admin.sandbox.wire import Call

MOST_CREATIVES = 31  # docs
LIFETIME = 30 * 86_400  # docs: the link is valid 30 days
SHOWN = ("creative_list", "ad_text_list", "call_to_action_list", "ad_configuration", "landing_page_url_list")


def preview_ad(call: Call) -> dict[str, Any]:
    kind = call.text("preview_type", required=True)
    if kind == "AD":
        ad = find_living(call, Level.AD, call.text("smart_plus_ad_id", required=True))
        body = ad.body
    elif kind == "ADS_CREATION":
        body = {name: call.read(name) for name in SHOWN}
        _check_plan(call, body)
    else:
        raise refuse_parameter("preview_type", f"{kind} is not a valid value.")
    number = draw_number(call.db, "preview", 1)
    key = hashlib.sha256(f"{call.advertiser_id}:{number}".encode()).hexdigest()[:24]
    shown = {name: body.get(name) for name in SHOWN if body.get(name)}
    call.shelf.add("preview", key, {**shown, "until": call.now + LIFETIME})
    link = f"{call.host}preview/{key}"
    return {"preview_link": link, "iframe": f'<iframe src="{link}" width="340" height="640"></iframe>'}


def _check_plan(call: Call, body: Body) -> None:
    if call.params.get("catalog_enabled") is True:
        missing = [name for name in ("catalog_id", "catalog_authorized_bc_id") if not call.text(name)]
        if missing:
            raise refuse_missing(*missing)
    creatives = _read_list(body, "creative_list", 1, MOST_CREATIVES)
    texts = _read_list(body, "ad_text_list", 0, AD_TEXTS)
    _read_list(body, "call_to_action_list", 0, CALLS_TO_ACTION)
    infos: list[Body] = [item.get("creative_info") or {} for item in creatives]
    if not all(isinstance(info, dict) and info for info in infos):
        raise refuse_missing("creative_list.creative_info")
    if not texts and not all(info.get("tiktok_item_id") for info in infos):
        raise refuse_missing("ad_text_list")
    for info in infos:
        for kind, key in _list_assets(info):
            if call.shelf.find(kind, str(key)) is None:
                raise refuse_parameter("creative_list", f"{kind} {key} does not exist.")


def _list_assets(info: Body) -> list[tuple[str, object]]:
    """What a creative takes from the library: kind and id."""
    video = info.get("video_info") or {}
    if not isinstance(video, dict):
        raise refuse_parameter("creative_list.creative_info.video_info", "must be an object.")
    asked = [("video", video.get("video_id")), ("post", info.get("tiktok_item_id"))]
    asked += [
        ("image", picture.get("web_uri")) for picture in _read_list(info, "image_info", 0, CAROUSEL_IMAGES)
    ]
    return [(kind, key) for kind, key in asked if key]


def _read_list(body: Body, name: str, least: int, most: int) -> list[Body]:
    items = body.get(name) or []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise refuse_parameter(name, "must be a list of objects.")
    if not items and least:
        raise refuse_missing(name)
    if len(items) > most:
        raise refuse_parameter(name, f"must hold at most {most} items.")
    return items
