"""A launch is complete or spends nothing."""

from typing import Any

import pytest

from campaigns import queries
from campaigns.models import Campaign, Change, Push
from campaigns.services import editing, launches
from campaigns.services.errors import WrongState
from campaigns.sync.drift import find_drift
from tests.sync.conftest import World


def test_worked_example_1_runs_as_printed_from_draft_to_live(world: World, example_1: dict[str, Any]) -> None:
    campaign = world.draft(example_1)
    world.launch(campaign)
    assert world.settle()
    assert queries.visible_campaigns(world.buyer).get().state == "live"


def test_worked_example_2_runs_as_printed_from_draft_to_live(world: World, example_2: dict[str, Any]) -> None:
    campaign = world.draft(example_2)
    world.launch(campaign)
    assert world.settle()
    assert queries.visible_campaigns(world.buyer).get().state == "live"


def test_a_strict_server_takes_what_we_send(strict: World, spark_tree: dict[str, Any]) -> None:
    strict.launch(strict.draft(spark_tree))
    assert strict.settle()
    assert queries.visible_campaigns(strict.buyer).get().state == "live"


def test_nothing_is_on_while_the_tree_cannot_be_read_back(world: World, example_1: dict[str, Any]) -> None:
    world.strike("smart_plus/*/get/", "http-500")
    launch = world.launch(world.draft(example_1))
    world.settle(seconds=60)
    launch.refresh_from_db()
    assert launch.verified_at is None
    held = world.control("state")
    switches = [row["operation_status"] for level in ("campaigns", "adgroups", "ads") for row in held[level]]
    assert switches == ["DISABLE", "DISABLE", "DISABLE"]


def test_the_campaign_is_switched_on_last(world: World, example_1: dict[str, Any]) -> None:
    world.launch(world.draft(example_1))
    world.work_until(lambda: world.push("adgroup", "switch").state == "done")
    assert world.remote("ad")[0]["operation_status"] == "ENABLE"
    assert world.remote("campaign")[0]["operation_status"] == "DISABLE"


def test_a_tree_wanted_off_is_made_and_stays_off(world: World, example_1: dict[str, Any]) -> None:
    world.launch(world.draft({**example_1, "operation_status": "DISABLE"}))
    assert world.settle()
    assert queries.visible_campaigns(world.buyer).get().state == "paused"


def test_a_launched_tree_shows_no_drift(world: World, example_2: dict[str, Any]) -> None:
    campaign = world.draft(example_2)
    world.launch(campaign)
    world.settle()
    assert find_drift(Campaign.objects.get(pk=campaign.pk)) == ()


def test_a_tree_that_reads_back_otherwise_stays_off_and_needs_a_person(
    world: World, example_1: dict[str, Any]
) -> None:
    world.strike("smart_plus/*/get/", "http-500")
    campaign = world.draft(example_1)
    world.launch(campaign)
    world.work_until(lambda: not Push.objects.filter(aspect="body").exclude(state="done").exists())
    campaign.refresh_from_db()
    world.control("status", {"level": "campaign", "id": campaign.remote_id, "budget": 900})
    world.control("faults", method="DELETE")
    world.work_until(lambda: Push.objects.filter(state="needs_person").exists())
    assert world.remote("campaign")[0]["operation_status"] == "DISABLE"
    assert "budget" in world.push("campaign").error["message"]


def test_a_refused_object_stops_the_launch_and_keeps_what_was_made(
    world: World, example_1: dict[str, Any]
) -> None:
    ad = example_1["adgroups"][0]["ads"][0]
    ad["creative_list"][0]["creative_info"]["image_info"][0]["web_uri"] = "https://unknown.shop/cover.jpg"
    world.launch(world.draft(example_1))
    world.settle()
    assert queries.visible_campaigns(world.buyer).get().state == "failed"
    assert [row["operation_status"] for row in world.remote("campaign")] == ["DISABLE"]


def test_a_mended_object_lets_the_launch_go_on(world: World, example_1: dict[str, Any]) -> None:
    info = example_1["adgroups"][0]["ads"][0]["creative_list"][0]["creative_info"]
    info["image_info"][0]["web_uri"] = "https://unknown.shop/cover.jpg"
    campaign = world.draft(example_1)
    world.launch(campaign)
    world.settle()
    ad = campaign.adgroups.get().ads.get()
    editing.save_members(
        actor=world.buyer,
        door=Change.Door.PAGE,
        thing=ad,
        version=ad.version,
        changes={"creative_list/0/creative_info/image_info/0/web_uri": "https://example.com/thumb.jpg"},
        now=world.now,
    )
    world.launch(campaign)
    assert world.settle()
    assert queries.visible_campaigns(world.buyer).get().state == "live"
    assert [len(world.remote(level)) for level in ("campaign", "adgroup", "ad")] == [1, 1, 1]


def test_the_last_check_before_a_call_refuses_what_became_wrong(
    world: World, example_1: dict[str, Any]
) -> None:
    campaign = world.draft(example_1)
    world.launch(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(wanted={**campaign.wanted, "budget": "1.00"})
    world.settle()
    assert world.push("campaign").error["findings"][0]["rule"] == "campaign-budget-range"
    assert world.remote("campaign") == []


def test_a_person_who_put_it_right_lets_the_launch_go_on(world: World, example_1: dict[str, Any]) -> None:
    world.strike("smart_plus/*/get/", "http-500")
    campaign = world.draft(example_1)
    world.launch(campaign)
    world.work_until(lambda: not Push.objects.filter(aspect="body").exclude(state="done").exists())
    campaign.refresh_from_db()
    change = {"level": "campaign", "id": campaign.remote_id}
    world.control("status", {**change, "budget": 900})
    world.control("faults", method="DELETE")
    world.work_until(lambda: Push.objects.filter(state="needs_person").exists())
    world.control("status", {**change, "budget": 500})
    launches.resume_launch(actor=world.buyer, door=Change.Door.PAGE, campaign=campaign, now=world.now)
    assert world.settle()
    assert queries.visible_campaigns(world.buyer).get().state == "live"


def test_what_may_be_sent_at_any_moment_cannot_be_edited(world: World, example_1: dict[str, Any]) -> None:
    campaign = world.draft(example_1)
    world.launch(campaign)
    ad = campaign.adgroups.get().ads.get()
    with pytest.raises(WrongState):
        editing.save_members(
            actor=world.buyer,
            door=Change.Door.PAGE,
            thing=ad,
            version=1,
            changes={"ad_name": "x"},
            now=world.now,
        )
