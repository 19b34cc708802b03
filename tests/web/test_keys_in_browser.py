"""A launch by keys alone: no mouse, from Home to the launch's progress."""

import pytest

from campaigns.models import Launch
from tests.factories import make_person
from tests.web.browsing import sign_in
from tests.web.building import make_account, make_draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 150  # presses of Tab until something must have come


def tab_to(page, selector):
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab does not reach {selector}")


def test_a_finished_draft_is_found_reviewed_confirmed_and_launched(live_server, page):
    ana = make_person("ana")
    draft = make_draft(ana, make_account({ana: "buyer"}, name="Northwind"))
    sign_in(page, live_server.url, "ana")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#finder[open]")
    page.keyboard.type("spring")
    page.wait_for_selector(f'#finder a[href="/campaigns/{draft.pk}/"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/campaigns/{draft.pk}/")
    tab_to(page, "#edit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/build/")
    tab_to(page, "a[data-review]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/review/")
    boxes = page.locator("input[name=confirm]").count()
    assert boxes > 0
    for number in range(boxes):
        tab_to(page, "input[name=confirm]:not(:checked)")
        page.keyboard.press("Space")
        assert page.locator("input[name=confirm]:checked").count() == number + 1
    tab_to(page, "button[form=launch-form], #launch-form button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/launch/")
    assert Launch.objects.get(campaign=draft).actor == ana
