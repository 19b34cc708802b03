"""The library's videos, pictures and audiences: search and info (platform 6.1, 6.2, 8)."""

from typing import Any

from smartplus_admin.sandbox.errors import Refusal, refuse_parameter
from smartplus_admin.sandbox.library import Body
from smartplus_admin.sandbox.pictures import point_to
from smartplus_admin.sandbox.wire import Call, cut_page

STILL_TRANSCODING = 40901  # platform section 2
SORT_FIELDS = {"CREATE_TIME": "create_time", "MODIFY_TIME": "modify_time"}  # platform 6.1
IDS = {
    "video_ids": 100,
    "image_ids": 100,
    "material_ids": 100,
}  # platform 6.2; 20 material ids for videos (6.1)
RATIO_SLACK = 0.05  # platform 6.2


def search_videos(call: Call) -> Body:
    """Newest first. Videos that ads cannot use yet are left out (platform 6.1)."""
    filtering = call.object("filtering")
    name = str(filtering.get("video_name", "")).lower()
    found = [
        video
        for video in _select(call, "video", filtering, materials=20)
        if name in video["file_name"].lower() and call.now >= video.get("ready_at", 0)
    ]
    field = call.text("sort_field")
    if field and field not in SORT_FIELDS:
        raise refuse_parameter("sort_field", f"{field} is not a valid value.")
    if field:
        found.sort(key=lambda video: str(video[SORT_FIELDS[field]]), reverse=True)
    return _page(call, found)


def search_images(call: Call) -> Body:
    filtering = call.object("filtering")
    found = [image for image in _select(call, "image", filtering, materials=100) if _fits(image, filtering)]
    return _page(call, found)


def get_videos(call: Call) -> Body:
    videos = _get(call, "video", 60)
    waiting = [video["video_id"] for video in videos if call.now < video.get("ready_at", 0)]
    if waiting:
        raise Refusal(STILL_TRANSCODING, f"video_ids: {waiting[0]} is still being transcoded.")
    return {"list": [show_asset(call, video) for video in videos]}


def get_images(call: Call) -> Body:
    return {"list": [show_asset(call, image) for image in _get(call, "image", 100)]}


def list_audiences(call: Call) -> Body:
    """Custom audiences, newest first."""
    page, size = call.page(most=100)
    keys = call.texts("custom_audience_ids")
    rows = [row for row in call.shelf.list("audience") if not keys or row["audience_id"] in keys]
    return cut_page(rows, page, size)


def _select(call: Call, kind: str, filtering: Body, *, materials: int) -> list[Body]:
    keys = _read_ids(filtering, f"{kind}_ids", 100)
    wanted = _read_ids(filtering, "material_ids", materials)
    return [
        asset
        for asset in call.shelf.list(kind)
        if (not keys or asset[f"{kind}_id"] in keys) and (not wanted or asset["material_id"] in wanted)
    ]


def _read_ids(filtering: Body, name: str, most: int) -> set[str]:
    keys = filtering.get(name, [])
    if not isinstance(keys, list) or len(keys) > most:
        raise refuse_parameter(f"filtering.{name}", f"must be a list of at most {most} ids.")
    return {str(key) for key in keys}


def _fits(image: Body, filtering: Body) -> bool:
    for name in ("width", "height", "displayable"):
        if name in filtering and image[name] != filtering[name]:
            return False
    ratio = filtering.get("ratio")
    if ratio is not None and not isinstance(ratio, int | float):
        raise refuse_parameter("filtering.ratio", "must be a number.")
    return ratio is None or abs(image["width"] / image["height"] - ratio) <= RATIO_SLACK


def _page(call: Call, found: list[Body]) -> Body:
    page, size = call.page(most=100, default=20)  # platform 6.1, 6.2; one source says 1,000
    result: Body = cut_page([show_asset(call, asset) for asset in found], page, size)
    return result


def _get(call: Call, kind: str, most: int) -> list[Body]:
    keys = call.texts(f"{kind}_ids", required=True, most=most)
    return [asset for asset in (call.shelf.find(kind, key) for key in keys) if asset]


def show_asset(call: Call, asset: Body) -> dict[str, Any]:
    """With the address of its picture, on this server; an uploaded one keeps the address it came from."""
    name = "video_cover_url" if "video_id" in asset else "image_url"
    key = asset.get("video_id") or asset["image_id"]
    drawn = {name: point_to(call.host, key, asset.get("width") or 9, asset.get("height") or 16)}
    return drawn | {name: value for name, value in asset.items() if name != "ready_at"}  # ours
