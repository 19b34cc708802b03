"""Drafts over REST: stored as typed, shown as the design says, replaced by version, discarded."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import AdGroup, Advertiser, Campaign, Change
from tests import factories
from tests.api.conftest import API, guide_tree

FRAME = {"id", "version", "state", "badge", "remote", "learning", "drift"}


def address(campaign: dict[str, Any] | Campaign) -> str:
    return f"{API}campaigns/{campaign['id'] if isinstance(campaign, dict) else campaign.pk}/"


def kept(shown: dict[str, Any]) -> dict[str, Any]:
    """What is stored: findings name the moment of asking where a start was left out, and that one passes."""
    return {name: value for name, value in shown.items() if name != "findings"}


def test_a_tree_becomes_a_draft_with_id_version_state_and_findings(
    client: APIClient, tree: dict[str, Any]
) -> None:
    answer = client.post(f"{API}campaigns/", tree)
    assert answer.status_code == 201
    draft = answer.json()
    assert (draft["state"], draft["version"]) == ("draft", 1)
    assert {item["rule"] for item in draft["findings"]} >= {"sent-otherwise"}
    assert answer["ETag"] == '"1"'
    assert answer["Location"] == f"http://testserver{address(draft)}"
    assert kept(client.get(answer["Location"]).json()) == kept(draft)


def test_the_tree_has_exactly_the_documented_members(draft: dict[str, Any], tree: dict[str, Any]) -> None:
    own = {name for name in tree if name not in ("advertiser_id", "adgroups")}
    outer = {"campaign_id", "advertiser_id", "created_at", "changed_at", "findings", "adgroups"}
    assert set(draft) == FRAME | outer | own
    group = draft["adgroups"][0]
    assert set(group) == FRAME | {"adgroup_id"} | (set(tree["adgroups"][0]) - {"advertiser_id"})
    ad = group["ads"][0]
    assert set(ad) == FRAME | {"smart_plus_ad_id"} | set(tree["adgroups"][0]["ads"][0])
    assert draft["campaign_id"] is group["adgroup_id"] is ad["smart_plus_ad_id"] is None
    assert draft["remote"] is draft["badge"] is draft["learning"] is draft["drift"] is None


def test_money_is_text_with_the_currencys_decimals_and_times_are_rfc_3339(
    client: APIClient, account: Advertiser
) -> None:
    tree = guide_tree(2, account.advertiser_id)
    tree["adgroups"][0]["budget"] = 200
    group = client.post(f"{API}campaigns/", tree).json()["adgroups"][0]
    assert (group["budget"], group["conversion_bid_price"]) == ("200.00", "15.00")
    typed = tree["adgroups"][0]["schedule_start_time"]
    assert group["schedule_start_time"] == typed.replace(" ", "T") + "Z"


def test_a_currency_without_decimals_shows_none(client: APIClient, account: Advertiser) -> None:
    Advertiser.objects.filter(pk=account.pk).update(currency="JPY")
    tree = guide_tree(1, account.advertiser_id) | {"budget": 50000.0}
    assert client.post(f"{API}campaigns/", tree).json()["budget"] == "50000"


def test_an_amount_with_more_decimals_is_shown_as_typed_and_not_rounded(
    client: APIClient, tree: dict[str, Any]
) -> None:
    assert client.post(f"{API}campaigns/", tree | {"budget": "500.005"}).json()["budget"] == "500.005"


def test_findings_do_not_stop_a_draft(client: APIClient, account: Advertiser) -> None:
    answer = client.post(f"{API}campaigns/", {"advertiser_id": account.advertiser_id})
    assert answer.status_code == 201
    assert answer.json()["adgroups"] == []
    assert "refuse" in {item["level"] for item in answer.json()["findings"]}


def test_values_of_the_wrong_type_stop_it_and_every_one_is_named(
    client: APIClient, tree: dict[str, Any]
) -> None:
    tree["budget"] = "lots"
    tree["adgroups"][0]["ads"][0]["creative_list"] = "none"
    answer = client.post(f"{API}campaigns/", tree)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    paths = [item["path"] for item in answer.json()["problems"]]
    assert sorted(paths) == ["adgroups/0/ads/0/creative_list", "budget"]
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("adgroups", ["x", {"0": {}}, [1], [{"ads": 3}], [{"ads": ["x"]}]])
def test_a_tree_whose_branches_have_no_shape_is_refused_by_path(
    client: APIClient, tree: dict[str, Any], adgroups: Any
) -> None:
    answer = client.post(f"{API}campaigns/", tree | {"adgroups": adgroups})
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"].startswith("adgroups")


@pytest.mark.parametrize("number", [1, 2])
def test_a_tree_from_get_is_taken_back_unchanged(client: APIClient, account: Advertiser, number: int) -> None:
    draft = client.post(f"{API}campaigns/", guide_tree(number, account.advertiser_id)).json()
    answer = client.put(address(draft), draft)
    assert answer.status_code == 200
    again = answer.json()
    assert again["version"] == draft["version"] + 1
    assert answer["ETag"] == f'"{again["version"]}"'
    ours = {"version", "changed_at", "findings"}
    assert drop(again, ours) == drop(draft, ours)  # ids too: whoever has an ad group open types on
    assert len(again["findings"]) == len(draft["findings"])


def drop(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: drop(item, names) for name, item in value.items() if name not in names}
    return [drop(item, names) for item in value] if isinstance(value, list) else value


def test_children_keep_their_rows_by_id_wherever_they_stand(client: APIClient, draft: dict[str, Any]) -> None:
    first = draft["adgroups"][0]
    fresh = drop(first, {"id"}) | {"adgroup_name": "New"}
    stranger = fresh | {"id": 999_999, "adgroup_name": "Of somewhere else"}
    again = client.put(address(draft), draft | {"adgroups": [fresh, first, stranger, first]}).json()
    ids = [group["id"] for group in again["adgroups"]]
    assert ids[1] == first["id"]
    assert again["adgroups"][1]["ads"][0]["id"] == first["ads"][0]["id"]
    assert len({*ids, first["id"]}) == 4
    assert 999_999 not in ids
    last = client.put(address(draft), again | {"adgroups": again["adgroups"][1:2]}).json()
    assert [group["id"] for group in last["adgroups"]] == [first["id"]]
    assert AdGroup.objects.filter(campaign=draft["id"]).count() == 1


def test_what_only_we_write_is_not_stored(client: APIClient, draft: dict[str, Any]) -> None:
    client.put(address(draft), draft | {"state": "live", "campaign_id": "1"})
    campaign = Campaign.objects.get(pk=draft["id"])
    assert not {"state", "campaign_id", "id", "findings"} & set(campaign.wanted)
    assert campaign.remote_id is None
    assert not FRAME & set(campaign.adgroups.get().wanted)


def test_if_match_gives_the_version_too(client: APIClient, draft: dict[str, Any]) -> None:
    body = {name: value for name, value in draft.items() if name != "version"}
    assert client.put(address(draft), body, headers={"If-Match": '"1"'}).status_code == 200
    assert client.put(address(draft), body, headers={"If-Match": '"1"'}).status_code == 409


@pytest.mark.parametrize(
    ("version", "headers", "path"),
    [
        (None, {}, "version"),
        ("1", {}, "version"),
        (True, {}, "version"),
        (10**30, {}, "version"),
        (2, {"If-Match": '"1"'}, "version"),
        (None, {"If-Match": "1"}, "If-Match"),
        (None, {"If-Match": "*"}, "If-Match"),
    ],
)
def test_a_version_that_says_nothing_is_named(
    client: APIClient, draft: dict[str, Any], version: Any, headers: dict[str, str], path: str
) -> None:
    answer = client.put(address(draft), draft | {"version": version}, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == path


def test_a_stale_version_is_409_and_says_which_one_stands(client: APIClient, draft: dict[str, Any]) -> None:
    client.put(address(draft), draft | {"campaign_name": "Theirs"})
    answer = client.put(address(draft), draft | {"campaign_name": "Mine"})
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["version"]) == ("stale", 2)
    assert client.get(address(draft)).json()["campaign_name"] == "Theirs"


def test_a_malformed_replacement_changes_nothing(client: APIClient, draft: dict[str, Any]) -> None:
    answer = client.put(address(draft), draft | {"budget": []})
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == "budget"
    assert kept(client.get(address(draft)).json()) == kept(draft)


def test_a_draft_is_discarded(client: APIClient, draft: dict[str, Any]) -> None:
    answer = client.delete(address(draft))
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(address(draft)).status_code == 404
    assert Change.objects.filter(door="rest").values_list("act", flat=True)[0] == "discarded"


@pytest.mark.parametrize("method", ["put", "delete"])
def test_what_was_launched_is_no_draft(client: APIClient, account: Advertiser, method: str) -> None:
    campaign = factories.make_live(factories.make_campaign(advertiser=account))
    shown = client.get(address(campaign)).json()
    answer = getattr(client, method)(address(campaign), shown)
    assert answer.status_code == 409
    assert answer.json()["code"] == "wrong_state"


def test_a_live_tree_shows_ids_badges_and_what_tiktok_holds(client: APIClient, account: Advertiser) -> None:
    campaign = factories.make_live(factories.make_campaign(advertiser=account))
    campaign.remote = campaign.remote | {"budget": 500, "create_time": "2026-11-17 12:00:00"}
    campaign.save()
    answer = client.get(address(campaign))
    shown = answer.json()
    assert answer["ETag"] == f'"{campaign.tree_version}"'
    assert (shown["state"], shown["badge"]) == ("live", "CAMPAIGN_STATUS_ENABLE")
    assert shown["campaign_id"] == campaign.remote_id
    assert (shown["remote"]["budget"], shown["remote"]["create_time"]) == ("500.00", "2026-11-17T12:00:00Z")
    group = shown["adgroups"][0]
    assert (group["state"], group["ads"][0]["state"]) == ("live", "live")
    assert group["adgroup_id"] and group["ads"][0]["smart_plus_ad_id"]
    assert shown["findings"] == []


def test_each_object_has_a_state_of_its_own(client: APIClient, account: Advertiser) -> None:
    campaign = factories.make_campaign(advertiser=account, adgroups=2)
    factories.make_launch(campaign, made=3)
    factories.refuse(campaign.adgroups.last())
    shown = client.get(address(campaign)).json()
    assert shown["state"] == "failed"
    assert [group["state"] for group in shown["adgroups"]] == ["launching", "failed"]


def test_the_plan_lists_every_field_typed_and_sent(client: APIClient, draft: dict[str, Any]) -> None:
    plan = client.get(f"{address(draft)}plan/").json()
    assert set(plan) == {"creates", "calls", "uploads", "exposure", "steps"}
    assert [step["level"] for step in plan["steps"]] == ["campaign", "adgroup", "ad"]
    assert [step["path"] for step in plan["steps"]] == ["", "adgroups/0", "adgroups/0/ads/0"]
    assert plan["steps"][0]["endpoint"] == "/smart_plus/campaign/create/"
    fields = {field["path"]: field for step in plan["steps"] for field in step["fields"]}
    assert fields["budget"] == {
        "path": "budget",
        "name": "budget",
        "typed": "500.00",
        "sent": "500.00",
        "remote": None,
        "because": None,
    }
    event = fields["adgroups/0/optimization_event"]
    assert (event["typed"], event["sent"]) == ("COMPLETE_PAYMENT", "SHOPPING")
    assert event["because"]
    assert plan["uploads"] == ["https://example.com/thumb.jpg"]
