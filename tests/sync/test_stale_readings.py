"""What a reading shows may be older than what we know: nothing is told, taken back or sent again because of that."""

import copy
from datetime import timedelta
from typing import Any

from campaigns.contract.levels import Level
from campaigns.models import Ad, AdGroup, Campaign, Push
from campaigns.services import steering
from campaigns.services.edits import Edit, judge_edits
from campaigns.services.switches import set_switch
from campaigns.sync.drift import find_drift
from campaigns.sync.pull import refresh_tree
from campaigns.sync.push import advance
from campaigns.sync.settling import settlement
from tests.sync.conftest import World
from tests.sync.test_editing import change, go_live, own_budgets


def drift_of(campaign: Campaign) -> list[tuple[str, str]]:
    fresh = Campaign.objects.prefetch_related("adgroups__ads").get(pk=campaign.pk)
    return [(item.target, item.member) for item in find_drift(fresh)]


def read_stale(world: World, campaign: Campaign, seconds: float) -> None:
    world.strike("smart_plus/*/get/", "stale", seconds=seconds)
    refresh_tree(world.gateway, Campaign.objects.get(pk=campaign.pk))
    world.control("faults", method="DELETE")


def priced(tree: dict[str, Any]) -> dict[str, Any]:
    """Two ad groups, each with a budget of its own and the same price."""
    tree = own_budgets(tree, groups=2)
    for group in tree["adgroups"]:
        group |= {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": "15.00"}
    return tree


def launch_half(world: World, tree: dict[str, Any]) -> Campaign:
    """A launch under way whose first ad group is there."""
    campaign = world.draft(tree)
    world.launch(campaign)
    world.work_until(lambda: AdGroup.objects.exclude(remote_id=None).exists())
    return campaign


def lose_removal(world: World, tree: dict[str, Any]) -> Campaign:
    """A launch cancelled whose removal is in doubt."""
    campaign = launch_half(world, tree)
    cancel(world, campaign)
    world.strike("smart_plus/campaign/status/update/", "request-lost", times=1)
    world.work_until(lambda: world.push("campaign", "switch").state == "unsure")
    return campaign


def cancel(world: World, campaign: Campaign) -> None:
    steering.cancel_launch(actor=world.buyer, door="rest", campaign=campaign, removes=True, now=world.now)


def test_creatives_that_an_old_reading_shows_are_no_drift(strict: World, spark_tree: dict[str, Any]) -> None:
    live = go_live(strict, spark_tree)
    strict.pass_time(60)
    ad = Ad.objects.get()
    second = copy.deepcopy(ad.wanted["creative_list"][0])
    second["creative_info"]["video_info"]["video_id"] = "v10000000000000002"
    change(strict, ad, creative_list=[*ad.wanted["creative_list"], second])
    strict.work_until(lambda: Ad.objects.get().pushes.get(aspect="body").state == "done")
    read_stale(strict, live, 15)
    assert drift_of(live) == []


def test_a_lost_edit_that_a_look_found_is_not_taken_back_by_an_old_reading(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    live = go_live(strict, spark_tree)
    strict.pass_time(60)
    strict.strike("smart_plus/ad/update/", "request-lost", times=1)
    change(strict, Ad.objects.get(), ad_name="Renamed")
    strict.work_until(lambda: Ad.objects.get().pushes.get(aspect="body").state == "unsure")
    row = Ad.objects.get().pushes.get(aspect="body")
    strict.pass_time(15)
    late = {"advertiser_id": strict.advertiser.advertiser_id, "smart_plus_ad_id": row.target.remote_id}
    strict.gateway.update(
        Level.AD, {**late, "ad_name": "Renamed"}, at=strict.now
    )  # it was not lost, it was slow
    strict.pass_time((row.not_before - strict.now).total_seconds())
    assert advance(row.pk, strict.road)
    assert Ad.objects.get().pushes.get(aspect="body").state == "done"
    read_stale(strict, live, 12)
    assert drift_of(live) == []


def test_a_look_so_soon_after_another_call_of_ours_looks_once_more(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    """What TikTok holds would else be taken for old, and the edit for done."""
    go_live(strict, spark_tree)
    change(strict, Ad.objects.get(), ad_name="First")
    assert strict.settle()
    strict.pass_time(60)
    strict.strike("smart_plus/ad/update/", "answer-lost", times=1)
    change(strict, Ad.objects.get(), ad_name="Renamed")
    strict.work_until(lambda: Ad.objects.get().pushes.get(aspect="body").state == "unsure")
    change(strict, Ad.objects.get(), ad_name="First")
    strict.pass_time(15)
    Ad.objects.update(written_at=strict.now)
    assert strict.settle()
    ad = Ad.objects.get()
    [held] = strict.gateway.read_all(Level.AD, {"smart_plus_ad_ids": [str(ad.remote_id)]})
    assert held["ad_name"] == ad.name


def test_what_was_removed_with_its_campaign_is_not_there_again_in_an_old_reading(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = launch_half(strict, spark_tree)
    strict.pass_time(60)
    cancel(strict, campaign)
    strict.work_until(lambda: Campaign.objects.get().is_removed)
    read_stale(strict, campaign, 15)
    assert AdGroup.objects.get().is_removed


def test_a_price_on_its_way_to_the_siblings_is_no_drift(strict: World, spark_tree: dict[str, Any]) -> None:
    live = go_live(strict, priced(spark_tree))
    change(strict, live.adgroups.first(), conversion_bid_price="16.00")
    assert drift_of(live) == []


def test_a_price_taken_back_before_it_left_is_taken_back_at_the_siblings_too(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    go_live(strict, priced(spark_tree))
    for price in ("16.00", "15.00"):
        change(strict, AdGroup.objects.first(), conversion_bid_price=price)
    assert [group.wanted["conversion_bid_price"] for group in AdGroup.objects.all()] == ["15.00", "15.00"]


def test_a_removal_that_was_lost_is_not_sent_again_before_no_reading_can_miss_it(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    """TikTok refuses to remove what is gone."""
    lose_removal(strict, spark_tree)
    lost_at = strict.push("campaign", "switch").sent_at
    strict.work_until(lambda: Campaign.objects.get().is_removed)
    again_at = strict.push("campaign", "switch").sent_at
    assert lost_at is not None and again_at is not None
    assert again_at - lost_at >= timedelta(seconds=40)


def test_what_goes_with_its_campaign_is_no_drift_while_the_removal_is_in_doubt(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = lose_removal(strict, spark_tree)
    assert drift_of(campaign) == []


def test_a_stop_that_tiktok_refuses_because_the_campaign_took_it_along_is_done(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    campaign = launch_half(strict, spark_tree)
    group, now = AdGroup.objects.get(), strict.now
    set_switch(actor=strict.manager, door="rest", thing=group, status="DISABLE", now=now)
    cancel(strict, campaign)
    lost = [
        {"path": "smart_plus/adgroup/status/update/", "kind": "request-lost", "times": 1},
        {"path": "smart_plus/campaign/status/update/", "kind": "answer-lost", "times": 1},
    ]
    strict.control("faults", {"faults": lost})
    strict.work_until(lambda: strict.push("adgroup", "switch").state in ("done", "refused"))
    assert strict.push("adgroup", "switch").state == "done"


def price_elsewhere(world: World, tree: dict[str, Any]) -> tuple[Campaign, AdGroup]:
    """A budget on its way in one ad group, while another tool set the price of the other, and a reading has seen it."""
    live = go_live(world, priced(tree))
    first, second = live.adgroups.all()
    change(world, first, budget="120.00")
    AdGroup.objects.filter(pk=second.pk).update(remote={**(second.remote or {}), "conversion_bid_price": 9.0})
    return live, AdGroup.objects.get(pk=second.pk)


def test_a_siblings_price_is_told_while_something_else_is_on_its_way(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    live, second = price_elsewhere(strict, spark_tree)
    assert drift_of(live) == [(f"adgroups/{second.pk}", "conversion_bid_price")]


def test_a_price_that_is_set_back_along_is_told_while_something_else_is_on_its_way(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    _, second = price_elsewhere(strict, spark_tree)
    edit = Edit(second, {"budget": "110.00"})
    judged = judge_edits(campaign=Campaign.objects.get(), edits=[edit], now=strict.now).edits
    assert [item.facts.along for item in judged] == [("conversion_bid_price",)]


def test_a_siblings_price_is_told_where_nothing_goes_on_without_a_person(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    live = go_live(strict, priced(spark_tree))
    first, second = live.adgroups.all()
    change(strict, first, conversion_bid_price="16.00")
    first.pushes.filter(aspect="body").update(state="needs_person")
    assert (f"adgroups/{second.pk}", "conversion_bid_price") in drift_of(live)


def test_a_look_knows_what_a_siblings_call_wrote_since_its_row_was_claimed(
    strict: World, spark_tree: dict[str, Any]
) -> None:
    live = go_live(strict, priced(spark_tree))
    strict.pass_time(60)
    first = live.adgroups.all()[0]
    push = Push.objects.select_related("adgroup").get(adgroup=first, aspect="body")
    AdGroup.objects.filter(pk=first.pk).update(written_at=strict.now)
    with settlement(push):
        assert push.target.written_at == strict.now
