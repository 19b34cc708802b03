"""What is to be removed and stands at TikTok yet: nothing else is wanted of it, and what it spends counts until it is off."""

import copy
from typing import Any

import pytest

from campaigns.analysis.exposure import Exposure
from campaigns.models import AdGroup, Campaign, Change, Person, Push
from campaigns.services.drifting import keep_ours
from campaigns.services.edits import Edit, EditJudgement, judge_edits
from campaigns.services.envelopes import measure_account
from campaigns.services.errors import WrongState
from campaigns.services.growing import grow
from campaigns.services.judging import judge_campaign
from campaigns.services.origins import copy_campaign
from campaigns.services.switches import set_switches
from campaigns.services.wanted import show_raw
from campaigns.sync.drift import find_drift
from tests import factories
from tests.factories import NOW

REMOVE = {"operation_status": "DELETE"}


@pytest.fixture
def live(db: None) -> Campaign:
    """Two ad groups of 100 and 200 a day that are on. TikTok refused to remove the second."""
    account = factories.make_advertiser(people={factories.make_person("marcus"): "manager"})
    factories.add_assets(account)
    own = {"budget_optimize_on": False, "budget_mode": "BUDGET_MODE_INFINITE"}
    campaign = factories.make_campaign(advertiser=account, adgroups=0, **own)
    for place in (1, 2):
        daily = {"budget_mode": "BUDGET_MODE_DAY", "budget": f"{place}00.00"}
        factories.add_adgroup(campaign, place=place, **daily)
    factories.make_live(campaign)
    group = campaign.adgroups.get(position=2)
    group.wanted |= REMOVE
    group.save()
    group.pushes.filter(aspect="switch").update(state="refused", launch=None, lane=Push.Lane.STOP)
    return Campaign.objects.get(pk=campaign.pk)


@pytest.fixture
def leaving(live: Campaign) -> AdGroup:
    return live.adgroups.get(position=2)


def boss(campaign: Campaign) -> Person:
    return campaign.advertiser.people.get()


def judge(thing: Any, **changes: Any) -> EditJudgement:
    campaign = Campaign.objects.get(pk=thing.campaign.pk)
    return judge_edits(campaign=campaign, edits=[Edit(thing, changes)], now=NOW)


def read_switch(group: AdGroup) -> Push:
    return group.pushes.get(aspect="switch")


def switch(live: Campaign, things: list[Any], status: str) -> list[Push]:
    return set_switches(actor=boss(live), door="page", things=things, status=status, now=NOW)


def day(exposure: Exposure) -> int:
    assert exposure.day is not None
    return int(exposure.day)


def test_its_budget_cannot_be_raised(leaving: AdGroup) -> None:
    with pytest.raises(WrongState, match="to be removed"):
        judge(leaving, budget="9000.00")


def test_an_ad_that_goes_along_cannot_be_changed(leaving: AdGroup) -> None:
    ad = leaving.ads.get()
    with pytest.raises(WrongState, match="to be removed"):
        judge(ad, ad_name="New")


def test_its_removal_can_be_wanted_again(leaving: AdGroup) -> None:
    (edit,) = judge(leaving, **REMOVE).edits
    assert (edit.facts.before, edit.facts.after) == ({"operation_status": "ENABLE"}, REMOVE)


def test_what_it_spends_counts_while_it_is_on(live: Campaign) -> None:
    on = day(judge_campaign(campaign=live, now=NOW).plan.exposure)
    live.adgroups.filter(position=2).update(operation_status="DISABLE")
    off = day(judge_campaign(campaign=Campaign.objects.get(pk=live.pk), now=NOW).plan.exposure)
    assert on == 3 * off


def test_a_change_of_its_sibling_is_measured_with_what_it_spends(live: Campaign) -> None:
    told = judge(live.adgroups.get(position=1), budget="150.00")
    plan = judge_campaign(campaign=live, now=NOW).plan
    assert told.exposure_before == plan.exposure


def test_the_account_counts_what_it_spends(live: Campaign) -> None:
    whole = day(measure_account(live.advertiser, now=NOW))
    live.adgroups.filter(position=2).update(vanished_at=NOW)
    assert whole == 3 * day(measure_account(live.advertiser, now=NOW))


def test_the_account_counts_a_campaign_that_is_to_be_removed_while_it_is_on(live: Campaign) -> None:
    whole = measure_account(live.advertiser, now=NOW)
    Campaign.objects.filter(pk=live.pk).update(wanted={**live.wanted, **REMOVE})
    assert measure_account(live.advertiser, now=NOW) == whole


def test_nothing_can_be_added_to_it(live: Campaign, leaving: AdGroup) -> None:
    with pytest.raises(WrongState, match="nothing can be added"):
        grow(actor=boss(live), door="page", parent=leaving, children=[{"ad_name": "?"}], now=NOW)


def test_nothing_can_be_added_to_a_campaign_that_is_to_be_removed(live: Campaign) -> None:
    child = copy.deepcopy(show_raw(live.adgroups.get(position=1)))
    Campaign.objects.filter(pk=live.pk).update(wanted={**live.wanted, **REMOVE})
    with pytest.raises(WrongState, match="nothing can be added"):
        grow(actor=boss(live), door="page", parent=live, children=[child], now=NOW)


def test_it_cannot_be_started(live: Campaign, leaving: AdGroup) -> None:
    with pytest.raises(WrongState, match="to be removed"):
        switch(live, [leaving], "ENABLE")


def test_a_stop_of_all_ad_groups_does_not_take_the_removal_back(live: Campaign, leaving: AdGroup) -> None:
    switch(live, list(live.adgroups.all()), "DISABLE")
    leaving.refresh_from_db()
    assert leaving.wanted_switch == "DELETE"


def test_a_stop_sends_a_removal_again_that_was_refused(live: Campaign, leaving: AdGroup) -> None:
    (push,) = switch(live, [leaving], "DISABLE")
    assert (push, push.state, push.lane) == (read_switch(leaving), "waiting", Push.Lane.STOP)


def test_a_removal_that_is_sent_again_is_booked_as_one(live: Campaign, leaving: AdGroup) -> None:
    switch(live, [leaving], "DISABLE")
    change = Change.objects.get()
    assert (change.act, change.before, change.after) == ("removed", {"operation_status": "ENABLE"}, REMOVE)


def test_a_stop_leaves_a_removal_alone_that_waits_for_its_answer(live: Campaign, leaving: AdGroup) -> None:
    leaving.pushes.filter(aspect="switch").update(state="unsure", sent_at=NOW)
    switch(live, [leaving], "DISABLE")
    assert read_switch(leaving).state == Push.State.UNSURE


def test_it_is_not_copied(live: Campaign) -> None:
    made = copy_campaign(actor=boss(live), door="page", campaign=live, now=NOW)
    assert [group.name for group in made.adgroups.all()] == ["Ad group 1"]


def test_an_ad_that_is_to_be_removed_is_not_copied(live: Campaign) -> None:
    ad = live.adgroups.get(position=1).ads.get()
    ad.wanted |= REMOVE
    ad.save()
    made = copy_campaign(actor=boss(live), door="page", campaign=live, now=NOW)
    assert not made.adgroups.get().ads.exists()


def test_a_campaign_that_is_to_be_removed_is_copied_whole(live: Campaign) -> None:
    live.wanted |= REMOVE
    live.save()
    made = copy_campaign(actor=boss(live), door="page", campaign=live, now=NOW)
    assert made.adgroups.count() == 1


def test_its_removal_alone_is_drift(live: Campaign, leaving: AdGroup) -> None:
    leaving.remote = {**(leaving.remote or {}), "budget": 700}
    leaving.save()
    assert [item.member for item in find_drift(live)] == ["operation_status"]


def keep(live: Campaign) -> None:
    (drift,) = find_drift(live)
    yes = frozenset({("removes-for-good", drift.path)})
    keep_ours(actor=boss(live), door="page", campaign=live, paths=None, acknowledged=yes, now=NOW)


def test_keeping_ours_sends_a_refused_removal_before_everything_else(
    live: Campaign, leaving: AdGroup
) -> None:
    keep(live)
    assert (read_switch(leaving).state, read_switch(leaving).lane) == ("waiting", Push.Lane.STOP)


def test_keeping_ours_books_a_refused_removal_as_one(live: Campaign) -> None:
    keep(live)
    assert Change.objects.get().act == Change.Act.REMOVED


def test_a_price_that_tiktok_carries_to_it_leaves_its_removal_wanted(
    live: Campaign, leaving: AdGroup
) -> None:
    for group in live.adgroups.all():
        priced = {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": "5.00"}
        group.wanted |= priced
        group.remote = {**(group.remote or {}), **priced}
        group.save()
    told = judge(live.adgroups.get(position=1), conversion_bid_price="6.00")
    (carried,) = [item for item in told.edits if item.spread]
    assert (carried.thing, carried.wanted["operation_status"]) == (leaving, "DELETE")
