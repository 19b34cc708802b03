"""Tokens end, are refused, are renewed: a connection that TikTok refuses rests, nothing of it fails, and all goes on after."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from campaigns.models import Advertiser, Change, Connection, Notice, Push, Reading
from campaigns.sync import connections, readings
from campaigns.sync.drain import drain_once
from campaigns.tiktok.errors import Meaning, TikTokError
from campaigns.tiktok.granting import App, Grant
from smartplus_admin.sandbox.tokens import APP_ID, APP_SECRET
from tests.sync.conftest import World

DAY = 86_400


def read_connection(world: World) -> Connection:
    return Advertiser.objects.select_related("connection").get(pk=world.advertiser.pk).connection


def revoke(world: World, *, refusing: bool = True) -> None:
    """Every call meets a refused token, as after an advertiser withdrew consent."""
    if refusing:
        world.strike("*", "token-revoked")
    else:
        world.control("faults", {"faults": []})


@pytest.fixture
def short(settings: Settings, world: World) -> World:
    """The world's connection holds a token that lasts a day."""
    settings.TIKTOK_APP_ID, settings.TIKTOK_APP_SECRET = APP_ID, APP_SECRET
    app = App(APP_ID, APP_SECRET)
    code = world.control("auth_code", {"app_id": APP_ID})["auth_code"]
    client = world.road.open_client(Connection(access_token=""))
    grant = client.granting.take_code_for_short(app, code)
    fresh = connections.take_grant(grant, app, now=world.now)
    Connection.objects.update(**fresh)
    world.advertiser = Advertiser.objects.select_related("connection").get(pk=world.advertiser.pk)
    return world


def test_a_refused_token_rests_the_connection_and_fails_no_row(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.launch(strict.draft(spark_tree))
    revoke(strict)
    drain_once(strict.road)
    strict.pass_time(3600)
    assert not Push.objects.due(strict.now).exists()
    assert set(Push.objects.values_list("state", flat=True)) == {"waiting"}


def test_administrators_are_told_once(strict: World, spark_tree: dict[str, Any]) -> None:
    strict.launch(strict.draft(spark_tree))
    revoke(strict)
    for _ in range(3):
        strict.pass_time(61)
        drain_once(strict.road)
    told = Notice.objects.filter(advertiser=strict.advertiser, kind="reconnect_needed")
    booked = Change.objects.filter(advertiser=strict.advertiser, act="token_refused")
    assert (told.count(), booked.count()) == (1, 1)


def test_a_refused_connection_is_not_read(world: World) -> None:
    readings.ensure_readings(now=world.now)
    connections.note_refused(read_connection(world), _refusal(), now=world.now)
    assert not Reading.objects.due(world.now).exists()


def test_what_rested_goes_on_where_it_stopped_once_tiktok_takes_the_token_again(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    strict.launch(strict.draft(spark_tree))
    revoke(strict)
    drain_once(strict.road)
    revoke(strict, refusing=False)
    assert strict.settle()
    assert set(Push.objects.values_list("state", flat=True)) == {"done"}
    assert len(strict.remote("campaign")) == 1


def test_a_stop_is_tried_again_while_the_connection_rests(strict: World, spark_tree: dict[str, Any]) -> None:
    strict.launch(strict.draft(spark_tree))
    assert strict.settle()
    push = strict.push("campaign", "switch")
    Push.objects.filter(pk=push.pk).update(state="waiting", lane=Push.Lane.STOP)
    connections.note_refused(read_connection(strict), _refusal(), now=strict.now)
    assert list(Push.objects.due(strict.now)) == [push]


def test_news_of_a_token_that_was_replaced_is_none(world: World) -> None:
    old = read_connection(world)
    Connection.objects.update(version=2)
    connections.note_refused(old, _refusal(), now=world.now)
    assert read_connection(world).refused_at is None


def test_an_account_that_the_token_does_not_reach_takes_no_other_down(world: World) -> None:
    error = TikTokError(Meaning.TOKEN, "They do not belong together.", endpoint="x", code=40106)
    connections.note_refused(read_connection(world), error, now=world.now)
    assert read_connection(world).refused_at is None


def test_a_short_term_token_is_renewed_before_it_ends(short: World) -> None:
    before = read_connection(short)
    short.pass_time(DAY - 7000)
    assert connections.tend_due(short.road) == 1
    after = read_connection(short)
    assert after.access_token != before.access_token
    assert after.expires_at == short.now + timedelta(days=1)
    assert connections.tend_due(short.road) == 0


def test_long_before_its_end_it_is_left_alone(short: World) -> None:
    short.pass_time(DAY / 2)
    assert connections.tend_due(short.road) == 0


def test_of_two_workers_one_renews(short: World) -> None:
    short.pass_time(DAY - 60)
    calls = []

    def call_again(connection: Connection) -> Any:
        calls.append(connections.tend_due(short.road))  # the second worker comes while the first one asks
        return short.road.open_client(connection)

    first = type(short.road)(clock=short.road.clock, open_client=call_again, sleep=short.road.sleep)
    assert connections.tend_due(first) == 1
    assert calls == [0]


def test_an_outage_keeps_the_old_token_and_asks_again(short: World) -> None:
    before = read_connection(short)
    short.pass_time(DAY - 7000)
    short.strike("tt_user/*", "http-500", times=1)
    connections.tend_due(short.road)
    assert read_connection(short).access_token == before.access_token
    short.pass_time(61)
    connections.tend_due(short.road)
    after = read_connection(short)
    assert after.access_token != before.access_token and after.trouble == ""


def test_a_renewal_that_tiktok_refuses_is_told_while_the_token_is_still_good(short: World) -> None:
    Connection.objects.update(refresh_token="wrong")
    short.pass_time(DAY - 7000)
    connections.tend_due(short.road)
    connection = read_connection(short)
    assert connection.refused_at is None and connection.trouble
    assert "Connect it anew" in Notice.objects.filter(kind="reconnect_needed").earliest("pk").text
    assert Change.objects.filter(act="not_renewed").exists()


def test_a_token_that_ended_unnoticed_is_renewed_and_work_goes_on(
    short: World, example_1: dict[str, Any]
) -> None:
    short.pass_time(DAY + 1)
    Connection.objects.update(tend_at=None)  # as when no worker ran for a day
    short.launch(short.draft(example_1))
    assert short.settle()
    assert set(Push.objects.values_list("state", flat=True)) == {"done"}


def test_a_token_that_nobody_chose_accounts_for_is_forgotten(world: World) -> None:
    chosen = read_connection(world)
    Connection.objects.create(
        name="Left",
        access_token="t",
        connected_by=world.buyer,
        connected_at=world.now,
        tend_at=world.now,
    )
    connections.tend_due(world.road)
    assert list(Connection.objects.all()) == [chosen]


@pytest.mark.parametrize("shown", [repr, str])
def test_a_grant_and_an_app_show_no_secret(shown: Callable[[Any], str]) -> None:
    text = shown([Grant(access_token="tok-1", refresh_token="ref-2"), App("7", "sec-3")])
    assert not any(secret in text for secret in ("tok-1", "ref-2", "sec-3"))


def _refusal() -> Any:
    return TikTokError(
        Meaning.TOKEN, "Access token is incorrect or has been revoked.", endpoint="x", code=40105
    )
