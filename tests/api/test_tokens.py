"""Tokens of clients: scopes, accounts, an end, their last use, and who may make and take them back."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from campaigns import queries
from campaigns.models import Advertiser, Campaign, Change, ClientToken, Person
from campaigns.rules.authority import Act, Role, Scope, may, may_by_token
from tests import factories
from tests.api.conftest import API, guide_tree, make_guide_account

NIGHTLY = {"name": "Nightly report", "scopes": ["read"], "days": 30}


def come_with(
    person: Person, *scopes: str, accounts: list[Advertiser] | None = None, **more: Any
) -> APIClient:
    """A client with a token of such scopes."""
    token, secret = ClientToken.objects.create(
        user=person, name="client", scopes=list(scopes), every_account=accounts is None, **more
    )
    token.accounts.set(accounts or [])
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


@pytest.fixture
def manager(db: None) -> Person:
    return factories.make_person("manager")


@pytest.fixture
def signed_in(manager: Person) -> APIClient:
    client = APIClient()
    client.force_login(manager)
    return client


@pytest.fixture
def account(manager: Person) -> Advertiser:
    return make_guide_account({manager: "manager"})


@pytest.fixture
def campaign(account: Advertiser) -> Campaign:
    return factories.make_live(factories.make_campaign(advertiser=account))


def test_a_leaked_read_token_changes_nothing(
    manager: Person, account: Advertiser, campaign: Campaign
) -> None:
    client = come_with(manager, "read")
    tree = guide_tree(1, account.advertiser_id)
    stop = {"operation_status": "DISABLE"}
    for address, body in (
        ("campaigns/", tree),
        (f"campaigns/{campaign.pk}/launch/", {"version": 1}),
        (f"campaigns/{campaign.pk}/status/", stop),
    ):
        answer = client.post(f"{API}{address}", body)
        assert answer.status_code == 403, address
        assert "This token cannot" in answer.json()["detail"]
    assert client.put(f"{API}campaigns/{campaign.pk}/", tree | {"version": 1}).status_code == 403
    assert client.delete(f"{API}campaigns/{campaign.pk}/").status_code == 403
    assert not Change.objects.exists()


def test_a_read_token_reads_what_its_owner_may(manager: Person, campaign: Campaign) -> None:
    client = come_with(manager, "read")
    for address in (f"campaigns/{campaign.pk}/", "campaigns/", "changes/", "flips/", "advertisers/"):
        assert client.get(f"{API}{address}").status_code == 200, address


def test_a_draft_token_drafts_and_does_not_launch(manager: Person, account: Advertiser) -> None:
    client = come_with(manager, "draft")
    made = client.post(f"{API}campaigns/", guide_tree(1, account.advertiser_id))
    assert made.status_code == 201
    order = {"version": 1, "acknowledge": [item["rule"] for item in made.json()["findings"]]}
    assert client.post(f"{API}campaigns/{made.json()['id']}/launch/", order).status_code == 403


def test_a_launch_token_launches_and_stops_and_drafts_nothing(manager: Person, account: Advertiser) -> None:
    tree = guide_tree(1, account.advertiser_id)
    draft = come_with(manager, "draft").post(f"{API}campaigns/", tree).json()
    client = come_with(manager, "launch")
    order = {"version": 1, "acknowledge": [item["rule"] for item in draft["findings"]]}
    assert client.post(f"{API}campaigns/{draft['id']}/launch/", order).status_code == 202
    assert client.post(f"{API}campaigns/", tree).status_code == 403


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("act", list(Act))
def test_no_scope_gives_what_the_role_does_not(act: Act, role: Role, db: None) -> None:
    person = factories.make_person()
    factories.make_advertiser(people={person: role.value})
    person.via = ClientToken(scopes=list(Scope))
    assert bool(queries.accounts_for(person, act)) == (may(role, act) and may_by_token(Scope, act))


def test_no_token_connects_accounts(db: None) -> None:
    assert not may_by_token(Scope, Act.CONNECT)


def test_outside_its_accounts_nothing_exists_for_a_token(manager: Person, campaign: Campaign) -> None:
    other = factories.make_advertiser(people={manager: "manager"})
    client = come_with(manager, *Scope, accounts=[other])
    assert [item["advertiser_id"] for item in client.get(f"{API}advertisers/").json()["results"]] == [
        other.advertiser_id
    ]
    assert client.get(f"{API}campaigns/{campaign.pk}/").status_code == 404
    assert (
        client.post(f"{API}campaigns/", {"advertiser_id": campaign.advertiser.advertiser_id}).status_code
        == 404
    )


def test_leaving_an_account_takes_it_from_the_token_that_names_it(
    manager: Person, campaign: Campaign
) -> None:
    client = come_with(manager, *Scope, accounts=[campaign.advertiser])
    campaign.advertiser.memberships.all().delete()
    assert client.get(f"{API}campaigns/{campaign.pk}/").status_code == 404


def test_the_last_use_is_shown(manager: Person, signed_in: APIClient) -> None:
    client = come_with(manager, "read")
    assert signed_in.get(f"{API}tokens/").json()["results"][0]["last_used_at"] is None
    client.get(f"{API}campaigns/")
    assert signed_in.get(f"{API}tokens/").json()["results"][0]["last_used_at"] is not None


def test_a_person_makes_a_token_whose_text_is_told_once(signed_in: APIClient, account: Advertiser) -> None:
    made = signed_in.post(f"{API}tokens/", NIGHTLY)
    assert made.status_code == 201
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {made.json()['token']}")
    assert client.get(f"{API}campaigns/").status_code == 200
    assert made.json()["token"] not in signed_in.get(f"{API}tokens/").content.decode()
    assert Change.objects.get().act == "token_made"


def test_a_repeat_with_the_same_key_makes_no_second_token_and_tells_no_text(
    signed_in: APIClient, account: Advertiser
) -> None:
    first, again = (
        signed_in.post(f"{API}tokens/", NIGHTLY, headers={"Idempotency-Key": "nightly-1"}).json()
        for _ in range(2)
    )
    assert ClientToken.objects.count() == 1
    assert again == first | {"token": None}


def test_a_token_ends_when_it_was_said_to(signed_in: APIClient, account: Advertiser) -> None:
    signed_in.post(f"{API}tokens/", NIGHTLY)
    left = ClientToken.objects.get().expiry - timezone.now()
    assert timedelta(days=29) < left < timedelta(days=31)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("name", ""),
        ("name", 5),
        ("scopes", []),
        ("scopes", ["everything"]),
        ("scopes", "read"),
        ("days", 0),
        ("days", 10_000),
        ("days", "30"),
        ("accounts", []),
        ("accounts", ["7999999999999999999"]),
    ],
)
def test_a_token_that_says_nonsense_is_not_made(
    signed_in: APIClient, account: Advertiser, member: str, value: Any
) -> None:
    answer = signed_in.post(f"{API}tokens/", NIGHTLY | {member: value})
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == member
    assert not ClientToken.objects.exists()


def test_a_token_makes_no_token(manager: Person, account: Advertiser) -> None:
    assert come_with(manager, *Scope).post(f"{API}tokens/", NIGHTLY).status_code == 403


def test_a_client_takes_its_own_token_back(manager: Person, account: Advertiser) -> None:
    client = come_with(manager, "read")
    key = ClientToken.objects.get().token_key
    assert client.delete(f"{API}tokens/{key}/").status_code == 204
    assert client.get(f"{API}campaigns/").status_code == 401


def test_a_token_takes_no_other_back(manager: Person, account: Advertiser) -> None:
    client = come_with(manager, *Scope)
    come_with(manager, "read")
    other = ClientToken.objects.get(scopes=["read"])
    assert client.delete(f"{API}tokens/{other.token_key}/").status_code == 403


def test_an_administrator_takes_the_token_of_a_member_back(manager: Person, account: Advertiser) -> None:
    come_with(manager, "read")
    administrator = factories.make_person()
    factories.add_member(administrator, account, "administrator")
    client = APIClient()
    client.force_login(administrator)
    assert client.delete(f"{API}tokens/{ClientToken.objects.get().token_key}/").status_code == 204


def test_nobody_sees_the_tokens_of_another(manager: Person, account: Advertiser) -> None:
    come_with(manager, "read")
    other = factories.make_person()
    factories.add_member(other, account, "manager")
    client = APIClient()
    client.force_login(other)
    assert client.get(f"{API}tokens/").json()["results"] == []
    assert client.delete(f"{API}tokens/{ClientToken.objects.get().token_key}/").status_code == 404


def launch(client: APIClient, account: Advertiser) -> Any:
    draft = client.post(f"{API}campaigns/", guide_tree(1, account.advertiser_id)).json()
    order = {"version": 1, "acknowledge": [item["rule"] for item in draft["findings"]]}
    return client.post(f"{API}campaigns/{draft['id']}/launch/", order)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"launch_needs_person": True}, "a person has to press Launch"),
        ({"largest_budget": 100}, "above this token's 100"),
        ({"changes_per_day": 1}, "has made 1 changes within 24 hours"),
    ],
)
def test_a_client_launches_nothing_beyond_its_limits(
    manager: Person, account: Advertiser, limits: dict[str, Any], words: str
) -> None:
    answer = launch(come_with(manager, "draft", "launch", **limits), account)
    assert answer.status_code == 403
    assert words in answer.json()["detail"]


def test_a_client_launches_within_its_limits(manager: Person, account: Advertiser) -> None:
    client = come_with(manager, "draft", "launch", largest_budget=500, changes_per_day=2)
    assert launch(client, account).status_code == 202


@pytest.mark.parametrize(
    ("member", "value"),
    [("largest_budget", "much"), ("largest_budget", -5), ("changes_per_day", -1), ("must_propose", "yes")],
)
def test_a_limit_that_is_none_is_refused(
    signed_in: APIClient, account: Advertiser, member: str, value: Any
) -> None:
    answer = signed_in.post(f"{API}tokens/", NIGHTLY | {member: value})
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == member


def test_the_limits_of_a_token_are_told(signed_in: APIClient, account: Advertiser) -> None:
    limits = {
        "largest_budget": "500",
        "changes_per_day": 20,
        "must_propose": True,
        "launch_needs_person": True,
    }
    made = signed_in.post(f"{API}tokens/", NIGHTLY | limits).json()
    assert {name: made[name] for name in limits} == limits
