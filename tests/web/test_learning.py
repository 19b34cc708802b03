"""The lock calendar: what learns, the soonest opening first, drawn and in words."""

from datetime import timedelta

import pytest

from campaigns.services.edits import Edit
from tests.factories import make_advertiser, make_person
from tests.services.proposing import NOW, deliver, make_team
from tests.services.test_proposals import decide
from tests.web.clock import run_clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clock(settings):
    with run_clock(settings, NOW) as running:
        yield running


@pytest.fixture
def team(clock):
    return make_team()


@pytest.fixture
def campaign(team):
    return team.learn()


@pytest.fixture
def manager(client, team):
    client.force_login(team.manager)
    return team.manager


def read(client, query=""):
    return client.get(f"/learning/?{query}").content.decode()


def test_what_learns_stands_with_its_opening_and_its_results(client, manager, campaign):
    html = read(client)
    for words in ("Ad group 1", "Autumn sale", "of 50", "80 %", "Learning since 14 Nov"):
        assert words in html


def test_the_soonest_opening_comes_first(client, manager, team, campaign):
    quick = team.learn(name="Quick")
    quick.adgroups.get().results.all().delete()
    deliver(quick.adgroups.get(), per_day=12)
    html = read(client)
    assert html.index("Quick") < html.index("Autumn sale")


def test_what_left_learning_is_not_there(client, manager, clock, campaign):
    clock.now = NOW + timedelta(days=5)
    assert "Nothing is locked" in read(client)


@pytest.mark.parametrize(("query", "there"), [("account=1", False), ("buyer=nobody", False), ("", True)])
def test_filters_narrow_the_calendar(client, manager, campaign, query, there):
    assert ("Ad group 1" in read(client, query)) is there


def test_one_may_look_at_what_one_buyer_made(client, manager, campaign):
    assert "Ad group 1" in read(client, f"buyer={campaign.created_by.username}")


def test_what_waits_for_the_same_opening_is_counted(client, manager, team, campaign):
    asked = team.ask(Edit(campaign, {"budget": "600.00"}))
    decide("wait", asked, team.manager)
    assert "1 waiting" in read(client)


def test_nothing_of_another_account_is_drawn(client, campaign):
    person = make_person()
    make_advertiser(people={person: "manager"})
    client.force_login(person)
    assert "Ad group 1" not in read(client)


def test_the_drawing_carries_no_style(client, manager, campaign):
    assert " style=" not in read(client)
