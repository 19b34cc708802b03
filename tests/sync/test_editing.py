"""A change of something live: the right call, once, under every fault; what comes in between folds into it."""

import copy
from datetime import timedelta
from typing import Any

import pytest

from campaigns.contract.levels import Level
from campaigns.models import AdGroup, Campaign, Change, Push
from campaigns.queries.lists import list_broken_changes, list_refused_calls
from campaigns.services import changing
from campaigns.services.drifting import take_theirs
from campaigns.services.edits import Edit, judge_edits
from campaigns.services.errors import WrongState
from campaigns.services.retrying import try_again
from campaigns.services.switches import set_switch
from campaigns.sync import mirror
from campaigns.sync.canonical import find_differences
from campaigns.sync.drift import find_drift
from campaigns.sync.plan_update import plan_update
from campaigns.sync.push import advance
from tests.sync.conftest import World


def go_live(world: World, tree: dict[str, Any]) -> Campaign:
    campaign = world.draft(tree)
    world.launch(campaign)
    assert world.settle()
    return Campaign.objects.get(pk=campaign.pk)


def own_budgets(tree: dict[str, Any], groups: int = 1) -> dict[str, Any]:
    """The tree without CBO: each ad group has a budget of its own."""
    tree |= {"budget_optimize_on": False, "budget_mode": "BUDGET_MODE_INFINITE"}
    tree.pop("budget")
    group = tree["adgroups"][0] | {"budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "budget": "100.00"}
    tree["adgroups"] = [{**copy.deepcopy(group), "adgroup_name": f"Group {place}"} for place in range(groups)]
    return tree


def change(world: World, thing: Any, **members: Any) -> list[Change]:
    return change_many(world, [Edit(thing, members)])


def change_many(world: World, edits: list[Edit]) -> list[Change]:
    first = edits[0].thing
    campaign = first if isinstance(first, Campaign) else first.campaign
    judgement = judge_edits(campaign=Campaign.objects.get(pk=campaign.pk), edits=edits, now=world.now)
    return changing.change_things(
        actor=world.manager,
        door="rest",
        campaign=campaign,
        edits=edits,
        acknowledged=frozenset((item.rule, item.path) for item in judgement.findings),
        now=world.now,
    )


@pytest.fixture
def live(strict: World, spark_tree: dict[str, Any]) -> Campaign:
    return go_live(strict, spark_tree)


def test_a_campaigns_budget_goes_out_with_one_update(strict: World, live: Campaign) -> None:
    change(strict, live, budget="600.00")
    assert strict.settle()
    assert strict.remote("campaign")[0]["budget"] == 600
    assert Campaign.objects.get().remote_member("budget") == 600


def test_what_does_not_differ_is_not_sent(strict: World, live: Campaign) -> None:
    change(strict, live, budget="600.00")
    strict.control("status", {"level": "campaign", "id": live.remote_id, "budget": 600})
    Campaign.objects.filter(pk=live.pk).update(remote=strict.remote("campaign")[0])
    strict.strike("smart_plus/campaign/update/", "throttle", code=40002)
    assert strict.settle()
    assert strict.push("campaign").state == "done"


def test_budgets_of_many_ad_groups_go_out_in_one_call(strict: World, spark_tree: dict[str, Any]) -> None:
    live = go_live(strict, own_budgets(spark_tree, groups=3))
    strict.strike("smart_plus/adgroup/budget/update/", "slow", seconds=0)
    change_many(strict, [Edit(group, {"budget": "120.00"}) for group in live.adgroups.all()])
    assert strict.settle()
    assert {row["budget"] for row in strict.remote("adgroup")} == {120}
    assert strict.control("faults")["faults"][0]["hits"] == 1


def test_one_bad_budget_does_not_hold_up_the_others(strict: World, spark_tree: dict[str, Any]) -> None:
    live = go_live(strict, own_budgets(spark_tree, groups=3))
    first, second, third = live.adgroups.all()
    change_many(strict, [Edit(group, {"budget": "120.00"}) for group in (first, second, third)])
    strict.control("status", {"level": "adgroup", "id": second.remote_id, "operation_status": "DELETE"})
    strict.settle()
    states = Push.objects.filter(adgroup__isnull=False, aspect="body").order_by("pk")
    assert list(states.values_list("state", flat=True)) == ["done", "refused", "done"]


def test_a_price_reaches_every_ad_group_with_one_call(strict: World, spark_tree: dict[str, Any]) -> None:
    tree = own_budgets(spark_tree, groups=3)
    for group in tree["adgroups"]:
        group |= {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": "15.00"}
    live = go_live(strict, tree)
    strict.strike("smart_plus/adgroup/update/", "slow", seconds=0)
    booked = change(strict, live.adgroups.first(), conversion_bid_price="16.00")
    assert strict.settle()
    assert {row["conversion_bid_price"] for row in strict.remote("adgroup")} == {16}
    assert {group.wanted["conversion_bid_price"] for group in AdGroup.objects.all()} == {"16.00"}
    assert len(booked) == 3
    assert strict.control("faults")["faults"][0]["hits"] == 1


@pytest.mark.parametrize("kind", ["answer-lost", "request-lost", "5xxxx-after", "5xxxx-before"])
def test_a_lost_update_is_looked_for_and_comes_true(strict: World, live: Campaign, kind: str) -> None:
    change(strict, live, budget="600.00")
    strict.strike("smart_plus/campaign/update/", kind, times=1)
    assert strict.settle()
    assert strict.remote("campaign")[0]["budget"] == 600


def test_nothing_is_sent_while_a_lost_update_may_still_land(strict: World, live: Campaign) -> None:
    change(strict, live, budget="600.00")
    strict.strike("smart_plus/campaign/update/", "request-lost", times=1)
    strict.work_until(lambda: strict.push("campaign").state == "unsure")
    lost = strict.now
    change(strict, live, budget="650.00")
    strict.work_until(lambda: strict.push("campaign").state == "done")
    assert (strict.now - lost).total_seconds() >= 19
    assert strict.remote("campaign")[0]["budget"] == 650


def test_a_change_made_while_one_is_open_folds_into_it(strict: World, live: Campaign) -> None:
    strict.strike("smart_plus/campaign/update/", "slow", seconds=0)
    change(strict, live, budget="600.00")
    change(strict, live, campaign_name="Renamed")
    assert strict.settle()
    row = strict.remote("campaign")[0]
    assert (row["budget"], row["campaign_name"]) == (600, "Renamed")
    assert strict.control("faults")["faults"][0]["hits"] == 1


def test_a_refused_change_stays_and_is_mended_by_the_next(strict: World, live: Campaign) -> None:
    change(strict, live, budget="600.00")
    strict.strike("smart_plus/campaign/update/", "throttle", code=40002, times=1)
    strict.settle()
    assert strict.push("campaign").state == "refused"
    change(strict, live, budget="610.00")
    assert strict.settle()
    assert strict.remote("campaign")[0]["budget"] == 610


def test_targeting_is_sent_whole(strict: World, live: Campaign) -> None:
    group = live.adgroups.get()
    spec = {**group.wanted["targeting_spec"], "languages": ["en"]}
    change(strict, group, targeting_spec=spec)
    assert strict.settle()
    held = strict.remote("adgroup")[0]["targeting_spec"]
    assert held["languages"] == ["en"]
    assert held["location_ids"] == spec["location_ids"]


def test_a_changed_text_keeps_the_creatives_and_their_ids(strict: World, live: Campaign) -> None:
    ad = live.adgroups.get().ads.get()
    before = strict.remote("ad")[0]["creative_list"]
    change(strict, ad, ad_text_list=[{"ad_text": "Another text altogether"}])
    assert strict.settle()
    after = strict.remote("ad")[0]
    assert after["ad_text_list"] == [{"ad_text": "Another text altogether"}]
    assert [item["ad_material_id"] for item in after["creative_list"]] == [
        item["ad_material_id"] for item in before
    ]


def test_a_creative_that_is_added_leaves_the_other_as_it_is(strict: World, live: Campaign) -> None:
    ad = live.adgroups.get().ads.get()
    before = strict.remote("ad")[0]["creative_list"][0]["ad_material_id"]
    second = copy.deepcopy(ad.wanted["creative_list"][0])
    videos = strict.advertiser.videos.exclude(video_id=second["creative_info"]["video_info"]["video_id"])
    second["creative_info"]["video_info"]["video_id"] = videos[0].video_id
    change(strict, ad, creative_list=[*ad.wanted["creative_list"], second])
    assert strict.settle()
    held = [item["ad_material_id"] for item in strict.remote("ad")[0]["creative_list"]]
    assert len(held) == 2
    assert before in held


def test_two_writes_of_one_ad_keep_their_five_seconds(strict: World, live: Campaign) -> None:
    ad = live.adgroups.get().ads.get()
    change(strict, ad, ad_name="Renamed", operation_status="DISABLE")
    strict.settle()
    assert all(push.attempts == 1 for push in Push.objects.filter(ad=ad))
    assert strict.remote("ad")[0]["ad_name"] == "Renamed"
    assert strict.remote("ad")[0]["operation_status"] == "DISABLE"


def test_an_object_deleted_there_is_not_changed_for_ever(strict: World, live: Campaign) -> None:
    change(strict, live, budget="600.00")
    strict.control("status", {"level": "campaign", "id": live.remote_id, "operation_status": "DELETE"})
    strict.settle()
    assert strict.push("campaign").state == "refused"


def test_a_fault_of_ours_in_composing_is_told_and_not_tried_for_ever(strict: World, live: Campaign) -> None:
    ad = live.adgroups.get().ads.get()
    change(strict, ad, ad_name="Renamed")
    type(ad).objects.filter(pk=ad.pk).update(remote=["not an object"])
    push = Push.objects.get(ad=ad, aspect="body")
    strict.pass_time(10)
    assert advance(push.pk, strict.road)
    push.refresh_from_db()
    assert push.state == "needs_person"
    assert push.error is not None
    assert push.error["meaning"] == "crash"


def test_a_nested_value_that_nobody_wanted_is_told_and_the_whole_object_sent_again() -> None:
    wanted = {"targeting_spec": {"location_ids": ["1"]}, "targeting_optimization_mode": "MANUAL"}
    remote = {**wanted, "targeting_spec": {"location_ids": ["1"], "age_groups": ["AGE_18_24"]}}
    (told,) = find_differences(level=Level.ADGROUP, wanted=wanted, remote=remote)
    assert (told.path, told.remote) == ("targeting_spec", remote["targeting_spec"])
    update = plan_update(level=Level.ADGROUP, wanted=wanted, remote=remote)
    assert update is not None and update.members["targeting_spec"] == wanted["targeting_spec"]


def test_a_refused_change_of_what_is_live_is_drift(strict: World, live: Campaign) -> None:
    refuse_budget(strict, live)
    live.refresh_from_db()
    assert live.drifting_since is not None
    assert [(item.member, item.remote) for item in find_drift(live)] == [("budget", 500)]


def test_a_refused_change_is_over_once_theirs_is_taken(strict: World, live: Campaign) -> None:
    refuse_budget(strict, live)
    take_theirs(actor=strict.buyer, door="rest", campaign=live, paths=None, now=strict.now)
    assert strict.push("campaign").state == "done"
    assert not list_refused_calls(strict.buyer).exists()


def test_a_refused_change_that_comes_true_at_the_next_try_drifts_no_longer(
    strict: World, live: Campaign
) -> None:
    refuse_budget(strict, live)
    change(strict, live, budget="620.00")
    assert strict.settle()
    live.refresh_from_db()
    assert live.drifting_since is None


def test_a_stop_that_was_refused_is_not_over_because_we_had_it_off_already(
    strict: World, live: Campaign
) -> None:
    mirror.fold_switch(live, "DISABLE", now=strict.now)  # and somebody has switched it on at TikTok since
    strict.pass_time(60)
    strict.strike("smart_plus/campaign/status/update/", "listed")
    set_switch(actor=strict.buyer, door="rest", thing=live, status="DISABLE", now=strict.now)
    strict.settle(seconds=30)
    assert strict.push("campaign", "switch").state == "refused"


def refuse_budget(world: World, campaign: Campaign) -> None:
    world.strike("smart_plus/campaign/update/", "allowlist-off", times=1)
    change(world, campaign, budget="600.00")
    assert world.settle()


def break_off(world: World, campaign: Campaign) -> None:
    """TikTok never hears of a new budget, and looking for it breaks off by a fault of ours."""
    world.strike("smart_plus/campaign/update/", "request-lost", times=1)
    change(world, campaign, budget="600.00")
    world.work_until(lambda: world.push("campaign").state == "unsure")
    world.pass_time(60)

    def stumble(answer: Any, **_: Any) -> None:
        raise KeyError(answer.url)

    world.session.hooks["response"].append(stumble)
    advance(world.push("campaign").pk, world.road)
    world.session.hooks["response"].remove(stumble)
    assert world.push("campaign").state == "needs_person"


def test_a_change_of_what_is_live_that_broke_off_is_drift(strict: World, live: Campaign) -> None:
    break_off(strict, live)
    live.refresh_from_db()
    assert live.drifting_since is not None
    assert [item.member for item in find_drift(live)] == ["budget"]


def test_a_change_that_broke_off_is_over_once_theirs_is_taken(strict: World, live: Campaign) -> None:
    break_off(strict, live)
    take_theirs(actor=strict.buyer, door="rest", campaign=live, paths=None, now=strict.now)
    push = strict.push("campaign")
    assert (push.state, push.error) == ("done", None)
    assert not list_broken_changes(strict.buyer).exists()


def test_a_change_that_broke_off_is_not_over_while_a_call_of_it_may_still_land(
    strict: World, live: Campaign
) -> None:
    break_off(strict, live)
    Push.objects.filter(campaign=live, aspect="body").update(doubt_until=strict.now + timedelta(seconds=5))
    take_theirs(actor=strict.buyer, door="rest", campaign=live, paths=None, now=strict.now)
    assert strict.push("campaign").state == "needs_person"


@pytest.mark.parametrize("landed", [True, False])
def test_a_change_that_broke_off_is_looked_for_and_comes_true_once_a_person_says_so(
    strict: World, live: Campaign, landed: bool
) -> None:
    change(strict, live, budget="600.00")
    rows = Push.objects.filter(campaign=live, aspect="body")
    rows.update(state="needs_person", error={"meaning": "crash", "message": "a fault of ours"})
    if landed:
        strict.control("status", {"level": "campaign", "id": live.remote_id, "budget": 600})
    strict.strike("smart_plus/campaign/update/", "slow", seconds=0)  # counts them
    booked = try_again(actor=strict.buyer, door="rest", campaign=live, now=strict.now)
    assert [item.target for item in booked] == ["campaign"]
    assert strict.settle()
    assert strict.remote("campaign")[0]["budget"] == 600
    assert strict.control("faults")["faults"][0]["hits"] == (0 if landed else 1)


def test_a_launch_that_needs_a_person_is_no_change_to_try_again(strict: World, live: Campaign) -> None:
    Push.objects.filter(campaign=live, aspect="body").update(state="needs_person")
    with pytest.raises(WrongState):
        try_again(actor=strict.buyer, door="rest", campaign=live, now=strict.now)
