"""The builder's pickers in a real browser: hours painted with keys, people found by typing, and axe at each step."""

import pytest

from campaigns.models import Audience, Place
from campaigns.web.week import say_week
from tests.factories import make_person
from tests.web.browsing import is_save, list_broken, sign_in
from tests.web.building import make_account, make_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def group(live_server, page):
    person = make_person("bea", time_zone="Europe/Paris")
    account = make_account({person: "buyer"}, name="Northwind")
    Place.objects.create(advertiser=account, location_id="6252001", name="United States")
    Place.objects.create(advertiser=account, location_id="5332921", name="California", parent_id="6252001")
    Audience.objects.create(advertiser=account, audience_id="71", name="Bought lately", size=48200)
    draft = make_draft(person, account)
    sign_in(page, live_server.url, "bea")
    return draft.adgroups.get()


def open_group(page, live_server, group):
    page.goto(f"{live_server.url}/campaigns/{group.campaign_id}/build/adgroups/{group.pk}/")


def save(page, act):
    with page.expect_response(lambda answer: is_save(answer) and answer.ok):
        act()


def test_hours_and_people_are_chosen_with_keys_alone(live_server, page, group):
    open_group(page, live_server, group)
    save(page, lambda: page.click("text=Mon–Fri, all day"))
    page.focus(".week-grid [tabindex='0']")
    for key in ("Home", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    save(page, lambda: page.keyboard.press("Space"))
    page.wait_for_selector("#under-field-dayparting >> text=Mon–Tue 01:00–24:00")

    page.focus("#in-field-targeting_spec-location_ids")
    page.keyboard.type("cali")
    save(page, lambda: page.keyboard.press("Enter"))
    page.keyboard.type("unit")
    page.wait_for_selector("[role=option][data-value='6252001'][aria-disabled=true]")
    assert "California inside it is chosen" in page.inner_text("[role=option][data-value='6252001']")
    assert list_broken(page) == []
    page.keyboard.press("Escape")

    page.focus("#in-field-targeting_spec-excluded_audience_ids")
    page.wait_for_selector("[role=option][data-value='71']")
    save(page, lambda: page.keyboard.press("Enter"))
    group.refresh_from_db()
    assert say_week(group.wanted["dayparting"]).startswith("Mon–Tue 01:00–24:00, Wed–Fri all day")
    assert group.wanted["targeting_spec"] == {"location_ids": ["5332921"], "excluded_audience_ids": ["71"]}

    save(page, lambda: page.click(".chip input[value='5332921']"))
    group.refresh_from_db()
    assert "location_ids" not in group.wanted["targeting_spec"]
    assert page.complaints == []


def test_hours_are_painted_with_the_mouse_in_the_dark_on_a_narrow_page(live_server, page, group):
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("localStorage.setItem('smartplus-theme', 'dark')")
    open_group(page, live_server, group)
    first, last = (page.locator(f"[aria-label='{name}']") for name in ("Tuesday 00:00", "Wednesday 01:30"))
    first.scroll_into_view_if_needed()
    start, end = first.bounding_box(), last.bounding_box()
    page.mouse.move(start["x"] + 3, start["y"] + 3)
    page.mouse.down()
    page.mouse.move(end["x"] + 3, end["y"] + 3, steps=4)
    save(page, page.mouse.up)
    page.wait_for_selector("#under-field-dayparting >> text=Tue–Wed 02:00–24:00")
    assert list_broken(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
