"""The managers' half in a real browser: a week-one edit waits for its lock and lands by itself; keys; no page complains."""

from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns.models import Proposal
from campaigns.services.announcing import announce_openings
from campaigns.services.edits import Edit
from campaigns.services.envelopes import set_envelope
from campaigns.services.openings import run_due
from tests.services.proposing import NOW, make_team
from tests.services.test_proposals import budget_of, decide, move
from tests.web.browsing import check_look, sign_in
from tests.web.clock import run_clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clock(settings):
    with run_clock(settings, NOW) as running:
        yield running


@pytest.fixture
def team(clock):
    return make_team(zone="America/New_York")


@pytest.fixture
def campaign(team):
    return team.learn(adgroups=2)


@pytest.fixture
def enter(live_server, page):
    def sign(person):
        page.context.clear_cookies()
        sign_in(page, live_server.url, person.username)

    return sign


def test_an_edit_of_week_one_waits_for_the_lock_and_lands_by_itself(
    live_server, page, clock, team, campaign, enter
):
    enter(team.buyer)
    page.goto(f"{live_server.url}/campaigns/{campaign.pk}/change/")
    page.wait_for_selector("text=Locked until")
    page.fill("#f-budget", "600")
    page.click("#look")
    page.wait_for_selector("text=chance to begin anew")
    page.check("#raises")
    page.fill("#f-reason", "sells well")
    page.click("#send")
    page.wait_for_url("**/proposals/*/")
    assert budget_of(campaign) == "500.00"

    enter(team.manager)
    assert page.inner_text("[href='/proposals/'] .rail-count").startswith("1")
    page.goto(f"{live_server.url}/proposals/")
    card = page.inner_text("[data-card]")
    for words in ("$500.00", "$600.00", "+20 %", "expected loss", "Worst day", "$625.00", "$750.00"):
        assert words in card
    page.keyboard.press("j")
    page.keyboard.press("w")
    page.wait_for_selector("text=Confirm: let it wait")
    page.click("text=Confirm: let it wait")
    page.wait_for_selector("text=It goes by itself when the lock opens")

    clock.now = NOW + timedelta(days=4, hours=12)
    announce_openings(now=clock.now)
    assert run_due(now=clock.now) == 1
    assert Decimal(budget_of(campaign)) == 600
    page.goto(f"{live_server.url}/campaigns/{campaign.pk}/?tab=learning")
    page.wait_for_selector(r"text=/budget 500(\.00)? → 600(\.00)? \(\+20 %\)/")
    assert page.locator("text=booked as a reset").count() == 0
    page.goto(f"{live_server.url}/notices/")
    page.wait_for_selector("text=goes out, decided by Max")
    assert page.complaints == []


def test_keys_move_peek_answer_and_leave(live_server, page, team, campaign, enter):
    other = team.learn(name="Other")
    for thing in (campaign, other):
        team.ask(Edit(thing, {"budget": "600.00"}))
    enter(team.manager)
    page.goto(f"{live_server.url}/proposals/")
    first, second = (page.locator("[data-card]").nth(index) for index in (0, 1))
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == second.get_attribute("id")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == first.get_attribute("id")
    page.keyboard.press("Space")
    assert first.locator("[data-peek]").get_attribute("open") is None
    page.keyboard.press("a")
    page.wait_for_selector(".proposal-ask [name=comment]:focus")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-card]:focus")
    page.keyboard.press("r")
    page.wait_for_selector("text=Return it")
    assert Proposal.objects.filter(state="open").count() == 2


def test_an_answer_works_without_script(live_server, page, browser, team, campaign, enter):
    proposal = team.ask(Edit(campaign, {"budget": "600.00"}))
    enter(team.manager)
    context = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(f"{live_server.url}/proposals/")
    plain.click(f"#approve-{proposal.pk}")
    plain.click(f"#send-{proposal.pk}")
    plain.wait_for_selector("text=it is on its way to TikTok")
    assert Decimal(budget_of(campaign)) == 600
    context.close()


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1024, "dark"), (390, "dark")])
def test_no_page_complains_or_is_wider_than_its_window_or_hard_to_read(
    live_server, page, team, campaign, enter, width, theme
):
    opened = team.ask(Edit(campaign, {"budget": "600.00"}), reason="sells well, and the client asks for more")
    moved = team.learn(name="Moved")
    team.ask(Edit(moved, {"budget": "700.00"}))
    move(moved, "550.00")
    decide("wait", team.ask(Edit(campaign, {"budget": "650.00"})), team.manager)
    given = {"actor": team.boss, "door": "page", "advertiser": team.account, "now": NOW}
    set_envelope(amount=Decimal(2000), reason="ceiling", **given)
    enter(team.manager)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("theme => localStorage.setItem('smartplus-theme', theme)", theme)
    one = f"/proposals/{opened.pk}/"
    for address in (
        "/proposals/", "/proposals/?tab=waiting", "/proposals/?q=nothing", "/proposals/?tab=over", one, f"{one}approve/",
        f"{one}return/", f"{one}bounds/", "/learning/", "/learning/?account=1", "/notices/", "/person/",
        f"/campaigns/{campaign.pk}/", f"/campaigns/{campaign.pk}/?tab=learning", f"/campaigns/{campaign.pk}/change/",
        f"/accounts/{team.account.advertiser_id}/envelope/",
    ):  # fmt: skip
        page.goto(live_server.url + address)
        assert page.get_attribute("html", "data-bs-theme") == theme
        check_look(page, address)
    assert page.complaints == []
