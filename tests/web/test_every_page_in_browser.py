"""Every page of the site in a real browser, light and dark, wide and narrow: no complaint, no overflow, no violation of axe."""

import pytest
from django.test import Client

from tests.access.world import build_world, list_calls
from tests.web.browsing import fits, list_broken, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ELSEWHERE = ("api/", "admin/")  # machines' answers, and pages of libraries
TABS = ("?tab=plan", "?tab=learning", "?tab=performance", "?tab=history")


def list_pages(world):
    """Addresses that answer a reader with a page of ours."""
    client, found = Client(), []
    client.force_login(world.people["administrator"])
    for call in list_calls():
        method, _, pattern = call.partition(" /")
        if method == "GET" and not pattern.startswith(ELSEWHERE):
            address = world.fill(pattern)
            answer = client.get(address)
            # a fragment is a part of a page, and what streams is a file
            if answer.status_code == 200 and not answer.streaming and b"<html" in answer.content:
                found.append(address)
    return [*found, *(f"/campaigns/{world.live.pk}/{tab}" for tab in TABS)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_readable_on_any_screen(live_server, page, theme):
    world = build_world()
    sign_in(page, live_server.url, world.people["administrator"].username)
    page.evaluate("theme => localStorage.setItem('smartplus-theme', theme)", theme)
    pages = list_pages(world)
    assert len(pages) > 40
    wide, broken = [], {}
    for address in pages:
        page.goto(live_server.url + address)
        if page.locator("html[data-theme-choice]").count():
            assert page.get_attribute("html", "data-bs-theme") == theme, address
        for size in (WIDE, NARROW) if theme == "light" else (NARROW, WIDE):
            page.set_viewport_size(size)
            wide += [] if fits(page) else [(address, size["width"])]
        if found := list_broken(page):  # narrow in the light, wide in the dark
            broken[address] = found
    assert (wide, broken) == ([], {})
    assert page.complaints == []
