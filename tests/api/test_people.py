"""Who is a member of one's accounts over REST: read by all of them, changed by administrators who are signed in."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import Advertiser, ClientToken, Membership, Person
from campaigns.rules.authority import Scope
from tests import factories
from tests.api.conftest import API

PEOPLE = f"{API}people/"


@pytest.fixture
def boss(db: None) -> Person:
    return factories.make_person("boss")


@pytest.fixture
def account(boss: Person) -> Advertiser:
    return factories.make_advertiser(people={boss: "administrator", factories.make_person("kim"): "buyer"})


@pytest.fixture
def signed_in(boss: Person, account: Advertiser) -> APIClient:
    client = APIClient()
    client.force_login(boss)
    return client


def find_member(username: str) -> Membership:
    return Membership.objects.get(person__username=username)


def test_members_are_listed_with_their_roles(signed_in: APIClient, account: Advertiser) -> None:
    factories.make_advertiser(people={factories.make_person(): "buyer"})
    listed = signed_in.get(PEOPLE).json()["results"]
    assert [(row["username"], row["role"], row["largest_raise"]) for row in listed] == [
        ("kim", "buyer", None),
        ("boss", "administrator", None),
    ]


def test_an_invitation_is_told_once(signed_in: APIClient, account: Advertiser) -> None:
    order = {
        "advertiser_id": account.advertiser_id,
        "username": "lou",
        "email": "lou@example.com",
        "role": "viewer",
    }
    first, again = (
        signed_in.post(PEOPLE, order, headers={"Idempotency-Key": "lou"}).json() for _ in range(2)
    )
    assert signed_in.get(first["invitation"]).status_code == 200
    assert again == {**first, "invitation": None}


def test_a_role_and_a_limit_are_set_apart(signed_in: APIClient) -> None:
    address = f"{PEOPLE}{find_member('kim').pk}/"
    assert signed_in.patch(address, {"largest_raise": "100"}).json()["largest_raise"] == "100.00"
    assert signed_in.patch(address, {"role": "manager"}).json() == {
        **signed_in.get(PEOPLE).json()["results"][0],
        "role": "manager",
        "largest_raise": "100.00",
    }


def test_who_is_taken_out_sees_nothing_any_more(signed_in: APIClient, account: Advertiser) -> None:
    member = find_member("kim")
    assert signed_in.delete(f"{PEOPLE}{member.pk}/").status_code == 204
    client = APIClient()
    client.force_login(member.person)
    assert client.get(PEOPLE).json()["results"] == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"role": 5}, "role"),
        ({"role": "king"}, "role"),
        ({"largest_raise": "much"}, "largest_raise"),
        ({"x": 1}, "x"),
    ],
)
def test_a_change_that_says_nonsense_is_refused(
    signed_in: APIClient, body: dict[str, Any], path: str
) -> None:
    answer = signed_in.patch(f"{PEOPLE}{find_member('kim').pk}/", body)
    assert (answer.status_code, answer.json()["problems"][0]["path"]) == (400, path)


def test_no_token_changes_who_is_a_member(boss: Person, account: Advertiser) -> None:
    client = APIClient()
    secret = ClientToken.objects.create(user=boss, name="all", scopes=list(Scope))[1]
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    assert client.patch(f"{PEOPLE}{find_member('kim').pk}/", {"role": "viewer"}).status_code == 403
