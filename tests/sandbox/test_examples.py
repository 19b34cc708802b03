"""The backend guide's worked examples run as they are printed."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.sandbox.conftest import Open
from tests.sandbox.process import run_process
from tests.sandbox.support import Client, done

EXAMPLES = Path(__file__).parent / "examples"


def read_example(name: str) -> dict:
    return json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))


def test_the_printed_bodies_run_verbatim_and_get_the_printed_ids(open_sandbox: Open) -> None:
    client = open_sandbox(mode="guide", empty=True)
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


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
def test_they_run_with_curl_against_a_sandbox_started_by_hand(tmp_path: Path) -> None:
    guide = ("--mode", "guide", "--empty", "--now", "2026-03-12")

    def post(client: Client, level: str, file: Path) -> dict:
        headers = ("-H", "Access-Token: YOUR_ACCESS_TOKEN", "-H", "Content-Type: application/json")
        address = f"{client.base_url}/open_api/v1.3/smart_plus/{level}/create/"
        command = ["curl", "-sS", "--noproxy", "*", *headers, "--data-binary", f"@{file}", address]
        run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
        return done(json.loads(run.stdout))

    with run_process(tmp_path / "guide.sqlite3", *guide) as (_, client):
        made = [
            post(client, level, EXAMPLES / f"{name}-{level}.json")[f"{prefix}_id"]
            for name, level, prefix in (
                ("1", "campaign", "campaign"),
                ("1", "adgroup", "adgroup"),
                ("1", "ad", "smart_plus_ad"),
                ("2", "campaign", "campaign"),
                ("2", "adgroup", "adgroup"),
            )
        ]
        again = post(client, "campaign", EXAMPLES / "1-campaign.json")["campaign_id"]
        second_ad = tmp_path / "2-ad.json"  # of the first one's structure, as the guide says
        second_ad.write_text((EXAMPLES / "1-ad.json").read_text("utf-8").replace(made[1], made[4]), "utf-8")
        last = post(client, "ad", second_ad)
    assert made[:2] == ["1800000000000001", "1900000000000001"]
    assert made[3:] == ["1800000000000002", "1900000000000002"]
    assert again == made[0]
    assert (last["adgroup_id"], last["campaign_id"]) == (made[4], made[3])
