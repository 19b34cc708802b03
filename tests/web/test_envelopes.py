"""The envelope's page: what may be spent beside what can be, the holds, and an administrator's form."""

import pytest

from campaigns.models import Envelope
from campaigns.services.edits import Edit
from tests.factories import make_advertiser
from tests.services.proposing import NOW, make_team
from tests.services.test_proposals import decide
from tests.web.clock import run_clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(settings):
    with run_clock(settings, NOW):
        yield make_team()


def address(account):
    return f"/accounts/{account.advertiser_id}/envelope/"


def put(client, team, **given):
    client.force_login(team.boss)
    return client.post(address(team.account), {"amount": "1000", "reason": "the client's ceiling"} | given)


def test_an_administrator_sets_it_and_the_journal_keeps_it(client, team):
    put(client, team)
    html = client.get(address(team.account)).content.decode()
    for words in ("$1,000.00", "Ada", "the client&#x27;s ceiling"):
        assert words in html


@pytest.mark.parametrize(
    ("given", "said"),
    [({"amount": "much"}, "is none"), ({"amount": "0"}, "more than nothing"), ({"reason": ""}, "Say why")],
)
def test_what_is_refused_is_kept_as_typed(client, team, given, said):
    answer = put(client, team, **given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert f'value="{given.get("amount", "1000")}"' in answer.content.decode()
    assert not Envelope.objects.exists()


def test_a_manager_sees_it_and_no_form(client, team):
    client.force_login(team.manager)
    html = client.get(address(team.account)).content.decode()
    assert 'name="amount"' not in html
    assert client.post(address(team.account), {"amount": "5", "reason": "more"}).status_code == 403


def test_a_hold_stands_there_with_what_is_left(client, team):
    campaign = team.learn()
    put(client, team)
    decide("wait", team.ask(Edit(campaign, {"budget": "600.00"})), team.manager)
    html = client.get(address(team.account)).content.decode()
    for words in ("sells well", "$125.00", "$250.00"):
        assert words in html


def test_an_account_of_others_has_none(client, team):
    client.force_login(team.boss)
    assert client.get(address(make_advertiser())).status_code == 404
