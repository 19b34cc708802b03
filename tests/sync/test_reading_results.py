"""Daily results: day by day, each with the time it was read; what TikTok does not send stays unknown."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from campaigns.contract.levels import Level
from campaigns.models import AdGroup, Campaign, Reading, Result
from campaigns.sync import readings
from campaigns.sync.gateway import Gateway
from campaigns.sync.results import Span, choose_span, find_correction, measure_costs, read_results
from campaigns.sync.turns import OutOfRoom
from campaigns.tiktok.errors import TikTokError
from campaigns.tiktok.wire import Page
from tests.sync.conftest import World

DAY = 86_400


@pytest.fixture
def live(world: World, example_1: dict[str, Any]) -> Campaign:
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    return Campaign.objects.get(pk=campaign.pk)


class Telling(Gateway):
    """A gateway whose reports say what a test puts into them."""

    rows: list[dict[str, Any]] = []

    def walk_report(self, question: Any) -> Any:
        level = question["dimensions"][0]
        rows = [row for row in self.rows if level in row["dimensions"]]
        yield Page(rows, 1, 1, len(rows))


def tell(world: World, group: AdGroup, *days: str, **metrics: str) -> Telling:
    gateway = Telling(world.advertiser, world.road)
    given = {"spend": "12.50", "impressions": "1000", "clicks": "9", "conversion": "3"} | metrics
    gateway.rows = [
        {"dimensions": {"adgroup_id": group.remote_id, "stat_time_day": f"{day} 00:00:00"}, "metrics": given}
        for day in days
    ]
    return gateway


def test_every_object_has_its_numbers_of_every_day(world: World, live: Campaign) -> None:
    world.pass_time(3 * DAY)
    now = world.now
    read_results(world.gateway, Span(date(2026, 3, 12), date(2026, 3, 15)), now=now)
    days = {row.day for row in Result.objects.filter(campaign=live)}
    assert days
    assert days <= {date(2026, 3, day) for day in (12, 13, 14, 15)}
    for lookup in ("campaign", "adgroup", "ad"):
        rows = Result.objects.filter(**{f"{lookup}__isnull": False})
        assert {row.day for row in rows} == days
        assert all(row.spend and row.impressions and row.read_at == now for row in rows)


def test_levels_agree_on_what_a_day_has_cost(world: World, live: Campaign) -> None:
    world.pass_time(2 * DAY)
    read_results(world.gateway, Span(date(2026, 3, 12), date(2026, 3, 13)), now=world.now)
    spent = {
        lookup: Result.objects.get(**{f"{lookup}__isnull": False}, day=date(2026, 3, 13)).spend
        for lookup in ("campaign", "adgroup", "ad")
    }
    assert len(set(spent.values())) == 1


def test_a_day_that_tiktok_does_not_send_stays_unknown(world: World, live: Campaign) -> None:
    group = AdGroup.objects.get()
    span = Span(date(2026, 3, 12), date(2026, 3, 13))
    read_results(tell(world, group, "2026-03-12"), span, now=world.now)
    assert [row.day for row in Result.objects.all()] == [date(2026, 3, 12)]


def test_numbers_that_were_there_stay_with_the_time_they_were_read(world: World, live: Campaign) -> None:
    group, day = AdGroup.objects.get(), "2026-03-12"
    span, first = Span(date(2026, 3, 12), date(2026, 3, 13)), world.now
    read_results(tell(world, group, day), span, now=first)
    world.pass_time(60)
    read_results(tell(world, group), span, now=world.now)
    row = Result.objects.get()
    assert (row.spend, row.read_at) == (Decimal("12.5000"), first)


def test_what_was_corrected_replaces_what_was_read_before(world: World, live: Campaign) -> None:
    group, span = AdGroup.objects.get(), Span(date(2026, 3, 12), date(2026, 3, 12))
    read_results(tell(world, group, "2026-03-12"), span, now=world.now)
    world.pass_time(60)
    read_results(tell(world, group, "2026-03-12", spend="13.00"), span, now=world.now)
    row = Result.objects.get()
    assert (row.spend, row.read_at) == (Decimal("13.0000"), world.now)


def test_a_dash_is_no_number(world: World, live: Campaign) -> None:
    group, span = AdGroup.objects.get(), Span(date(2026, 3, 12), date(2026, 3, 12))
    read_results(tell(world, group, "2026-03-12", conversion="-"), span, now=world.now)
    assert Result.objects.get().conversions is None


@pytest.mark.parametrize(
    "days",
    [
        pytest.param(("2026-03-05",), id="a day that was not asked"),
        pytest.param(("",), id="no day at all: a sum"),
        pytest.param(("2026-03-12", "2026-03-12"), id="the same day twice"),
    ],
)
def test_what_is_not_one_day_of_one_object_is_not_stored(
    world: World, live: Campaign, days: tuple[str, ...]
) -> None:
    gateway = tell(world, AdGroup.objects.get(), *days)
    with pytest.raises(TikTokError):
        read_results(gateway, Span(date(2026, 3, 10), date(2026, 3, 12)), now=world.now)
    assert not Result.objects.exists()


def test_the_trailing_days_are_read_again_once_after_each_noon(world: World) -> None:
    advertiser, noon = world.advertiser, datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
    assert find_correction(noon) == noon
    assert find_correction(noon - timedelta(seconds=1)) == noon - timedelta(days=1)

    def count(corrected: datetime | None, now: datetime) -> int:
        span = choose_span(advertiser, corrected, now=now)
        return (span.last - span.first).days + 1

    assert count(None, noon) == 30
    assert count(noon - timedelta(days=1), noon) == 8  # today and the seven days before
    assert count(noon, noon + timedelta(hours=1)) == 2


def test_days_are_those_of_the_accounts_zone(world: World) -> None:
    world.advertiser.zone = "America/New_York"
    early = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)  # still the 19th there
    assert choose_span(world.advertiser, early, now=early).last == date(2026, 3, 19)


def test_a_reading_leaves_the_past_cost_of_a_conversion_with_its_source(world: World, live: Campaign) -> None:
    group = AdGroup.objects.get()
    days = ["2026-03-11", "2026-03-12"]
    read_results(
        tell(world, group, *days, spend="60.00", conversion="8"),
        Span(date(2026, 3, 11), date(2026, 3, 12)),
        now=world.now,
    )
    Reading.objects.create(
        advertiser=world.advertiser,
        kind="results",
        due_at=world.now,
        state={"costs": measure_costs(world.advertiser)},
    )
    cost = world.advertiser.facts().costs["SHOPPING"]
    assert (cost.amount, cost.conversions, cost.first, cost.last) == (
        Decimal("7.5000"),
        16,
        date(2026, 3, 11),
        date(2026, 3, 12),
    )
    assert cost.read_at == world.now


def test_a_handful_of_conversions_is_no_price(world: World, live: Campaign) -> None:
    read_results(
        tell(world, AdGroup.objects.get(), "2026-03-12", conversion="3"),
        Span(date(2026, 3, 12), date(2026, 3, 12)),
        now=world.now,
    )
    assert measure_costs(world.advertiser) == {}


def test_results_are_read_when_due_and_remember_the_correction(world: World, live: Campaign) -> None:
    world.pass_time(DAY)
    readings.ensure_readings(now=world.now)
    reading = Reading.objects.get(advertiser=world.advertiser, kind="results")
    assert readings.read(reading.pk, world.road, now=world.now)
    reading.refresh_from_db()
    assert (reading.error, reading.state["corrected"]) == ("", find_correction(world.now).isoformat())
    assert Result.objects.exists()


def test_reports_wait_before_anything_else_does(world: World, live: Campaign) -> None:
    """A queue of a second leaves room for readings and none for reports; one of a second and a half for publishing only."""
    world.pass_time(60)
    gateway = Gateway(world.advertiser, replace(world.road, sleep=lambda seconds: None))
    ad_ids = [str(AdGroup.objects.get().ads.get().remote_id)]
    report = {
        "report_type": "BASIC",
        "data_level": "AUCTION_AD",
        "dimensions": ["ad_id_v2"],
        "query_lifetime": True,
    }
    for _ in range(10):
        gateway.take_room(Level.AD, "create")
    with pytest.raises(OutOfRoom):
        list(gateway.walk_report(report))
    gateway.read_reviews(ad_ids)
    for _ in range(5):
        gateway.take_room(Level.AD, "create")
    with pytest.raises(OutOfRoom):
        gateway.read_reviews(ad_ids)
    gateway.take_room(Level.AD, "create")
