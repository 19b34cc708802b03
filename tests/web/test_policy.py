"""The page of house numbers: everybody reads, an administrator puts the account's own in their place."""

import pytest

from campaigns.models import Change, policy_of
from campaigns.rules.policy import house_policy
from tests.factories import make_advertiser, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    person = make_person("ada", first_name="Ada")
    client.force_login(person)
    return person


@pytest.fixture
def account(ada):
    return make_advertiser(name="Northwind", people={ada: "administrator"})


def put(client, account, **members):
    given = {"name": "learning.days", "value": "10", "reason": "Slow product", "act": "set"} | members
    return client.post(f"/policy/?account={account.advertiser_id}", given)


def test_every_number_stands_there_with_value_unit_source_owner_and_bounds(client, account):
    html = client.get("/policy/").content.decode()
    for name, figure in house_policy().figures.items():
        assert f"<code>{name}</code>" in html
        assert figure.owner in html
    assert "3 – 14" in html
    assert "results of an ad group in its first week" in html


def test_a_person_without_an_account_reads_the_house(client, ada):
    html = client.get("/policy/").content.decode()
    assert "learning.days" in html
    assert "figure-form" not in html
    assert client.post("/policy/", {"name": "learning.days"}).status_code == 404


def test_an_administrator_puts_a_number_in_place_and_gives_it_back(client, account):
    answer = put(client, account)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/policy/?account={account.advertiser_id}#learning-days",
    )
    html = client.get(f"/policy/?account={account.advertiser_id}").content.decode()
    assert "house 7" in html
    assert "Ada" in html and "Slow product" in html
    assert "Give it back to the house (7)" in html
    put(client, account, act="clear", reason="Faster now")
    assert policy_of(account).number("learning.days") == 7
    assert [item.door for item in Change.objects.filter(act="policy")] == ["page", "page"]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"value": "99"}, "learning.days can be 3 to 14"),
        ({"value": "many"}, "Write a number; “many” is none."),
        ({"value": ""}, "Write a number"),
        ({"reason": " "}, "Say why"),
        ({"name": "push.lease", "value": "50"}, "set by Engineering for all accounts"),
        ({"name": "advice.variants_least", "value": "20"}, "Change the other one first"),
    ],
)
def test_a_refused_number_is_422_with_the_bound_and_what_was_typed(client, account, members, said):
    answer = put(client, account, **members)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    if members.get("name") != "push.lease":
        assert f'value="{members.get("value", "10")}"' in html
    assert not Change.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "buyer", "manager"])
def test_others_see_no_form_and_may_not_post_one(client, ada, role):
    account = make_advertiser(people={ada: role})
    assert "figure-form" not in client.get("/policy/").content.decode()
    assert put(client, account).status_code == 403


def test_a_number_of_an_account_one_is_no_member_of_does_not_exist(client, account):
    other = make_advertiser()
    assert client.get(f"/policy/?account={other.advertiser_id}").status_code == 404
    assert put(client, other).status_code == 404
    assert put(client, account, name="learning.luck").status_code == 404


def test_an_own_number_that_the_house_no_longer_admits_is_said_not_to_count(client, ada, account):
    account.overrides.create(
        name="learning.days", value=90, actor=ada, reason="Then allowed", at="2026-11-17T12:00:00Z"
    )
    html = client.get("/policy/").content.decode()
    assert "own 90 is outside the bounds by now and does not count" in html
