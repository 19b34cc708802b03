"""From consent to accounts: the state comes back once and in time, the code buys a token, a person chooses, and history stays."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django import Settings

from campaigns.models import Advertiser, Change, Connection, Membership, Person
from campaigns.services import connecting
from campaigns.services.connecting import NotConnected, Why
from campaigns.services.errors import Forbidden, NotWellFormed, WrongState
from smartplus_admin.sandbox.tokens import APP_ID, APP_SECRET
from tests.factories import make_advertiser, make_person
from tests.sync.conftest import World, example_1, open_world, spark_tree, strict, world  # noqa: F401 - fixtures

US, JP = "7000000000000000001", "7000000000000000002"
BACK = "http://127.0.0.1:8000/accounts/connect/back/"


@pytest.fixture
def house(strict: World, settings: Settings) -> World:  # noqa: F811
    settings.TIKTOK_APP_ID, settings.TIKTOK_APP_SECRET = APP_ID, APP_SECRET
    return strict


@pytest.fixture
def noor(house: World) -> Person:
    return Person.objects.get(username="noor")


def ask(house: World, person: Person) -> str:
    state, address = connecting.ask_consent(actor=person, back=BACK, now=house.now)
    assert parse_qs(urlsplit(address).query) == {
        "app_id": [APP_ID],
        "state": [state],
        "redirect_uri": [BACK],
    }
    return state


def get_code(house: World, **grant: Any) -> str:
    return str(house.control("auth_code", {"app_id": APP_ID, **grant})["auth_code"])


def take(house: World, person: Person, *, code: str | None = None, **changes: Any) -> Connection:
    state = ask(house, person)
    given = {"state": state, "expected": state, "code": get_code(house) if code is None else code} | changes
    return connecting.take_answer(actor=person, now=house.now, road=house.road, **given)


def choose(house: World, person: Person, connection: Connection, *ids: str, **more: Any) -> list[Advertiser]:
    given = {"name": "By consent", "roles": {}} | more
    return connecting.choose(
        actor=person,
        door="page",
        connection=connection,
        accounts=ids,
        now=house.now,
        road=house.road,
        **given,
    )


def find_why(house: World, person: Person, **given: Any) -> Why:
    with pytest.raises(NotConnected) as caught:
        take(house, person, **given)
    return caught.value.why


def test_a_code_buys_a_token_that_waits_for_a_choice(house: World, noor: Person) -> None:
    connection = take(house, noor)
    assert [row["advertiser_id"] for row in connection.offered] == [US, JP]
    assert connection.scopes and 2 in connection.scopes
    assert not connection.advertisers.exists()


def test_a_state_that_another_session_was_given_is_refused(house: World, noor: Person) -> None:
    assert find_why(house, noor, expected="another") == Why.STATE


def test_without_a_state_kept_nothing_is_taken(house: World, noor: Person) -> None:
    assert find_why(house, noor, state="", expected="") == Why.STATE


def test_a_state_of_somebody_else_is_refused(house: World, noor: Person) -> None:
    other = make_person()
    make_advertiser(advertiser_id="8000000000000000001", people={other: "administrator"})
    state = ask(house, other)
    assert find_why(house, noor, state=state, expected=state) == Why.STATE


def test_a_state_is_good_once(house: World, noor: Person) -> None:
    state = ask(house, noor)
    take(house, noor, state=state, expected=state)
    assert find_why(house, noor, state=state, expected=state) == Why.STATE


def test_a_state_is_good_for_an_hour(house: World, noor: Person) -> None:
    state = ask(house, noor)
    house.now += timedelta(hours=1)
    assert find_why(house, noor, state=state, expected=state) == Why.STATE


def test_a_used_code_is_said_to_be_one(house: World, noor: Person) -> None:
    code = get_code(house)
    take(house, noor, code=code)
    assert find_why(house, noor, code=code) == Why.CODE


def test_a_wrong_secret_is_said_to_be_one(house: World, noor: Person, settings: Settings) -> None:
    settings.TIKTOK_APP_SECRET = "not-it-at-all"
    with pytest.raises(NotConnected) as caught:
        take(house, noor)
    assert caught.value.why == Why.APP and "not-it-at-all" not in caught.value.message


def test_no_answer_is_told_from_a_refusal(house: World, noor: Person) -> None:
    house.strike("oauth2/access_token/", "answer-lost")
    assert find_why(house, noor) == Why.NETWORK


def test_leading_back_without_a_code_is_a_consent_that_was_not_given(house: World, noor: Person) -> None:
    assert find_why(house, noor, code="") == Why.DECLINED


def test_without_an_app_nobody_is_led_anywhere(house: World, noor: Person, settings: Settings) -> None:
    settings.TIKTOK_APP_SECRET = ""
    assert find_why(house, noor) == Why.SETTINGS


@pytest.mark.parametrize("role", ["viewer", "buyer", "manager"])
def test_only_administrators_connect(house: World, role: str) -> None:
    person = make_person()
    make_advertiser(advertiser_id="8000000000000000001", people={person: role})
    with pytest.raises(Forbidden):
        ask(house, person)


def test_a_new_account_gets_its_first_people(house: World, noor: Person) -> None:
    Advertiser.objects.filter(advertiser_id=JP).update(advertiser_id="7000000000000000009")
    connection = take(house, noor)
    [account] = choose(house, noor, connection, JP, roles={house.buyer.pk: "buyer"})
    held = set(account.memberships.values_list("person__username", "role"))
    assert held == {("noor", "administrator"), ("ana", "buyer")}
    booked = set(Change.objects.filter(advertiser=account).values_list("act", flat=True))
    assert booked == {"connected", "people"}


def test_an_account_that_is_connected_already_keeps_people_and_gets_the_token(
    house: World, noor: Person
) -> None:
    connection = take(house, noor)
    [account] = choose(house, noor, connection, US, roles={house.buyer.pk: "administrator"})
    assert account.connection_id == connection.pk
    assert account.memberships.get(person=house.buyer).role == "buyer"
    change = Change.objects.filter(advertiser=account, act="connected").latest("pk")
    assert change.before == {"connection": "Sandbox", "disconnected": False}


def test_an_account_that_others_administer_cannot_be_taken(house: World) -> None:
    stranger = make_person("stranger")
    make_advertiser(advertiser_id="8000000000000000001", people={stranger: "administrator"})
    connection = take(house, stranger)
    objections = [offer.objection for offer in connecting.list_offers(actor=stranger, connection=connection)]
    assert all("do not administer it" in text for text in objections)
    with pytest.raises(NotWellFormed):
        choose(house, stranger, connection, US)
    assert not Membership.objects.filter(person=stranger, advertiser__advertiser_id=US).exists()


def test_what_was_not_granted_cannot_be_taken(house: World, noor: Person) -> None:
    connection = take(house, noor, code=get_code(house, advertiser_ids=[JP]))
    with pytest.raises(NotWellFormed):
        choose(house, noor, connection, US)


def test_nobody_is_given_a_role_who_is_no_colleague(house: World, noor: Person) -> None:
    connection, far = take(house, noor), make_person()
    with pytest.raises(NotWellFormed):
        choose(house, noor, connection, US, roles={far.pk: "administrator"})


def test_a_choice_is_made_once(house: World, noor: Person) -> None:
    connection = take(house, noor)
    choose(house, noor, connection, US)
    with pytest.raises(WrongState):
        choose(house, noor, connection, US)


def test_a_connection_that_no_account_needs_any_more_is_forgotten(house: World, noor: Person) -> None:
    choose(house, noor, take(house, noor), US, JP)
    assert Connection.objects.count() == 1


def test_reconnecting_goes_on_where_it_stopped(
    house: World,
    noor: Person,
    spark_tree: dict[str, Any],  # noqa: F811
) -> None:
    house.launch(house.draft(spark_tree))
    old = house.advertiser.connection
    client = house.road.open_client(Connection(access_token=""))
    client.granting.revoke(connecting.App(APP_ID, APP_SECRET), old.access_token, short=False)
    assert not house.settle(seconds=20)
    assert Connection.objects.get(pk=old.pk).refused_at is not None
    choose(house, noor, take(house, noor), US, JP)
    assert house.settle()
    assert set(house.advertiser.pushes.values_list("state", flat=True)) == {"done"}


def test_short_term_tokens_are_taken_where_the_settings_say_so(
    world: World,  # noqa: F811
    settings: Settings,
) -> None:
    settings.TIKTOK_APP_ID, settings.TIKTOK_APP_SECRET = APP_ID, APP_SECRET
    settings.TIKTOK_SHORT_TOKENS = True
    noor = Person.objects.get(username="noor")
    taken_at = world.now
    choose(world, noor, take(world, noor), US)
    connection = Advertiser.objects.get(advertiser_id=US).connection
    assert connection.expires_at == taken_at + timedelta(days=1)
    assert connection.tend_at is not None and connection.refresh_token
