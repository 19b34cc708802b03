"""Videos and pictures into the library: by file, or by an address that is never fetched (platform 6.1, 6.2).

An address on an example host (RFC 2606, RFC 6761) or on this machine counts as fetched; any other is 40902 unless the
sandbox was started with --any-url. What such a file measures is invented. Uploads by file id or video id are not served.
"""

import hashlib
from typing import Any

from werkzeug.datastructures import FileStorage

from campaigns.contract import codes
from smartplus_admin.sandbox.addresses import is_reachable, split_web_address
from smartplus_admin.sandbox.calls.assets import show_asset
from smartplus_admin.sandbox.clock import to_moment
from smartplus_admin.sandbox.errors import Refusal, refuse_missing, refuse_parameter
from smartplus_admin.sandbox.media import Media, look_at
from smartplus_admin.sandbox.store import draw_number
from smartplus_admin.sandbox.wire import Call
from smartplus_admin.sandbox.world import dress_image, dress_video

Body = dict[str, Any]
SIGNATURE_WRONG, CANNOT_FETCH, EMPTY, TOO_LARGE, WRONG_TYPE, OFF_SPEC = (
    40900,
    40902,
    40906,
    40907,
    40908,
    40915,
)
NAME_LENGTH = 100  # platform 6.1, said of videos
IMAGE_BYTES, VIDEO_BYTES = 50 * 1024**2, 500 * 1024**2  # platform 6.2, 6.1
IMAGE_PIXELS = 3_686_400  # platform 6.2
CAROUSEL_SIDES = (1242, 2340)  # platform 6.2: shorter and longer side at most
FORMATS = {"image": ("jpeg", "png"), "video": ("mp4", "mov", "mpeg", "avi", "3gp")}  # platform 6.1, 6.2
UNSEEN = {"width": 1080, "height": 1920}  # invented: what a file that was never looked at measures
UNSEEN_SECONDS = 20.0  # invented: how long any uploaded video is


def upload_image(call: Call) -> Body:
    media, url, name = _receive(call, "image", IMAGE_BYTES)
    if media is not None and media.width * media.height > IMAGE_PIXELS:
        raise Refusal(OFF_SPEC, f"image_file: has more than {IMAGE_PIXELS:,} pixels.")
    return show_asset(call, _store_image(call, name, url, media))  # with its `image_url` (platform 6.2)


def add_image(call: Call, url: str, name: str) -> Body:
    """A picture by its address, as the guides write it into ads (C19)."""
    _check_address(call, "image_url", url)
    _check_name(call, "image", name)
    return _store_image(call, name, url, None)


def upload_video(call: Call) -> list[Body]:
    """A list of one, with little but the id: the rest is there once it is transcoded (platform 6.1)."""
    media, url, name = _receive(call, "video", VIDEO_BYTES)
    video_id = f"v9{draw_number(call.db, 'video', 1):016d}"
    now = f"{to_moment(call.now):%Y-%m-%dT%H:%M:%SZ}"
    body = dress_video({"video_id": video_id, "file_name": name, "duration": UNSEEN_SECONDS, **UNSEEN})
    body |= {"create_time": now, "modify_time": now, **_tell_media(media)}
    body |= {"preview_url": url} if url else {}
    ready = call.now + call.config.transcode_seconds
    call.shelf.add("video", video_id, {**body, "ready_at": ready}, name)
    return [{"video_id": video_id}]


def _receive(call: Call, kind: str, most: int) -> tuple[Media | None, str, str]:
    """What was sent, its address if it came by one, and the name it shall have."""
    way = call.text("upload_type") or "UPLOAD_BY_FILE"
    given = call.text("file_name")
    if way == "UPLOAD_BY_FILE":
        file = call.params.get(f"{kind}_file")
        if not isinstance(file, FileStorage):
            raise refuse_missing(f"{kind}_file")
        media = look_at(file.stream)
        _check_media(call, kind, media, most)
        url, name = "", given or file.filename or f"{kind}.{media.format}"
    elif way == "UPLOAD_BY_URL":
        media, url = None, call.text(f"{kind}_url", required=True)
        _check_address(call, f"{kind}_url", url)
        parts = split_web_address(url)
        name = given or (parts.path.rpartition("/")[2] if parts else "") or kind
    else:
        raise refuse_parameter("upload_type", f"{way} is not supported by this sandbox.")
    _check_name(call, kind, name)
    return media, url, name


def _check_address(call: Call, member: str, url: str) -> None:
    if not is_reachable(url, call.config.any_url):
        raise Refusal(CANNOT_FETCH, f"{member}: the file could not be fetched from {url[:200]}.")


def _check_media(call: Call, kind: str, media: Media, most: int) -> None:
    member = f"{kind}_file"
    if not media.size:
        raise Refusal(EMPTY, f"{member}: is empty.")
    if media.size > most:
        raise Refusal(TOO_LARGE, f"{member}: is larger than {most // 1024**2} MB.")
    if media.format not in FORMATS[kind]:
        raise Refusal(WRONG_TYPE, f"{member}: is none of {', '.join(FORMATS[kind])}.")
    if call.text(f"{kind}_signature", required=True).lower() != media.signature:
        raise Refusal(SIGNATURE_WRONG, f"{kind}_signature: is not the MD5 of the file.")


def _check_name(call: Call, kind: str, name: str) -> None:
    if not 1 <= len(name) <= NAME_LENGTH:
        raise refuse_parameter("file_name", f"must be 1 to {NAME_LENGTH} characters long.")
    if call.shelf.find_named(kind, name):
        raise Refusal(codes.DUPLICATE_FILE_NAME, f"file_name: {name} is already used.")


def _store_image(call: Call, name: str, url: str, media: Media | None) -> Body:
    number = draw_number(call.db, "image", 1)
    key = hashlib.sha256(f"{number}{url}{name}".encode()).hexdigest()[:16]
    row = {"image_id": f"ad-site-i18n-sg/{to_moment(call.now):%Y%m%d}{key}", "file_name": name, **UNSEEN}
    row |= {"image_url": url} if url else {}
    body = dress_image({**row, **_tell_media(media)}, call.now)
    short, long = sorted((body["width"], body["height"]))
    body["is_carousel_usable"] = short <= CAROUSEL_SIDES[0] and long <= CAROUSEL_SIDES[1]
    call.shelf.add("image", body["image_id"], body, name)
    return body


def _tell_media(media: Media | None) -> Body:
    if media is None:
        return {}
    size = {"width": media.width, "height": media.height} if media.width else {}
    return {"size": media.size, "signature": media.signature, "format": media.format, **size}
