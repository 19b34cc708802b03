"""Two clients at one campaign: whatever comes first, the other is told, and the rows agree."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from campaigns.models import Campaign, Launch, Push
from tests import factories
from tests.api.conftest import API, enter, guide_tree, make_guide_account


def run_at_once(*calls: Callable[[], Any]) -> list[Any]:
    barrier = threading.Barrier(len(calls))
    answers: dict[int, Any] = {}

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            answers[index] = call()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[index] for index in range(len(calls))]


@pytest.fixture
def world(transactional_db: None) -> tuple[Any, Any, dict[str, Any]]:
    person = factories.make_person()
    account = make_guide_account({person: "buyer"})
    one, other = enter(person), enter(person)
    return one, other, guide_tree(1, account.advertiser_id)


@pytest.mark.parametrize("attempt", range(5))
def test_a_draft_is_launched_or_discarded_but_never_both(world: Any, attempt: int) -> None:
    one, other, tree = world
    draft = one.post(f"{API}campaigns/", tree).json()
    address = f"{API}campaigns/{draft['id']}/"
    order = {"version": 1, "acknowledge": [item["rule"] for item in draft["findings"]]}
    launched, discarded = run_at_once(
        lambda: one.post(f"{address}launch/", order), lambda: other.delete(address)
    )
    assert (launched.status_code, discarded.status_code) in {(202, 409), (404, 204)}
    there = launched.status_code == 202
    assert (Campaign.objects.count(), Launch.objects.count(), Push.objects.count() > 0) == (
        there,
        there,
        there,
    )


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_launches_or_replacements_at_once_one_wins(world: Any, attempt: int) -> None:
    one, other, tree = world
    draft = one.post(f"{API}campaigns/", tree).json()
    address = f"{API}campaigns/{draft['id']}/"
    order = {"version": 1, "acknowledge": [item["rule"] for item in draft["findings"]]}
    launched, replaced = run_at_once(
        lambda: one.post(f"{address}launch/", order), lambda: other.put(address, draft)
    )
    assert sorted([launched.status_code, replaced.status_code]) in ([200, 409], [202, 409])
    both = run_at_once(
        *[lambda client=client: client.post(f"{address}launch/", order) for client in (one, other)]
    )
    assert {answer.status_code for answer in both} == {409}
