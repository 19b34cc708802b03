"""Launching over REST: asked for a yes where one is needed, then on its way; watched; switched."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from campaigns.models import Advertiser, Campaign, Change, Launch, Push
from tests import factories
from tests.api.conftest import API, rules


def launch_of(draft: dict[str, Any]) -> str:
    return f"{API}campaigns/{draft['id']}/launch/"


def confirms(draft: dict[str, Any]) -> list[dict[str, str]]:
    found = rules(draft["findings"], "confirm")
    return [{"rule": rule, "path": path} for rule, paths in found.items() for path in paths]


def test_before_the_first_launch_there_is_nothing_to_watch(client: APIClient, draft: dict[str, Any]) -> None:
    answer = client.get(launch_of(draft))
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_launched"


def test_open_confirms_are_409_with_exactly_those(client: APIClient, draft: dict[str, Any]) -> None:
    answer = client.post(launch_of(draft), {"version": draft["version"]})
    assert answer.status_code == 409
    assert answer.json()["code"] == "unconfirmed"
    open_ones = [{"rule": item["rule"], "path": item["path"]} for item in answer.json()["findings"]]
    assert open_ones == confirms(draft)
    assert {item["level"] for item in answer.json()["findings"]} == {"confirm"}
    assert not Launch.objects.exists()
    assert client.get(f"{API}campaigns/{draft['id']}/").json()["version"] == draft["version"]


def test_acknowledged_by_rule_and_path_it_goes(client: APIClient, draft: dict[str, Any]) -> None:
    order = {"version": draft["version"], "acknowledge": confirms(draft)}
    answer = client.post(launch_of(draft), order)
    assert answer.status_code == 202
    assert answer["Location"] == f"http://testserver{launch_of(draft)}"
    progress = answer.json()
    assert {"state", "done", "total", "steps"} <= set(progress)
    assert (progress["state"], progress["done"], progress["total"]) == ("launching", 0, 3)
    assert [step["level"] for step in progress["steps"]] == ["campaign", "adgroup", "ad"]
    for step in progress["steps"]:
        assert set(step) == {"object", "level", "state", "remote_id", "error"}
        assert (step["state"], step["remote_id"], step["error"]) == ("waiting", None, None)
    assert client.get(launch_of(draft)).json() == progress
    assert Change.objects.filter(act="launched", door="rest").count() == 1


def test_a_bare_rule_id_says_yes_at_every_path(client: APIClient, draft: dict[str, Any]) -> None:
    order = {"version": draft["version"], "acknowledge": list(rules(draft["findings"], "confirm"))}
    assert client.post(launch_of(draft), order).status_code == 202


def test_a_yes_at_another_path_is_no_yes(client: APIClient, draft: dict[str, Any]) -> None:
    elsewhere = [item | {"path": "adgroups/7/budget"} for item in confirms(draft)]
    answer = client.post(launch_of(draft), {"version": draft["version"], "acknowledge": elsewhere})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("given", "path"),
    [("x", "acknowledge"), ([1], "acknowledge/0"), (["x", {"rule": "x"}], "acknowledge/1")],
)
def test_an_acknowledgement_without_a_shape_is_named(
    client: APIClient, draft: dict[str, Any], given: Any, path: str
) -> None:
    answer = client.post(launch_of(draft), {"version": 1, "acknowledge": given})
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == path


def test_a_stale_launch_is_409_and_says_which_version_stands(
    client: APIClient, draft: dict[str, Any]
) -> None:
    client.put(f"{API}campaigns/{draft['id']}/", draft)
    answer = client.post(launch_of(draft), {"version": 1, "acknowledge": confirms(draft)})
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["version"]) == ("stale", 2)


def test_a_second_launch_is_409(client: APIClient, draft: dict[str, Any]) -> None:
    client.post(launch_of(draft), {"version": 1, "acknowledge": confirms(draft)})
    version = client.get(f"{API}campaigns/{draft['id']}/").json()["version"]
    answer = client.post(launch_of(draft), {"version": version, "acknowledge": confirms(draft)})
    assert answer.status_code == 409
    assert answer.json()["code"] == "wrong_state"


def test_a_refused_object_shows_what_tiktok_said(client: APIClient, account: Advertiser) -> None:
    campaign = factories.make_campaign(advertiser=account)
    factories.make_launch(campaign, made=1)
    factories.refuse(campaign.adgroups.get())
    progress = client.get(f"{API}campaigns/{campaign.pk}/launch/").json()
    assert progress["state"] == "failed"
    states = [step["state"] for step in progress["steps"]]
    assert states[1] == "refused"
    assert progress["steps"][0]["remote_id"] == Campaign.objects.get().remote_id
    assert "Invalid bid" in progress["steps"][1]["error"]["message"]


@pytest.mark.parametrize("level", ["campaign", "adgroup", "ad"])
def test_a_stop_goes_out_first(client: APIClient, account: Advertiser, level: str) -> None:
    campaign = factories.make_live(factories.make_campaign(advertiser=account))
    group = campaign.adgroups.get()
    thing = {"campaign": campaign, "adgroup": group, "ad": group.ads.get()}[level]
    answer = client.post(f"{API}{level}s/{thing.pk}/status/", {"operation_status": "DISABLE"})
    assert answer.status_code == 202
    assert answer.json() == {
        "object": thing.pk,
        "level": level,
        "operation_status": "DISABLE",
        "state": "waiting",
        "remote_id": thing.remote_id,
        "error": None,
    }
    assert Push.objects.get(**{level: thing}, aspect="switch").lane == Push.Lane.STOP


def test_starting_again_is_a_managers(client: APIClient, account: Advertiser) -> None:
    campaign = factories.make_live(factories.make_campaign(advertiser=account))
    where = f"{API}campaigns/{campaign.pk}/status/"
    assert client.post(where, {"operation_status": "DISABLE"}).status_code == 202
    answer = client.post(where, {"operation_status": "ENABLE"})
    assert answer.status_code == 202
    assert answer.json()["proposal"]["state"] == "open"
    assert not Change.objects.filter(act="started").exists()


def test_a_draft_has_no_switch(client: APIClient, draft: dict[str, Any]) -> None:
    answer = client.post(f"{API}campaigns/{draft['id']}/status/", {"operation_status": "DISABLE"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "wrong_state"


@pytest.mark.parametrize("body", [{}, {"operation_status": "DELETE"}, {"operation_status": ["ENABLE"]}])
def test_another_word_is_no_status(client: APIClient, draft: dict[str, Any], body: dict[str, Any]) -> None:
    answer = client.post(f"{API}campaigns/{draft['id']}/status/", body)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["path"] == "operation_status"


@pytest.fixture
def under_way(client: APIClient, draft: dict[str, Any]) -> str:
    """The address of a launch that has begun."""
    order = {"version": draft["version"], "acknowledge": confirms(draft)}
    assert client.post(launch_of(draft), order).status_code == 202
    return launch_of(draft)


def test_progress_says_what_is_left_and_how_long_it_takes(client: APIClient, under_way: str) -> None:
    progress = client.get(under_way).json()
    assert progress["calls_left"] == 3 + 3 + 3  # three creates, one reading of each level, three switches
    assert progress["seconds_left"] == 6  # an ad takes five between its making and its switch


def test_a_launch_is_paused_and_resumed(client: APIClient, under_way: str) -> None:
    paused = client.post(f"{under_way}pause/")
    assert paused.status_code == 202
    assert (paused.json()["paused"], paused.json()["seconds_left"]) == (True, None)
    assert client.post(f"{under_way}pause/").status_code == 409
    assert client.post(f"{under_way}resume/").json()["paused"] is False


def test_a_cancelled_launch_that_made_nothing_answers_with_the_draft(
    client: APIClient, under_way: str
) -> None:
    answer = client.post(f"{under_way}cancel/", {"created": "keep"})
    assert answer.status_code == 200
    assert answer.json()["state"] == "draft"
    assert client.get(under_way).status_code == 404


def test_a_cancelled_launch_that_made_something_is_watched_to_its_end(
    client: APIClient, under_way: str
) -> None:
    campaign = Campaign.objects.get()
    factories.mirror(campaign, on=False)
    Push.objects.filter(campaign=campaign, aspect="body").update(state="done")
    answer = client.post(f"{under_way}cancel/", {"created": "remove"})
    assert answer.status_code == 202
    assert answer.json()["cancelled"] is True
    assert Push.objects.get(lane=Push.Lane.STOP).campaign == campaign


@pytest.mark.parametrize("created", ["keep", "remove"])
def test_what_was_never_made_counts_as_nothing_done(
    client: APIClient, account: Advertiser, created: str
) -> None:
    campaign = factories.make_campaign(advertiser=account)
    factories.make_launch(campaign, made=2)
    progress = client.post(f"{API}campaigns/{campaign.pk}/launch/cancel/", {"created": created}).json()
    kept, removed = ["done", "done"], ["waiting", "waiting", "not_made"]
    assert [step["state"] for step in progress["steps"]] == (kept if created == "keep" else removed)
    assert progress["done"] == (2 if created == "keep" else 0)


def test_cancelling_says_what_becomes_of_what_was_made(client: APIClient, under_way: str) -> None:
    answer = client.post(f"{under_way}cancel/", {})
    assert (answer.status_code, answer.json()["problems"][0]["path"]) == (400, "created")


@pytest.mark.parametrize("act", ["looked", "remake", "resume"])
def test_what_does_not_fit_the_launch_is_409(client: APIClient, under_way: str, act: str) -> None:
    assert client.post(f"{under_way}{act}/").status_code == 409


def test_findings_of_what_exists_at_tiktok_are_not_told_beside_a_stopped_launch(
    client: APIClient, draft: dict[str, Any]
) -> None:
    campaign = Campaign.objects.get(pk=draft["id"])
    group = campaign.adgroups.get()
    group.wanted |= {"schedule_type": "SCHEDULE_FROM_NOW", "schedule_start_time": "2026-01-01 00:00:00"}
    group.save()
    factories.make_launch(campaign, made=2)
    factories.refuse(group.ads.get())
    told = client.get(f"{API}campaigns/{draft['id']}/").json()["findings"]
    assert {finding["path"].startswith("adgroups/0/ads/0/") for finding in told} == {True}
