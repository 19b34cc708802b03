"""The sandbox's two pages as a person uses them, in a real browser."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.tokens import APP_ID
from tests.sandbox.conftest import Open

pytestmark = pytest.mark.browser


def test_a_person_changes_a_live_campaign(serve_sandbox: Open, page: Any) -> None:
    client = serve_sandbox()
    campaign_id, _, [ad_id] = client.grow()
    page.goto(client.base_url)
    page.get_by_label("Name of Spring").fill("Summer")
    page.get_by_label("Budget of Spring").fill("750")
    page.get_by_label("Budget of Spring").press("Enter")
    page.get_by_role("status").get_by_text("has budget 750 (was 500)").wait_for()
    campaign = client.find(Level.CAMPAIGN, campaign_id)
    assert (campaign["campaign_name"], campaign["budget"]) == ("Summer", 750)
    page.locator(f"#row-{ad_id}").get_by_role("button", name="Pause").click()
    page.get_by_role("status").get_by_text("First look is paused").wait_for()
    assert client.find(Level.AD, ad_id)["operation_status"] == "DISABLE"
    assert page.complaints == []


def test_a_mistake_keeps_what_was_typed(serve_sandbox: Open, page: Any) -> None:
    client = serve_sandbox()
    client.grow()
    page.goto(client.base_url)
    page.get_by_label("Budget of Spring").fill("much")
    page.get_by_label("Budget of Spring").press("Enter")
    assert "Budget: " in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Budget of Spring").input_value() == "much"


def test_no_page_is_wider_than_a_phone(serve_sandbox: Open, page: Any) -> None:
    client = serve_sandbox()
    client.grow(campaign_name="A name that is longer than any phone is wide, and then some more of it")
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/", f"/portal/auth?app_id={APP_ID}&redirect_uri={client.base_url}/healthz"):
        page.goto(f"{client.base_url}{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_consent_leads_a_browser_back_with_a_code(serve_sandbox: Open, page: Any) -> None:
    client = serve_sandbox()
    back = f"{client.base_url.replace('127.0.0.1', 'localhost')}/healthz"  # another origin than the page's
    page.goto(f"{client.base_url}/portal/auth?app_id={APP_ID}&state=s1&redirect_uri={back}")
    page.get_by_label("Hoshino Tea").uncheck()
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/healthz?*")
    told = parse_qs(urlsplit(page.url).query)
    assert told["state"] == ["s1"] and told["auth_code"] == told["code"]
