"""Adding to a live campaign and changing a live ad's creatives in a real browser: by keys alone, and on a phone."""

import pytest
from django.urls import reverse

from campaigns.models import Ad, Campaign, Place, Video
from tests.factories import add_assets, make_advertiser, make_campaign, make_live, make_person
from tests.web.browsing import check_look, sign_in
from tests.web.test_changing import complete

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VIDEO = "[name='creative_list/{}/creative_info/video_info/video_id']"
NARROW = {"width": 390, "height": 844}


@pytest.fixture
def ad(live_server, page):
    """A live ad that TikTok would take again."""
    bea = make_person("bea")
    account = make_advertiser(name="Northwind", people={bea: "buyer"})
    add_assets(account)
    Video.objects.get_or_create(advertiser=account, video_id="v77", defaults={"name": "boots.mp4"})
    Place.objects.create(advertiser=account, location_id="6252001", name="United States")
    Place.objects.create(advertiser=account, location_id="2635167", name="United Kingdom")
    campaign = make_campaign(advertiser=account, created_by=bea)
    group = campaign.adgroups.get()
    group.wanted |= {"schedule_type": "SCHEDULE_FROM_NOW", "targeting_spec": {"location_ids": ["6252001"]}}
    group.save()
    complete(group.ads.get())
    make_live(campaign)
    sign_in(page, live_server.url, "bea")
    return Ad.objects.get()


def open_page(page, live_server, name, ad, query):
    page.goto(f"{live_server.url}{reverse(name, args=[ad.adgroup.campaign_id])}?{query}")


def test_an_ad_group_for_other_people_is_added_by_keys_alone(live_server, page, ad):
    open_page(page, live_server, "campaign-grow", ad, f"source=adgroups/{ad.adgroup_id}")
    check_look(page, "the form of an ad group to add")
    page.focus("[name=adgroup_name]")
    page.keyboard.press("Control+A")
    page.keyboard.type("Britain")
    page.focus(".chip input[value='6252001']")
    page.keyboard.press("Space")
    page.focus("#in-field-targeting_spec-location_ids")
    page.keyboard.type("king")
    page.wait_for_selector("[role=option][data-value='2635167']")
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip input[value='2635167']")
    page.focus("#send")
    page.keyboard.press("Enter")
    page.wait_for_url("**/launch/")
    group = Campaign.objects.get().adgroups.get(name="Britain")
    assert group.wanted["targeting_spec"] == {"location_ids": ["2635167"]}
    assert page.complaints == []


def test_enter_in_a_field_looks_and_sends_nothing(live_server, page, ad):
    open_page(page, live_server, "campaign-grow", ad, f"source=ads/{ad.pk}")
    page.fill(VIDEO.format(0), "v77")
    with page.expect_navigation():
        page.press(VIDEO.format(0), "Enter")
    assert page.input_value(VIDEO.format(0)) == "v77"
    assert "boots.mp4" in page.inner_text(
        "[data-field]:has(#in-field-creative_list-0-creative_info-video_info-video_id)"
    )
    assert Ad.objects.count() == 1


def test_a_creative_is_added_to_a_live_ad_on_a_phone(live_server, page, ad):
    page.set_viewport_size(NARROW)
    open_page(page, live_server, "campaign-change", ad, f"target=ads/{ad.pk}")
    check_look(page, "the change of an ad")
    page.click("text=Add creative")
    page.wait_for_selector(VIDEO.format(1))
    page.fill(VIDEO.format(1), "v77")
    page.fill("[name='creative_list/1/creative_info/image_info']", "cover-1")
    page.click("#look >> visible=true")
    page.wait_for_selector("#differences")
    check_look(page, "what changes of an ad")
    for box in page.locator("[name=confirm]").all():
        box.check()
    page.click("#send")
    page.wait_for_selector("text=is on its way to TikTok")
    assert len(Ad.objects.get().wanted["creative_list"]) == 2
    assert page.complaints == []
