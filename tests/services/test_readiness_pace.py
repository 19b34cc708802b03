"""Reading an account is many calls, and the app has ten a second."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from campaigns.models import Reservation
from campaigns.services.readiness import refresh_account
from campaigns.sync import meter
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


def test_during_a_bulk_launch_a_person_waits_for_a_page_no_longer_than_half_a_minute(world: World) -> None:  # noqa: F811
    key = Reservation.objects.get(key__startswith="app").key
    begun = world.now

    def sleep(seconds: float) -> None:
        world.pass_time(seconds)
        Reservation.objects.filter(key=key).update(arrival=world.now + timedelta(seconds=2))  # others book on

    Reservation.objects.filter(key=key).update(arrival=world.now + timedelta(seconds=2))
    refresh_account(advertiser=world.advertiser, now=world.now, road=replace(world.road, sleep=sleep))
    assert world.now - begun <= timedelta(seconds=30)
    world.advertiser.refresh_from_db()
    assert world.advertiser.readiness["broken"] is not None
