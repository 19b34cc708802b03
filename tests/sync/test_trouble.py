"""Whatever is in the way: the launch says so on its row and goes on when it can."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns import queries
from campaigns.models import Advertiser
from campaigns.sync import meter
from campaigns.sync.drain import drain_once
from campaigns.sync.gateway import Road
from campaigns.tiktok.client import TikTokClient
from campaigns.tiktok.transport import Transport
from tests.sync.conftest import World


def test_a_throttled_call_is_made_later(strict: World, spark_tree: dict[str, Any]) -> None:
    strict.strike("smart_plus/adgroup/create/", "throttle", times=2)
    strict.launch(strict.draft(spark_tree))
    assert strict.settle()
    assert queries.visible_campaigns(strict.buyer).get().state == "live"


def test_a_refused_token_is_said_on_the_row_and_the_launch_goes_on_once_it_works(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.strike("smart_plus/campaign/create/", "token-revoked", times=1)
    strict.launch(strict.draft(spark_tree))
    strict.work_until(lambda: strict.push("campaign").error is not None)
    assert strict.push("campaign").error["meaning"] == "token"
    assert Advertiser.objects.get(pk=strict.advertiser.pk).connection.refused_at is not None
    assert strict.settle()


def test_an_account_that_is_not_allowlisted_is_told_so(strict: World, spark_tree: dict[str, Any]) -> None:
    strict.strike("smart_plus/campaign/create/", "allowlist-off", times=1)
    strict.launch(strict.draft(spark_tree))
    strict.settle()
    assert strict.push("campaign").error["meaning"] == "allowlist"


def test_a_server_that_cannot_be_reached_is_said_and_tried_again(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.launch(strict.draft(spark_tree))
    closed = Road(
        clock=strict.road.clock,
        # port 9 (discard) is closed on any machine that runs tests
        open_client=lambda _: TikTokClient(Transport(base_url="http://127.0.0.1:9/", token="x", timeout=2)),
        sleep=strict.pass_time,
    )
    drain_once(closed)
    assert strict.push("campaign").error["meaning"] == "unreachable"
    assert strict.push("campaign").state == "waiting"
    assert strict.settle()


def test_ten_calls_go_at_once_and_the_eleventh_waits(db: None, world: World) -> None:
    longest = timedelta(seconds=2)
    waits = [meter.reserve(key="k", rate=10, burst=10, now=world.now, longest=longest) for _ in range(11)]
    assert waits[:10] == [timedelta(0)] * 10
    assert waits[10] == pytest.approx(timedelta(seconds=0.1), abs=timedelta(milliseconds=1))


def test_a_meter_without_room_books_nothing(db: None, world: World) -> None:
    key, now = "k", world.now
    meter.penalise(key=key, pause=timedelta(seconds=30), now=now)
    first = meter.reserve(key=key, rate=10, burst=10, now=now, longest=timedelta(seconds=2))
    second = meter.reserve(key=key, rate=10, burst=10, now=now, longest=timedelta(seconds=2))
    assert first == second > timedelta(seconds=2)


def test_workers_told_to_slow_down_at_once_wait_together(db: None, world: World) -> None:
    key, now = "k", world.now
    for _ in range(10):
        meter.penalise(key=key, pause=timedelta(seconds=2), now=now)
    assert meter.reserve(key=key, rate=10, burst=10, now=now, longest=timedelta(seconds=2)) <= timedelta(
        seconds=2
    )
