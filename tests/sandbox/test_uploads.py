"""Videos and pictures into the library, by file and by address; what TikTok refuses of them."""

import hashlib
import struct
from typing import Any

import pytest

from tests.sandbox.conftest import Open
from tests.sandbox.support import US, Client, ad_body, creative, done

MP4 = b"\x00\x00\x00\x20ftypisom" + bytes(2000)


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(40)


def jpeg(width: int, height: int) -> bytes:
    """With a thumbnail block before the frame, as cameras write them."""
    frame = b"\xff\xc0" + struct.pack(">HBHH", 17, 8, height, width) + bytes(10)
    return b"\xff\xd8\xff\xe0" + struct.pack(">H", 102) + bytes(100) + frame


def send_file(client: Client, kind: str, data: bytes, name: str = "a-file", **fields: Any) -> dict[str, Any]:
    form = {
        "advertiser_id": US,
        "upload_type": "UPLOAD_BY_FILE",
        f"{kind}_signature": hashlib.md5(data).hexdigest(),
        **fields,
    }
    answer = client.send("POST", f"file/{kind}/ad/upload/", data=form, files={f"{kind}_file": (name, data)})
    return answer.json()


@pytest.mark.parametrize(("picture", "kind"), [(png(1080, 1920), "png"), (jpeg(720, 1280), "jpeg")])
def test_a_picture_file_is_measured_and_can_be_found(open_sandbox: Open, picture: bytes, kind: str) -> None:
    client = open_sandbox()
    made = done(send_file(client, "image", picture, "cover", file_name="cover one"))
    size = (1080, 1920) if kind == "png" else (720, 1280)
    assert (made["width"], made["height"], made["format"], made["file_name"]) == (*size, kind, "cover one")
    assert made["signature"] == hashlib.md5(picture).hexdigest()
    [found] = done(client.get("file/image/ad/info/", image_ids=[made["image_id"]]))["list"]
    assert found == made


def test_a_video_is_there_once_it_is_transcoded(open_sandbox: Open) -> None:
    client = open_sandbox(transcode_seconds=30)
    [made] = done(send_file(client, "video", MP4, "hero.mp4"))
    assert set(made) == {"video_id"}
    assert client.get("file/video/ad/info/", video_ids=[made["video_id"]])["code"] == 40901
    names = [row["file_name"] for row in done(client.get("file/video/ad/search/"))["list"]]
    assert "hero.mp4" not in names
    client.advance(30)
    [video] = done(client.get("file/video/ad/info/", video_ids=[made["video_id"]]))["list"]
    assert (video["file_name"], video["format"], video["size"]) == ("hero.mp4", "mp4", len(MP4))
    assert "ready_at" not in video
    assert video in done(client.get("file/video/ad/search/"))["list"]


def test_an_uploaded_video_can_be_advertised(strict: Client) -> None:
    [video] = done(send_file(strict, "video", MP4, "hero.mp4"))
    _, adgroup_id, _ = strict.grow(ads=0)
    body = ad_body(adgroup_id, creative_list=[creative(video_info=video)])
    assert strict.post("smart_plus/ad/create/", body)["code"] == 0


def test_a_video_comes_by_address_too(strict: Client) -> None:
    body = {"advertiser_id": US, "upload_type": "UPLOAD_BY_URL", "video_url": "https://example.com/clip.mp4"}
    [made] = done(strict.post("file/video/ad/upload/", body))
    [video] = done(strict.get("file/video/ad/info/", video_ids=[made["video_id"]]))["list"]
    assert (video["file_name"], video["preview_url"]) == ("clip.mp4", "https://example.com/clip.mp4")
    assert strict.post("file/video/ad/upload/", body)["code"] == 40911
    far = {**body, "video_url": "https://far.away/clip.mp4"}
    assert strict.post("file/video/ad/upload/", far)["code"] == 40902


@pytest.mark.parametrize(
    ("kind", "data", "fields", "code"),
    [
        ("image", png(10, 10), {"image_signature": "0" * 32}, 40900),
        ("image", png(10, 10), {"image_signature": ""}, 40002),
        ("image", b"", {}, 40906),
        ("image", b"GIF89a" + bytes(50), {}, 40908),
        ("image", MP4, {}, 40908),
        ("image", png(2000, 2000), {}, 40915),
        ("image", png(10, 10), {"file_name": "x" * 101}, 40002),
        ("image", png(10, 10), {"upload_type": "UPLOAD_BY_FILE_ID"}, 40002),
        ("image", png(10, 10), {"file_name": "spring-sale-cover.jpg"}, 40911),
        ("video", png(10, 10), {}, 40908),
        ("video", MP4, {"video_signature": "wrong"}, 40900),
    ],
)
def test_a_file_that_does_not_fit_is_refused(
    strict: Client, kind: str, data: bytes, fields: dict[str, str], code: int
) -> None:
    before = done(strict.get(f"file/{kind}/ad/search/"))["page_info"]["total_number"]
    answer = send_file(strict, kind, data, **fields)
    assert (answer["code"], answer["data"]) == (code, {})
    assert done(strict.get(f"file/{kind}/ad/search/"))["page_info"]["total_number"] == before


def test_a_picture_too_wide_for_a_carousel_says_so(strict: Client) -> None:
    made = done(send_file(strict, "image", png(1300, 1300)))
    assert made["is_carousel_usable"] is False


def test_an_upload_without_its_file_is_told_what_is_missing(strict: Client) -> None:
    answer = strict.send(
        "POST", "file/video/ad/upload/", files={"advertiser_id": (None, US), "other": ("x", b"x")}
    )
    assert "video_file" in answer.json()["message"]


def test_pictures_are_searched_by_their_measures(strict: Client) -> None:
    made = done(send_file(strict, "image", png(800, 1000)))
    for asked in ({"width": 800}, {"ratio": 0.84}, {"material_ids": [made["material_id"]]}):
        found = done(strict.get("file/image/ad/search/", filtering=asked))["list"]
        assert [row["image_id"] for row in found] == [made["image_id"]], asked
    assert strict.get("file/image/ad/search/", filtering={"image_ids": ["x"] * 101})["code"] == 40002
