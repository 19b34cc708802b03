"""The backend guide's worked examples run as they are printed."""

import json
from pathlib import Path

from tests.sandbox.conftest import Open
from tests.sandbox.support import done

EXAMPLES = Path(__file__).parent / "examples"


def read_example(name: str) -> dict:
    return json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))


def test_the_printed_bodies_run_verbatim_and_get_the_printed_ids(open_both: Open) -> None:
    client = open_both(mode="guide", empty=True)
    assert client.token == "YOUR_ACCESS_TOKEN"
    campaign = done(client.post("smart_plus/campaign/create/", read_example("1-campaign")))
    adgroup = done(client.post("smart_plus/adgroup/create/", read_example("1-adgroup")))
    ad = done(client.post("smart_plus/ad/create/", read_example("1-ad")))
    assert (campaign["campaign_id"], adgroup["adgroup_id"]) == ("1800000000000001", "1900000000000001")
    assert (ad["adgroup_id"], ad["secondary_status"]) == ("1900000000000001", "AD_STATUS_AUDIT")
    assert done(client.post("smart_plus/campaign/create/", read_example("2-campaign")))[
        "campaign_id"
    ].endswith("2")
    second = done(client.post("smart_plus/adgroup/create/", read_example("2-adgroup")))
    assert (second["adgroup_id"], second["budget"], second["placements"]) == (
        "1900000000000002",
        200.0,
        ["PLACEMENT_TIKTOK"],
    )
    body = {**read_example("1-ad"), "adgroup_id": "1900000000000002"}
    assert done(client.post("smart_plus/ad/create/", body))["campaign_id"] == "1800000000000002"


def test_the_guides_spellings_read_back_as_documented(open_sandbox: Open) -> None:
    client = open_sandbox(mode="guide", empty=True)
    done(client.post("smart_plus/campaign/create/", read_example("1-campaign")))
    adgroup = done(client.post("smart_plus/adgroup/create/", read_example("1-adgroup")))
    assert adgroup["optimization_event"] == "SHOPPING"
    assert adgroup["pixel_id"] == "7010000000000000001"
    assert adgroup["schedule_start_time"] == "2026-03-12 00:00:00"
    assert adgroup["targeting_spec"]["location_ids"] == ["6252001"]
    assert (adgroup["budget_mode"], adgroup["budget"]) == ("BUDGET_MODE_INFINITE", 0)
    ad = done(client.post("smart_plus/ad/create/", read_example("1-ad")))
    assert ad["call_to_action_list"] == [{"call_to_action": "SHOP_NOW"}]
    assert ad["ad_configuration"]["identity_type"] == "CUSTOMIZED_USER"
    assert "identity_type" not in ad["creative_list"][0]["creative_info"]
    assert ad["creative_list"][0]["creative_info"]["image_info"][0]["web_uri"].startswith("ad-site-i18n-sg/")
    assert ad["ad_name"] == ad["smart_plus_ad_id"]


def test_strict_mode_refuses_the_same_bodies(open_sandbox: Open) -> None:
    client = open_sandbox(empty=True)
    answer = client.post("smart_plus/campaign/create/", read_example("1-campaign"))
    assert (answer["code"], answer["data"]) == (40002, {})
    assert "request_id" in answer["message"]
