"""Drift in a real browser: what somebody changed at TikTok, decided on Home and on its own page."""

import pytest

from campaigns.models import Campaign, Change
from tests.factories import NOW, add_assets, make_advertiser, make_campaign, make_live, make_person
from tests.web.browsing import list_broken, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_theirs_is_taken_on_home_and_ours_kept_on_the_page(live_server, page):
    max_ = make_person("max")
    account = make_advertiser(name="Northwind", people={max_: "manager"})
    add_assets(account)
    taken, kept = (
        make_live(make_campaign(advertiser=account, created_by=max_, name=name))
        for name in ("Tents", "Boots")
    )
    for campaign in (taken, kept):
        Campaign.objects.filter(pk=campaign.pk).update(
            drifting_since=NOW, remote={**campaign.remote, "campaign_name": f"{campaign.name} elsewhere"}
        )
    sign_in(page, live_server.url, "max")
    page.wait_for_selector("text=Tents elsewhere")
    assert list_broken(page) == []
    page.locator(f'button[value="take:{taken.pk}"]').click()
    page.wait_for_selector("text=TikTok's values are wanted from now on")
    assert Campaign.objects.get(pk=taken.pk).name == "Tents elsewhere"
    page.goto(f"{live_server.url}/drift/")
    page.check(f'input[value="{kept.pk}:campaign_name"]')
    page.get_by_role("button", name="Keep ours", exact=True).click()
    page.wait_for_selector("text=Ours is on its way to TikTok")
    assert Change.objects.filter(campaign_ref=kept.pk).exists()
    assert page.complaints == []


def test_one_tick_takes_all_of_a_campaign_or_of_the_page(live_server, page):
    max_ = make_person("max")
    account = make_advertiser(name="Northwind", people={max_: "manager"})
    for name in ("Tents", "Boots"):
        campaign = make_live(make_campaign(advertiser=account, created_by=max_, name=name))
        remote = {**campaign.remote, "campaign_name": f"{name} elsewhere", "budget": 300}
        Campaign.objects.filter(pk=campaign.pk).update(drifting_since=NOW, remote=remote)
    sign_in(page, live_server.url, "max")
    page.goto(f"{live_server.url}/drift/")
    page.get_by_label("All differences of Tents").check()
    assert page.locator("[name=pick]:checked").count() == 2
    page.get_by_label("All of the page").check()
    assert page.locator("[name=pick]:checked").count() == 4
    assert list_broken(page) == []
    page.get_by_role("button", name="Take theirs", exact=True).click()
    page.wait_for_selector("text=TikTok's values are wanted from now on: 2 campaigns")
    assert page.complaints == []
