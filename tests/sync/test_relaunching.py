"""A launch that stopped is mended and launched again; nothing that may exist is made twice, nothing waits for ever."""

import copy
from datetime import timedelta
from typing import Any

import pytest

from campaigns import queries
from campaigns.models import Campaign, Change, Launch, Push
from campaigns.services import editing
from tests.sync.conftest import World

NOWHERE = "https://unknown.shop/cover.jpg"
COVER = "https://example.com/thumb.jpg"
PICTURE = "creative_list/0/creative_info/image_info/0/web_uri"


def add_ads(tree: dict[str, Any], count: int) -> dict[str, Any]:
    """The tree with so many ads more in its only ad group, each with a name of its own."""
    ads = tree["adgroups"][0]["ads"]
    for number in range(count):
        ads.append({**copy.deepcopy(ads[0]), "ad_name": f"Ad {number + 2}"})
    return tree


def set_cover(ad: dict[str, Any], address: str) -> None:
    ad["creative_list"][0]["creative_info"]["image_info"][0]["web_uri"] = address


def mend(world: World, campaign: Campaign) -> None:
    ad = campaign.adgroups.get().ads.get(pushes__state="refused")
    editing.save_members(
        actor=world.buyer,
        door=Change.Door.PAGE,
        thing=ad,
        version=ad.version,
        changes={PICTURE: COVER},
        now=world.now,
    )


def state_of(world: World) -> str:
    return str(queries.visible_campaigns(world.buyer).get().state)


def test_what_may_exist_is_looked_for_not_sent_again_by_a_relaunch(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    tree = add_ads(spark_tree, 1)
    set_cover(tree["adgroups"][0]["ads"][1], NOWHERE)
    strict.strike("smart_plus/ad/create/", "answer-lost", times=1)
    campaign = strict.draft(tree)
    strict.launch(campaign)
    rows = Push.objects.filter(ad__isnull=False, aspect="body")
    strict.work_until(lambda: set(rows.values_list("state", flat=True)) == {"unsure", "refused"})
    mend(strict, campaign)
    strict.launch(campaign)
    assert strict.settle()
    assert len(strict.remote("ad")) == 2


def test_a_refused_switch_is_tried_again_by_a_relaunch(strict: World, spark_tree: dict[str, Any]) -> None:
    strict.strike("smart_plus/ad/status/update/", "throttle", code=40002, times=1)
    campaign = strict.draft(spark_tree)
    strict.launch(campaign)
    strict.settle()
    assert state_of(strict) == "failed"
    strict.launch(campaign)
    assert strict.settle()
    assert state_of(strict) == "live"


def test_a_relaunch_on_the_next_day_is_not_held_up_by_the_start_of_what_exists(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    set_cover(spark_tree["adgroups"][0]["ads"][0], NOWHERE)
    campaign = strict.draft(spark_tree)
    strict.launch(campaign)
    strict.settle()
    strict.pass_time(timedelta(hours=13).total_seconds())  # a start lies at most 12 hours back (R65)
    mend(strict, campaign)
    strict.launch(campaign)
    assert strict.settle()
    assert state_of(strict) == "live"


def test_one_ad_that_cannot_be_switched_does_not_drag_down_the_others(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = strict.draft(add_ads(spark_tree, 2))
    launch = strict.launch(campaign)
    strict.work_until(lambda: Launch.objects.filter(pk=launch.pk, verified_at__isnull=False).exists())
    last = campaign.adgroups.get().ads.last()
    assert last is not None
    strict.control("status", {"level": "ad", "id": last.remote_id, "operation_status": "DELETE"})
    strict.settle()
    rows = Push.objects.filter(ad__isnull=False, aspect="switch").order_by("pk")
    assert list(rows.values_list("state", flat=True)) == ["done", "done", "refused"]
    assert strict.remote("campaign")[0]["operation_status"] == "DISABLE"


def hold_reading(world: World, tree: dict[str, Any]) -> Campaign:
    """A tree that is made whole, and not read back yet."""
    world.strike("smart_plus/*/get/", "http-500")
    campaign = world.draft(tree)
    world.launch(campaign)
    world.work_until(lambda: not Push.objects.filter(aspect="body").exclude(state="done").exists())
    return Campaign.objects.get(pk=campaign.pk)


def test_a_tree_that_lost_an_object_before_it_was_read_back_stays_off(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = hold_reading(strict, add_ads(spark_tree, 1))
    ad = campaign.adgroups.get().ads.first()
    assert ad is not None
    strict.control("status", {"level": "ad", "id": ad.remote_id, "operation_status": "DELETE"})
    strict.control("faults", method="DELETE")
    strict.settle(seconds=60)
    assert state_of(strict) == "needs_person"
    assert strict.remote("campaign")[0]["operation_status"] == "DISABLE"


def test_a_tree_that_lost_an_object_after_it_was_read_back_stays_off(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = strict.draft(add_ads(spark_tree, 1))
    launch = strict.launch(campaign)
    strict.work_until(lambda: Launch.objects.filter(pk=launch.pk, verified_at__isnull=False).exists())
    ad = campaign.adgroups.get().ads.first()
    assert ad is not None
    strict.control("status", {"level": "ad", "id": ad.remote_id, "operation_status": "DELETE"})
    from campaigns.sync.pull import pull_account

    pull_account(strict.gateway, now=strict.now)
    strict.settle(seconds=60)
    assert strict.remote("campaign")[0]["operation_status"] == "DISABLE"


def test_a_tree_that_differs_is_not_read_over_and_over(strict: World, spark_tree: dict[str, Any]) -> None:
    campaign = hold_reading(strict, spark_tree)
    strict.control("status", {"level": "campaign", "id": campaign.remote_id, "budget": 900})
    strict.control("faults", method="DELETE")
    strict.work_until(lambda: state_of(strict) == "needs_person")
    strict.control("faults", {"faults": [{"path": "smart_plus/*/get/", "kind": "throttle", "times": 0}]})
    for _ in range(30):
        strict.settle(seconds=1)
        strict.pass_time(2)
    rules = strict.control("faults")["faults"]
    assert rules[0]["seen"] == 0


def test_a_picture_that_two_accounts_hold_is_compared_with_the_right_one(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    from campaigns.models import Advertiser, Picture

    other = Advertiser.objects.exclude(pk=strict.advertiser.pk).get()
    Picture.objects.create(advertiser=other, image_id="zz-other", name="zz", address=COVER)
    set_cover(spark_tree["adgroups"][0]["ads"][0], COVER)
    strict.launch(strict.draft(spark_tree))
    assert strict.settle()
    assert state_of(strict) == "live"


@pytest.mark.parametrize("named_first", [True, False])
def test_an_object_with_more_members_is_not_taken_for_one_with_fewer(
    strict: World, spark_tree: dict[str, Any], named_first: bool
) -> None:
    tree = add_ads(spark_tree, 1)
    ads = tree["adgroups"][0]["ads"]
    ads[0]["ad_name"] = ""
    ads[1]["ad_name"] = "Named"
    if named_first:
        ads.reverse()
    strict.strike("smart_plus/ad/create/", "answer-lost", times=2)
    campaign = strict.draft(tree)
    strict.launch(campaign)
    assert strict.settle()
    held = {row["smart_plus_ad_id"]: row["ad_name"] for row in strict.remote("ad")}
    assert len(held) == 2
    named = campaign.adgroups.get().ads.get(name="Named")
    assert held[str(named.remote_id)] == "Named"
