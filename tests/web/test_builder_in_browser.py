"""The builder for somebody new: nothing jumps, nothing is red before it was left, one is led to what is missing."""

import pytest

from campaigns.models import Ad
from campaigns.services import drafts
from tests.factories import NOW, make_person
from tests.running import until
from tests.web.browsing import list_broken, sign_in
from tests.web.building import make_account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(live_server, page):
    person = make_person("max")
    account = make_account({person: "manager"}, name="Northwind")
    draft = drafts.start_draft(actor=person, door="page", advertiser=account, now=NOW)
    sign_in(page, live_server.url, "max")
    page.goto(f"{live_server.url}/campaigns/{draft.pk}/build/")
    return draft


def top_of(page, selector):
    return page.locator(selector).bounding_box()["y"] + page.evaluate("window.scrollY")


def color_of(page, path):
    return page.evaluate(
        "id => getComputedStyle(document.querySelector(`#under-field-${id} .said p`)).color", path
    )


def test_nothing_moves_while_one_fills_in_and_what_was_left_empty_turns_into_an_error(draft, page):
    before, quiet = top_of(page, "#section-basics"), color_of(page, "campaign_name")
    page.focus("#in-field-campaign_name")
    page.keyboard.press("Tab")
    assert color_of(page, "campaign_name") != quiet
    for budget, then in (("1", "1 to mend"), ("500", "to fill in")):
        page.fill("#in-field-budget", budget)
        page.wait_for_selector(f"#planline >> text={then}")
        assert top_of(page, "#section-basics") == before
    page.mouse.wheel(0, 5000)
    page.wait_for_function("() => window.scrollY > 100")
    assert page.locator(".world").bounding_box()["y"] == 0
    assert list_broken(page) == []


def test_a_new_creative_leads_to_what_it_needs_first(draft, page, live_server):
    page.goto(f"{live_server.url}/campaigns/{draft.pk}/build/ads/{Ad.objects.get().pk}/")
    page.click("text=Add creative")
    page.wait_for_selector("[data-shown]")
    assert page.evaluate("document.activeElement.name") == "creative_list/0/creative_info/video_info/video_id"
    box = page.locator("[data-shown]").bounding_box()
    assert 0 < box["y"] < page.viewport_size["height"] - box["height"]


def test_what_was_typed_last_is_kept_when_one_leaves_at_once(draft, page, live_server):
    page.goto(f"{live_server.url}/campaigns/{draft.pk}/build/ads/{Ad.objects.get().pk}/")
    page.fill("#in-field-ad_name", "Typed and gone")
    page.goto(f"{live_server.url}/today/")
    until(lambda: Ad.objects.get().name == "Typed and gone", 30)
