"""The review: everything that will be sent, typed → sent, and nothing leaves without its ticks."""

import pytest
from django.urls import reverse

from campaigns.models import Campaign, Change, Launch
from campaigns.services import branches, editing
from campaigns.services.judging import judge_campaign
from tests.factories import NOW, add_member, make_campaign, make_launch, make_live, make_person, refuse
from tests.web.building import make_account, make_draft, read_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(client):
    person = make_person("bea")
    client.force_login(person)
    return person


@pytest.fixture
def account(buyer):
    return make_account({buyer: "buyer"}, name="Northwind")


@pytest.fixture
def draft(buyer, account):
    return make_draft(buyer, account)


def address(campaign):
    return reverse("review", args=[campaign.pk])


def read(client, campaign, **query):
    return client.get(address(campaign), query).content.decode()


def boxes(html):
    return [part.split('"')[0] for part in html.split('type="checkbox" name="confirm" value="')[1:]]


def test_every_field_of_every_call_is_listed(client, draft):
    html = read(client, draft)
    steps = judge_campaign(campaign=draft, now=NOW).plan.steps
    assert len(steps) == 3
    for step in steps:
        assert f"POST {step.endpoint}" in html
        for line in step.fields:
            assert f"<code>{line.name}</code>" in html


def test_it_says_whether_the_budget_feeds_the_ad_groups_or_that_nobody_knows(client, draft):
    assert "Nobody knows what a result of" in read(client, draft)
    group = draft.adgroups.get()
    group.wanted |= {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": "10"}
    group.save()
    html = read(client, draft)
    assert "at 10.00 USD a result (your target)" in html
    assert "results a week for 1 ad group" in html


def test_what_is_sent_otherwise_shows_what_was_typed_and_why(client, draft):
    html = " ".join(read(client, draft).split())
    event = html[html.index("<code>optimization_event</code>") :].partition("</tr>")[0]
    assert "COMPLETE_PAYMENT" in event
    assert "SHOPPING" in event
    assert "TikTok&#x27;s spelling" in event
    assert "the id of the uploaded picture" in html
    assert "https://example.com/thumb.jpg" in html[html.index("Uploaded first") :]


def test_a_value_that_is_sent_in_another_field_shows_what_was_typed_and_where_it_goes(client, draft):
    html = " ".join(read(client, draft).split())
    call = html[html.index("<code>ad_configuration/call_to_action_id</code>") :].partition("</tr>")[0]
    assert "shop_now" in call
    assert "goes as</span> call_to_action_list: SHOP_NOW" in call
    lifted = html[html.index("<code>creative_list/0/creative_info/identity_type</code>") :].partition(
        "</tr>"
    )[0]
    assert "goes as</span> ad_configuration/identity_type" in lifted


def test_a_time_says_its_zone_and_what_it_is_for_the_account_and_the_reader(client, buyer):
    account = make_account({buyer: "buyer"}, zone="America/New_York")
    draft = make_draft(buyer, account)
    group = draft.adgroups.get()
    changes = {"schedule_start_time": "2026-11-25T05:00:00Z"}
    editing.save_members(actor=buyer, door="page", thing=group, version=1, changes=changes, now=NOW)
    html = " ".join(read(client, draft).split())
    start = html[html.index("<code>schedule_start_time</code>") :].partition("</tr>")[0]
    assert "2026-11-25 05:00:00" in start
    assert "UTC, which is" in start
    assert "25 Nov 2026, 00:00 <small>New York (account)</small>" in start


def test_exposure_is_said_with_its_reason(client, draft):
    html = read(client, draft)
    assert "$625.00" in html
    assert "$3,500.00" in html
    assert "may spend 125" in html


def test_a_launch_needs_every_confirm_ticked_and_keeps_what_was(client, draft):
    html = read(client, draft)
    keys = boxes(html)
    assert len(keys) == 2
    assert "America/New_York" in html[html.index('id="confirm"') :]
    version = read_form(html, "launch-form")["version"]
    answer = client.post(address(draft), {"version": version, "confirm": keys[:1]})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{keys[0]}" id="confirm-{keys[0]}" checked' in html
    assert f'id="confirm-{keys[1]}" autofocus' in html
    assert not Launch.objects.exists()


def test_a_launch_with_all_ticks_goes_on_to_its_progress(client, draft):
    html = read(client, draft)
    answer = client.post(
        address(draft), {"version": read_form(html, "launch-form")["version"], "confirm": boxes(html)}
    )
    assert answer.url == reverse("launch-progress", args=[draft.pk])
    said = Change.objects.get(act="launched").after["acknowledged"]
    assert {item["rule"] for item in said} == {"sent-otherwise-money-or-audience", "custom-identity-closed"}


def test_a_refusal_is_listed_with_a_link_to_its_field_and_stops_the_launch(client, buyer, draft):
    editing.save_members(actor=buyer, door="page", thing=draft, version=1, changes={"budget": None}, now=NOW)
    draft = Campaign.objects.get(pk=draft.pk)
    html = read(client, draft)
    assert f"{reverse('builder', args=[draft.pk])}?at=budget" in html
    answer = client.post(address(draft), {"version": draft.tree_version, "confirm": boxes(html)})
    assert answer.status_code == 422
    assert not Launch.objects.exists()


def test_a_tree_that_changed_meanwhile_is_shown_again_with_the_ticks_kept(client, buyer, draft):
    keys = boxes(read(client, draft))
    editing.save_members(
        actor=buyer, door="page", thing=draft, version=1, changes={"po_number": "7"}, now=NOW
    )
    answer = client.post(address(draft), {"version": "1", "confirm": keys})
    assert answer.status_code == 409
    assert all(f'id="confirm-{key}" checked' in answer.content.decode() for key in keys)
    assert not Launch.objects.exists()


def test_findings_of_one_kind_are_one_tick_and_a_group_that_grew_is_asked_again(client, buyer, draft):
    before = boxes(read(client, draft))
    branches.add_adgroup(actor=buyer, door="page", campaign=draft, now=NOW, copy_of=draft.adgroups.first())
    draft = Campaign.objects.get(pk=draft.pk)
    html = read(client, draft)
    assert len(boxes(html)) == 2
    assert "2 times:" in html
    assert not set(before) & set(boxes(html))
    answer = client.post(address(draft), {"version": draft.tree_version, "confirm": before})
    assert answer.status_code == 422


def test_a_viewer_reads_and_cannot_launch(client, draft, account):
    viewer = make_person("vic")
    add_member(viewer, account, "viewer")
    client.force_login(viewer)
    html = read(client, draft)
    assert "does not launch" in html
    answer = client.post(address(draft), {"version": "1", "confirm": boxes(html)})
    assert answer.status_code == 403
    assert not Launch.objects.exists()


def test_a_big_tree_is_folded_and_fetches_a_call_when_it_is_opened(client, buyer, account):
    campaign = make_campaign(advertiser=account, created_by=buyer, adgroups=8, ads=8)
    html = read(client, campaign)
    assert "73 create calls" in html
    assert html.count("<table") == 0
    path = "adgroups/3/ads/2"
    step = client.get(reverse("review-step", args=[campaign.pk]), {"path": path}).content.decode()
    assert "<code>creative_list/0/creative_info/ad_format</code>" in step
    assert client.get(reverse("review-step", args=[campaign.pk]), {"path": "adgroups/99"}).status_code == 404
    assert read(client, campaign, open=path).count("<table") == 1  # without script


def test_a_version_that_is_no_number_is_stale(client, draft):
    assert client.post(address(draft), {"version": "²"}).status_code == 409
    assert client.post(address(draft), {"version": "9" * 40}).status_code == 409


def test_what_was_launched_has_nothing_left_to_review_and_cannot_be_launched_again(client, buyer, account):
    live = make_live(make_campaign(advertiser=account, created_by=buyer))
    assert client.get(address(live)).url == reverse("campaign", args=[live.pk])
    assert client.post(address(live), {"version": live.tree_version}).status_code == 409
    going = make_campaign(advertiser=account, created_by=buyer)
    make_launch(going)
    assert client.get(address(going)).url == reverse("launch-progress", args=[going.pk])


def make_stopped(buyer, account):
    """The ad group is at TikTok, with a start that is long past by now; its ad was refused."""
    campaign = make_draft(buyer, account)
    group = campaign.adgroups.get()
    group.wanted |= {"schedule_type": "SCHEDULE_FROM_NOW", "schedule_start_time": "2026-11-01 00:00:00"}
    group.save()
    make_launch(campaign, made=2)
    refuse(group.ads.get())
    return campaign


def test_what_exists_at_tiktok_counts_no_more_as_something_to_mend(client, buyer, account):
    campaign = make_stopped(buyer, account)
    said = {item.rule for item in judge_campaign(campaign=campaign, now=NOW).findings}
    assert "schedule-start-window" in said
    html = read(client, campaign)
    assert "schedule-start-window" not in html
    assert "to mend" not in html
    built = client.get(reverse("builder-adgroup", args=[campaign.pk, campaign.adgroups.get().pk]))
    assert "schedule-start-window" not in built.content.decode()
