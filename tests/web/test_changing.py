"""Changing something live on a plain page: typed, looked at, sent; raising spend asks, and nothing typed is lost."""

import pytest
from django.urls import reverse

from campaigns.models import Campaign, Change, Identity, Launch, Push
from campaigns.sync.bodies import compose_wanted
from tests.factories import (
    NOW,
    add_ad,
    add_assets,
    list_tree,
    make_advertiser,
    make_campaign,
    make_live,
    make_person,
    refuse,
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
    assert "500.00 → <strong>450</strong>" in page
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


def test_a_live_campaign_grows_by_a_copy_and_what_must_be_said_yes_to_is_asked(client, live):
    where = reverse("campaign-grow", args=[live.pk])
    group = live.adgroups.get()
    whole = {"schedule_type": "SCHEDULE_FROM_NOW", "targeting_spec": {"location_ids": ["6252001"]}}
    type(group).objects.filter(pk=group.pk).update(wanted=group.wanted | whole)
    complete(group.ads.get())
    assert f'value="adgroups/{group.pk}"' in client.get(where).content.decode()
    given = {"source": f"adgroups/{group.pk}", "name": "Second"}
    answer = client.post(where, given)
    while answer.status_code == 422 and answer.context.get("confirms"):
        keys = [key for key, _, _ in answer.context["confirms"]]
        answer = client.post(where, given | {"confirm": [*keys, *answer.context["said"]]})
    assert answer.status_code == 302, [item.path for item in answer.context["findings"]]
    assert Push.objects.get(adgroup__name="Second", aspect="body").state == "waiting"


def test_what_cannot_be_added_says_why_and_keeps_the_name(client, live):
    group = live.adgroups.get()
    given = {"source": f"adgroups/{group.pk}", "name": "Second 😀"}
    answer = client.post(reverse("campaign-grow", args=[live.pk]), given)
    assert answer.status_code == 422
    assert "Second 😀" in answer.content.decode()
    assert live.adgroups.count() == 1


@pytest.fixture
def stopped(live):
    """TikTok refused an ad that was added, and stopped what was added with it."""
    Launch.objects.filter(campaign=live).update(grows=True, finished_at=None)
    ad = add_ad(live.adgroups.get(), place=2, ad_name="Second")
    Push.objects.create(
        advertiser=live.advertiser, launch=live.launch, depth=2, aspect="body", not_before=NOW, ad=ad
    )
    refuse(ad)
    return live


def test_after_a_refusal_the_page_to_add_leads_to_mending_and_to_cancelling(client, stopped):
    page = client.get(reverse("campaign-grow", args=[stopped.pk])).content.decode()
    ad = stopped.adgroups.get().ads.get(name="Second")
    assert f'href="{reverse("builder-ad", args=[stopped.pk, ad.pk])}">Mend it' in page
    assert f"{reverse('launch-progress', args=[stopped.pk])}?ask=cancel" in page


def test_what_is_added_after_a_refusal_is_told_that_nobody_need_wait(client, stopped):
    group = stopped.adgroups.get()
    answer = client.post(
        reverse("campaign-grow", args=[stopped.pk]), {"source": f"adgroups/{group.pk}", "name": "Third"}
    )
    assert "Mend it or cancel it, then add more" in answer.content.decode()


def test_a_refused_change_of_what_is_live_is_no_part_of_what_the_launch_has_to_mend(client, stopped):
    group = stopped.adgroups.get()
    refuse(group)
    Push.objects.filter(adgroup=group, aspect="body").update(launch=None)
    page = client.get(reverse("campaign-grow", args=[stopped.pk])).content.decode()
    assert reverse("builder-adgroup", args=[stopped.pk, group.pk]) not in page
