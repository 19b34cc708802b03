"""Judging a tree over REST: the guides' examples pass, the known errors are named, nothing is kept."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import Advertiser, Campaign, Change
from tests.api.conftest import API, guide_tree, rules

VALIDATE = f"{API}campaigns/validate/"


@pytest.mark.parametrize("number", [1, 2])
def test_a_worked_example_in_the_guides_spelling_is_not_refused(
    client: APIClient, account: Advertiser, number: int
) -> None:
    answer = client.post(VALIDATE, guide_tree(number, account.advertiser_id))
    assert answer.status_code == 200
    body = answer.json()
    assert rules(body["findings"], "refuse") == {}
    assert body["plan"]["creates"] == {"campaign": 1, "adgroup": 1, "ad": 1}


def test_the_answer_has_exactly_the_documented_shape(client: APIClient, tree: dict[str, Any]) -> None:
    body = client.post(VALIDATE, tree).json()
    assert set(body) == {"findings", "plan"}
    assert set(body["plan"]) == {"creates", "calls", "exposure", "forecast"}
    assert body["plan"]["exposure"] == {
        "currency": "USD",
        "worst_day": "625.00",
        "worst_week": "3500.00",
        "total": None,
    }
    assert isinstance(body["plan"]["calls"], int)
    for finding in body["findings"]:
        assert set(finding) == {"rule", "level", "path", "message", "fix", "source"}


def test_the_forecast_says_whether_the_budget_feeds_the_ad_groups(
    client: APIClient, tree: dict[str, Any]
) -> None:
    tree["adgroups"][0] |= {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 10}
    forecast = client.post(VALIDATE, tree).json()["plan"]["forecast"]
    (group,) = forecast["adgroups"]
    assert set(forecast) == {"adgroups", "results_per_week", "chance", "enough", "enough_per_day", "unknown"}
    assert (group["cost"]["amount"], group["cost"]["source"]) == ("10.00", "target")
    assert forecast["chance"] == group["chance"] > 0.9
    assert forecast["unknown"] is None


def test_a_cost_that_nobody_knows_is_null_in_the_forecast_with_the_way_out(
    client: APIClient, tree: dict[str, Any]
) -> None:
    forecast = client.post(VALIDATE, tree).json()["plan"]["forecast"]
    assert (forecast["chance"], forecast["results_per_week"]) == (None, None)
    assert "Type a target cost" in forecast["unknown"]


def test_what_is_not_sent_as_typed_is_among_the_findings(client: APIClient, tree: dict[str, Any]) -> None:
    findings = client.post(VALIDATE, tree).json()["findings"]
    paths = {finding["path"] for finding in findings if finding["rule"].startswith("sent-otherwise")}
    group = "adgroups/0"
    expected = {f"{group}/optimization_event", f"{group}/pixel_id", f"{group}/targeting_spec/location_ids"}
    assert expected <= paths


def test_nothing_is_kept(client: APIClient, tree: dict[str, Any]) -> None:
    client.post(VALIDATE, tree)
    assert not Campaign.objects.exists()
    assert not Change.objects.exists()


def break_uniformity(tree: dict[str, Any]) -> str:
    other = tree["adgroups"][0] | {"adgroup_name": "Other", "bid_type": "BID_TYPE_CUSTOM"}
    tree["adgroups"].append(other | {"conversion_bid_price": 15})
    return "adgroups/1/bid_type"


def give_two_destinations(tree: dict[str, Any]) -> str:
    tree["adgroups"][0]["ads"][0]["page_list"] = [{"page_id": "7000000000000000002"}]
    return "adgroups/0/ads/0/page_list"


def forget_the_budget(tree: dict[str, Any]) -> str:
    del tree["budget"]
    return "budget"


def give_an_event_with_clicks(tree: dict[str, Any]) -> str:
    tree["adgroups"][0]["optimization_goal"] = "CLICK"
    return "adgroups/0/optimization_event"


def forget_the_price(tree: dict[str, Any]) -> str:
    tree["adgroups"][0]["bid_type"] = "BID_TYPE_CUSTOM"
    return "adgroups/0/conversion_bid_price"


KNOWN_ERRORS = [
    (break_uniformity, "CBO"),
    (give_two_destinations, "page"),
    (forget_the_budget, "budget"),
    (give_an_event_with_clicks, "CLICK"),
    (forget_the_price, "price"),
]


@pytest.mark.parametrize(("spoil", "cause"), KNOWN_ERRORS)
def test_a_known_error_is_refused_at_its_field_with_its_cause(
    client: APIClient, tree: dict[str, Any], spoil: Any, cause: str
) -> None:
    path = spoil(tree)
    findings = client.post(VALIDATE, tree).json()["findings"]
    found = [item for item in findings if item["level"] == "refuse" and item["path"] == path]
    assert found, rules(findings, "refuse")
    assert cause.lower() in found[0]["message"].lower()


@pytest.mark.parametrize(("spoil", "cause"), KNOWN_ERRORS)
def test_a_known_error_stops_the_launch_at_its_field(
    client: APIClient, tree: dict[str, Any], spoil: Any, cause: str
) -> None:
    path = spoil(tree)
    draft = client.post(f"{API}campaigns/", tree).json()
    answer = client.post(f"{API}campaigns/{draft['id']}/launch/", {"version": draft["version"]})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "refused"
    refused = [item for item in answer.json()["findings"] if item["level"] == "refuse"]
    messages = [item["message"] for item in refused if item["path"] == path]
    assert messages
    assert cause.lower() in messages[0].lower()


def test_values_of_the_wrong_type_are_findings_here(client: APIClient, tree: dict[str, Any]) -> None:
    tree["budget"] = "lots"
    tree["adgroups"][0]["schedule_start_time"] = "tomorrow"
    answer = client.post(VALIDATE, tree)
    assert answer.status_code == 200
    refused = rules(answer.json()["findings"], "refuse")
    assert sorted(refused["well-formed"]) == ["adgroups/0/schedule_start_time", "budget"]


def test_money_and_times_are_taken_in_every_documented_spelling(
    client: APIClient, account: Advertiser
) -> None:
    tree = guide_tree(2, account.advertiser_id)
    group = tree["adgroups"][0]
    group["budget"] = "200.00"
    for name in ("schedule_start_time", "schedule_end_time"):
        group[name] = group[name].replace(" ", "T") + "Z"
    assert rules(client.post(VALIDATE, tree).json()["findings"], "refuse") == {}


def test_the_account_must_be_named(client: APIClient, tree: dict[str, Any]) -> None:
    del tree["advertiser_id"]
    answer = client.post(VALIDATE, tree)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == "advertiser_id"
