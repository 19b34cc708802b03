"""The History tab: one timeline of four books, narrowed and paged; who set what; and all as it was at a moment."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.models import Flip, Proposal, Push
from campaigns.queries.asof import read_as_of
from campaigns.queries.timeline import PAGE
from tests.factories import (
    NOW,
    make_advertiser,
    make_campaign,
    make_change,
    make_launch,
    make_live,
    make_person,
    refuse,
)
from tests.services.proposing import make_team
from tests.services.test_proposals import decide

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def account(client):
    person = make_person()
    client.force_login(person)
    return make_advertiser(people={person: "viewer"}, zone="America/New_York")


@pytest.fixture
def campaign(account):
    given = make_campaign(advertiser=account, budget="500.00", adgroups=2, now=NOW - 100 * HOUR)
    return make_live(given, now=NOW - 99 * HOUR)


def read(client, campaign, status=200, **query):
    answer = client.get(reverse("campaign", args=[campaign.pk]), {"tab": "history"} | query)
    assert answer.status_code == status
    return answer.content.decode()


def raise_budget(campaign, *, at, before="400.00", after="500.00"):
    return make_change(campaign, at=at, before={"budget": before}, after={"budget": after})


def flip(campaign, member, before, after, *, target="campaign", at=NOW, **members):
    return Flip.objects.create(
        advertiser=campaign.advertiser,
        campaign_ref=campaign.pk,
        target=target,
        member=member,
        before=before,
        after=after,
        at=at,
        **members,
    )


def test_an_edit_says_by_how_much_above_and_keeps_the_raw_values_below(client, campaign):
    raise_budget(campaign, at=NOW)
    html = read(client, campaign)
    assert "(+25 %)" in html
    assert "As stored" in html


def test_a_call_shows_its_request_ids_to_copy(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=0)
    refuse(campaign)
    Push.objects.filter(campaign=campaign).update(sent_at=NOW, request_id="7711")
    html = read(client, campaign, kind="call")
    assert 'data-copy="7711"' in html
    assert 'data-copy="202611171200000101"' in html


def test_a_refusal_of_our_own_has_no_code_to_tell(client, account):
    campaign = make_campaign(advertiser=account)
    make_launch(campaign, made=0)
    refuse(campaign, error={"meaning": "rules", "message": "It stays off."})
    Push.objects.filter(campaign=campaign).update(sent_at=NOW)
    html = read(client, campaign, kind="call")
    assert "It stays off." in html
    assert "(None)" not in html


def test_the_timeline_is_narrowed_by_kind(client, campaign):
    raise_budget(campaign, at=NOW)
    flip(campaign, "module:bidding", "automatic", "manual")
    html = read(client, campaign, kind="module")
    assert "Bidding" in html
    assert "Edited the campaign" not in html


def test_the_timeline_is_narrowed_to_an_object(client, campaign):
    first, second = campaign.adgroups.order_by("position")
    make_change(campaign, target=f"adgroups/{first.pk}", before={"bid_price": 1}, after={"bid_price": 2})
    make_change(campaign, target=f"adgroups/{second.pk}", before={"bid_price": 1}, after={"bid_price": 3})
    html = read(client, campaign, object=f"adgroups/{second.pk}")
    assert f"Edited {second.label}" in html
    assert f"Edited {first.label}" not in html


def test_what_was_found_alike_of_several_objects_is_one_entry(client, campaign):
    for group in campaign.adgroups.all():
        flip(campaign, "operation_status", "DISABLE", "ENABLE", target=f"adgroups/{group.pk}")
    assert "TikTok: 2 ad groups" in read(client, campaign)


def test_older_pages_hold_everything_once(client, campaign):
    for number in range(PAGE + 20):
        raise_budget(campaign, at=NOW - number * timedelta(minutes=1))
    first = read(client, campaign, kind="edit")
    older = client.get(
        f"/campaigns/{campaign.pk}/?"
        + first.split('rel="next" href="?')[1].split('"')[0].replace("&amp;", "&")
    ).content.decode()
    assert first.count("Edited the campaign") == 2 * PAGE  # its title, and the name of its link
    assert older.count("Edited the campaign") == 2 * 20
    assert 'rel="next"' not in older


def test_rows_of_one_moment_stay_on_one_page(client, campaign):
    for number in range(PAGE + 5):
        flip(campaign, f"body:member{number}", "1", "2", cause="elsewhere")
    raise_budget(campaign, at=NOW - HOUR)
    first = read(client, campaign)
    assert f"member{PAGE + 4}" in first or "and" in first
    assert 'rel="next"' in first


def test_the_object_stands_as_it_was_and_what_differs_is_marked(client, campaign):
    raise_budget(campaign, at=NOW - HOUR)
    flip(campaign, "body:budget", "400", "500", at=NOW - HOUR, cause="ours")
    html = read(client, campaign, at=(NOW - 2 * HOUR).isoformat())
    row = html.split("<code>budget</code>")[1].split("</tr>")[0]
    assert "400.00" in row
    assert ">400<" in row
    assert "<strong>500.00</strong>" in row


def test_one_steps_from_move_to_move_of_an_object(client, campaign):
    for hours, before, after in ((3, "300.00", "400.00"), (1, "400.00", "500.00")):
        raise_budget(campaign, at=NOW - hours * HOUR, before=before, after=after)
    html = read(client, campaign, at=(NOW - 2 * HOUR).isoformat())
    shown = {}
    for rel in ("prev", "next"):
        address = html.split(f'rel="{rel}" href="')[1].split('"')[0].replace("&amp;", "&")
        page = client.get(f"/campaigns/{campaign.pk}/{address}").content.decode()
        shown[rel] = page.split("<code>budget</code>")[1].split("</td>")[1]
    assert "300.00" in shown["prev"]
    assert "500.00" in shown["next"]


def test_a_time_without_a_zone_is_the_accounts(client, campaign):
    raise_budget(campaign, at=NOW)  # 07:00 in New York
    assert "<strong>500.00</strong>" in read(client, campaign, at="2026-11-17T06:59:00")
    assert "<strong>500.00</strong>" not in read(client, campaign, at="2026-11-17T07:01:00")


def test_before_it_was_made_it_did_not_exist(client, campaign):
    assert "It did not exist then" in read(client, campaign, at=(NOW - 200 * HOUR).isoformat())


def test_a_time_that_is_none_is_said(client, campaign):
    assert "“soon” is no time" in read(client, campaign, status=422, at="soon")


def test_other_objects_that_were_otherwise_are_named(client, campaign):
    group = campaign.adgroups.first()
    make_change(
        campaign, at=NOW, target=f"adgroups/{group.pk}", before={"bid_type": "OLD"}, after={"bid_type": "NEW"}
    )
    html = read(client, campaign, at=(NOW - HOUR).isoformat())
    assert "Otherwise too" in html
    assert "1 field" in html


def test_a_field_says_who_set_it_and_under_which_approval(client):
    team = make_team()
    client.force_login(team.buyer)
    campaign = team.learn()
    proposal = team.edit(campaign, budget="600.00")
    assert isinstance(proposal, Proposal)
    decide("approve", proposal, team.manager)
    html = read(client, campaign, object="campaign")
    row = html.split("<code>budget</code>")[1].split("</tr>")[0]
    assert "Max" in row
    assert f"proposal {proposal.pk}" in row


def test_folding_back_undoes_switches_drafts_and_what_was_taken_away(campaign):
    group = campaign.adgroups.first()
    target = f"adgroups/{group.pk}"
    group.wanted = {**group.wanted, "operation_status": "DISABLE"}
    group.wanted.pop("bid_price", None)
    group.save()
    make_change(campaign, act="stopped", at=NOW, target=target,
                before={"operation_status": "ENABLE"}, after={"operation_status": "DISABLE"})  # fmt: skip
    make_change(
        campaign, at=NOW - HOUR, before={"adgroups/0/bid_price": "7"}, after={"adgroups/0/bid_price": None}
    )
    then = {item.key: item for item in read_as_of(campaign, NOW - 2 * HOUR)}[target]
    assert (then.wanted["operation_status"], then.wanted["bid_price"]) == ("ENABLE", "7")


def test_before_the_launch_it_stands_as_it_was_typed(campaign):
    typed = {**campaign.raw_tree(), "budget": "499"}
    make_change(campaign, act="launched", at=NOW, before=typed, after={"acknowledged": []})
    assert read_as_of(campaign, NOW - HOUR)[0].wanted["budget"] == "499"
