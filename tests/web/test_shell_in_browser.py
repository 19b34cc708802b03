"""The shell in a real browser: no complaint of the content policy, keys, themes, and lists that refresh themselves."""

import pytest

from campaigns.models import Campaign
from tests.factories import (
    PASSWORD,
    list_tree,
    make_advertiser,
    make_campaign,
    make_change,
    make_launch,
    make_live,
    make_person,
    mirror,
    refuse,
)
from tests.web.browsing import check_look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server, page):
    """A manager, signed in, with a live, a stopped, a launching campaign and a draft."""
    person = make_person("max", first_name="Max", last_name="Manager", time_zone="Europe/Berlin")
    account = make_advertiser(name="Northwind", people={person: "manager"})
    live, stopped, moving = (
        make_campaign(advertiser=account, name=name) for name in ("Live", "Stopped", "Moving")
    )
    make_campaign(advertiser=account, name="Draft", adgroups=2, ads=2)
    make_live(live)
    make_change(live, before={"budget": "1.00"}, after={"budget": "2.00"})
    make_launch(stopped, made=1)
    refuse(stopped.adgroups.get())
    make_launch(moving, made=2)
    page.goto(f"{live_server.url}/login/")
    page.fill("#id_username", "max")
    page.fill("#id_password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(f"{live_server.url}/today/")
    page.goto(f"{live_server.url}/")  # keys answer once the page is loaded, which is later than its list
    return live_server.url


def list_addresses():
    addresses = ["/", "/?q=nothing-of-that-name", "/accounts/", "/person/", "/rules/", "/policy/"]
    for campaign in Campaign.objects.with_state():
        addresses += [f"/campaigns/{campaign.pk}/{tab}" for tab in ("", "?tab=plan", "?tab=history")]
        addresses += [f"/campaigns/{campaign.pk}/launch/"] if campaign.state != "draft" else []
    return addresses


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (390, "dark")])
def test_no_page_complains_or_is_wider_than_its_window_or_hard_to_read(site, page, width, theme):
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("theme => localStorage.setItem('smartplus-theme', theme)", theme)
    for address in list_addresses():
        page.goto(site + address)
        assert page.get_attribute("html", "data-bs-theme") == theme
        check_look(page, address)
    assert page.complaints == []


def test_a_status_changed_at_tiktok_arrives_without_reloading_and_takes_no_focus_away(site, page):
    page.evaluate("document.documentElement.dataset.same = 'yes'")
    campaign = Campaign.objects.get(name="Live")
    page.focus(f"#open-{campaign.pk}")
    for thing in list_tree(campaign)[1:]:
        mirror(thing, status=f"{thing.level.upper()}_STATUS_AUDIT_DENY")
    page.wait_for_selector("text=Refused in review")
    assert page.get_attribute("html", "data-same") == "yes"
    assert page.evaluate("document.activeElement.id") == f"open-{campaign.pk}"


def test_the_list_narrows_while_one_types_and_the_address_follows(site, page):
    page.keyboard.press("/")
    page.keyboard.type("Draf")
    page.wait_for_url("**/?q=Draf*")
    page.wait_for_function("() => document.querySelectorAll('.list tbody tr').length === 1")
    assert page.evaluate("document.activeElement.id") == "q"


def test_keys_open_what_they_name(site, page):
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.keyboard.type("ga")
    page.wait_for_url("**/accounts/")
    page.keyboard.type("gh")
    page.wait_for_url("**/today/")
    page.keyboard.press("n")
    page.wait_for_url("**/campaigns/new/")


def test_the_theme_is_chosen_in_the_menu_and_kept(site, page):
    page.click(".rail-person summary")
    page.click("text=Dark")
    assert page.get_attribute("html", "data-bs-theme") == "dark"
    page.reload()
    assert page.get_attribute("html", "data-bs-theme") == "dark"


def watch_to_its_end(site, page):
    campaign = Campaign.objects.get(name="Moving")
    page.goto(f"{site}/campaigns/{campaign.pk}/launch/")
    page.wait_for_selector("text=2 of 3 made")
    for thing in list_tree(campaign):
        mirror(thing)
    campaign.launch.pushes.update(state="done")
    campaign.launch.finished_at = campaign.launch.started_at
    campaign.launch.save()
    page.wait_for_selector("h1:has-text('Live at TikTok')")


def test_a_launch_page_turns_live_and_stops_asking(site, page):
    watch_to_its_end(site, page)
    assert page.get_attribute("#progress", "hx-get") is None


def test_the_end_of_a_launch_is_read_out(site, page):
    watch_to_its_end(site, page)
    assert page.text_content("#launch-said") == "Live at TikTok"


def test_everything_works_without_script(site, page, browser):
    state = page.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    plain = context.new_page()
    plain.goto(site + "/")
    plain.fill("#q", "Live")
    plain.click("text=Filter")
    plain.wait_for_url("**q=Live*")
    plain.click(".list-name a")
    plain.click("#pause")
    plain.wait_for_selector("text=Pausing")
    context.close()
