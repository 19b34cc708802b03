"""The ledger of an ad group, from what stands in the journals and in the daily results."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.analysis.learning import Kind, State
from campaigns.models import AdGroup, Advertiser, Campaign, Flip, Launch, RemoteEdit, Result
from campaigns.rules.edits import Phase
from campaigns.services.learning import (
    Standing,
    list_begun,
    longest_learning,
    price,
    read_standing,
    read_standings,
)
from campaigns.services.locks import find_lock
from tests import factories

pytestmark = pytest.mark.django_db
NOW = factories.NOW  # Tuesday noon, UTC
LAUNCHED = NOW - timedelta(days=4)
FIRST_DAY = LAUNCHED.date()


@pytest.fixture
def account() -> Advertiser:
    return factories.make_advertiser(zone="UTC")


@pytest.fixture
def campaign(account: Advertiser) -> Campaign:
    return live(account)


def live(account: Advertiser, adgroups: int = 1) -> Campaign:
    return factories.make_live(factories.make_campaign(advertiser=account, adgroups=adgroups), now=LAUNCHED)


def deliver(group: AdGroup, *, per_day: int = 5, first: date = FIRST_DAY, days: int = 5) -> None:
    for index in range(days):
        day = first + timedelta(days=index)
        Result.objects.create(
            advertiser=group.campaign.advertiser, adgroup=group, day=day, spend=Decimal(100), impressions=9000,
            results=per_day, conversions=per_day, real_time_conversions=per_day, read_at=NOW,
        )  # fmt: skip


def flip(group: AdGroup, member: str, before: Any, after: Any, **given: Any) -> Flip:
    members = {"target": f"adgroups/{group.pk}", "cause": Flip.Cause.ELSEWHERE, "at": NOW} | given
    old, new = (json.dumps(item) if member.startswith("body:") else item for item in (before, after))
    return Flip.objects.create(
        advertiser=group.campaign.advertiser, campaign_ref=group.campaign_id, member=member, before=old, after=new,
        **members,
    )  # fmt: skip


def read(group: AdGroup, **given: Any) -> Standing:
    fresh = AdGroup.objects.select_related("campaign__advertiser").get(pk=group.pk)
    return read_standing(adgroup=fresh, **({"now": NOW} | given))


def test_an_ad_group_without_results_does_not_deliver_and_is_not_locked(campaign: Campaign) -> None:
    standing = read(campaign.adgroups.get())
    assert standing.ledger.state is State.NOT_DELIVERING
    assert find_lock(thing=campaign, now=NOW).phase is Phase.NOT_DELIVERING


def test_it_learns_from_its_first_delivery_in_the_accounts_zone(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group)
    standing = read(group)
    assert standing.ledger.state is State.LEARNING
    assert standing.ledger.began == LAUNCHED
    assert standing.exit is not None and standing.lock_opens is not None
    assert standing.lock_opens.high <= standing.ledger.opens_at
    assert find_lock(thing=group, now=NOW).locked


def test_the_campaign_and_the_ad_are_locked_with_their_ad_group(account: Advertiser) -> None:
    campaign = live(account, adgroups=2)
    first, second = campaign.adgroups.all()
    deliver(first)
    assert find_lock(thing=campaign, now=NOW).locked
    assert find_lock(thing=first.ads.get(), now=NOW).locked
    assert not find_lock(thing=second, now=NOW).locked


def test_an_edit_of_ours_is_told_with_who_made_it(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group)
    anna = factories.make_person("anna", first_name="Anna")
    change = factories.make_change(
        campaign, actor=anna, target=f"adgroups/{group.pk}", before={"conversion_bid_price": "10.00"},
        after={"conversion_bid_price": "15.00"}, at=NOW - timedelta(days=1),
    )  # fmt: skip
    (entry,) = read(group).ledger.resets
    assert entry.event.what == "conversion_bid_price 10 → 15 (+50 %)"
    assert (entry.event.by, entry.event.ref) == ("Anna", f"changes/{change.pk}")


def test_growing_takes_no_past_away(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group)
    raised = {"before": {"conversion_bid_price": "10.00"}, "after": {"conversion_bid_price": "15.00"}}
    factories.make_change(campaign, target=f"adgroups/{group.pk}", at=NOW - timedelta(days=1), **raised)
    before = read(group).ledger
    Launch.objects.update(grows=True, started_at=NOW, verified_at=None, finished_at=None)
    assert read(group).ledger == before
    assert len(before.resets) == 1


def test_a_budget_of_the_campaign_is_booked_for_every_ad_group(account: Advertiser) -> None:
    campaign = live(account, adgroups=2)
    for group in campaign.adgroups.all():
        deliver(group)
    factories.make_change(campaign, before={"budget": "100.00"}, after={"budget": "200.00"}, at=NOW)
    assert all(len(read(group).ledger.resets) == 1 for group in campaign.adgroups.all())


def test_an_edit_made_elsewhere_is_found_and_named_by_tiktoks_change_log(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group)
    flip(group, "body:targeting_spec/languages", ["en"], ["de"], since=NOW - timedelta(hours=1))
    RemoteEdit.objects.create(
        advertiser=campaign.advertiser, campaign_ref=campaign.pk, target=f"adgroups/{group.pk}", kind="ADGROUP",
        remote_id="1", operator="sam@example.com", digest="x", at=NOW - timedelta(minutes=20),
    )  # fmt: skip
    (entry,) = read(group).ledger.resets
    assert (entry.event.kind, entry.event.by) == (Kind.FOUND, "sam@example.com")
    assert entry.event.at == NOW - timedelta(minutes=20)


def test_an_edit_of_nobody_known_is_booked_all_the_same(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group)
    flip(group, "body:budget", 100, 300)
    (entry,) = read(group).ledger.resets
    assert entry.event.what == "budget 100 → 300 (+200 %)"


def test_our_own_edit_is_not_counted_again_when_it_is_read_back(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group)
    factories.make_change(
        campaign, target=f"adgroups/{group.pk}", before={"budget": "100.00"}, after={"budget": "300.00"},
        at=NOW - timedelta(hours=2),
    )  # fmt: skip
    flip(group, "body:budget", 100, 300, cause=Flip.Cause.OURS, at=NOW - timedelta(hours=1))
    assert len(read(group).ledger.resets) == 1


def test_what_tiktok_moves_itself_is_no_edit(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group)
    flip(group, "body:current_budget", 100, 120, cause=Flip.Cause.TIKTOK)
    flip(
        group,
        "secondary_status",
        "ADGROUP_STATUS_DELIVERY_OK",
        "ADGROUP_STATUS_AUDIT",
        cause=Flip.Cause.TIKTOK,
    )
    assert read(group).ledger.entries == ()


def test_what_was_typed_into_the_draft_is_no_edit(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group)
    factories.make_change(
        campaign, before={"budget": "1"}, after={"budget": "500.00"}, at=LAUNCHED - timedelta(hours=1)
    )
    assert read(group).ledger.entries == ()


def test_a_pause_of_the_campaign_stops_and_its_start_begins_anew(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group)
    off, on = NOW - timedelta(days=2), NOW - timedelta(days=1)
    flip(group, "operation_status", "ENABLE", "DISABLE", target="campaign", at=off, cause=Flip.Cause.OURS)
    assert read(group).ledger.unfinished
    assert not find_lock(thing=group, now=NOW).locked
    assert find_lock(thing=group, now=NOW, starting=True).locked
    flip(group, "operation_status", "DISABLE", "ENABLE", target="campaign", at=on, cause=Flip.Cause.OURS)
    assert read(group).ledger.began == on


def test_the_switching_on_of_the_launch_is_no_start(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group)
    for target in (f"adgroups/{group.pk}", "campaign"):
        flip(
            group, "operation_status", "DISABLE", "ENABLE", target=target, at=LAUNCHED, cause=Flip.Cause.OURS
        )
    assert read(group).ledger.resets == ()


def test_an_account_counts_by_its_own_policy(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group, per_day=8)
    campaign.advertiser.overrides.create(
        name="learning.results", value=30, actor=campaign.created_by, reason="TikTok's help", at=NOW
    )
    assert read(group).ledger.state is State.LEFT


def test_a_reset_is_priced_in_days_and_in_the_accounts_money(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group)
    cost = price(standing=read(group), chance=0.5)
    assert cost.expected_days > 0
    assert cost.expected_money is not None and cost.expected_money > 0


def test_any_number_of_ad_groups_takes_the_same_queries(account: Advertiser) -> None:
    def count(campaigns: list[Campaign]) -> int:
        groups = AdGroup.objects.select_related("campaign__advertiser").filter(campaign__in=campaigns)
        rows = list(groups)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            read_standings(adgroups=rows, now=NOW)
        return len(seen)

    one = live(account)
    more = [one, live(account, adgroups=5), live(factories.make_advertiser(), adgroups=3)]
    assert count([one]) == count(more) == 7


def may_have_begun(days: int) -> bool:
    return list_begun(AdGroup.objects.all(), since=NOW - timedelta(days=days)).exists()


def test_of_what_never_delivered_no_learning_began(campaign: Campaign) -> None:
    flip(campaign.adgroups.get(), "body:budget", "1", "2")
    assert not may_have_begun(7)


def test_of_what_delivered_long_ago_and_nobody_touched_no_learning_began(campaign: Campaign) -> None:
    deliver(campaign.adgroups.get(), first=FIRST_DAY - timedelta(days=30), days=34)
    assert not may_have_begun(7)


def test_learning_may_have_begun_with_the_first_delivery(campaign: Campaign) -> None:
    deliver(campaign.adgroups.get(), first=FIRST_DAY)
    assert may_have_begun(5) and not may_have_begun(2)


@pytest.mark.parametrize("member", ["body:budget", "operation_status", "existence"])
def test_learning_may_have_begun_with_what_was_done_elsewhere(campaign: Campaign, member: str) -> None:
    group = campaign.adgroups.get()
    deliver(group, first=FIRST_DAY - timedelta(days=30), days=34)
    flip(group, member, "1", "2", at=NOW - timedelta(days=3))
    assert may_have_begun(4) and not may_have_begun(1)


def test_learning_may_have_begun_with_an_edit_of_ours(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group, first=FIRST_DAY - timedelta(days=30), days=34)
    factories.make_change(campaign, act="edited", target=f"adgroups/{group.pk}", at=NOW - timedelta(days=3))
    assert may_have_begun(4) and not may_have_begun(1)


def test_what_only_reads_otherwise_begins_no_learning(campaign: Campaign) -> None:
    group = campaign.adgroups.get()
    deliver(group, first=FIRST_DAY - timedelta(days=30), days=34)
    flip(group, "secondary_status", "A", "B")
    assert not may_have_begun(7)


def test_no_account_lets_learning_last_longer_than_the_longest() -> None:
    assert longest_learning() == timedelta(days=14)
