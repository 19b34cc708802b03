"""Daily results of creatives: as TikTok's creative report tells them, of what spent, each with the time it was read."""

from datetime import date
from typing import Any

import pytest
from django.db.models import Sum

from campaigns.models import AssetResult, Campaign, Reading, Result
from campaigns.sync import readings
from campaigns.sync.assets import read_assets
from campaigns.sync.results import Span, read_results
from tests.sync.conftest import World

DAY = 86_400
SPAN = Span(date(2026, 3, 12), date(2026, 3, 15))


@pytest.fixture
def live(world: World, example_1: dict[str, Any]) -> Campaign:
    """Launched, and lived for three days."""
    world.launch(world.draft(example_1))
    assert world.settle()
    world.pass_time(3 * DAY)
    read_results(world.gateway, SPAN, now=world.now)
    return Campaign.objects.get()


def test_the_creatives_of_a_campaign_add_up_to_its_days(world: World, live: Campaign) -> None:
    assert read_assets(world.gateway, SPAN, now=world.now) == 1
    sums = dict(AssetResult.objects.order_by().values_list("day").annotate(total=Sum("impressions")))
    assert sums == dict(Result.objects.filter(campaign=live).values_list("day", "impressions"))


def test_reading_again_writes_over_what_moved_and_the_time(world: World, live: Campaign) -> None:
    read_assets(world.gateway, SPAN, now=world.now)
    count = AssetResult.objects.count()
    AssetResult.objects.update(impressions=0)
    world.pass_time(60)
    read_assets(world.gateway, SPAN, now=world.now)
    assert AssetResult.objects.count() == count
    assert not AssetResult.objects.filter(impressions=0).exists()
    assert {row.read_at for row in AssetResult.objects.all()} == {world.now}


def test_a_campaign_that_spent_nothing_costs_no_call(world: World, live: Campaign) -> None:
    Result.objects.all().delete()
    assert read_assets(world.gateway, SPAN, now=world.now) == 0


def test_a_connection_that_may_not_read_it_is_asked_seldom_and_it_is_said(
    world: World, live: Campaign
) -> None:
    readings.ensure_readings(now=world.now)
    reading = Reading.objects.get(advertiser=world.advertiser, kind="assets")
    world.strike("smart_plus/material_report/breakdown/", "throttle", code=40001)
    assert readings.read(reading.pk, world.road, now=world.now)
    reading.refresh_from_db()
    assert reading.error == ""
    assert reading.state["refused"]
    assert (reading.due_at - world.now).total_seconds() > 3_600
