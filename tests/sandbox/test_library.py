"""Accounts, pixels, identities, posts, videos, pictures and the reference lists."""

import pytest

from tests.sandbox.conftest import Open
from tests.sandbox.support import BC_USER, JP, PIXEL, TT_USER, US, Client, done


def test_the_world_has_two_believable_advertisers(strict: Client) -> None:
    listed = done(strict.get("advertiser/info/", advertiser_ids=[US, JP]))["list"]
    assert [(row["name"], row["country"], row["currency"], row["timezone"]) for row in listed] == [
        ("Northwind Outfitters", "US", "USD", "America/New_York"),
        ("Hoshino Tea", "JP", "JPY", "Asia/Tokyo"),
    ]
    assert "allowlisted" not in listed[0]
    [few] = done(strict.get("advertiser/info/", advertiser_ids=[US], fields=["currency"]))["list"]
    assert few == {"currency": "USD"}
    assert strict.get("advertiser/info/", advertiser_ids=["5"])["code"] == 40300


def test_custom_identities_are_open_in_guide_mode_alone(open_sandbox: Open) -> None:
    for mode, may in (("guide", True), ("strict", False)):
        client = open_sandbox(f"{mode}.sqlite3", mode=mode)
        [account] = done(client.get("advertiser/info/", advertiser_ids=[US]))["list"]
        assert account["can_use_custom_identity"] is may


def test_pixels_are_found_by_code_and_list_their_events(strict: Client) -> None:
    [pixel] = done(strict.get("pixel/list/", code="CP0000000000000001"))["pixels"]
    assert pixel["pixel_id"] == PIXEL
    assert "SHOPPING" in [event["optimization_event"] for event in pixel["events"]]
    assert strict.get("pixel/list/", page_size=21)["code"] == 40002


def test_every_account_has_one_identity_of_each_kind(strict: Client) -> None:
    for advertiser in (US, JP):
        rows = done(strict.get("identity/get/", advertiser_id=advertiser))["identity_list"]
        assert sorted(row["identity_type"] for row in rows) == ["BC_AUTH_TT", "CUSTOMIZED_USER", "TT_USER"]
    [mine] = done(strict.get("identity/get/", identity_type="TT_USER"))["identity_list"]
    assert mine["identity_id"] == TT_USER
    assert strict.get("identity/get/", identity_type="BC_AUTH_TT")["code"] == 40002
    centre = {"identity_type": "BC_AUTH_TT", "identity_authorized_bc_id": "7030000000000000001"}
    assert done(strict.get("identity/get/", **centre))["identity_list"][0]["identity_id"] == BC_USER


def test_posts_come_by_cursor(strict: Client) -> None:
    ask = {"identity_type": "TT_USER", "identity_id": TT_USER, "count": 1}
    first = done(strict.get("identity/video/get/", **ask))
    assert first["has_more"] is True
    second = done(strict.get("identity/video/get/", **ask, cursor=first["cursor"]))
    assert second["has_more"] is False
    assert first["video_list"][0]["item_id"] != second["video_list"][0]["item_id"]


@pytest.mark.parametrize(("kind", "key"), [("video", "video_id"), ("image", "image_id")])
def test_assets_are_searched_and_looked_up(strict: Client, kind: str, key: str) -> None:
    found = done(strict.get(f"file/{kind}/ad/search/", page_size=2))
    assert found["page_info"]["total_number"] >= 3 and len(found["list"]) == 2
    asked = [row[key] for row in found["list"]]
    looked_up = done(strict.get(f"file/{kind}/ad/info/", **{f"{kind}_ids": [*asked, "none"]}))["list"]
    assert [row[key] for row in looked_up] == asked
    by_id = done(strict.get(f"file/{kind}/ad/search/", filtering={f"{kind}_ids": asked[:1]}))["list"]
    assert [row[key] for row in by_id] == asked[:1]


def upload(client: Client, url: str, **more: str) -> dict:
    body = {"advertiser_id": US, "upload_type": "UPLOAD_BY_URL", "image_url": url, **more}
    return client.post("file/image/ad/upload/", body)


def test_pictures_of_example_hosts_are_taken_unfetched_and_once_per_name(strict: Client) -> None:
    made = done(upload(strict, "https://example.com/thumb.jpg"))
    assert made["image_id"] and made["file_name"] == "thumb.jpg"
    assert upload(strict, "https://cdn.shop.test/other/thumb.jpg")["code"] == 40911
    assert upload(strict, "https://cdn.shop.test/other/thumb.jpg", file_name="second.jpg")["code"] == 0
    assert done(strict.get("file/image/ad/info/", image_ids=[made["image_id"]]))["list"][0]["image_url"]


@pytest.mark.parametrize(
    "url", ["https://tiktok.com/a.jpg", "ftp://example.com/a.jpg", "nothing", "http://[", "http://10.0.0.1/"]
)
def test_other_addresses_cannot_be_fetched(open_sandbox: Open, url: str) -> None:
    assert upload(open_sandbox(), url)["code"] == 40902


def test_any_url_takes_every_web_address(open_sandbox: Open) -> None:
    assert upload(open_sandbox(any_url=True), "https://tiktok.com/a.jpg")["code"] == 0


def test_the_empty_world_still_runs_the_examples(open_sandbox: Open) -> None:
    client = open_sandbox(empty=True)
    assert [row["video_id"] for row in done(client.get("file/video/ad/search/"))["list"]] == [
        "v10000000000000001"
    ]
    assert len(done(client.get("pixel/list/"))["pixels"]) == 1


def test_reference_lists_have_the_countries_of_the_accounts(strict: Client) -> None:
    regions = {row["location_id"]: row for row in done(strict.get("tool/region/"))["region_info"]}
    assert {"6252001", "6251999", "2635167", "2921044", "1861060"} <= regions.keys()
    assert regions["5332921"]["parent_id"] == "6252001"
    countries = done(strict.get("tool/region/", level_range="TO_COUNTRY"))["region_info"]
    assert all(row["parent_id"] == "0" for row in countries)
    assert {"code": "en", "name": "English"} in done(strict.get("tool/language/"))["languages"]
    assert done(strict.get("tool/interest_category/"))["interest_categories"]
