"""A token has a pace: beyond it the client is told when to come back, and nobody else is held up."""

import time
from typing import Any

import pytest
from knox.models import get_token_model
from rest_framework.test import APIClient

from campaigns.api.throttling import TokenThrottle
from campaigns.models import Person
from campaigns.rules.policy import house_policy
from tests.api.conftest import API, enter

MOMENT = 1_795_000_000.0
ADDRESS = f"{API}advertisers/"


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Stands still until told otherwise."""
    clock = {"now": MOMENT}
    monkeypatch.setattr(time, "time", lambda: clock["now"])
    return clock


def use_up(person: Person) -> int:
    """Takes all the calls of the person's one token. Returns how many were let through."""
    request: Any = type("Request", (), {"auth": get_token_model().objects.get(user=person)})
    view: Any = None
    taken = 0
    while taken < 10_000 and TokenThrottle().allow_request(request, view):
        taken += 1
    return taken


def test_beyond_its_burst_a_token_is_told_when_to_come_back(buyer: Person, frozen: Any) -> None:
    client = enter(buyer)
    assert use_up(buyer) == house_policy().count("rest.burst")
    answer = client.get(ADDRESS)
    assert answer.status_code == 429
    assert (answer["Content-Type"], answer["Retry-After"]) == ("application/problem+json", "1")


def test_after_the_time_it_was_told_a_token_is_heard(buyer: Person, frozen: Any) -> None:
    client = enter(buyer)
    use_up(buyer)
    frozen["now"] += float(client.get(ADDRESS)["Retry-After"])
    assert client.get(ADDRESS).status_code == 200


def test_another_token_and_whoever_is_signed_in_are_not_held_up(buyer: Person, frozen: Any) -> None:
    enter(buyer)
    use_up(buyer)
    other, signed_in = enter(buyer), APIClient()
    signed_in.force_login(buyer)
    assert [client.get(ADDRESS).status_code for client in (other, signed_in)] == [200, 200]
