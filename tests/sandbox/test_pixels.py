"""What arrives at pixels, and audiences."""

from typing import Any

import pytest

from tests.sandbox.conftest import Open
from tests.sandbox.life import DAY, report, settle, sum_of
from tests.sandbox.support import JP, PIXEL, Client, done

PATH = "pixel/event/stats/"
WEEK = {"start_date": "2026-03-05", "end_date": "2026-03-11"}


def count(client: Client, **bounds: str) -> dict[str, dict[str, Any]]:
    [found] = done(client.get(PATH, pixel_ids=[PIXEL], date_range={**WEEK, **bounds}))["list"]
    assert found["pixel_id"] == PIXEL
    return {row["pixel_event_type"]: row for row in found["statistics"]}


def test_events_are_counted_by_where_they_come_from(open_sandbox: Open) -> None:
    rows = count(open_sandbox())
    assert rows["SHOPPING"]["total_count"] > 100
    assert rows["ON_WEB_DETAIL"]["total_count"] > rows["ON_WEB_CART"]["total_count"]
    for row in rows.values():
        assert row["total_count"] == row["browser_event_total_count"] + row["server_event_total_count"]


def test_the_same_days_are_counted_the_same(strict: Client) -> None:
    first = count(strict)
    strict.advance(86_400)
    assert count(strict) == first
    halves = [count(strict, end_date="2026-03-07"), count(strict, start_date="2026-03-08")]
    assert sum(half["SHOPPING"]["total_count"] for half in halves) == first["SHOPPING"]["total_count"]


def test_a_silent_pixel_counts_nothing_from_then_on(strict: Client) -> None:
    whole = count(strict)["SHOPPING"]["total_count"]
    strict.control("pixel", {"pixel_id": PIXEL, "silent_since": "2026-03-08 00:00:00"})
    assert count(strict, start_date="2026-03-08")["SHOPPING"]["total_count"] == 0
    assert 0 < count(strict)["SHOPPING"]["total_count"] < whole
    assert "silent_since" not in done(strict.get("pixel/list/", pixel_id=PIXEL))["pixels"][0]
    strict.control("pixel", {"pixel_id": PIXEL, "silent_since": None})
    assert count(strict)["SHOPPING"]["total_count"] == whole


def test_today_grows_and_tomorrow_is_empty(strict: Client) -> None:
    strict.advance(6 * 3600)
    today = {"start_date": "2026-03-12", "end_date": "2026-03-12"}
    morning = count(strict, **today)["ON_WEB_DETAIL"]["total_count"]
    strict.advance(6 * 3600)
    assert 0 < morning < count(strict, **today)["ON_WEB_DETAIL"]["total_count"]
    tomorrow = {"start_date": "2026-03-13", "end_date": "2026-03-13"}
    assert count(strict, **tomorrow)["ON_WEB_DETAIL"]["total_count"] == 0


def test_what_ads_brought_is_counted_as_attributed(strict: Client) -> None:
    settle(strict)
    strict.advance(4 * DAY + 1_800)  # reports tell an hour half an hour after its end
    counted = count(strict, start_date="2026-03-12", end_date="2026-03-16")["SHOPPING"]
    rows = report(strict, start_date="2026-03-11", metrics=["real_time_conversion"])
    assert counted["attributed_count"] == sum_of(rows, "real_time_conversion") > 0
    assert counted["total_count"] > counted["attributed_count"]


def test_a_broken_pixel_shows_in_its_total(strict: Client) -> None:
    campaign_id = settle(strict)
    strict.advance(2 * DAY)
    strict.control("cause", {"id": campaign_id, "cause": "pixel-broken"})
    strict.advance(3 * DAY)
    day_before = count(strict, start_date="2026-03-13", end_date="2026-03-13")["SHOPPING"]["total_count"]
    day_after = count(strict, start_date="2026-03-15", end_date="2026-03-15")["SHOPPING"]["total_count"]
    assert day_after < day_before * 0.8


@pytest.mark.parametrize(
    "asked",
    [
        {"pixel_ids": ["1"], "date_range": WEEK},
        {"pixel_ids": [str(number) for number in range(11)], "date_range": WEEK},
        {"pixel_ids": [PIXEL]},
        {"date_range": WEEK},
        {"pixel_ids": [PIXEL], "date_range": {"start_date": "2026-03-05"}},
        {"pixel_ids": [PIXEL], "date_range": {"start_date": "2026-03-05", "end_date": "2026-03-04"}},
        {"pixel_ids": [PIXEL], "date_range": {"start_date": "2026-02-10", "end_date": "2026-03-12"}},
    ],
)
def test_a_mistaken_question_is_refused(strict: Client, asked: dict[str, Any]) -> None:
    assert strict.get(PATH, **asked)["code"] == 40002


def test_audiences_are_listed_by_account(strict: Client) -> None:
    mine = done(strict.get("dmp/custom_audience/list/"))
    assert mine["page_info"]["total_number"] == 3
    [one] = done(strict.get("dmp/custom_audience/list/", custom_audience_ids=["7100000000000000002"]))["list"]
    assert (one["name"], one["is_valid"]) == ("Left a cart in the last 30 days", True)
    assert len(done(strict.get("dmp/custom_audience/list/", advertiser_id=JP))["list"]) == 1
    assert strict.get("dmp/custom_audience/list/", page_size=101)["code"] == 40002
