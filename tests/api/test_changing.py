"""Changing one object over REST, drafts and what is live; switching many at once; the plan of a live tree."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import Advertiser, Campaign, Change, Person, Push
from campaigns.sync.bodies import compose_wanted
from tests import factories
from tests.api.conftest import API, confirms_of, enter


@pytest.fixture
def live(client: APIClient, draft: dict[str, Any], buyer: Person) -> Campaign:
    """Worked example 1, launched and read back."""
    campaign = Campaign.objects.get(pk=draft["id"])
    order = {"version": draft["version"], "acknowledge": confirms_of(draft)}
    assert client.post(f"{API}campaigns/{draft['id']}/launch/", order).status_code == 202
    for thing in factories.list_tree(Campaign.objects.get(pk=campaign.pk)):
        factories.mirror(thing)
        type(thing).objects.filter(pk=thing.pk).update(
            remote={**(thing.remote or {}), **compose_wanted(thing, {})}
        )
    Push.objects.update(state="done", settled_at=factories.NOW)
    campaign.launch.finished_at = factories.NOW
    campaign.launch.verified_at = factories.NOW
    campaign.launch.save()
    return Campaign.objects.get(pk=campaign.pk)


def address(thing: Any) -> str:
    return f"{API}{thing.level.value}s/{thing.pk}/"


def test_a_draft_is_changed_at_once(client: APIClient, draft: dict[str, Any]) -> None:
    answer = client.patch(f"{API}campaigns/{draft['id']}/", {"version": draft["version"], "budget": "450"})
    assert answer.status_code == 200
    assert answer.json()["budget"] == "450.00"
    assert answer.json()["version"] > draft["version"]


def test_a_drafts_ad_group_is_changed_by_its_own_version(client: APIClient, draft: dict[str, Any]) -> None:
    group = draft["adgroups"][0]
    answer = client.patch(
        f"{API}adgroups/{group['id']}/", {"version": group["version"], "adgroup_name": "Wide"}
    )
    assert answer.status_code == 200
    assert answer.json()["adgroup_name"] == "Wide"
    assert answer["ETag"] == f'"{answer.json()["version"]}"'


def test_a_change_of_something_live_is_on_its_way(client: APIClient, live: Campaign) -> None:
    answer = client.patch(address(live), {"version": live.tree_version, "budget": "550.00"})
    assert answer.status_code == 202
    change = answer.json()["change"]
    assert (change["before"], change["after"]) == ({"budget": "500.0"}, {"budget": "550.00"})
    assert Push.objects.get(campaign=live, aspect="body").state == "waiting"


def test_a_stale_version_is_409_and_names_the_one_that_stands(client: APIClient, live: Campaign) -> None:
    answer = client.patch(address(live), {"version": live.tree_version - 1, "budget": "550.00"})
    assert answer.status_code == 409
    assert answer.json()["version"] == live.tree_version


def test_what_the_rules_refuse_is_422_with_the_findings(client: APIClient, live: Campaign) -> None:
    answer = client.patch(address(live), {"version": live.tree_version, "budget": "1.00"})
    assert answer.status_code == 422
    assert "campaign-budget-range" in {item["rule"] for item in answer.json()["findings"]}
    assert not Change.objects.filter(act="edited").exists()


def test_a_member_that_is_settled_is_422(client: APIClient, live: Campaign) -> None:
    group = live.adgroups.get()
    answer = client.patch(address(group), {"version": group.version, "billing_event": "CPC"})
    assert answer.status_code == 422
    assert "settled-member" in {item["rule"] for item in answer.json()["findings"]}


def test_a_raise_beyond_thirty_percent_wants_a_yes(client: APIClient, live: Campaign) -> None:
    order = {"version": live.tree_version, "budget": "900.00"}
    answer = client.patch(address(live), order)
    assert answer.status_code == 409
    assert [item["rule"] for item in answer.json()["findings"]] == ["budget-raise-size"]
    assert client.patch(address(live), {**order, "acknowledge": ["budget-raise-size"]}).status_code == 202


def test_a_malformed_value_is_400(client: APIClient, live: Campaign) -> None:
    answer = client.patch(address(live), {"version": live.tree_version, "budget": "a lot"})
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == "budget"


@pytest.mark.parametrize("name", ["campaign_id", "state", "nothing_of_this_name"])
def test_what_is_no_member_to_change_is_400(client: APIClient, live: Campaign, name: str) -> None:
    assert client.patch(address(live), {"version": live.tree_version, name: "x"}).status_code == 400


def test_the_same_values_change_nothing(client: APIClient, live: Campaign) -> None:
    answer = client.patch(address(live), {"version": live.tree_version, "budget": "500.00"})
    assert answer.status_code == 200
    assert not Change.objects.filter(act="edited").exists()


def test_a_buyer_who_starts_again_asks_a_manager_for_it(client: APIClient, live: Campaign) -> None:
    group = live.adgroups.get()
    assert client.post(f"{address(group)}status/", {"operation_status": "DISABLE"}).status_code == 202
    answer = client.post(f"{address(group)}status/", {"operation_status": "ENABLE"})
    assert answer.status_code == 202
    assert answer.json()["proposal"]["state"] == "open"
    group.refresh_from_db()
    assert group.wanted_switch == "DISABLE"


def test_a_viewer_changes_nothing(account: Advertiser, live: Campaign) -> None:
    viewer = factories.make_person()
    factories.add_member(viewer, account, "viewer")
    order = {"version": live.tree_version, "budget": "450.00"}
    assert enter(viewer).patch(address(live), order).status_code == 403


def test_many_are_stopped_with_one_order(client: APIClient, live: Campaign) -> None:
    group = live.adgroups.get()
    objects = [{"level": "campaign", "id": live.pk}, {"level": "adgroup", "id": group.pk}]
    answer = client.post(f"{API}status/", {"operation_status": "DISABLE", "objects": objects})
    assert answer.status_code == 202
    assert [item["level"] for item in answer.json()["switched"]] == ["campaign", "adgroup"]
    stops = Push.objects.filter(lane=Push.Lane.STOP, state="waiting")
    assert stops.count() == 2


def test_one_foreign_object_stops_none(client: APIClient, live: Campaign) -> None:
    other = factories.make_campaign(advertiser=factories.make_advertiser())
    objects = [{"level": "campaign", "id": live.pk}, {"level": "campaign", "id": other.pk}]
    answer = client.post(f"{API}status/", {"operation_status": "DISABLE", "objects": objects})
    assert answer.status_code == 404
    assert not Push.objects.filter(lane=Push.Lane.STOP).exists()


def test_the_plan_of_a_live_tree_is_what_differs(client: APIClient, live: Campaign) -> None:
    assert client.get(f"{address(live)}plan/").json()["steps"] == []
    client.patch(address(live), {"version": live.tree_version, "budget": "550.00"})
    (step,) = client.get(f"{address(live)}plan/").json()["steps"]
    assert step["endpoint"] == "/smart_plus/campaign/update/"
    (field,) = step["fields"]
    assert (field["name"], field["remote"], field["sent"]) == ("budget", "500.00", "550.00")


def test_an_ad_group_is_added_to_a_draft(client: APIClient, draft: dict[str, Any]) -> None:
    group = {**draft["adgroups"][0], "adgroup_name": "Second"}
    answer = client.post(f"{API}campaigns/{draft['id']}/adgroups/", group)
    assert answer.status_code == 201
    assert answer.json()["state"] == "draft"
    assert len(client.get(f"{API}campaigns/{draft['id']}/").json()["adgroups"]) == 2


def test_an_ad_group_added_to_what_is_live_is_on_its_way(
    client: APIClient, draft: dict[str, Any], live: Campaign
) -> None:
    group = {**draft["adgroups"][0], "adgroup_name": "Second"}
    where = f"{address(live)}adgroups/"
    asked = client.post(where, group)
    assert asked.status_code == 409
    yes = [{"rule": item["rule"], "path": item["path"]} for item in asked.json()["findings"]]
    answer = client.post(where, {**group, "acknowledge": yes})
    assert answer.status_code == 202
    assert answer.json()["state"] == "launching"
    watched = client.get(answer["Location"]).json()
    assert (watched["state"], watched["total"]) == ("live", 2)


def test_an_ad_is_added_to_a_live_ad_group(client: APIClient, draft: dict[str, Any], live: Campaign) -> None:
    ad = {**draft["adgroups"][0]["ads"][0], "ad_name": "Second"}
    where = f"{address(live.adgroups.get())}ads/"
    asked = client.post(where, ad)
    answer = client.post(where, {**ad, "acknowledge": [item["rule"] for item in asked.json()["findings"]]})
    assert answer.status_code == 202
    assert Push.objects.filter(ad__name="Second", aspect="body", state="waiting").count() == 1


def test_a_change_that_broke_off_is_tried_again(client: APIClient, live: Campaign) -> None:
    rows = Push.objects.filter(campaign=live, aspect="body")
    rows.update(state="needs_person", launch=None, error={"meaning": "crash", "message": "A fault of ours"})
    answer = client.post(f"{API}campaigns/{live.pk}/retry/")
    assert answer.status_code == 202
    (change,) = answer.json()["changes"]
    assert (change["act"], change["target"]) == ("resolved", "campaign")
    assert rows.get().state == "unsure"


def test_where_nothing_broke_off_nothing_is_tried_again(client: APIClient, live: Campaign) -> None:
    assert client.post(f"{API}campaigns/{live.pk}/retry/").status_code == 409


def test_a_live_campaign_is_not_read_again_and_again(client: APIClient, live: Campaign) -> None:
    first, second = (client.post(f"{API}campaigns/{live.pk}/look/") for _ in range(2))
    assert (first.status_code, first.json()["code"]) == (502, "unreachable")  # nobody stands there in tests
    assert (second.status_code, second.json()["code"]) == (429, "too_soon")
    assert 0 < int(second["Retry-After"]) <= 10


def test_a_draft_is_not_read(client: APIClient, draft: dict[str, Any]) -> None:
    assert client.post(f"{API}campaigns/{draft['id']}/look/").status_code == 409
