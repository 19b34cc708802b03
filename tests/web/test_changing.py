"""Changing something live on a plain page: typed, looked at, sent; raising spend asks, and nothing typed is lost."""

import pytest
from django.urls import reverse

from campaigns.models import Campaign, Change, Identity, Push
from campaigns.sync.bodies import compose_wanted
from tests.factories import (
    add_assets,
    list_tree,
    make_advertiser,
    make_campaign,
    make_live,
    make_person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(client):
    buyer = make_person()
    client.force_login(buyer)
    account = make_advertiser(people={buyer: "buyer"})
    add_assets(account)
    campaign = make_live(make_campaign(advertiser=account))
    for thing in list_tree(campaign):
        type(thing).objects.filter(pk=thing.pk).update(remote={**thing.remote, **compose_wanted(thing, {})})
    return Campaign.objects.get(pk=campaign.pk)


def post(client, campaign, **fields):
    given = {"version": campaign.tree_version, "target": "campaign", "operation_status": "ENABLE", **fields}
    return client.post(reverse("campaign-change", args=[campaign.pk]), given)


def test_the_campaigns_page_leads_to_it_for_every_object(client, live):
    page = client.get(reverse("campaign", args=[live.pk])).content.decode()
    assert reverse("campaign-change", args=[live.pk]) in page
    group = live.adgroups.get()
    assert f"?target=adgroups/{group.pk}" in page
    asked = client.get(reverse("campaign-change", args=[live.pk]), {"target": f"adgroups/{group.pk}"})
    assert group.name in asked.content.decode()


def test_before_anything_is_sent_it_shows_before_after_and_the_worst_day(client, live):
    answer = post(client, live, campaign_name=live.name, budget="450")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "$500.00 → <strong>$450.00</strong>" in page
    assert "$562.50" in page
    assert not Change.objects.filter(act="edited").exists()


def test_a_lowering_is_sent_without_being_asked_for(client, live):
    answer = post(client, live, campaign_name=live.name, budget="450", act="send")
    assert answer.status_code == 302
    assert Push.objects.get(campaign=live, aspect="body").state == "waiting"


def test_a_raise_is_sent_only_with_a_yes(client, live):
    asked = post(client, live, campaign_name=live.name, budget="550", act="send")
    assert asked.status_code == 422
    assert 'value="550"' in asked.content.decode()
    assert not Change.objects.filter(act="edited").exists()
    sent = post(client, live, campaign_name=live.name, budget="550", act="send", confirm="raises-spend")
    assert sent.status_code == 302


def test_what_the_rules_refuse_stays_typed_and_says_why(client, live):
    answer = post(client, live, campaign_name=live.name, budget="1", act="send")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "campaign-budget-range" in page
    assert 'value="1"' in page
    assert 'id="send"' not in page


def test_what_is_no_amount_is_said_beside_the_field(client, live):
    answer = post(client, live, campaign_name=live.name, budget="a lot")
    assert answer.status_code == 422
    assert 'aria-describedby="p-budget"' in answer.content.decode()


def test_somebody_elses_change_meanwhile_is_told_and_nothing_is_lost(client, live):
    Campaign.objects.filter(pk=live.pk).update(tree_version=live.tree_version + 1)
    answer = post(client, live, campaign_name=live.name, budget="450", act="send")
    assert answer.status_code == 409
    assert 'value="450"' in answer.content.decode()


def test_a_look_says_that_somebody_changed_it_meanwhile(client, live):
    Campaign.objects.filter(pk=live.pk).update(tree_version=live.tree_version + 1)
    answer = post(client, live, campaign_name=live.name, budget="450")
    assert answer.status_code == 409
    assert "changed meanwhile" in answer.content.decode()


def test_nothing_different_is_no_change(client, live):
    assert post(client, live, campaign_name=live.name, budget="500.00").status_code == 422


def test_a_viewer_is_not_let_in(client, live):
    viewer = make_person()
    live.advertiser.memberships.create(person=viewer, role="viewer")
    client.force_login(viewer)
    assert client.get(reverse("campaign-change", args=[live.pk])).status_code == 403


def complete(ad):
    """The ad as TikTok would have taken it: a cover, a name to appear under, a page to lead to."""
    account = ad.campaign.advertiser
    Identity.objects.create(advertiser=account, identity_id="tt-1", identity_type="TT_USER", name="@shop")
    info = ad.wanted["creative_list"][0]["creative_info"] | {
        "image_info": [{"web_uri": "cover-1"}],
        "identity_type": "TT_USER",
        "identity_id": "tt-1",
    }
    page = {"landing_page_url_list": [{"landing_page_url": "https://example.com/sale"}]}
    ad.wanted = ad.wanted | {"creative_list": [{"creative_info": info}]} | page
    ad.save()
