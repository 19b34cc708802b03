"""The change log: fed by every write, whoever makes it; told in TikTok's odd form."""

import ast
import csv
import io
import json
from typing import Any

import pytest

from campaigns.contract.levels import Level
from tests.sandbox.conftest import Open
from tests.sandbox.support import US, Client, done

DAY = {"start_time": "2026-03-12 00:00:00", "end_time": "2026-03-13 00:00:00"}


def read_log(client: Client, **asked: Any) -> tuple[list[str], list[dict[str, str]]]:
    """The counter lines and the rows of a fresh task."""
    task = done(client.post("changelog/task/create/", {"advertiser_id": US, **DAY, **asked}))
    assert done(client.get("changelog/task/check/", task_id=task["task_id"])) == {"status": "SUCCESS"}
    answer = done(client.get("changelog/task/download/", task_id=task["task_id"]))
    file = ast.literal_eval(answer["changelog"])
    text = file["file_data"].decode()
    counters, _, rows = text.partition("\r\n\r\n")
    return counters.splitlines(), list(csv.DictReader(io.StringIO(rows)))


def tell(row: dict[str, str]) -> tuple[str, str, str, str]:
    [detail] = json.loads(row["Activity details"])
    sides = detail.get("before_after", [{"before": "", "after": ""}])[0]
    return row["Object ID"], f"{detail['action']} {detail['name']}", sides["before"], sides["after"]


def test_our_own_calls_and_edits_by_hand_are_told_apart(open_sandbox: Open) -> None:
    client = open_sandbox()
    campaign_id, adgroup_id, _ = client.grow(ads=0)
    client.update(Level.CAMPAIGN, {"campaign_id": campaign_id, "budget": 550})
    client.control("status", {"level": "campaign", "id": campaign_id, "budget": 700})
    client.control("status", {"level": "adgroup", "id": adgroup_id, "operation_status": "DISABLE"})
    counters, rows = read_log(client)
    assert counters == ["Budget changes,2", "Bid changes,0", "Status changes,1"]
    assert [tell(row) for row in rows] == [
        (adgroup_id, "Change Status", "b'Enabled'", "b'Paused'"),
        (campaign_id, "Change Budget", "b'550.00 USD'", "b'700.00 USD'"),
        (campaign_id, "Change Budget", "b'500.00 USD'", "b'550.00 USD'"),
        (adgroup_id, "Create Ad group", "", ""),
        (campaign_id, "Create Campaign", "", ""),
    ]
    assert [row["Source"] for row in rows] == ["TikTok Ads Manager"] * 2 + ["Marketing API"] * 3
    assert [row["App ID"] for row in rows] == ["", ""] + ["7080000000000000001"] * 3
    assert (rows[0]["Object"], rows[0]["log_object_type"]) == ("Everyone", "ADGROUP")


def test_the_page_feeds_it_too(strict: Client) -> None:
    campaign_id, _, [ad_id] = strict.grow()
    for level, key, action in (
        ("campaign", campaign_id, "disable"),
        ("ad", ad_id, "deny"),
        ("ad", ad_id, "delete"),
    ):
        strict.session.post(f"{strict.base_url}/", data={"level": level, "id": key, "action": action})
    _, rows = read_log(strict)
    assert [tell(row)[1] for row in rows[:3]] == ["Delete Ad", "Change Review status", "Change Status"]
    assert {row["Source"] for row in rows[:3]} == {"TikTok Ads Manager"}


def test_prices_that_tiktok_spreads_are_entered_for_each_ad_group(strict: Client) -> None:
    campaign_id, first, _ = strict.grow(ads=0)
    capped = {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 12}
    strict.control("status", {"level": "adgroup", "id": first, "body": capped})
    strict.advance(60)
    strict.update(Level.ADGROUP, {"adgroup_id": first, "conversion_bid_price": 13})
    counters, rows = read_log(strict, module="BIDDING_AND_OPTIMIZATION", object_ids=[first])
    assert counters[1] == "Bid changes,3"
    assert tell(rows[0]) == (first, "Change Conversion bid price", "b'12.00 USD'", "b'13.00 USD'")


def test_nonsense_put_there_by_hand_is_told_as_it_is(strict: Client) -> None:
    campaign_id, _, _ = strict.grow(ads=0)
    strict.control("status", {"level": "campaign", "id": campaign_id, "body": {"budget": "much"}})
    assert tell(read_log(strict)[1][0]) == (campaign_id, "Change Budget", "b'500.00 USD'", "b'much'")


def test_filters_narrow_it(strict: Client) -> None:
    campaign_id, adgroup_id, [ad_id] = strict.grow()
    done(strict.switch(Level.CAMPAIGN, [campaign_id], "DISABLE"))
    assert [tell(row)[0] for row in read_log(strict, object_type="AD")[1]] == [ad_id]
    assert [tell(row)[0] for row in read_log(strict, object_ids=[adgroup_id])[1]] == [adgroup_id]
    assert len(read_log(strict, operation_types=["CREATE"])[1]) == 3
    assert [tell(row)[1] for row in read_log(strict, module="STATUS")[1]] == ["Change Status"]
    late = {"start_time": "2026-03-12 00:00:01", "end_time": "2026-03-13 00:00:00"}
    assert read_log(strict, **late)[1] == []


def test_times_are_read_and_told_in_the_zone_asked_for(strict: Client) -> None:
    strict.grow(ads=0)
    asked = {"start_time": "2026-03-11 00:00:00", "end_time": "2026-03-12 00:00:00"}
    _, rows = read_log(strict, **asked, timezone="America/New_York")
    assert {row["Time"] for row in rows} == {"2026-03-11 20:00:00"}
    _, rows = read_log(strict, **DAY, timezone="UTC+08:00")
    assert {row["Time"] for row in rows} == {"2026-03-12 08:00:00"}


def test_a_task_takes_its_time_and_tells_what_was_when_it_was_made(open_sandbox: Open) -> None:
    client = open_sandbox(task_seconds=3)
    campaign_id, _, _ = client.grow(ads=0)
    task = done(client.post("changelog/task/create/", {"advertiser_id": US, **DAY}))
    client.advance(1)
    client.update(Level.CAMPAIGN, {"campaign_id": campaign_id, "budget": 550})
    assert done(client.get("changelog/task/check/", **task)) == {"status": "PROCESSING"}
    assert done(client.get("changelog/task/download/", **task)) == {"status": "PROCESSING", "changelog": ""}
    client.advance(2)
    assert "550" not in done(client.get("changelog/task/download/", **task))["changelog"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end_time": "2026-04-12 00:00:00"}, "end_time"),
        ({"end_time": "2026-03-11 00:00:00"}, "end_time"),
        ({"start_time": "today"}, "start_time"),
        ({"module": "NAMES"}, "module"),
        ({"object_type": "CREATIVE"}, "object_type"),
        ({"operation_types": ["PAINT"]}, "operation_types"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "UTC+x"}, "timezone"),
    ],
)
def test_a_task_with_a_mistake_is_refused(strict: Client, changes: dict[str, Any], field: str) -> None:
    answer = strict.post("changelog/task/create/", {"advertiser_id": US, **DAY, **changes})
    assert answer["code"] == 40002 and field in answer["message"]


def test_an_unknown_task_is_refused(strict: Client) -> None:
    assert strict.get("changelog/task/check/", task_id="1")["code"] == 40002
