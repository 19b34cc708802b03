"""Adding to a live campaign on a page: typed over a copy, judged beside its fields, sent; nothing is stored before that."""

import pytest
from django.urls import reverse

from campaigns.models import Ad, Campaign, Launch, Push, Video
from tests.factories import (
    NOW,
    add_ad,
    add_assets,
    make_advertiser,
    make_campaign,
    make_live,
    make_person,
    refuse,
)
from tests.web.building import read_form, read_under
from tests.web.test_changing import complete

pytestmark = pytest.mark.django_db
VIDEO = "creative_list/0/creative_info/video_info/video_id"


@pytest.fixture
def live(client):
    """A live campaign that TikTok would take again: one ad group with two ads."""
    buyer = make_person()
    client.force_login(buyer)
    account = make_advertiser(people={buyer: "buyer"})
    add_assets(account)
    Video.objects.get_or_create(advertiser=account, video_id="v12", defaults={"name": "v12.mp4"})
    campaign = make_campaign(advertiser=account, ads=2)
    group = campaign.adgroups.get()
    group.wanted |= {"schedule_type": "SCHEDULE_FROM_NOW", "targeting_spec": {"location_ids": ["6252001"]}}
    group.save()
    first, second = group.ads.all()
    complete(first)
    for ad in (first, second):
        Ad.objects.filter(pk=ad.pk).update(wanted=first.wanted | {"ad_name": ad.name})
    make_live(campaign)
    return Campaign.objects.get(pk=campaign.pk)


def address(campaign):
    return reverse("campaign-grow", args=[campaign.pk])


def open_form(client, campaign, source):
    answer = client.get(address(campaign), {"source": source})
    return read_form(answer.content.decode(), "grow-form")


def post(client, campaign, typed, **more):
    answer = client.post(address(campaign), {**typed, **more})
    return answer, answer.content.decode()


def send(client, campaign, typed):
    """Sends it, with a yes to all that is asked."""
    answer = client.post(address(campaign), {**typed, "act": "look"})
    keys = [key for key, _, _ in answer.context["confirms"]]
    return client.post(address(campaign), {**typed, "act": "send", "confirm": keys})


def test_the_page_asks_first_what_the_new_one_is_to_be_like(client, live):
    group = live.adgroups.get()
    html = client.get(address(live)).content.decode()
    assert f'value="adgroups/{group.pk}"' in html
    assert f'value="ads/{group.ads.first().pk}"' in html


def test_a_new_ad_begins_as_a_copy_whose_every_field_can_be_changed(client, live):
    ad = live.adgroups.get().ads.first()
    typed = open_form(client, live, f"ads/{ad.pk}")
    assert typed["ad_name"] == [f"{ad.name} (copy)"]
    typed |= {
        VIDEO: ["v12"],
        "ad_text_list": ["Warm to the toes"],
        "landing_page_url_list": ["https://example.com/new"],
    }
    assert send(client, live, typed).status_code == 302
    new = Ad.objects.get(name=f"{ad.name} (copy)")
    assert new.wanted["creative_list"][0]["creative_info"]["video_info"]["video_id"] == "v12"
    assert new.wanted["landing_page_url_list"] == [{"landing_page_url": "https://example.com/new"}]
    assert Push.objects.get(ad=new, aspect="body").state == "waiting"


def test_a_new_ad_group_has_another_audience_and_brings_its_first_ad_and_the_others(client, live):
    group = live.adgroups.get()
    typed = open_form(client, live, f"adgroups/{group.pk}")
    typed |= {"adgroup_name": ["Women"], "targeting_spec/gender": ["GENDER_FEMALE"], VIDEO: ["v12"]}
    typed |= {"suggestion_audience_enabled": ["true"]}
    assert send(client, live, typed).status_code == 302
    new = live.adgroups.get(name="Women")
    assert new.wanted["targeting_spec"] == {"location_ids": ["6252001"], "gender": "GENDER_FEMALE"}
    shown = [ad.wanted["creative_list"][0]["creative_info"]["video_info"]["video_id"] for ad in new.ads.all()]
    assert shown == ["v12", "v11"]


def test_an_ad_of_the_sibling_that_is_not_ticked_stays_behind(client, live):
    group = live.adgroups.get()
    typed = open_form(client, live, f"adgroups/{group.pk}") | {"along": []}
    assert send(client, live, typed).status_code == 302
    assert live.adgroups.exclude(pk=group.pk).get().ads.count() == 1


def test_looking_stores_nothing_and_keeps_what_was_typed(client, live):
    group = live.adgroups.get()
    typed = open_form(client, live, f"adgroups/{group.pk}") | {"adgroup_name": ["Women"]}
    _, html = post(client, live, typed, act="look")
    assert read_form(html, "grow-form")["adgroup_name"] == ["Women"]
    assert live.adgroups.count() == 1


def test_what_must_be_said_yes_to_is_asked_before_it_goes(client, live):
    group = live.adgroups.get()
    typed = open_form(client, live, f"adgroups/{group.pk}") | {"targeting_spec/gender": ["GENDER_FEMALE"]}
    answer, html = post(client, live, typed, act="send")
    assert answer.status_code == 422
    assert 'name="confirm"' in html
    assert live.adgroups.count() == 1


def test_what_the_rules_refuse_is_said_beside_its_field_and_stays_typed(client, live):
    group = live.adgroups.get()
    typed = open_form(client, live, f"adgroups/{group.pk}") | {"adgroup_name": ["Second 😀"]}
    answer, html = post(client, live, typed, act="send")
    assert answer.status_code == 422
    assert "name-fits" in read_under(html, "adgroup_name")
    assert 'href="#field-adgroup_name"' in html
    assert live.adgroups.count() == 1


def test_an_amount_that_is_none_is_said_beside_its_field(client, live):
    group = live.adgroups.get()
    typed = open_form(client, live, f"adgroups/{group.pk}")
    answer, html = post(client, live, typed | {"conversion_bid_price": ["a lot"]}, act="send")
    assert answer.status_code == 422
    assert "well-formed" in read_under(html, "conversion_bid_price")


def test_a_creative_more_is_drawn_and_nothing_of_it_is_stored(client, live):
    ad = live.adgroups.get().ads.first()
    _, html = post(client, live, open_form(client, live, f"ads/{ad.pk}"), action="add:creative_list")
    drawn = read_form(html, "grow-form")
    assert drawn["row"] == ["0", ""]
    assert drawn["creative_list/1/creative_info/identity_id"] == ["tt-1"]
    assert Ad.objects.count() == 2


def test_a_tree_that_moved_meanwhile_is_said_and_what_was_typed_kept(client, live):
    group = live.adgroups.get()
    typed = open_form(client, live, f"adgroups/{group.pk}") | {"adgroup_name": ["Women"]}
    Campaign.objects.update(tree_version=9)
    answer, html = post(client, live, typed, act="send")
    assert answer.status_code == 409
    drawn = read_form(html, "grow-form")
    assert (drawn["adgroup_name"], drawn["version"]) == (["Women"], ["9"])


@pytest.mark.parametrize("kind", ["ads", "adgroups"])
def test_no_look_lets_a_copy_over_an_ad_that_is_otherwise_since(client, live, kind):
    ad = live.adgroups.get().ads.first()
    typed = open_form(client, live, f"{kind}/{ad.pk if kind == 'ads' else ad.adgroup_id}")
    Ad.objects.filter(pk=ad.pk).update(version=ad.version + 1)
    Campaign.objects.update(tree_version=9)
    for _ in range(2):
        answer, html = post(client, live, typed, act="look")
        assert (answer.status_code, 'id="anew"' in html) == (409, True)
        typed = read_form(html, "grow-form")
    assert send(client, live, typed).status_code == 409
    assert Ad.objects.count() == 2


def test_a_look_says_that_the_campaign_was_changed_and_goes_on_from_there(client, live):
    ad = live.adgroups.get().ads.first()
    typed = open_form(client, live, f"ads/{ad.pk}")
    Campaign.objects.update(tree_version=9)
    answer, html = post(client, live, typed, act="look")
    assert (answer.status_code, 'id="anew"' in html) == (409, False)
    assert send(client, live, read_form(html, "grow-form")).status_code == 302


def test_what_is_not_live_is_nothing_to_begin_with(client, live):
    ad = add_ad(live.adgroups.get(), place=3)
    assert client.get(address(live), {"source": f"ads/{ad.pk}"}).status_code == 404
    assert client.get(address(live), {"source": "campaign"}).status_code == 404


@pytest.fixture
def stopped(live):
    """TikTok refused an ad that was added, and stopped what was added with it."""
    Launch.objects.filter(campaign=live).update(grows=True, finished_at=None)
    ad = add_ad(live.adgroups.get(), place=3, ad_name="Third")
    Push.objects.create(
        advertiser=live.advertiser, launch=live.launch, depth=2, aspect="body", not_before=NOW, ad=ad
    )
    refuse(ad)
    return live


def test_after_a_refusal_the_page_to_add_leads_to_mending_and_to_cancelling(client, stopped):
    page = client.get(address(stopped)).content.decode()
    ad = stopped.adgroups.get().ads.get(name="Third")
    assert f'href="{reverse("builder-ad", args=[stopped.pk, ad.pk])}">Mend it' in page
    assert f"{reverse('launch-progress', args=[stopped.pk])}?ask=cancel" in page


def test_what_is_added_after_a_refusal_is_told_that_nobody_need_wait(client, stopped):
    ad = stopped.adgroups.get().ads.first()
    answer = send(client, stopped, open_form(client, stopped, f"ads/{ad.pk}"))
    assert "Mend it or cancel it, then add more" in answer.content.decode()


def test_a_refused_change_of_what_is_live_is_no_part_of_what_the_launch_has_to_mend(client, stopped):
    group = stopped.adgroups.get()
    refuse(group)
    Push.objects.filter(adgroup=group, aspect="body").update(launch=None)
    page = client.get(address(stopped)).content.decode()
    assert reverse("builder-adgroup", args=[stopped.pk, group.pk]) not in page


def want_away(thing):
    type(thing).objects.filter(pk=thing.pk).update(wanted=thing.wanted | {"operation_status": "DELETE"})


def test_what_is_to_be_removed_is_not_offered_to_begin_from(client, live):
    group = live.adgroups.get()
    want_away(group)
    html = client.get(address(live)).content.decode()
    assert f'value="adgroups/{group.pk}"' not in html
    assert f'value="ads/{group.ads.first().pk}"' not in html


def test_nothing_is_begun_from_what_is_to_be_removed_with_its_ad_group(client, live):
    group = live.adgroups.get()
    want_away(group)
    assert client.get(address(live), {"source": f"ads/{group.ads.first().pk}"}).status_code == 404


def test_an_ad_that_is_to_be_removed_does_not_come_along(client, live):
    group = live.adgroups.get()
    want_away(group.ads.last())
    answer = client.get(address(live), {"source": f"adgroups/{group.pk}"})
    assert answer.context["growth"].others == []
