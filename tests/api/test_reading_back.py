"""Results, drift and surprises over REST."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import Advertiser, Campaign, RemoteEdit, Result, Stranger, Surprise
from campaigns.sync.drift import note_drift
from campaigns.sync.mirror import fold
from tests import factories
from tests.api.conftest import API
from tests.factories import NOW


@pytest.fixture
def live(account: Advertiser) -> Campaign:
    return factories.make_live(factories.make_campaign(advertiser=account))


@pytest.fixture
def drifting(live: Campaign) -> Campaign:
    """Somebody lowered the budget at TikTok."""
    fold(live, {**(live.remote or {}), "budget": 300}, now=NOW, read_at=NOW)
    note_drift([live.pk], now=NOW)
    return live


def read(client: APIClient, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(f"{API}{path}/", query)
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def post(client: APIClient, act: str, status: int, **body: Any) -> dict[str, Any]:
    answer = client.post(f"{API}drift/{act}/", body)
    assert answer.status_code == status, answer.content
    told: dict[str, Any] = answer.json()
    return told


def make_result(live: Campaign, **members: Any) -> Result:
    given = {
        "day": date(2026, 11, 16),
        "spend": Decimal("12.5"),
        "impressions": 900,
        "read_at": NOW,
    } | members
    return Result.objects.create(advertiser=live.advertiser, **given)


def test_results_are_money_as_text_and_null_where_tiktok_gave_none(client: APIClient, live: Campaign) -> None:
    make_result(live, campaign=live)
    (row,) = read(client, "results")
    assert (row["level"], row["object"], row["remote_id"]) == ("campaign", live.pk, live.remote_id)
    assert (row["day"], row["spend"], row["impressions"]) == ("2026-11-16", "12.50", 900)
    assert row["conversions"] is None
    assert row["read_at"] == "2026-11-17T12:00:00Z"


def test_results_are_narrowed_by_level_campaign_and_day(client: APIClient, live: Campaign) -> None:
    group = live.adgroups.get()
    make_result(live, campaign=live)
    make_result(live, adgroup=group)
    make_result(live, adgroup=group, day=date(2026, 11, 15))
    other = factories.make_live(factories.make_campaign(advertiser=live.advertiser))
    make_result(other, campaign=other)
    assert len(read(client, "results", level="adgroup")) == 2
    assert len(read(client, "results", campaign=live.pk)) == 3
    assert len(read(client, "results", campaign=live.pk, since="2026-11-16", until="2026-11-16")) == 2
    assert len(read(client, "results", adgroup=group.pk)) == 2


def test_results_of_other_peoples_accounts_do_not_exist(client: APIClient, account: Advertiser) -> None:
    theirs = factories.make_live(factories.make_campaign(advertiser=factories.make_advertiser()))
    make_result(theirs, campaign=theirs)
    assert read(client, "results") == []


def test_drift_says_both_values_and_who_did_it(client: APIClient, drifting: Campaign) -> None:
    RemoteEdit.objects.create(
        advertiser=drifting.advertiser,
        campaign_ref=drifting.pk,
        target="campaign",
        kind="CAMPAIGN",
        remote_id=drifting.remote_id,
        operator="Kim",
        source="TikTok Ads Manager",
        digest="d",
        at=NOW,
    )
    (row,) = read(client, "drift")
    assert (row["id"], row["since"]) == (drifting.pk, "2026-11-17T12:00:00Z")
    (item,) = row["differences"]
    assert (item["path"], item["wanted"], item["remote"]) == ("budget", "500.00", "300.00")
    assert (item["origin"]["who"], item["origin"]["ours"]) == ("Kim", False)


def test_a_campaign_without_drift_is_not_listed(client: APIClient, live: Campaign) -> None:
    assert read(client, "drift") == []


def test_taking_theirs_answers_with_the_change_and_sends_nothing(
    client: APIClient, drifting: Campaign
) -> None:
    told = post(client, "take", 200, campaign=drifting.pk, paths=["budget"])
    assert [change["act"] for change in told["changes"]] == ["took"]
    assert read(client, "drift") == []


def test_keeping_ours_asks_for_a_yes_where_more_can_be_spent(client: APIClient, drifting: Campaign) -> None:
    problem = post(client, "keep", 409, campaign=drifting.pk)
    assert problem["code"] == "unconfirmed"
    yes = [item["rule"] for item in problem["findings"]]
    told = post(client, "keep", 202, campaign=drifting.pk, acknowledge=yes)
    assert [change["act"] for change in told["changes"]] == ["edited"]


def test_keeping_ours_that_the_gate_does_not_let_through_is_answered_with_its_proposal(
    client: APIClient, live: Campaign
) -> None:
    held = {"operation_status": "DISABLE", "secondary_status": "CAMPAIGN_STATUS_DISABLE"}
    fold(live, {**(live.remote or {}), **held}, now=NOW, read_at=NOW)
    told = post(client, "keep", 202, campaign=live.pk, reason="It sells well.")
    assert told["changes"] == []
    assert (told["proposal"]["state"], told["proposal"]["reason"]) == ("open", "It sells well.")


def test_a_path_that_does_not_drift_is_named(client: APIClient, drifting: Campaign) -> None:
    problem = post(client, "take", 400, campaign=drifting.pk, paths=["budget_mode"])
    assert problem["problems"][0]["path"] == "budget_mode"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "campaign"),
        ({"campaign": "4"}, "campaign"),
        ({"campaign": True}, "campaign"),
        ({"campaign": 4, "paths": []}, "paths"),
        ({"campaign": 4, "paths": [7]}, "paths"),
    ],
)
def test_a_malformed_order_names_its_member(
    client: APIClient, drifting: Campaign, body: dict[str, Any], path: str
) -> None:
    if "paths" in body:
        body = body | {"campaign": drifting.pk}
    problem = post(client, "keep", 400, **body)
    assert problem["problems"][0]["path"] == path


def test_drift_of_other_peoples_campaigns_does_not_exist(client: APIClient, account: Advertiser) -> None:
    theirs = factories.make_live(factories.make_campaign(advertiser=factories.make_advertiser()))
    post(client, "keep", 404, campaign=theirs.pk)


def test_surprises_carry_request_answer_and_rules(client: APIClient, live: Campaign) -> None:
    Surprise.objects.create(
        advertiser=live.advertiser,
        campaign_ref=live.pk,
        target="campaign",
        label=live.label,
        endpoint="smart_plus/campaign/create/",
        code=40002,
        message="no",
        request={"budget": "5"},
        answer={"code": 40002},
        rules_version="abc",
        at=NOW,
    )
    (row,) = read(client, "surprises", kind="refused")
    assert (row["code"], row["request"], row["rules_version"]) == (40002, {"budget": "5"}, "abc")
    assert read(client, "surprises", kind="accepted") == []


def test_flips_are_narrowed_by_cause_and_member(client: APIClient, drifting: Campaign) -> None:
    (row,) = read(client, "flips", cause="elsewhere", member="body:")
    assert (row["member"], row["before"], row["after"]) == ("body:budget", '"500.00"', "300")


def test_a_tree_says_at_each_object_what_tiktok_holds_otherwise(
    client: APIClient, drifting: Campaign
) -> None:
    tree = client.get(f"{API}campaigns/{drifting.pk}/").json()
    assert tree["drift"] == [{"path": "budget", "wanted": "500.00", "remote": "300.00"}]
    assert tree["adgroups"][0]["drift"] == []


def make_stranger(live: Campaign, **members: Any) -> Stranger:
    """An ad group or ad that somebody made at TikTok."""
    given = {
        "level": "adgroup",
        "remote_id": "1900",
        "campaign": live,
        "name": "Theirs",
        "operation_status": "DISABLE",
        "remote": {
            **factories.adgroup_members(adgroup_name="Theirs"),
            "adgroup_id": "1900",
            "operation_status": "DISABLE",
        },
        "seen_at": NOW,
        "read_at": NOW,
    } | members
    return Stranger.objects.create(advertiser=live.advertiser, **given)


def test_a_tree_says_at_its_root_what_was_made_elsewhere_below_it(client: APIClient, live: Campaign) -> None:
    group = live.adgroups.get()
    stranger = make_stranger(live, level="ad", adgroup=group, remote={"adgroup_id": group.remote_id})
    tree = client.get(f"{API}campaigns/{live.pk}/").json()
    assert tree["drift"] == [{"path": f"strangers/{stranger.pk}", "wanted": "not there", "remote": "DISABLE"}]


def test_what_was_made_elsewhere_is_removed_by_its_path_and_a_yes(client: APIClient, live: Campaign) -> None:
    path = f"strangers/{make_stranger(live).pk}"
    problem = post(client, "keep", 409, campaign=live.pk, paths=[path])
    assert [item["rule"] for item in problem["findings"]] == ["removes-for-good"]
    told = post(client, "keep", 202, campaign=live.pk, paths=[path], acknowledge=["removes-for-good"])
    assert [change["act"] for change in told["changes"]] == ["removed"]


def test_what_all_of_it_leaves_is_told_with_its_reason(client: APIClient, drifting: Campaign) -> None:
    stranger = make_stranger(drifting)
    told = post(client, "take", 200, campaign=drifting.pk)
    (left,) = told["left"]
    assert (left["path"], left["label"]) == (f"strangers/{stranger.pk}", "Ad group “Theirs”")
    assert "Name it" in left["why"]


def test_the_second_of_a_campaign_of_ours_is_removed_with_a_yes(client: APIClient, live: Campaign) -> None:
    twin = make_stranger(
        live, level="campaign", campaign=None, twin=True, remote={"campaign_id": "1900", "campaign_name": "x"}
    )
    assert client.post(f"{API}strangers/{twin.pk}/remove/", {}).status_code == 409
    answer = client.post(f"{API}strangers/{twin.pk}/remove/", {"acknowledge": ["removes-for-good"]})
    assert (answer.status_code, answer.json()["changes"][0]["act"]) == (202, "removed")
