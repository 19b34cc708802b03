"""Drift, refusals and surprises on pages: seen, decided in one press, asked for where more can be spent."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.models import Campaign, Change, Flip, Proposal, Push, Reading, RemoteEdit, Stranger, Surprise
from campaigns.sync.drift import find_drift, note_drift
from campaigns.sync.mirror import fold, note_vanished
from campaigns.web.guard import name_decider
from tests.factories import (
    NOW,
    adgroup_members,
    make_advertiser,
    make_campaign,
    make_live,
    make_person,
    mirror,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    person = make_person("marcus")
    client.force_login(person)
    return person


@pytest.fixture
def account(manager):
    return make_advertiser(name="Northwind", people={manager: "manager"})


@pytest.fixture
def drifting(account):
    return drift(make_live(make_campaign(advertiser=account, name="Boots")), budget=300)


def drift(campaign, **members):
    """Somebody changed it at TikTok, and a reading found it."""
    fold(campaign, {**campaign.remote, **members}, now=NOW, read_at=NOW)
    note_drift([campaign.pk], now=NOW)
    return campaign


def read(client, name="drift", **query):
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200
    return answer.content.decode()


def decide(client, act, *picks, yes=()):
    return client.post(reverse("drift"), {"act": act, "pick": list(picks), "yes": list(yes)})


def test_it_shows_both_values_and_who_did_it(client, drifting):
    RemoteEdit.objects.create(
        advertiser=drifting.advertiser,
        campaign_ref=drifting.pk,
        target="campaign",
        kind="CAMPAIGN",
        remote_id=drifting.remote_id,
        operator="Kim",
        source="TikTok Ads Manager",
        digest="d",
        at=NOW,
    )
    page = read(client)
    for said in (
        "Boots",
        'data-label="Wanted">$500.00<',
        'data-label="At TikTok">$300.00<',
        "Kim",
        "TikTok Ads Manager",
    ):
        assert said in page


def read_log(account, until):
    Reading.objects.create(
        advertiser=account, kind="changelog", due_at=NOW, state={"until": until.isoformat()}
    )


def test_what_nobody_is_known_for_is_said_to_be_unknown(client, drifting):
    read_log(drifting.advertiser, NOW + timedelta(minutes=1))
    assert "Not known who<" in read(client)


def test_when_it_was_changed_is_told_by_both_times_of_day_where_nobody_is_known(client, drifting):
    read_log(drifting.advertiser, NOW + timedelta(minutes=1))
    Flip.objects.filter(member="body:budget").update(since=NOW - timedelta(minutes=1))
    told = re.sub(r"<[^>]+>", "", read(client))
    assert re.search(r"Not known who; between \d\d:\d\d:\d\d and \d\d:\d\d:\d\d,", told)


def test_whom_nobody_was_asked_about_yet_is_not_called_unknown(client, drifting):
    read_log(drifting.advertiser, NOW - timedelta(minutes=1))
    page = read(client)
    assert "change log was not read since" in page
    assert "Not known who<" not in page


def test_taking_theirs_in_one_press_ends_the_drift(client, drifting):
    answer = decide(client, "take", f"{drifting.pk}:budget")
    assert answer.status_code == 302
    assert find_drift(Campaign.objects.get(pk=drifting.pk)) == ()
    assert "TikTok holds what we want" in read(client)


def test_keeping_a_higher_budget_asks_first_and_keeps_the_ticks(client, drifting):
    answer = decide(client, "keep", f"{drifting.pk}:budget")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="yes"' in page
    assert "checked" in page
    assert not Push.objects.exclude(state=Push.State.DONE).exists()


def test_with_a_yes_it_is_sent(client, drifting):
    page = decide(client, "keep", f"{drifting.pk}:budget").content.decode()
    yes = [part.split('"')[0] for part in page.split('name="yes" value="')[1:]]
    assert decide(client, "keep", f"{drifting.pk}:budget", yes=yes).status_code == 302
    assert Push.objects.filter(campaign=drifting, state=Push.State.WAITING).exists()


def test_what_the_gate_does_not_let_through_waits_for_a_manager(client, account):
    campaign = drift(
        make_live(make_campaign(advertiser=account, name="Tents")),
        operation_status="DISABLE",
        secondary_status="CAMPAIGN_STATUS_DISABLE",
    )
    buyer = make_person("bea")
    account.memberships.create(person=buyer, role="buyer")
    client.force_login(buyer)
    answer = client.post(reverse("drift"), {"act": f"keep:{campaign.pk}"}, follow=True)
    assert "Keeping ours waits for a manager: 1 campaign" in answer.content.decode()
    assert Proposal.objects.get().asked_by == buyer
    assert not Push.objects.exclude(state=Push.State.DONE).exists()


@pytest.fixture
def waiting(client, account):
    """A switch thrown at TikTok, and a buyer who asked to keep ours."""
    campaign = drift(
        make_live(make_campaign(advertiser=account, name="Tents")),
        operation_status="DISABLE",
        secondary_status="CAMPAIGN_STATUS_DISABLE",
    )
    buyer = make_person("bea")
    account.memberships.create(person=buyer, role="buyer")
    client.force_login(buyer)
    decide(client, f"keep:{campaign.pk}")
    return campaign


@pytest.mark.parametrize("name", ["drift", "today"])
def test_what_waits_in_a_proposal_says_so_and_leads_there(client, waiting, name):
    proposal = Proposal.objects.get()
    assert f'<a href="/proposals/{proposal.pk}/">waits in a proposal</a>' in read(client, name)


@pytest.mark.parametrize("name", ["drift", "today"])
def test_what_waits_in_a_proposal_is_not_offered_to_be_kept_again(client, waiting, name):
    page = read(client, name)
    assert f'value="take:{waiting.pk}"' in page
    assert f'value="keep:{waiting.pk}"' not in page


def test_taking_theirs_says_that_a_proposal_ended_with_it(client, waiting):
    page = client.post(reverse("drift"), {"act": f"take:{waiting.pk}"}, follow=True).content.decode()
    assert "because ours was asked for: 1 proposal" in page


def test_a_manager_waits_for_another_one(account, manager):
    buyer = make_person("bea")
    account.memberships.create(person=buyer, role="buyer")
    assert name_decider(manager, account) == "another manager"
    assert name_decider(buyer, account) == "a manager"


def test_all_of_a_campaign_is_decided_with_its_own_button(client, drifting):
    assert decide(client, f"take:{drifting.pk}").status_code == 302
    assert Change.objects.filter(act=Change.Act.TOOK).count() == 1


def test_campaigns_are_decided_together_and_one_that_cannot_be_leaves_the_others_done(
    client, account, drifting
):
    gone = make_live(make_campaign(advertiser=account, name="Tents"))
    drift(gone.adgroups.get(), secondary_status="ADGROUP_STATUS_DELETE")
    note_drift([gone.pk], now=NOW)
    answer = decide(client, "keep", f"{gone.pk}:adgroups/0")
    assert answer.status_code == 422
    assert "brings nothing back" in answer.content.decode()
    both = decide(client, "take", f"{gone.pk}:adgroups/0", f"{drifting.pk}:budget")
    assert both.status_code == 302
    assert Change.objects.filter(act=Change.Act.TOOK).count() == 2


def test_nothing_ticked_is_said_and_changes_nothing(client, drifting):
    answer = client.post(reverse("drift"), {"act": "take"}, follow=True)
    assert "Tick what you want to decide" in answer.content.decode()


def test_a_viewer_sees_it_and_is_offered_no_decision(client, drifting):
    viewer = make_person("vera")
    drifting.advertiser.memberships.create(person=viewer, role="viewer")
    client.force_login(viewer)
    page = read(client)
    assert "Boots" in page
    assert 'name="pick"' not in page


def test_a_viewer_is_not_told_to_choose_what_is_ticked(client, drifting):
    viewer = make_person("vera")
    drifting.advertiser.memberships.create(person=viewer, role="viewer")
    client.force_login(viewer)
    assert "What is ticked" not in read(client)


def test_drift_of_another_account_is_neither_shown_nor_decided(client, account):
    theirs = drift(make_live(make_campaign(advertiser=make_advertiser(), name="Not for you")), budget=300)
    assert "Not for you" not in read(client)
    decide(client, f"take:{theirs.pk}")
    assert Campaign.objects.get(pk=theirs.pk).wanted["budget"] == "500.00"


def test_home_says_what_needs_somebody(client, drifting):
    ad = drifting.adgroups.get().ads.get()
    mirror(ad, status="AD_STATUS_AUDIT_DENY")
    page = client.get(reverse("home")).content.decode()
    assert "campaign held otherwise" in page
    assert "ad refused in review" in page
    assert "we want $500.00" in page


def test_refused_ads_stand_with_reason_and_next_step(client, drifting):
    ad = drifting.adgroups.get().ads.get()
    mirror(ad, status="AD_STATUS_AUDIT_DENY")
    ad.review = {"status": "UNAVAILABLE", "reasons": ["Exaggerated claim"], "suggestion": "Change the text."}
    ad.review_read_at = NOW
    ad.save()
    for page in (
        read(client, "reviews"),
        client.get(reverse("campaign", args=[drifting.pk])).content.decode(),
    ):
        assert "Exaggerated claim" in page
        assert "Change the text." in page


def test_a_refusal_whose_reasons_were_not_read_yet_says_so(client, drifting):
    mirror(drifting.adgroups.get().ads.get(), status="AD_STATUS_AUDIT_DENY")
    assert "not read yet" in read(client, "reviews")


def test_surprises_are_listed_with_request_and_answer(client, drifting):
    Surprise.objects.create(
        advertiser=drifting.advertiser,
        campaign_ref=drifting.pk,
        target="campaign",
        label="Boots",
        endpoint="smart_plus/campaign/create/",
        code=40002,
        message="Invalid bid",
        request={"budget": "5"},
        answer={"code": 40002},
        rules_version="abc123",
        at=NOW,
    )
    page = read(client, "surprises")
    for said in ("Invalid bid", "40002", "abc123", "&quot;budget&quot;"):
        assert said in page


def test_campaigns_made_elsewhere_are_told(client, account):
    Stranger.objects.create(
        advertiser=account,
        level="campaign",
        remote_id="1900",
        name="Theirs",
        operation_status="ENABLE",
        secondary_status="CAMPAIGN_STATUS_ENABLE",
        remote={"budget": 80},
        seen_at=NOW,
        read_at=NOW,
    )
    page = read(client, "elsewhere")
    assert "Theirs" in page
    assert "$80.00" in page


def test_the_worst_day_counts_whichever_budget_is_larger(client, account):
    campaign = drift(make_live(make_campaign(advertiser=account)), budget=800)
    page = client.get(reverse("campaign", args=[campaign.pk])).content.decode()
    assert "$1,000.00" in page  # 125 % of what TikTok holds


def test_a_removed_campaign_has_no_worst_day(client, account):
    campaign = make_live(make_campaign(advertiser=account))
    Campaign.objects.filter(pk=campaign.pk).update(vanished_at=NOW)
    assert "nothing: removed" in client.get(reverse("campaign", args=[campaign.pk])).content.decode()


def test_the_timeline_names_who_changed_it_at_tiktok(client, drifting):
    RemoteEdit.objects.create(
        advertiser=drifting.advertiser,
        campaign_ref=drifting.pk,
        target="campaign",
        kind="CAMPAIGN",
        remote_id=drifting.remote_id,
        operator="Kim",
        source="TikTok Ads Manager",
        digest="d",
        at=NOW,
    )
    page = client.get(reverse("campaign", args=[drifting.pk]), {"tab": "history"}).content.decode()
    assert "Kim" in page


def test_a_foreign_edit_without_a_line_in_the_log_is_by_nobody_known(client, drifting):
    page = client.get(reverse("campaign", args=[drifting.pk]), {"tab": "history"}).content.decode()
    assert "not known who" in page


@pytest.fixture
def stranger(drifting):
    """Somebody added an ad group to it at TikTok."""
    return Stranger.objects.create(
        advertiser=drifting.advertiser,
        campaign=drifting,
        level="adgroup",
        remote_id="1900",
        name="Theirs",
        operation_status="ENABLE",
        secondary_status="ADGROUP_STATUS_DELIVERY_OK",
        remote={
            **adgroup_members(adgroup_name="Theirs"),
            "adgroup_id": "1900",
            "campaign_id": drifting.remote_id,
            "operation_status": "ENABLE",
        },
        seen_at=NOW,
        read_at=NOW,
    )


def answer_stranger(client, stranger, **given):
    return client.post(reverse("stranger", args=[stranger.pk]), given)


def test_what_was_made_elsewhere_leads_to_its_own_page_and_has_no_tick(client, stranger):
    page = read(client)
    assert reverse("stranger", args=[stranger.pk]) in page
    assert "there, on" in page
    assert f'value="{stranger.campaign_id}:strangers/' not in page


def test_keeping_all_of_ours_makes_nothing_of_others_ours(client, account, stranger):
    fold_back = {"operation_status": "DISABLE", "secondary_status": "CAMPAIGN_STATUS_DISABLE"}
    drift(stranger.campaign, budget=500, **fold_back)
    answer = client.post(reverse("drift"), {"act": f"keep:{stranger.campaign_id}"}, follow=True)
    assert "Left as it is in Boots: Ad group “Theirs”" in answer.content.decode()
    assert stranger.campaign.adgroups.count() == 1


def test_it_is_removed_at_tiktok_once_its_box_is_ticked(client, stranger):
    assert answer_stranger(client, stranger, act="remove", yes="1").status_code == 302
    push = Push.objects.get(adgroup__remote_id="1900")
    assert (push.lane, push.target.wanted_switch) == (Push.Lane.STOP, "DELETE")


def test_without_its_box_nothing_is_removed_and_that_is_said(client, stranger):
    answer = answer_stranger(client, stranger, act="remove")
    assert answer.status_code == 422
    assert "nothing brings it back" in answer.content.decode()
    assert Stranger.objects.filter(pk=stranger.pk).exists()


def test_it_is_adopted_as_it_stands(client, stranger):
    assert answer_stranger(client, stranger, act="adopt").status_code == 302
    assert stranger.campaign.adgroups.filter(remote_id="1900").exists()
    assert not Push.objects.exclude(state=Push.State.DONE).exists()


def test_of_a_campaign_of_others_no_act_is_offered(client, account):
    theirs = Stranger.objects.create(
        advertiser=account, level="campaign", remote_id="1900", name="Theirs", seen_at=NOW, read_at=NOW
    )
    page = client.get(reverse("stranger", args=[theirs.pk])).content.decode()
    assert "not ours to remove" in page
    assert 'name="act"' not in page


def test_the_second_of_our_own_campaign_leads_to_its_removal(client, account):
    ours = Stranger.objects.create(
        advertiser=account,
        level="campaign",
        remote_id="1900",
        name="Boots",
        twin=True,
        seen_at=NOW,
        read_at=NOW,
    )
    assert reverse("stranger", args=[ours.pk]) in read(client, "elsewhere")


def test_where_calls_are_on_their_way_it_does_not_say_that_tiktok_holds_what_we_want(client, drifting):
    Push.objects.filter(campaign=drifting, aspect="body").update(state="waiting")
    page = read(client)
    assert "TikTok holds what we want" not in page
    assert "on its way" in page


@pytest.fixture
def lost(account):
    """The campaign was deleted at TikTok, and a reading found that."""
    campaign = make_live(make_campaign(advertiser=account, name="Tents"))
    note_vanished(campaign, now=NOW)
    note_drift([campaign.pk], now=NOW)
    return campaign


def test_a_campaign_deleted_at_tiktok_asks_for_a_decision(client, lost):
    page = read(client)
    assert "It was deleted at TikTok, and not from here" in page
    assert f'value="take:{lost.pk}"' in page
    assert reverse("campaign-duplicate", args=[lost.pk]) in page


def test_once_it_is_accepted_nothing_asks_any_more(client, lost):
    answer = client.post(reverse("drift"), {"act": f"take:{lost.pk}"}, follow=True).content.decode()
    assert "is accepted as gone: 1 campaign" in answer and "wanted from now on" not in answer
    assert "Tents" not in read(client)


def test_what_we_removed_ourselves_asks_nobody(client, lost):
    Campaign.objects.filter(pk=lost.pk).update(wanted={**lost.wanted, "operation_status": "DELETE"})
    assert "Tents" not in read(client)
