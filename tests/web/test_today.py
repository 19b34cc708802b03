"""Home: what needs the person, each line with what can be done about it in its place."""

from decimal import Decimal

import pytest
from django.urls import reverse

from campaigns.models import Campaign, Envelope, Launch, Result
from campaigns.sync.drift import note_drift
from campaigns.sync.mirror import note_vanished
from tests.factories import (
    NOW,
    make_advertiser,
    make_campaign,
    make_launch,
    make_live,
    make_person,
    refuse,
)
from tests.web.clock import run_clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(settings):
    with run_clock(settings, NOW) as running:
        yield running


@pytest.fixture
def buyer(client):
    person = make_person("bea")
    client.force_login(person)
    return person


@pytest.fixture
def account(buyer):
    return make_advertiser(name="Northwind", people={buyer: "buyer"})


def read(client, name="today"):
    return client.get(reverse(name)).content.decode()


def make_drifting(account, name):
    campaign = make_live(make_campaign(advertiser=account, name=name))
    Campaign.objects.filter(pk=campaign.pk).update(
        drifting_since=NOW, remote={**campaign.remote, "campaign_name": "Other"}
    )
    return campaign


def test_a_newcomer_is_shown_a_finished_example(client, account):
    assert "Your first campaign" in read(client)


def test_where_nothing_needs_anybody_it_says_so(client, account):
    make_live(make_campaign(advertiser=account, created_by=make_person("else")))
    assert "Nothing needs you" in read(client)


def test_a_launch_that_stopped_leads_to_its_mending(client, account):
    campaign = make_campaign(advertiser=account, name="Gift cards")
    make_launch(campaign)
    refuse(campaign)
    page = read(client)
    assert "Gift cards" in page
    assert reverse("launch-progress", args=[campaign.pk]) in page


def test_only_ones_own_drafts_are_to_be_finished(client, account, buyer):
    make_campaign(advertiser=account, name="Mine", created_by=buyer)
    make_campaign(advertiser=account, name="Another's", created_by=make_person("else"))
    page = read(client)
    assert "Mine" in page
    assert "Another&#x27;s" not in page


def test_drift_is_decided_in_its_place_and_leads_back_here(client, account):
    campaign = make_drifting(account, "Tents")
    assert f'value="take:{campaign.pk}"' in read(client)
    answer = client.post(reverse("drift"), {"act": f"take:{campaign.pk}", "from_home": "1"})
    assert answer.headers["Location"] == reverse("today")


def test_a_viewer_sees_no_button_that_would_refuse(client):
    vera = make_person("vera")
    client.force_login(vera)
    make_drifting(make_advertiser(people={vera: "viewer"}), "Tents")
    page = read(client)
    assert "Tents" in page
    assert 'value="take:' not in page


def test_another_accounts_trouble_does_not_exist(client, account):
    make_drifting(make_advertiser(name="Elsewhere"), "Tents")
    assert "Tents" not in read(client)


def test_spend_of_today_stands_beside_the_worst_day_and_the_envelope(client, account, buyer):
    campaign = make_live(make_campaign(advertiser=account))
    day = NOW.date()
    Result.objects.create(advertiser=account, campaign=campaign, day=day, spend=Decimal("12.50"), read_at=NOW)
    Envelope.objects.create(advertiser=account, amount=Decimal(1), set_by=buyer, reason="Small", at=NOW)
    page = read(client, "today-later")
    assert "$12.50" in page
    assert "exceeded" in page


def test_spend_that_nobody_has_read_is_unknown(client, account):
    make_live(make_campaign(advertiser=account))
    assert "unknown" in read(client, "today-later")


def test_the_queries_do_not_grow_with_what_is_live(client, account, django_assert_max_num_queries):
    counts = []
    for more in (1, 6):
        for number in range(more):
            make_live(make_campaign(advertiser=account, name=f"Tents {more} {number}"))
        with django_assert_max_num_queries(60) as captured:
            read(client)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def lose(account, name):
    """It was deleted at TikTok, and a reading found that."""
    campaign = make_live(make_campaign(advertiser=account, name=name))
    note_vanished(campaign, now=NOW)
    note_drift([campaign.pk], now=NOW)
    return campaign


def test_a_campaign_deleted_at_tiktok_stands_before_what_spends_most(client, account):
    spends = make_drifting(account, "Spends")
    Campaign.objects.filter(pk=spends.pk).update(week_spend=900)
    gone = lose(account, "Deleted there")
    page = read(client)
    assert page.index("Deleted there") < page.index(">Spends<")
    assert f'value="take:{gone.pk}"' in page
    assert f'value="keep:{gone.pk}"' not in page


def test_a_paused_launch_stands_on_home_with_its_way_on(client, account):
    campaign = make_campaign(advertiser=account, name="Resting")
    make_launch(campaign, made=1)
    Launch.objects.filter(campaign=campaign).update(paused_at=NOW)
    page = read(client)
    assert "Paused launches" in page
    assert reverse("launch-progress", args=[campaign.pk]) in page


def test_a_line_of_drift_says_which_side_is_ours(client, account):
    make_drifting(account, "Tents")
    page = read(client)
    assert "Name: we want <b>Tents</b>, TikTok holds <b>Other</b>" in page


def test_what_was_deleted_is_said_without_two_values(client, account):
    lose(account, "Deleted there")
    assert "The campaign: deleted at TikTok" in read(client)
