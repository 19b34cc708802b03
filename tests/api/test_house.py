"""The rule book and the house numbers over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import Advertiser, Change, Person, policy_of
from campaigns.rules.book import EDIT_RULES, RULES
from campaigns.rules.policy import house_policy
from tests import factories
from tests.api.conftest import API, enter
from tests.api.test_document import check, document  # noqa: F401  # a fixture

FIGURE = f"{API}policy/learning.days/"


@pytest.fixture
def ada(account: Advertiser) -> Person:
    person = factories.make_person("ada")
    factories.add_member(person, account, "administrator")
    return person


def order(account: Advertiser, value: Any, reason: Any = "Slow product") -> dict[str, Any]:
    return {"advertiser_id": account.advertiser_id, "value": value, "reason": reason}


def test_the_book_holds_every_rule_with_its_sentence_source_and_example(client: APIClient) -> None:
    body = client.get(f"{API}rules/").json()
    assert (body["next"], body["previous"]) == (None, None)
    assert [item["id"] for item in body["results"]] == [rule.id for rule in (*RULES, *EDIT_RULES)]
    for item in body["results"]:
        assert item["sentence"] and item["source"] and item["example"]["at"] and item["example"]["set"]
    one = next(item for item in body["results"] if item["id"] == "id-numeric")
    assert one["contradictions"][0]["id"] == "C20"


def test_the_book_is_narrowed_by_level_and_by_id(client: APIClient) -> None:
    found = client.get(f"{API}rules/", {"level": "escalate"}).json()["results"]
    assert found and {item["level"] for item in found} == {"escalate"}
    (one,) = client.get(f"{API}rules/", {"id": "known-word"}).json()["results"]
    assert one["id"] == "known-word"
    for given, path in (({"level": "shout"}, "level"), ({"id": "no-rule"}, "id")):
        answer = client.get(f"{API}rules/", given)
        assert (answer.status_code, answer.json()["problems"][0]["path"]) == (400, path)


def test_nobody_reads_the_house_without_a_login(db: None) -> None:
    assert [APIClient().get(f"{API}{name}/").status_code for name in ("rules", "policy")] == [401, 401]


def test_the_numbers_say_what_holds_for_an_account_and_whose_it_is(
    client: APIClient, ada: Person, account: Advertiser
) -> None:
    assert enter(ada).put(FIGURE, order(account, 10)).status_code == 200
    rows = client.get(f"{API}policy/", {"advertiser_id": account.advertiser_id}).json()["results"]
    assert [row["name"] for row in rows] == list(house_policy().figures)
    row = next(row for row in rows if row["name"] == "learning.days")
    assert (row["value"], row["house"], row["least"], row["most"]) == ("10", "7", "3", "14")
    assert (row["own"]["actor"], row["own"]["reason"]) == ("ada", "Slow product")
    assert row["unit"] and row["source"] and row["owner"]
    house = client.get(f"{API}policy/").json()["results"]
    assert next(item for item in house if item["name"] == "learning.days")["own"] is None
    protocol = next(item for item in house if item["name"] == "push.lease")
    assert (protocol["least"], protocol["most"]) == (None, None)


def test_a_number_of_an_account_one_is_no_member_of_does_not_exist(client: APIClient, db: None) -> None:
    other = factories.make_advertiser()
    assert client.get(f"{API}policy/", {"advertiser_id": other.advertiser_id}).status_code == 404
    assert client.put(FIGURE, order(other, 10)).status_code == 404


def test_null_gives_a_number_back_and_both_acts_are_in_the_journal(ada: Person, account: Advertiser) -> None:
    client = enter(ada)
    client.put(FIGURE, order(account, "10"))
    answer = client.put(FIGURE, order(account, None, "Faster now"))
    assert (answer.status_code, answer.json()["value"], answer.json()["own"]) == (200, "7", None)
    rows = client.get(f"{API}changes/", {"act": "policy"}).json()["results"]
    assert [(row["before"], row["after"], row["door"], row["note"]) for row in rows] == [
        ({"learning.days": "10"}, {"learning.days": "7"}, "rest", "Faster now"),
        ({"learning.days": "7"}, {"learning.days": "10"}, "rest", "Slow product"),
    ]


@pytest.mark.parametrize("value", [2, "15", 7.5, "-1", 10000000])
def test_a_number_outside_its_bounds_is_422_and_names_them(
    ada: Person, account: Advertiser, value: Any
) -> None:
    answer = enter(ada).put(FIGURE, order(account, value))
    assert answer.status_code == 422
    assert "3 to 14" in answer.json()["detail"]
    assert policy_of(account).number("learning.days") == 7


def test_a_protocol_figure_is_422_and_says_whose_it_is(ada: Person, account: Advertiser) -> None:
    answer = enter(ada).put(f"{API}policy/push.lease/", order(account, 50))
    assert answer.status_code == 422
    assert "Engineering" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("value", "many"),
        ("value", [1]),
        ("value", True),
        ("reason", None),
        ("reason", 5),
        ("advertiser_id", []),
    ],
)
def test_a_malformed_order_names_its_member(
    ada: Person, account: Advertiser, member: str, value: Any
) -> None:
    answer = enter(ada).put(FIGURE, order(account, 10) | {member: value})
    assert (answer.status_code, answer.json()["problems"][0]["path"]) == (400, member)
    assert not Change.objects.exists()


def test_a_number_that_is_not_there_is_404_and_a_buyer_may_not(
    client: APIClient, ada: Person, account: Advertiser
) -> None:
    assert enter(ada).put(f"{API}policy/learning.luck/", order(account, 10)).status_code == 404
    answer = client.put(FIGURE, order(account, 10))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert "administrators" in answer.json()["detail"]


def test_the_house_answers_as_the_document_says(
    ada: Person,
    account: Advertiser,
    document: dict[str, Any],  # noqa: F811
) -> None:
    client = enter(ada)
    check(document, client.get(f"{API}rules/"), (f"{API}rules/", "get"))
    for value in (10, None, 99, "x"):
        check(document, client.put(FIGURE, order(account, value)), (f"{API}policy/{{name}}/", "put"))
    client.put(FIGURE, order(account, 10))
    given = {"advertiser_id": account.advertiser_id}
    check(document, client.get(f"{API}policy/", given), (f"{API}policy/", "get"))
