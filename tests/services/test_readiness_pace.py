"""Reading an account is many calls, and the app has ten a second."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from campaigns.models import Reservation
from campaigns.services.readiness import look_again, refresh_account
from campaigns.sync import meter
from campaigns.sync.turns import OutOfRoom, Turns
from tests.sync.conftest import World, open_world, world  # noqa: F401 - fixtures


def test_an_account_is_read_at_the_pace_that_the_app_has(world: World) -> None:  # noqa: F811
    seen: list[Any] = []
    world.session.hooks["response"].append(lambda answer, **_: seen.append(answer.url))
    begun = world.now
    road = replace(world.road, sleep=world.pass_time)
    refresh_account(advertiser=world.advertiser, now=world.now, road=road)
    calls = [url for url in seen if "/control/" not in url]
    assert len(calls) > 10
    assert world.now - begun >= timedelta(seconds=0.1) * (len(calls) - 1)


def test_a_reading_of_an_account_waits_until_a_penalty_is_over(world: World) -> None:  # noqa: F811
    key = Reservation.objects.get(key__startswith="app").key
    meter.penalise(key=key, pause=timedelta(seconds=10), now=world.now)
    refresh_account(advertiser=world.advertiser, now=world.now, road=world.road)
    world.advertiser.refresh_from_db()
    assert world.advertiser.readiness["broken"] is None
    assert world.advertiser.readiness["pixels"]["ok"]


def read_while_others_book(world: World, ahead: float) -> timedelta:  # noqa: F811
    """A person has the account read again; the queue is so many seconds long whenever they look. How long it took."""
    key = Reservation.objects.get(key__startswith="app").key
    begun = world.now

    def book() -> None:
        Reservation.objects.filter(key=key).update(arrival=world.now + timedelta(seconds=ahead))

    def sleep(seconds: float) -> None:
        world.pass_time(seconds)
        book()

    book()
    look_again(
        actor=world.buyer, advertiser=world.advertiser, now=world.now, road=replace(world.road, sleep=sleep)
    )
    world.advertiser.refresh_from_db()
    return world.now - begun


def test_during_a_bulk_launch_a_person_waits_for_a_page_half_a_minute_and_no_kind_is_forgotten(
    world: World,  # noqa: F811
) -> None:
    known = {kind: told for kind, told in world.advertiser.readiness.items() if isinstance(told, dict)}
    assert read_while_others_book(world, ahead=2) <= timedelta(seconds=30)
    assert world.advertiser.readiness["broken"] is not None
    assert {kind: world.advertiser.readiness[kind] for kind in known} == known


@pytest.mark.parametrize(("in_all", "calls"), [(True, 25), (False, 60)])
def test_waiting_in_a_queue_counts_as_waiting(world: World, in_all: bool, calls: int) -> None:  # noqa: F811
    made = 0

    def sleep(seconds: float) -> None:
        world.pass_time(seconds)
        Reservation.objects.update(arrival=world.now + timedelta(seconds=1.3))

    turns = Turns(world.advertiser, now=lambda: world.now, sleep=sleep)
    sleep(0)
    wait = turns.keep_pace(in_all=in_all)
    with suppress(OutOfRoom):
        while made < 60:
            wait("x")
            made += 1
    assert made == pytest.approx(calls, abs=1)
