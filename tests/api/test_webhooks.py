"""Webhooks over REST: who may set them, the secret once, a test, a message again, and removal."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import Advertiser, Change, Delivery, Person, Webhook
from tests import factories
from tests.api.conftest import API, enter


@pytest.fixture
def manager(db: None) -> Person:
    return factories.make_person("manager")


@pytest.fixture
def account(manager: Person) -> Advertiser:
    return factories.make_advertiser(people={manager: "manager"})


@pytest.fixture
def client(manager: Person) -> APIClient:
    return enter(manager)


@pytest.fixture
def order(account: Advertiser) -> dict[str, Any]:
    return {
        "advertiser_id": account.advertiser_id,
        "address": "https://example.com/hook",
        "kinds": ["launch_finished", "proposal_decided"],
    }


def test_a_manager_sets_one_and_gets_its_secret_once(client: APIClient, order: dict[str, Any]) -> None:
    made = client.post(f"{API}webhooks/", order)
    assert made.status_code == 201
    assert made.json()["secret"] == Webhook.objects.get().secret
    listed = client.get(f"{API}webhooks/").json()["results"]
    assert [item["id"] for item in listed] == [made.json()["id"]]
    assert "secret" not in listed[0]
    assert Change.objects.get().act == "webhook_set"


@pytest.mark.parametrize("role", ["viewer", "buyer"])
def test_who_may_not_set_them_sees_none(
    client: APIClient, order: dict[str, Any], account: Advertiser, role: str
) -> None:
    made = client.post(f"{API}webhooks/", order).json()
    person = factories.make_person()
    factories.add_member(person, account, role)
    other = enter(person)
    assert other.post(f"{API}webhooks/", order).status_code == 403
    assert other.get(f"{API}webhooks/").json()["results"] == []
    assert other.delete(f"{API}webhooks/{made['id']}/").status_code == 404
    assert other.post(f"{API}webhooks/{made['id']}/test/").status_code == 404


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("address", "http://127.0.0.1:5432/"),
        ("address", "https://169.254.169.254/"),
        ("address", 5),
        ("kinds", []),
        ("kinds", ["everything"]),
        ("kinds", "launch_finished"),
    ],
)
def test_a_webhook_that_says_nonsense_is_not_set(
    client: APIClient, order: dict[str, Any], member: str, value: Any, settings: Any
) -> None:
    settings.SMARTPLUS_WEBHOOKS_INSIDE = False
    answer = client.post(f"{API}webhooks/", order | {member: value})
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == member


def test_a_test_is_put_on_its_way_and_shows_in_the_log(client: APIClient, order: dict[str, Any]) -> None:
    one = client.post(f"{API}webhooks/", order).json()["id"]
    sent = client.post(f"{API}webhooks/{one}/test/")
    assert sent.status_code == 202
    (listed,) = client.get(f"{API}webhooks/{one}/deliveries/").json()["results"]
    assert (listed["id"], listed["kind"], listed["state"]) == (sent.json()["id"], "test", "waiting")


def test_a_settled_message_is_sent_again_under_its_id(client: APIClient, order: dict[str, Any]) -> None:
    one = client.post(f"{API}webhooks/", order).json()["id"]
    key = client.post(f"{API}webhooks/{one}/test/").json()["id"]
    assert client.post(f"{API}deliveries/{key}/again/").status_code == 409
    Delivery.objects.update(state="failed", attempts=14)
    again = client.post(f"{API}deliveries/{key}/again/").json()
    assert (again["id"], again["state"], again["attempts"]) == (key, "waiting", 0)


def test_what_waited_goes_with_its_webhook(client: APIClient, order: dict[str, Any]) -> None:
    one = client.post(f"{API}webhooks/", order).json()["id"]
    client.post(f"{API}webhooks/{one}/test/")
    assert client.delete(f"{API}webhooks/{one}/").status_code == 204
    assert not Delivery.objects.exists()
    assert Change.objects.first().act == "webhook_removed"
