"""Videos and pictures: search, info, and pictures by address (platform 6.1, 6.2). Nothing is ever fetched.

An address on an example host (RFC 2606, RFC 6761) or on this machine counts as fetched; any other is 40902 unless the
sandbox was started with --any-url. Files themselves are not taken: upload_type is UPLOAD_BY_URL only.
"""

import hashlib
from typing import Any

from campaigns.contract import codes
from smartplus_admin.sandbox.addresses import is_reachable, split_web_address
from smartplus_admin.sandbox.clock import to_moment
from smartplus_admin.sandbox.errors import Refusal, refuse_parameter
from smartplus_admin.sandbox.store import draw_number
from smartplus_admin.sandbox.wire import Call, cut_page
from smartplus_admin.sandbox.world import dress_image

CANNOT_FETCH = 40902  # platform section 2
SIZE = {"width": 1080, "height": 1920}  # invented: what a picture that was never looked at measures


def search_videos(call: Call) -> dict[str, Any]:
    return _search(call, "video", "video_name")


def search_images(call: Call) -> dict[str, Any]:
    return _search(call, "image", "image_name")


def get_videos(call: Call) -> dict[str, Any]:
    return _get(call, "video", 60)


def get_images(call: Call) -> dict[str, Any]:
    return _get(call, "image", 100)


def upload_image(call: Call) -> dict[str, Any]:
    kind = call.text("upload_type") or "UPLOAD_BY_FILE"
    if kind != "UPLOAD_BY_URL":
        raise refuse_parameter("upload_type", f"{kind} is not supported by this sandbox; use UPLOAD_BY_URL.")
    url = call.text("image_url", required=True)
    parts = split_web_address(url)
    name = call.text("file_name") or (parts.path.rpartition("/")[2] if parts else "") or "image.jpg"
    if len(name) > 100:  # platform 6.1, said of videos
        raise refuse_parameter("file_name", "must be 1 to 100 characters long.")
    return add_image(call, url, name)


def add_image(call: Call, url: str, name: str) -> dict[str, Any]:
    if not is_reachable(url, call.config.any_url):
        raise Refusal(CANNOT_FETCH, f"image_url: the file could not be fetched from {url[:200]}.")
    if call.shelf.find_named("image", name):
        raise Refusal(codes.DUPLICATE_FILE_NAME, f"file_name: {name} is already used.")
    number = draw_number(call.db, "image", 1)
    image_id = f"ad-site-i18n-sg/{to_moment(call.now):%Y%m%d}{hashlib.sha256(f'{number}{url}'.encode()).hexdigest()[:16]}"
    body = dress_image({"image_id": image_id, "file_name": name, "image_url": url, **SIZE}, call.now)
    call.shelf.add("image", image_id, body, name)
    return body


def _search(call: Call, kind: str, name_filter: str) -> dict[str, Any]:
    filtering = call.object("filtering")
    page, size = call.page(most=100, default=20)  # platform 6.1, 6.2; one source says 1,000
    ids = {str(key) for key in filtering.get(f"{kind}_ids", ())}
    materials = {str(key) for key in filtering.get("material_ids", ())}
    name = str(filtering.get(name_filter, "")).lower()
    found = [
        asset
        for asset in call.shelf.list(kind)
        if (not ids or asset[f"{kind}_id"] in ids)
        and (not materials or asset["material_id"] in materials)
        and name in asset["file_name"].lower()
    ]
    return cut_page(found, page, size)


def _get(call: Call, kind: str, most: int) -> dict[str, Any]:
    keys = call.texts(f"{kind}_ids", required=True, most=most)
    return {"list": [asset for asset in (call.shelf.find(kind, key) for key in keys) if asset]}
