"""Who may ask what: no login, a viewer, a stranger, each role, by token and by session."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from knox.models import get_token_model
from rest_framework.test import APIClient

from campaigns.models import Advertiser, Campaign
from tests import factories
from tests.api.conftest import API, enter, guide_tree, make_guide_account


def calls(campaign: Campaign) -> list[tuple[str, str, Any]]:
    """Every call about one object, with a body that says enough."""
    one = f"{API}campaigns/{campaign.pk}/"
    group = campaign.adgroups.get()
    stop = {"operation_status": "DISABLE"}
    return [
        ("get", one, None),
        ("get", f"{one}plan/", None),
        ("get", f"{one}launch/", None),
        ("put", one, {"version": 1}),
        ("delete", one, None),
        ("post", f"{one}launch/", {"version": 1}),
        ("post", f"{one}status/", stop),
        ("post", f"{API}adgroups/{group.pk}/status/", stop),
        ("post", f"{API}ads/{group.ads.get().pk}/status/", stop),
    ]


LISTS = ["advertisers/", "campaigns/", "changes/", "flips/"]


@pytest.fixture
def campaign(account: Advertiser) -> Campaign:
    return factories.make_live(factories.make_campaign(advertiser=account))


def test_without_a_login_everything_is_401_and_says_how(campaign: Campaign) -> None:
    everything = calls(campaign) + [("get", f"{API}{name}", None) for name in LISTS]
    everything += [("post", f"{API}campaigns/", {}), ("post", f"{API}campaigns/validate/", {})]
    for method, address, body in everything:
        answer = getattr(APIClient(), method)(address, body)
        assert answer.status_code == 401, address
        assert answer["WWW-Authenticate"] == "Token"
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("header", ["Token spa_wrong", "Token", "Token a b", "Bearer x"])
def test_a_wrong_token_is_401(db: None, header: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    assert client.get(f"{API}campaigns/").status_code == 401


def test_an_expired_token_is_401(campaign: Campaign) -> None:
    person = factories.make_person()
    _, token = get_token_model().objects.create(user=person, expiry=timedelta(seconds=-1))
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert client.get(f"{API}campaigns/").status_code == 401


def test_for_a_stranger_no_object_exists(campaign: Campaign) -> None:
    stranger = enter(factories.make_person())
    for method, address, body in calls(campaign):
        answer = getattr(stranger, method)(address, body)
        assert answer.status_code == 404, address
        assert answer.json()["code"] == "not_found"


def test_for_a_stranger_no_account_exists(account: Advertiser) -> None:
    stranger = enter(factories.make_person())
    for address in ("campaigns/", "campaigns/validate/"):
        answer = stranger.post(f"{API}{address}", guide_tree(1, account.advertiser_id))
        assert answer.status_code == 404
        assert answer.json()["problems"][0]["path"] == "advertiser_id"
    for name in LISTS:
        assert stranger.get(f"{API}{name}").json()["results"] == []


def test_a_foreign_account_answers_like_one_that_is_not_there(client: APIClient, account: Advertiser) -> None:
    foreign = factories.make_advertiser()
    answers = [
        client.post(f"{API}campaigns/", {"advertiser_id": number}).json()
        for number in (foreign.advertiser_id, "7999999999999999999")
    ]
    assert answers[0] == answers[1]


def test_a_viewer_reads_and_writes_nothing(campaign: Campaign, account: Advertiser) -> None:
    viewer = factories.make_person()
    factories.add_member(viewer, account, "viewer")
    draft = factories.make_campaign(advertiser=account)
    client = enter(viewer)
    for one in (campaign, draft):
        for method, address, body in calls(one):
            answer = getattr(client, method)(address, body)
            if method == "get":
                assert answer.status_code in (200, 404), address  # 404: a launch that never was
            else:
                assert answer.status_code == 403, (method, address)
                assert "viewer" in answer.json()["detail"]
    for address in ("campaigns/", "campaigns/validate/"):
        answer = client.post(f"{API}{address}", guide_tree(1, account.advertiser_id))
        assert answer.status_code == 403


@pytest.mark.parametrize("role", ["buyer", "manager", "administrator"])
def test_whoever_may_draft_drafts_and_launches(db: None, role: str) -> None:
    person = factories.make_person()
    account = make_guide_account({person: role})
    client = enter(person)
    draft = client.post(f"{API}campaigns/", guide_tree(1, account.advertiser_id)).json()
    order = {"version": 1, "acknowledge": [item["rule"] for item in draft["findings"]]}
    assert client.post(f"{API}campaigns/{draft['id']}/launch/", order).status_code == 202


def test_an_expired_membership_takes_everything_away(client: APIClient, campaign: Campaign) -> None:
    campaign.advertiser.memberships.all().delete()
    assert client.get(f"{API}campaigns/{campaign.pk}/").status_code == 404


def test_a_signed_in_person_may_read_and_needs_the_csrf_token_to_write(campaign: Campaign) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(get_user_model().objects.get(username="buyer"))
    assert client.get(f"{API}campaigns/").status_code == 200
    answer = client.post(f"{API}campaigns/validate/", {})
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
