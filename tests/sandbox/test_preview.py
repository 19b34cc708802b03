"""A link under which an ad is seen, made or planned."""

from typing import Any

import pytest

from tests.sandbox.conftest import Open
from tests.sandbox.support import POST, US, Client, creative, done

PATH = "smart_plus/ad/preview/"


def plan(**changes: Any) -> dict[str, Any]:
    body = {
        "advertiser_id": US,
        "preview_type": "ADS_CREATION",
        "creative_list": [creative()],
        "ad_text_list": [{"ad_text": "Made for <the> ridge"}],
        "call_to_action_list": [{"call_to_action": "SHOP_NOW"}],
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def test_a_planned_ad_is_seen_for_thirty_days(open_sandbox: Open) -> None:
    client = open_sandbox()
    seen = done(client.post(PATH, plan()))
    assert seen["preview_link"].startswith(client.base_url) and seen["preview_link"] in seen["iframe"]
    page = client.session.get(seen["preview_link"])
    assert page.status_code == 200
    assert "Made for &lt;the&gt; ridge" in page.text and "Shop now" in page.text
    client.advance(30 * 86_400)
    assert client.session.get(seen["preview_link"]).status_code == 404


def test_a_live_ad_is_seen_as_it_is(strict: Client) -> None:
    _, _, [ad_id] = strict.grow()
    body = {"advertiser_id": US, "preview_type": "AD", "smart_plus_ad_id": ad_id}
    link = done(strict.post(PATH, body))["preview_link"]
    assert "Made for the ridge" in strict.session.get(link).text


def test_a_post_needs_no_text(strict: Client) -> None:
    info = {"tiktok_item_id": POST, "identity_type": "TT_USER"}
    answer = strict.post(PATH, plan(creative_list=[{"creative_info": info}], ad_text_list=None))
    assert f"TikTok post {POST}" in strict.session.get(done(answer)["preview_link"]).text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"preview_type": "FILM"}, 40002),
        ({"preview_type": "AD"}, 40002),
        ({"preview_type": "AD", "smart_plus_ad_id": "1"}, 40007),
        ({"creative_list": None}, 40002),
        ({"creative_list": [creative()] * 32}, 40002),
        ({"creative_list": [{"creative_info": {"video_info": {"video_id": "v0"}}}]}, 40002),
        ({"creative_list": [{}]}, 40002),
        ({"creative_list": [{"creative_info": {"video_info": "v1"}}]}, 40002),
        ({"creative_list": [{"creative_info": {"image_info": "picture"}}]}, 40002),
        ({"call_to_action_list": "SHOP_NOW"}, 40002),
        ({"call_to_action_list": ["SHOP_NOW"]}, 40002),
        ({"ad_text_list": None}, 40002),
        ({"catalog_enabled": True}, 40002),
    ],
)
def test_a_plan_with_a_mistake_is_refused(strict: Client, changes: dict[str, Any], code: int) -> None:
    assert strict.post(PATH, plan(**changes))["code"] == code
