"""`Idempotency-Key`: a repeat gets the first answer, another body does not, two at once run once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from rest_framework.test import APIClient

from campaigns.api.urls import urlpatterns
from campaigns.models import Campaign, Launch, StoredAnswer
from campaigns.services import drafts
from campaigns.services.repeats import forget_answers
from tests import factories
from tests.api.conftest import API, enter, guide_tree, make_guide_account

CAMPAIGNS = f"{API}campaigns/"


def send(client: APIClient, tree: dict[str, Any], key: str = "one", address: str = CAMPAIGNS) -> Any:
    return client.post(address, tree, headers={"Idempotency-Key": key})


def test_a_repeat_gets_the_first_answer_and_does_nothing(client: APIClient, tree: dict[str, Any]) -> None:
    first = send(client, tree)
    again = send(client, dict(reversed(tree.items())))
    assert (again.status_code, again.json()) == (201, first.json())
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert (first.has_header("Idempotent-Replayed"), again["Idempotent-Replayed"]) == (False, "true")
    assert Campaign.objects.count() == 1


def test_another_key_or_none_is_another_request(client: APIClient, tree: dict[str, Any]) -> None:
    send(client, tree)
    send(client, tree, "two")
    client.post(CAMPAIGNS, tree)
    client.post(CAMPAIGNS, tree)
    assert Campaign.objects.count() == 4


def test_the_same_key_with_another_body_or_address_is_422(client: APIClient, tree: dict[str, Any]) -> None:
    send(client, tree)
    for answer in (
        send(client, tree | {"campaign_name": "Other"}),
        send(client, tree, address=f"{CAMPAIGNS}validate/"),
    ):
        assert answer.status_code == 422
        assert answer.json()["code"] == "idempotency_mismatch"
    assert Campaign.objects.count() == 1


def test_a_key_belongs_to_its_person(client: APIClient, tree: dict[str, Any]) -> None:
    send(client, tree)
    other = factories.make_person()
    account = make_guide_account({other: "buyer"})
    assert send(enter(other), guide_tree(2, account.advertiser_id)).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "ä", "x" * 101, "a/b"])
def test_a_key_of_other_characters_is_400(client: APIClient, tree: dict[str, Any], key: str) -> None:
    answer = client.post(CAMPAIGNS, tree, HTTP_IDEMPOTENCY_KEY=key)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == "Idempotency-Key"


def test_what_was_refused_may_be_sent_again_mended(client: APIClient, tree: dict[str, Any]) -> None:
    assert send(client, tree | {"budget": []}).status_code == 400
    assert send(client, tree).status_code == 201


def test_what_broke_leaves_no_claim(
    client: APIClient, tree: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(drafts, "create_draft", lambda **given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            send(client, tree)
    assert not StoredAnswer.objects.exists()
    assert send(client, tree).status_code == 201


def test_while_the_first_runs_a_repeat_is_told_to_wait(client: APIClient, tree: dict[str, Any]) -> None:
    send(client, tree)
    StoredAnswer.objects.update(status=None, body=None)
    answer = send(client, tree)
    assert answer.status_code == 409
    assert (answer.json()["code"], answer["Retry-After"]) == ("idempotency_running", "1")


def test_a_claim_whose_process_died_is_given_up(client: APIClient, tree: dict[str, Any]) -> None:
    send(client, tree)
    StoredAnswer.objects.update(status=None, body=None, at=timezone.now() - timedelta(minutes=6))
    assert send(client, tree).status_code == 201


def test_after_a_day_a_key_is_free_again(client: APIClient, tree: dict[str, Any]) -> None:
    send(client, tree)
    StoredAnswer.objects.update(at=timezone.now() - timedelta(hours=25))
    assert send(client, tree | {"campaign_name": "Other"}).status_code == 201
    assert StoredAnswer.objects.count() == 1


def test_answers_of_those_who_never_came_back_are_forgotten_after_a_day(
    client: APIClient, tree: dict[str, Any]
) -> None:
    send(client, tree)
    send(client, tree, "two")
    now = timezone.now()
    StoredAnswer.objects.filter(key="one").update(at=now - timedelta(hours=24, seconds=1))
    assert forget_answers(now=now) == 1
    assert [answer.key for answer in StoredAnswer.objects.all()] == ["two"]


def test_a_launch_sent_twice_is_launched_once(client: APIClient, draft: dict[str, Any]) -> None:
    order = {"version": 1, "acknowledge": [item["rule"] for item in draft["findings"]]}
    address = f"{CAMPAIGNS}{draft['id']}/launch/"
    first, again = send(client, order, address=address), send(client, order, address=address)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert Launch.objects.count() == 1


def test_every_post_takes_a_key() -> None:
    posts = [
        pattern.callback.cls.post  # type: ignore[union-attr]
        for pattern in urlpatterns
        if hasattr(getattr(pattern.callback, "cls", None), "post")
    ]
    assert posts
    assert all(getattr(post, "takes_idempotency_key", False) for post in posts)


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_runs() -> None:
    person = factories.make_person()
    account = make_guide_account({person: "buyer"})
    clients = [enter(person) for _ in range(8)]
    barrier = threading.Barrier(len(clients))
    answers: list[Any] = []

    def run(client: APIClient) -> None:
        try:
            barrier.wait()
            answers.append(send(client, guide_tree(1, account.advertiser_id)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Campaign.objects.count() == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert send(clients[0], guide_tree(1, account.advertiser_id)).status_code == 201
    assert Campaign.objects.count() == 1
