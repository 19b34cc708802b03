"""The creatives of a live ad on the page of its change: one more, one less, another video; sent as one list, none stored."""

import copy

import pytest
from django.urls import reverse

from campaigns.models import Ad, Campaign, Change, Push, Video
from campaigns.sync.bodies import compose_wanted
from tests.factories import add_assets, list_tree, make_advertiser, make_campaign, make_live, make_person
from tests.web.building import read_form, read_under
from tests.web.test_changing import complete

pytestmark = pytest.mark.django_db
VIDEO = "creative_list/{}/creative_info/video_info/video_id"


@pytest.fixture
def ad(client):
    """A live ad that shows the videos v11 and v12; of the second one more is set than any field shows."""
    buyer = make_person()
    client.force_login(buyer)
    account = make_advertiser(people={buyer: "buyer"})
    add_assets(account)
    for key in ("v12", "v13"):
        Video.objects.get_or_create(advertiser=account, video_id=key, defaults={"name": f"{key}.mp4"})
    ad = make_live(make_campaign(advertiser=account)).adgroups.get().ads.get()
    complete(ad)
    (first,) = ad.wanted["creative_list"]
    second = copy.deepcopy(first)
    second["creative_info"] |= {"video_info": {"video_id": "v12", "file_name": "kept.mp4"}}
    ad.wanted |= {"creative_list": [first, second]}
    ad.save()
    for thing in list_tree(Campaign.objects.get()):
        type(thing).objects.filter(pk=thing.pk).update(remote={**thing.remote, **compose_wanted(thing, {})})
    return Ad.objects.get()


def address(ad):
    return reverse("campaign-change", args=[ad.adgroup.campaign_id])


def open_form(client, ad):
    html = client.get(address(ad), {"target": f"ads/{ad.pk}"}).content.decode()
    return {name: values for name, values in read_form(html, "change-form").items() if name != "confirm"}


def send(client, ad, typed):
    """Sends it, with a yes to all that is asked."""
    keys, answer = [], client.post(address(ad), {**typed, "act": "send"})
    while answer.status_code == 422 and len(keys) < len(answer.context.get("confirms") or ()):
        keys = [key for key, _, _ in answer.context["confirms"]]
        answer = client.post(address(ad), {**typed, "act": "send", "confirm": keys})
    return answer


def shown_by(ad):
    return [
        row["creative_info"]["video_info"]["video_id"] for row in Ad.objects.get().wanted["creative_list"]
    ]


def test_another_video_is_shown_before_it_is_sent_and_sent_as_the_whole_list(client, ad):
    typed = open_form(client, ad) | {VIDEO.format(0): ["v13"]}
    looked = " ".join(client.post(address(ad), {**typed, "act": "look"}).content.decode().split())
    assert "v13.mp4" in looked[looked.index('id="differences"') :]
    assert shown_by(ad) == ["v11", "v12"]
    assert send(client, ad, typed).status_code == 302
    assert shown_by(ad) == ["v13", "v12"]
    assert Push.objects.get(ad=ad, aspect="body").state == "waiting"


def test_creatives_that_nobody_touched_are_no_change(client, ad):
    answer = client.post(address(ad), {**open_form(client, ad), "act": "look"})
    assert "Nothing is different" in answer.content.decode()


def test_one_more_begins_under_the_name_of_the_others_and_stores_nothing(client, ad):
    typed = open_form(client, ad)
    answer = client.post(address(ad), {**typed, "action": "add:creative_list"})
    drawn = read_form(answer.content.decode(), "change-form")
    assert drawn["row"] == ["0", "1", ""]
    assert drawn["creative_list/2/creative_info/identity_id"] == ["tt-1"]
    assert shown_by(ad) == ["v11", "v12"]


def test_one_more_is_sent_with_the_others(client, ad):
    typed = open_form(client, ad)
    answer = client.post(address(ad), {**typed, "action": "add:creative_list"})
    typed = read_form(answer.content.decode(), "change-form")
    typed |= {VIDEO.format(2): ["v13"], "creative_list/2/creative_info/image_info": ["cover-1"]}
    assert send(client, ad, typed).status_code == 302
    assert shown_by(ad) == ["v11", "v12", "v13"]


def test_one_less_leaves_the_others_as_they_are_with_what_no_field_shows(client, ad):
    answer = client.post(address(ad), {**open_form(client, ad), "action": "remove:creative_list/0"})
    typed = read_form(answer.content.decode(), "change-form")
    assert typed["row"] == ["1"]
    assert send(client, ad, typed).status_code == 302
    assert Change.objects.filter(act="edited").count() == 1
    (left,) = Ad.objects.get().wanted["creative_list"]
    assert left["creative_info"]["video_info"] == {"video_id": "v12", "file_name": "kept.mp4"}


def test_what_the_rules_refuse_stays_typed_and_is_said_beside_its_field(client, ad):
    typed = open_form(client, ad) | {VIDEO.format(1): [""]}
    answer = client.post(address(ad), {**typed, "act": "send"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "creative" in read_under(html, VIDEO.format(1))
    assert read_form(html, "change-form")[VIDEO.format(1)] == [""]


def test_a_mark_of_no_creative_begins_an_empty_one(client, ad):
    typed = open_form(client, ad) | {"row": ["0", "99"]}
    answer = client.post(address(ad), {**typed, "act": "look"})
    assert read_form(answer.content.decode(), "change-form")["row"] == ["0", ""]


@pytest.fixture
def overtaken(client, ad):
    """A form that was drawn with both creatives; a colleague has removed the first one since."""
    typed = open_form(client, ad)
    answer = client.post(address(ad), {**open_form(client, ad), "action": "remove:creative_list/0"})
    assert send(client, ad, read_form(answer.content.decode(), "change-form")).status_code == 302
    return typed


def test_a_look_says_that_a_colleague_changed_the_ad_and_keeps_what_was_typed(client, ad, overtaken):
    answer = client.post(address(ad), {**overtaken, VIDEO.format(1): ["v13"], "act": "look"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert read_form(html, "change-form")[VIDEO.format(1)] == ["v13"]
    assert 'id="anew"' in html


@pytest.mark.parametrize("looks", [{"act": "look"}, {"action": "add:creative_list"}])
def test_no_look_lets_creatives_over_others_than_they_were_drawn_from(client, ad, overtaken, looks):
    typed = overtaken
    for _ in range(2):
        answer = client.post(address(ad), {**typed, **looks})
        typed = read_form(answer.content.decode(), "change-form")
    assert send(client, ad, typed).status_code == 409
    assert shown_by(ad) == ["v12"]


def test_what_stands_is_drawn_anew_and_can_be_changed(client, ad, overtaken):
    typed = open_form(client, ad) | {VIDEO.format(0): ["v13"]}
    assert send(client, ad, typed).status_code == 302
