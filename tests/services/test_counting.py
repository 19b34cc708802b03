"""Campaigns counted by state: by an index where the switch says it, and seconds old at most of a large account."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from campaigns import queries
from campaigns.models import Campaign, Launch, Push
from campaigns.models.campaign import State
from campaigns.services.counting import KEPT, count_campaigns
from tests.factories import NOW, make_advertiser, make_campaign, make_launch, make_live, mirror, refuse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def account():
    return make_advertiser()


def make_each_state(account):
    make_campaign(advertiser=account)
    make_launch(make_campaign(advertiser=account), made=1)
    make_live(make_campaign(advertiser=account))
    mirror(make_live(make_campaign(advertiser=account)), on=False)
    gone = make_live(make_campaign(advertiser=account))
    Campaign.objects.filter(pk=gone.pk).update(vanished_at=NOW)
    stopped, lost, grown, grown_lost = (make_campaign(advertiser=account) for _ in range(4))
    make_launch(stopped, made=1)
    refuse(stopped.adgroups.get())
    make_launch(lost, made=2)
    Push.objects.filter(ad__adgroup__campaign=lost).update(state=Push.State.NEEDS_PERSON)
    for campaign, state in ((grown, Push.State.REFUSED), (grown_lost, Push.State.NEEDS_PERSON)):
        make_live(campaign)
        Launch.objects.filter(campaign=campaign).update(grows=True, finished_at=None)
        Push.objects.filter(launch__campaign=campaign, ad__isnull=False, aspect="body").update(state=state)
    away = make_launch(make_campaign(advertiser=account), made=3)
    Campaign.objects.filter(pk=away.campaign_id).update(vanished_at=NOW)


def look_at_each(account):
    found = {}
    for state in Campaign.objects.filter(advertiser=account).with_state().values_list("state", flat=True):
        found[account.pk, state] = found.get((account.pk, state), 0) + 1
    return found


def test_counting_by_switch_finds_what_a_look_at_each_finds(account):
    make_each_state(account)
    counted = queries.count_states(Campaign.objects.filter(advertiser=account))
    assert dict(counted) == look_at_each(account)
    assert {state for _, state in counted} == set(State.values)


@pytest.mark.parametrize("state", State.values)
def test_a_state_is_found_without_being_derived(account, state):
    make_each_state(account)
    derived = [item.pk for item in Campaign.objects.with_state() if item.state == state]
    found = Campaign.objects.in_state(State(state))
    assert sorted(item.pk for item in found) == sorted(derived)


def test_numbers_of_accounts_stay_apart_and_add_up(account):
    make_campaign(advertiser=account)
    other = make_advertiser()
    make_live(make_campaign(advertiser=other))
    counts = count_campaigns([account.pk, other.pk], real_now=NOW).counts
    assert queries.sum_states(counts, other.pk) == {State.LIVE: 1}
    assert queries.sum_states(counts) == {State.DRAFT: 1, State.LIVE: 1}


def test_a_small_account_is_counted_at_each_look(account):
    make_campaign(advertiser=account)
    count_campaigns([account.pk], real_now=NOW)
    make_campaign(advertiser=account)
    tally = count_campaigns([account.pk], real_now=NOW)
    assert (sum(tally.counts.values()), tally.at) == (2, None)


def test_the_numbers_of_a_large_account_are_kept_and_say_since_when(account):
    make_campaign(advertiser=account)
    count_campaigns([account.pk], real_now=NOW, large=0)
    make_campaign(advertiser=account)
    tally = count_campaigns([account.pk], real_now=NOW + timedelta(seconds=5), large=0)
    assert (sum(tally.counts.values()), tally.at) == (1, NOW)


def test_what_was_kept_is_counted_anew_after_its_time(account):
    make_campaign(advertiser=account)
    count_campaigns([account.pk], real_now=NOW, large=0)
    make_campaign(advertiser=account)
    assert sum(count_campaigns([account.pk], real_now=NOW + KEPT, large=0).counts.values()) == 2
