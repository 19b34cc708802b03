"""The campaign page: tree, plan, history, and only the buttons that would not be refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from campaigns.models import Ad, Change, Flip, Launch, Proposal, Push
from campaigns.services.reading_again import Reread
from campaigns.sync.mirror import note_vanished
from campaigns.web.reading_again import say_reading
from campaigns.web.tree import OPEN, list_nodes
from tests.factories import (
    NOW,
    list_tree,
    make_advertiser,
    make_campaign,
    make_change,
    make_launch,
    make_live,
    make_person,
    mirror,
    refuse,
)

pytestmark = pytest.mark.django_db


def sign_in(client, role, **members):
    person = make_person()
    client.force_login(person)
    return make_advertiser(people={person: role}, **members)


def read(client, campaign, **query):
    return client.get(reverse("campaign", args=[campaign.pk]), query).content.decode()


def switch(client, campaign, status, **more):
    return client.post(reverse("campaign-status", args=[campaign.pk]), {"status": status} | more)


def test_the_tree_shows_every_object_with_its_status_and_tiktok_id(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "viewer"), adgroups=2, ads=2))
    page = read(client, campaign)
    for thing in list_tree(campaign):
        assert thing.label in page
        assert thing.remote_id in page
    assert "Delivering" in page


def test_what_has_no_name_is_called_by_its_place_as_in_the_builder(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "viewer"), ads=2))
    Ad.objects.update(name="")
    page = read(client, campaign)
    assert "<h3>Ad 1</h3>" in page
    assert "<h3>Ad 2</h3>" in page


def test_modules_are_automatic_or_manual_as_tiktok_holds_them(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "viewer")))
    group = campaign.adgroups.get()
    group.remote |= {"targeting_optimization_mode": "MANUAL", "placement_type": "PLACEMENT_TYPE_NORMAL"}
    group.save()
    page = read(client, campaign)
    for words in (
        "Targeting is set by us",
        "Bidding is left to TikTok",
        "Placement is set by us",
        "Creative is set by us",
    ):
        assert words in page


def test_the_worst_day_stands_beside_the_budget(client):
    page = read(client, make_campaign(advertiser=sign_in(client, "viewer"), budget="500.00"))
    assert "$500.00" in page
    assert "$625.00" in page


@pytest.mark.parametrize(
    ("role", "pause", "start"),
    [("viewer", 0, 0), ("buyer", 1, 0), ("manager", 1, 1), ("administrator", 1, 1)],
)
def test_buttons_are_those_the_role_allows(client, role, pause, start):
    account = sign_in(client, role)
    running = make_live(make_campaign(advertiser=account))
    stopped = make_live(make_campaign(advertiser=account))
    stopped.wanted["operation_status"] = "DISABLE"
    mirror(stopped, on=False)
    assert ('id="pause"' in read(client, running)) is bool(pause)
    assert ('id="start"' in read(client, stopped)) is bool(start)
    assert 'id="start"' not in read(client, running)


def test_what_was_switched_off_at_tiktok_can_be_started_here(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "manager")))
    mirror(campaign, on=False)
    assert 'id="start"' in read(client, campaign)


def test_a_buyer_learns_who_can_start_again(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "buyer")))
    mirror(campaign, on=False)
    assert "A manager can start it again" in read(client, campaign)


def test_what_tiktok_holds_otherwise_is_said_on_the_first_tab(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "viewer")))
    assert "otherwise than we want" not in read(client, campaign)
    campaign.remote |= {"budget": 950.0}
    campaign.save(update_fields=["remote"])
    assert "TikTok holds 1 field otherwise than we want" in read(client, campaign)
    plan = read(client, campaign, tab="plan")
    assert 'data-label="At TikTok">$950.00</td>' in plan


@pytest.mark.parametrize(("role", "may"), [("viewer", False), ("buyer", True), ("manager", True)])
def test_a_draft_is_edited_and_discarded_by_those_who_may(client, role, may):
    campaign = make_campaign(advertiser=sign_in(client, role))
    page = read(client, campaign)
    assert (reverse("builder", args=[campaign.pk]) in page) is may
    assert (reverse("builder-discard", args=[campaign.pk]) in page) is may


def test_a_launch_that_is_paused_is_said_where_its_campaign_stands(client):
    campaign = make_campaign(advertiser=sign_in(client, "buyer"))
    make_launch(campaign, made=1)
    Launch.objects.filter(campaign=campaign).update(paused_at=NOW)
    assert "Its launch is paused." in read(client, campaign)
    assert "Its launch is paused" in client.get(reverse("home")).content.decode()


def test_a_buyer_pauses_with_one_press_and_the_page_says_so(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "buyer")))
    answer = switch(client, campaign, "DISABLE")
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert f"TikTok is asked, before everything else, to pause {campaign.label}." in page
    assert "Starting it again takes a manager." in page
    assert "Pausing at TikTok" in page
    push = Push.objects.get(campaign=campaign, aspect="switch")
    assert (push.state, push.lane) == (Push.State.WAITING, Push.Lane.STOP)
    assert Change.objects.get().act == Change.Act.STOPPED


def test_an_ad_group_is_paused_alone(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "buyer"), adgroups=2))
    group = campaign.adgroups.last()
    switch(client, campaign, "DISABLE", target=f"adgroups/{group.pk}")
    group.refresh_from_db()
    campaign.refresh_from_db()
    assert group.wanted_switch == "DISABLE"
    assert campaign.wanted_switch == "ENABLE"


def test_an_object_of_another_tree_is_not_switched_through_this_one(client):
    account = sign_in(client, "buyer")
    one, other = make_live(make_campaign(advertiser=account)), make_live(make_campaign(advertiser=account))
    answer = switch(client, one, "DISABLE", target=f"adgroups/{other.adgroups.get().pk}")
    assert answer.status_code == 404
    assert not Change.objects.exists()


def test_a_start_asks_first_with_the_worst_day_and_then_starts(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "manager")))
    campaign.wanted["operation_status"] = "DISABLE"
    mirror(campaign, on=False)
    asked = client.get(reverse("campaign-status", args=[campaign.pk])).content.decode()
    assert "$625.00" in asked
    assert not Change.objects.exists()
    assert switch(client, campaign, "ENABLE").status_code == 302
    assert Change.objects.get().act == Change.Act.STARTED


def test_a_buyers_start_becomes_a_proposal(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "buyer")))
    campaign.wanted["operation_status"] = "DISABLE"
    mirror(campaign, on=False)
    proposal = Proposal.objects.filter(items__campaign=campaign)
    answer = switch(client, campaign, "ENABLE")
    assert answer.headers["Location"] == reverse("proposal", args=[proposal.get().pk])
    assert not Change.objects.filter(act=Change.Act.STARTED).exists()


@pytest.mark.parametrize(("role", "status"), [("viewer", "DISABLE"), ("viewer", "ENABLE")])
def test_what_the_role_forbids_is_refused_with_the_way_out(client, role, status):
    campaign = make_live(make_campaign(advertiser=sign_in(client, role)))
    answer = switch(client, campaign, status)
    assert answer.status_code == 403
    assert "Ask one of its" in answer.content.decode()
    assert not Change.objects.exists()


def test_a_buyer_does_not_even_see_the_question_whether_to_start(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "buyer")))
    assert client.get(reverse("campaign-status", args=[campaign.pk])).status_code == 403


def test_a_draft_cannot_be_paused_and_a_made_up_status_is_refused(client):
    account = sign_in(client, "buyer")
    assert switch(client, make_campaign(advertiser=account), "DISABLE").status_code == 409
    assert switch(client, make_live(make_campaign(advertiser=account)), "DELETE").status_code == 409


def test_a_refusal_for_htmx_lands_in_the_messages(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "viewer")))
    address = reverse("campaign-status", args=[campaign.pk])
    answer = client.post(address, {"status": "DISABLE"}, headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer["HX-Retarget"] == "#messages"
    assert "<html" not in answer.content.decode()


def test_what_tiktok_refused_stands_on_its_object_in_plain_words(client):
    campaign = make_campaign(advertiser=sign_in(client, "buyer"))
    make_launch(campaign, made=1)
    refuse(campaign.adgroups.get())
    page = read(client, campaign)
    assert "TikTok refused it:" in page
    assert "Invalid bid: must be lower than the budget" in page
    assert "202611171200000101" in page
    assert "Mend and launch again" in page


def test_what_our_last_check_stopped_names_the_field_and_the_rule(client):
    campaign = make_campaign(advertiser=sign_in(client, "buyer"))
    make_launch(campaign, made=1)
    finding = {
        "rule": "landing-https",
        "level": "refuse",
        "path": "adgroups/0/x",
        "message": "Use https",
        "source": "R61",
    }
    refuse(campaign.adgroups.get(), error={"meaning": "rules", "message": "Use https", "findings": [finding]})
    page = read(client, campaign)
    assert "Our last check stopped it:" in page
    assert "adgroups/0/x" in page
    assert "landing-https" in page


@pytest.fixture
def leaving(client):
    """An ad group on its way out, on yet."""
    campaign = make_live(make_campaign(advertiser=sign_in(client, "manager")))
    group = campaign.adgroups.get()
    group.wanted |= {"operation_status": "DELETE"}
    group.save()
    group.pushes.filter(aspect="switch").update(state="waiting", launch=None)
    return group


def test_what_is_to_be_removed_is_told_so(client, leaving):
    assert "Removing…" in read(client, leaving.campaign)


def read_nodes(client, group):
    return list_nodes(client.get(reverse("campaign", args=[group.campaign.pk])).context["root"])


def test_no_switch_is_offered_of_what_is_to_be_removed(client, leaving):
    _, group, _ = read_nodes(client, leaving)
    assert not (group.may_stop or group.may_start)


def test_what_goes_along_can_be_paused_until_it_is_gone_and_not_started(client, leaving):
    leaving.ads.update(wanted={**leaving.ads.get().wanted, "operation_status": "DISABLE"})
    _, _, ad = read_nodes(client, leaving)
    assert (ad.may_stop, ad.may_start) == (True, False)


def test_a_pause_of_what_is_to_be_removed_is_told_as_a_removal(client, leaving):
    target = f"adgroups/{leaving.pk}"
    answer = client.post(
        reverse("campaign-status", args=[leaving.campaign.pk]),
        {"status": "DISABLE", "target": target},
        follow=True,
    )
    assert f"before everything else, to remove {leaving.label}." in answer.content.decode()


def test_names_are_text_and_never_markup(client):
    campaign = make_campaign(advertiser=sign_in(client, "buyer"), name="<script>alert(1)</script>")
    make_change(campaign, before={"a": "<b>"}, after={"a": "<i>"})
    for tab in ("structure", "plan", "history"):
        page = read(client, campaign, tab=tab)
        assert "<script>alert" not in page
        assert "<i>" not in page
    assert "<script>alert" not in client.get(reverse("home")).content.decode()


def test_the_plan_lists_every_field_of_every_object(client):
    page = read(client, make_campaign(advertiser=sign_in(client, "viewer")), tab="plan")
    for field in (
        "campaign_name",
        "budget_mode",
        "optimization_goal",
        "pixel_id",
        "ad_name",
        "operation_status",
    ):
        assert f"<code>{field}</code>" in page
    assert "/smart_plus/adgroup/create/" in page


def test_the_plan_says_where_tiktok_holds_it_otherwise(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "viewer")))
    assert "TikTok holds what we want" in read(client, campaign, tab="plan")
    campaign.remote |= {"budget": 700}
    campaign.save()
    page = read(client, campaign, tab="plan")
    assert "1 field otherwise" in page
    assert "700" in page


def test_history_tells_decisions_and_reports_apart_newest_first(client):
    account = sign_in(client, "viewer")
    campaign = make_live(make_campaign(advertiser=account))
    make_change(campaign, before={"budget": "400.00"}, after={"budget": "500.00"}, door="rest")
    Flip.objects.create(
        advertiser=account,
        campaign_ref=campaign.pk,
        target=f"adgroups/{campaign.adgroups.get().pk}",
        member="secondary_status",
        before="ADGROUP_STATUS_AUDIT",
        after="ADGROUP_STATUS_DELIVERY_OK",
        at=NOW,
    )
    page = read(client, campaign, tab="history")
    assert "over REST" in page
    assert "400.00" in page
    assert page.index("TikTok: Ad group 1") < page.index("Edited the campaign")
    assert "In review at TikTok" in page


def test_the_page_asks_again_unless_nothing_can_move(client):
    account = sign_in(client, "viewer")
    draft, live, moving = (make_campaign(advertiser=account) for _ in range(3))
    make_live(live)
    make_launch(moving, made=1)
    assert 'hx-trigger="every' not in read(client, draft)
    assert 'hx-trigger="every 10s"' in read(client, live)
    assert 'hx-trigger="every 2s"' in read(client, moving)


def test_the_number_of_queries_does_not_grow_with_the_tree(client, django_assert_max_num_queries):
    account = sign_in(client, "manager")
    small = make_live(make_campaign(advertiser=account))
    large = make_live(make_campaign(advertiser=account, adgroups=6, ads=5))
    counts = []
    for campaign in (small, large):
        with django_assert_max_num_queries(40) as captured:
            read(client, campaign)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 27


def test_a_module_says_since_when_it_is_so_and_how_often_it_turned(client):
    account = sign_in(client, "viewer")
    campaign = make_live(make_campaign(advertiser=account))
    group = campaign.adgroups.get()
    for before, after, days in (("", "manual", 9), ("manual", "automatic", 3)):
        Flip.objects.create(
            advertiser=account,
            campaign_ref=campaign.pk,
            target=f"adgroups/{group.pk}",
            member="module:bidding",
            before=before,
            after=after,
            at=datetime.now(UTC) - timedelta(days=days),
        )
    page = read(client, campaign)
    assert "3 days ago</time>, 1× turned" in page
    assert f"?tab=history&amp;kind=module&amp;object=adgroups/{group.pk}" in page


@pytest.fixture
def large(client):
    """More ads than stand open."""
    account = sign_in(client, "manager")
    return make_live(make_campaign(advertiser=account, adgroups=4, ads=OPEN // 4 + 1))


def count_ads(page):
    return page.count('<div class="ad">')


def test_a_large_tree_is_folded_and_an_ad_group_is_opened_by_its_address(client, large):
    group = large.adgroups.first()
    assert count_ads(read(client, large)) == 0
    assert f"{OPEN // 4 + 1} ads: " in read(client, large)
    assert count_ads(read(client, large, open=group.pk)) == OPEN // 4 + 1


def test_what_needs_somebody_is_seen_in_a_folded_tree(client, large):
    ad = large.adgroups.first().ads.first()
    refuse(ad)
    assert count_ads(read(client, large)) == 1


def test_a_tree_is_narrowed_to_what_holds_the_words(client, large):
    ad = large.adgroups.last().ads.first()
    page = read(client, large, q=ad.remote_id)
    assert count_ads(page) == 1
    assert ad.remote_id in page
    assert "Nothing here is called that" in read(client, large, q="nothing-of-that-name")


def test_a_live_campaign_can_be_read_again_and_says_why_it_was_not(client):
    account = sign_in(client, "buyer")
    live = make_live(make_campaign(advertiser=account))
    assert 'id="read-again"' in client.get(reverse("campaign", args=[live.pk])).content.decode()
    for said in ("was not read", "was read a moment ago"):  # nobody stands at TikTok's address in tests
        page = client.post(reverse("campaign-look", args=[live.pk]), follow=True).content.decode()
        assert said in page


@pytest.mark.parametrize(
    ("gone", "said"), [(False, "may be an old answer"), (True, "taken for removed there")]
)
def test_a_campaign_that_tiktok_does_not_show_is_not_said_to_be_read(client, gone, said):
    live = make_live(make_campaign(advertiser=sign_in(client, "buyer")))
    told = say_reading(live, Reread(NOW, 0, shown=False, gone=gone))
    assert said in told
    assert "was read" not in told


def test_a_draft_is_not_read_again(client):
    account = sign_in(client, "buyer")
    draft = make_campaign(advertiser=account)
    assert 'id="read-again"' not in client.get(reverse("campaign", args=[draft.pk])).content.decode()
    assert client.post(reverse("campaign-look", args=[draft.pk])).status_code == 409


EQUAL = "TikTok holds what we want"


def test_a_launch_that_is_not_through_is_not_called_equal(client):
    campaign = make_campaign(advertiser=sign_in(client, "viewer"), ads=3)
    make_launch(campaign, made=2)
    Launch.objects.update(paused_at=NOW)
    assert EQUAL not in read(client, campaign, tab="plan")


def test_a_cancelled_launch_is_not_called_equal(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "viewer")))
    Launch.objects.update(cancelled_at=NOW)
    assert EQUAL not in read(client, campaign, tab="plan")


def test_what_has_a_call_on_its_way_is_not_called_equal(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "viewer")))
    Push.objects.filter(campaign=campaign, aspect="body").update(state="waiting")
    assert EQUAL not in read(client, campaign, tab="plan")


def test_the_plan_names_what_holds_a_launch_up_and_leads_to_it(client):
    """Read back otherwise: a person is needed, and no act of drift would help."""
    campaign = make_campaign(advertiser=sign_in(client, "viewer"))
    make_launch(campaign, made=3)
    campaign.refresh_from_db()
    campaign.remote |= {"budget": 700}
    campaign.save()
    Push.objects.filter(campaign=campaign).update(state="needs_person")
    page = read(client, campaign, tab="plan")
    assert "1 field otherwise" in page
    assert reverse("launch-progress", args=[campaign.pk]) in page
    assert "Keep ours or take theirs" not in page


def test_what_is_gone_is_not_said_to_be_at_tiktok(client):
    campaign = make_live(make_campaign(advertiser=sign_in(client, "viewer")))
    note_vanished(campaign, now=NOW)
    page = read(client, campaign, tab="plan")
    assert ">at TikTok<" not in page
    assert page.count("<small>gone</small>") == 3
