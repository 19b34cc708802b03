"""Lists: `{next, previous, results}`, filters that say what they did not understand, cursors that hold still."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import Advertiser, Flip, Person
from tests import factories
from tests.api.conftest import API


def read(client: APIClient, name: str, **given: Any) -> dict[str, Any]:
    answer = client.get(f"{API}{name}/", given)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_accounts_show_currency_zone_role_and_readiness(client: APIClient, account: Advertiser) -> None:
    factories.make_advertiser()
    Advertiser.objects.filter(pk=account.pk).update(readiness={"pixels": {"ok": True, "count": 1}})
    body = read(client, "advertisers")
    assert body == {
        "next": None,
        "previous": None,
        "results": [
            {
                "advertiser_id": account.advertiser_id,
                "name": account.name,
                "currency": "USD",
                "timezone": "America/New_York",
                "country": "US",
                "role": "buyer",
                "connection": "connected",
                "readiness": {"pixels": {"ok": True, "count": 1}},
            }
        ],
    }


def test_campaigns_show_their_own_members_and_nothing_below(client: APIClient, account: Advertiser) -> None:
    campaign = factories.make_live(factories.make_campaign(advertiser=account, adgroups=2, ads=2))
    (row,) = read(client, "campaigns")["results"]
    ours = {"id", "campaign_id", "version", "state", "badge", "advertiser_id", "created_at", "changed_at"}
    assert set(row) == ours | set(campaign.wanted)
    assert (row["state"], row["budget"], row["campaign_id"]) == ("live", "500.00", campaign.remote_id)
    assert row["created_at"] == "2026-11-17T12:00:00Z"


def test_campaigns_are_filtered_by_state_account_and_text(
    client: APIClient, buyer: Person, account: Advertiser
) -> None:
    other = factories.make_advertiser(people={buyer: "viewer"})
    draft = factories.make_campaign(advertiser=account, name="Winter")
    live = factories.make_live(factories.make_campaign(advertiser=other, name="Summer"))
    for given, expected in [
        ({"state": "draft"}, [draft]),
        ({"state": "live"}, [live]),
        ({"advertiser_id": other.advertiser_id}, [live]),
        ({"q": "wint"}, [draft]),
        ({"q": live.remote_id}, [live]),
        ({"q": "nothing"}, []),
        ({"state": "draft", "q": "summer"}, []),
    ]:
        found = [row["id"] for row in read(client, "campaigns", **given)["results"]]
        assert found == [campaign.pk for campaign in expected], given


@pytest.mark.parametrize(
    ("name", "given", "path"),
    [
        ("campaigns", {"state": "asleep"}, "state"),
        ("campaigns", {"q": "a\x00b"}, "q"),
        ("campaigns", {"cursor": "cD1hYmM="}, "cursor"),
        ("campaigns", {"cursor": "x"}, "cursor"),
        ("changes", {"campaign": "x"}, "campaign"),
        ("changes", {"act": "x"}, "act"),
        ("flips", {"since": "yesterday"}, "since"),
    ],
)
def test_a_parameter_that_says_nothing_is_named(
    client: APIClient, name: str, given: dict[str, str], path: str
) -> None:
    answer = client.get(f"{API}{name}/", given)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == path


@pytest.mark.parametrize("ordering", ["id", "-id", "name", "-name", "changed_at", "-changed_at"])
def test_pages_together_hold_every_campaign_once(
    client: APIClient, account: Advertiser, ordering: str
) -> None:
    made = {
        factories.make_campaign(
            advertiser=account,
            name=f"Campaign {number % 3}",
            now=factories.NOW + timedelta(minutes=number % 2),
        ).pk
        for number in range(7)
    }
    seen: list[int] = []
    address = f"{API}campaigns/?page_size=2&ordering={ordering}"
    while address:
        body = client.get(address).json()
        seen += [row["id"] for row in body["results"]]
        address = body["next"]
    assert sorted(seen) == sorted(made)


def test_what_is_written_between_two_pages_moves_none(client: APIClient, account: Advertiser) -> None:
    made = [factories.make_campaign(advertiser=account) for _ in range(4)]
    first = read(client, "campaigns", page_size=2)
    factories.make_campaign(advertiser=account)
    made[0].delete()
    second = client.get(first["next"]).json()
    assert [row["id"] for row in first["results"]] == [made[3].pk, made[2].pk]
    assert [row["id"] for row in second["results"]] == [made[1].pk]


def test_changes_say_who_decided_what_by_which_door(
    client: APIClient, buyer: Person, draft: dict[str, Any]
) -> None:
    factories.make_change(factories.make_campaign(advertiser=factories.make_advertiser()))
    (row,) = read(client, "changes")["results"]
    members = "id at actor door origin token act advertiser_id campaign target before after note"
    assert set(row) == set(members.split())
    assert (row["actor"], row["door"], row["act"]) == ("buyer", "rest", "created")
    assert (row["campaign"], row["target"]) == (draft["id"], "campaign")
    assert read(client, "changes", act="launched")["results"] == []
    assert read(client, "changes", campaign=draft["id"] + 1)["results"] == []


def test_flips_say_what_tiktok_reported(client: APIClient, account: Advertiser) -> None:
    campaign = factories.make_live(factories.make_campaign(advertiser=account))
    flip = Flip.objects.create(
        advertiser=account,
        campaign_ref=campaign.pk,
        target="campaign",
        member="operation_status",
        before="ENABLE",
        after="DISABLE",
        cause=Flip.Cause.ELSEWHERE,
        at=factories.NOW,
    )
    assert read(client, "flips", since="2026-11-17T11:00:00Z", until="2026-11-17T13:00:00Z")["results"] == [
        {
            "id": flip.pk,
            "at": "2026-11-17T12:00:00Z",
            "advertiser_id": account.advertiser_id,
            "campaign": campaign.pk,
            "target": "campaign",
            "member": "operation_status",
            "before": "ENABLE",
            "after": "DISABLE",
            "cause": "elsewhere",
            "since": None,
        }
    ]
    assert read(client, "flips", since="2026-11-17T13:00:00Z")["results"] == []


@pytest.mark.parametrize("moment", ["0813-11-16T05:15:42-18:37", "2026-11-17T05:15:42+15:59"])
def test_a_moment_with_an_offset_that_no_database_takes_is_a_moment_all_the_same(
    client: APIClient, moment: str
) -> None:
    assert client.get(f"{API}changes/", {"until": moment}).status_code == 200


def test_a_moment_that_no_calendar_has_in_utc_is_an_error(client: APIClient) -> None:
    assert client.get(f"{API}changes/", {"since": "0001-01-01T00:00:00+14:00"}).status_code == 400


def test_a_list_takes_as_many_queries_for_one_row_as_for_many(
    client: APIClient, account: Advertiser, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        factories.make_live(factories.make_campaign(advertiser=account, adgroups=2))
    with django_assert_max_num_queries(4):
        read(client, "campaigns")


def test_a_tree_takes_as_many_queries_for_one_ad_group_as_for_many(
    client: APIClient, account: Advertiser, django_assert_max_num_queries: Any
) -> None:
    campaign = factories.make_campaign(advertiser=account, adgroups=5, ads=3)
    with django_assert_max_num_queries(12):
        client.get(f"{API}campaigns/{campaign.pk}/")


@pytest.mark.parametrize(
    ("name", "given", "path"),
    [
        ("campaigns", {"limit": "2"}, "limit"),
        ("campaigns", {"stat": "live"}, "stat"),
        ("campaigns", {"ordering": "budget"}, "ordering"),
        ("advertisers", {"q": "tea"}, "q"),
        ("flips", {"ordering": "-id"}, "ordering"),
    ],
)
def test_a_parameter_that_a_list_does_not_know_is_refused(
    client: APIClient, account: Advertiser, name: str, given: dict[str, str], path: str
) -> None:
    answer = client.get(f"{API}{name}/", given)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == path
