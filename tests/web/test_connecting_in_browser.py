"""The whole way in Chromium, under both parties' content policies: Connect, consent on another port, choice, readiness."""

from pathlib import Path

import pytest

from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.server import serve_in_thread
from smartplus_admin.sandbox.tokens import APP_ID, APP_SECRET
from tests.factories import PASSWORD, add_member, make_advertiser, make_person

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(page):
    """Nothing wider than the window, nothing hard to read."""
    page.wait_for_load_state()
    width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(width), page.url
    page.evaluate(AXE.read_text())
    broken = page.evaluate("async () => (await axe.run()).violations")
    assert [(item["id"], node["html"][:200]) for item in broken for node in item["nodes"]] == [], page.url


def test_from_connect_to_the_readiness_page(live_server, page, settings, tmp_path):
    page.set_default_timeout(60_000)  # the first page of a run is slow on a busy machine
    noor = make_person("noor", first_name="Noor")
    elsewhere = make_advertiser(
        advertiser_id="8000000000000000001", name="Elsewhere", people={noor: "administrator"}
    )
    bea = make_person("bea", first_name="Bea")
    add_member(bea, elsewhere, "buyer")
    with serve_in_thread(Config.for_tests(str(tmp_path / "sandbox.sqlite3"))) as served:
        settings.TIKTOK_API_URL = served.api_url
        settings.TIKTOK_AUTH_URL = served.api_url.partition("/open_api")[0] + "/portal/auth"
        settings.TIKTOK_APP_ID, settings.TIKTOK_APP_SECRET = APP_ID, APP_SECRET
        page.goto(f"{live_server.url}/login/")
        page.fill("#id_username", "noor")
        page.fill("#id_password", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/today/")
        page.set_viewport_size({"width": 390, "height": 900})
        page.goto(f"{live_server.url}/accounts/")
        page.click("#connect")
        page.wait_for_url("**/accounts/connect/")
        look(page)
        page.click("#go")
        page.get_by_role("button", name="Confirm").click()
        page.wait_for_url("**/accounts/connect/*/")
        look(page)
        page.get_by_label("Hoshino Tea").uncheck()
        page.select_option(f"#role-{bea.pk}", "manager")
        page.click("#choose")
        page.wait_for_url("**/accounts/7000000000000000001/")
        look(page)
        page.set_viewport_size({"width": 1440, "height": 900})
        page.evaluate("localStorage.setItem('smartplus-theme', 'dark')")
        page.click("#look-again")
        page.wait_for_selector("text=Looked again.")
        look(page)
        page.click("#disconnect")
        page.wait_for_url("**/disconnect/")
        look(page)
        page.click("#do-disconnect")
        page.wait_for_selector("text=Nothing is sent or read")
        look(page)
    assert page.complaints == []
    assert bea.memberships.get(advertiser__advertiser_id="7000000000000000001").role == "manager"
