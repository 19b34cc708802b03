"""Disconnecting keeps what is known, sends and reads nothing, and says first what would run on without us."""

from typing import Any

import pytest

from campaigns.models import Advertiser, Campaign, Change, Connection, Push, Reading
from campaigns.services import disconnecting, switches
from campaigns.services.errors import Forbidden, WrongState
from campaigns.sync import readings
from smartplus_admin.sandbox.tokens import APP_ID, APP_SECRET
from tests.factories import NOW, make_advertiser, make_campaign, make_connection, make_live, make_person
from tests.services.test_connecting import JP, US, choose, house, noor, take  # noqa: F401 - fixtures
from tests.sync.conftest import World, example_1, open_world, spark_tree, strict, world  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def disconnect(house: World, account: Advertiser, **given: Any) -> bool | None:  # noqa: F811
    actor = account.memberships.get(role="administrator").person
    told = {"leave_running": False} | given
    return disconnecting.disconnect(
        actor=actor, door="page", advertiser=account, now=house.now, road=house.road, **told
    )


@pytest.fixture
def live(house: World, spark_tree: dict[str, Any]) -> World:  # noqa: F811
    """A campaign that is on."""
    house.launch(house.draft(spark_tree))
    assert house.settle()
    return house


def test_something_live_has_to_be_said_yes_to(live: World) -> None:
    with pytest.raises(WrongState, match="1 campaign of Northwind"):
        disconnect(live, live.advertiser)
    disconnect(live, live.advertiser, leave_running=True)
    assert Advertiser.objects.get(pk=live.advertiser.pk).disconnected_at == live.now


def test_what_needs_a_person_and_is_on_counts_as_live(live: World, noor: Any) -> None:  # noqa: F811
    Push.objects.filter(pk=live.push("ad").pk).update(state="needs_person")
    running = disconnecting.read_running(actor=noor, advertiser=live.advertiser, now=live.now)
    assert len(running.live) == 1


def test_all_can_be_paused_first(live: World, noor: Any) -> None:  # noqa: F811
    account = live.advertiser
    assert disconnecting.pause_all(actor=noor, door="page", advertiser=account, now=live.now) == 1
    assert disconnecting.read_running(actor=noor, advertiser=account, now=live.now).stopping == 1
    assert live.settle()
    assert disconnecting.read_running(actor=noor, advertiser=account, now=live.now).live == []
    disconnect(live, account)


def test_nothing_is_sent_or_read_of_it(live: World) -> None:
    account, push = live.advertiser, live.push("campaign")
    readings.ensure_readings(now=live.now)
    disconnect(live, account, leave_running=True)
    Push.objects.filter(pk=push.pk).update(state="waiting", lane=Push.Lane.STOP)
    assert not Push.objects.due(live.now).exists()
    assert not Reading.objects.due(live.now).filter(advertiser=account).exists()


def test_nobody_can_want_what_would_never_be_sent(live: World, noor: Any) -> None:  # noqa: F811
    disconnect(live, live.advertiser, leave_running=True)
    with pytest.raises(WrongState, match="disconnected"):
        switches.set_switch(
            actor=noor, door="page", thing=Campaign.objects.get(), status="DISABLE", now=live.now
        )


def test_everything_known_of_it_stays(live: World) -> None:
    before = Campaign.objects.values_list("remote_id", "remote").get()
    disconnect(live, live.advertiser, leave_running=True)
    assert Campaign.objects.values_list("remote_id", "remote").get() == before
    act = Change.objects.filter(advertiser=live.advertiser).latest("pk")
    assert (act.act, act.before, act.after) == ("disconnected", {"connection": "Sandbox"}, {"live": 1})


def test_connected_again_it_goes_on_with_the_same_rows(
    house: World,  # noqa: F811
    noor: Any,  # noqa: F811
    spark_tree: dict[str, Any],  # noqa: F811
) -> None:
    house.launch(house.draft(spark_tree))
    disconnect(house, house.advertiser)
    assert not house.settle(seconds=20)
    choose(house, noor, take(house, noor), US)
    assert house.settle()
    assert len(house.remote("campaign")) == 1
    assert set(Push.objects.values_list("state", flat=True)) == {"done"}


def test_the_token_goes_with_the_last_account_and_is_taken_back(house: World, noor: Any) -> None:  # noqa: F811
    first, second = choose(house, noor, take(house, noor), US, JP)
    token = first.connection.access_token
    assert disconnect(house, first) is None
    assert Connection.objects.get().access_token == token
    assert disconnect(house, second) is True
    assert Connection.objects.get().access_token == ""
    client = house.road.open_client(Connection(access_token=token))
    with pytest.raises(Exception, match="revoked"):
        client.list_advertisers(app_id=APP_ID, secret=APP_SECRET)


def test_a_token_that_tiktok_does_not_take_back_is_said_and_forgotten_here(house: World, noor: Any) -> None:  # noqa: F811
    [account] = choose(house, noor, take(house, noor, code=_one(house)), US)
    house.strike("oauth2/revoke_token/", "http-500")
    assert disconnect(house, account) is False
    assert Advertiser.objects.get(pk=account.pk).connection.access_token == ""


def test_a_token_of_another_app_is_not_taken_back(house: World) -> None:  # noqa: F811
    account = make_advertiser(
        advertiser_id="8000000000000000001",
        connection=make_connection(),
        people={make_person(): "administrator"},
    )
    assert disconnect(house, account) is None


@pytest.mark.parametrize("role", ["viewer", "buyer", "manager"])
def test_only_administrators_disconnect(role: str) -> None:
    person = make_person()
    account = make_advertiser(advertiser_id="8000000000000000001", people={person: role})
    make_live(make_campaign(advertiser=account))
    with pytest.raises(Forbidden):
        disconnecting.disconnect(actor=person, door="page", advertiser=account, leave_running=True, now=NOW)


def test_disconnecting_twice_is_said(house: World) -> None:  # noqa: F811
    disconnect(house, house.advertiser)
    with pytest.raises(WrongState, match="already"):
        disconnect(house, house.advertiser)


def _one(house: World) -> str:  # noqa: F811
    return str(house.control("auth_code", {"app_id": APP_ID, "advertiser_ids": [US]})["auth_code"])
