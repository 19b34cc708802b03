"""The list in a real browser: ticks by range, a bar, a row edited in place, and a refresh that takes nothing away."""

import pytest

from campaigns.models import Push
from tests.factories import add_assets, make_advertiser, make_campaign, make_live, make_person
from tests.web.browsing import list_broken, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server, page):
    person = make_person("max", time_zone="Europe/Berlin")
    account = make_advertiser(name="Northwind", people={person: "manager"})
    add_assets(account)
    for name in ("Alpha", "Beta", "Gamma", "Omega"):
        make_live(make_campaign(advertiser=account, created_by=person, name=name))
    sign_in(page, live_server.url, "max")
    page.goto(f"{live_server.url}/?sort=name")
    return live_server.url


def count_ticks(page):
    return page.locator("[name=pick]:checked").count()


def test_a_range_is_ticked_and_paused_in_one_act(site, page):
    page.click("[name=pick] >> nth=0")
    page.click("[name=pick] >> nth=2", modifiers=["Shift"])
    assert page.inner_text("[data-pick-count]") == "3 chosen"
    assert list_broken(page) == []
    page.click("#bulk [value=DISABLE]")
    page.wait_for_selector("text=to pause 3 campaigns")
    assert Push.objects.filter(lane=Push.Lane.STOP).count() == 3


def test_rows_are_walked_and_ticked_with_keys(site, page):
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    assert count_ticks(page) == 3


def test_a_refresh_takes_no_tick_away(site, page):
    page.click("[name=pick] >> nth=1")
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        page.evaluate(
            "htmx.trigger('#live', 'click'); htmx.ajax('GET', '/', {source: '#live', target: '#live'})"
        )
    page.wait_for_timeout(100)
    assert count_ticks(page) == 1


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (390, "light")])
def test_a_row_is_edited_in_place_and_a_raise_asks(site, page, width, theme):
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("theme => localStorage.setItem('smartplus-theme', theme)", theme)
    page.reload()
    page.click("[data-edit] >> nth=0")
    page.wait_for_selector("[data-first]:focus")  # the row is there and its form listens
    page.fill("[data-editing] [name=budget]", "550")
    page.click("[data-editing] [value=quick]")
    page.wait_for_selector("text=Worst day then")
    assert list_broken(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for box in page.locator("[data-editing] [type=checkbox]").all():
        box.check()
    page.click("[data-editing] [value=quick]")
    page.wait_for_selector("text=is on its way to TikTok")
    page.click("text=Undo")
    page.wait_for_selector("text=is on its way to TikTok")
