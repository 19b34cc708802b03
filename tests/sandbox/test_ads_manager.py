"""The page on which a person changes live objects behind the product's back."""

import re

import pytest
import requests

from campaigns.contract.levels import Level
from tests.sandbox.conftest import Open
from tests.sandbox.support import Client, campaign_body


def post(client: Client, level: str, key: str, action: str, **typed: str) -> requests.Response:
    form = {"level": level, "id": key, "action": action, **typed}
    return client.session.post(f"{client.base_url}/", data=form, allow_redirects=False)


def press(client: Client, level: str, key: str, action: str, **typed: str) -> str:
    """The page one is led back to."""
    answer = post(client, level, key, action, **typed)
    assert answer.status_code == 303, answer.text
    return client.session.get(f"{client.base_url}{answer.headers['Location']}").text


def test_the_tree_is_shown_with_what_may_be_typed(open_sandbox: Open) -> None:
    client = open_sandbox()
    campaign_id, adgroup_id, [ad_id] = client.grow(campaign_name="<b>Sale</b>")
    page = client.session.get(f"{client.base_url}/")
    assert "script-src" not in page.headers["Content-Security-Policy"] and "<script" not in page.text
    assert "&lt;b&gt;Sale&lt;/b&gt;" in page.text and "AD_STATUS_AUDIT" in page.text
    places = [page.text.index(f"row-{key}") for key in (campaign_id, adgroup_id, ad_id)]
    assert places == sorted(places)
    css = client.session.get(f"{client.base_url}/ads-manager.css")
    assert css.headers["Content-Type"].startswith("text/css")


def test_buttons_pause_review_exhaust_and_delete(open_sandbox: Open) -> None:
    client = open_sandbox()
    campaign_id, _, [ad_id] = client.grow()
    assert "AD_STATUS_AUDIT_DENY" in press(client, "ad", ad_id, "deny")
    assert "AD_STATUS_DELIVERY_OK" in press(client, "ad", ad_id, "approve")
    assert "CAMPAIGN_STATUS_DISABLE" in press(client, "campaign", campaign_id, "disable")
    assert "Campaign Spring is switched on." in press(client, "campaign", campaign_id, "enable")
    assert "CAMPAIGN_STATUS_BUDGET_EXCEED" in press(client, "campaign", campaign_id, "exceed")
    press(client, "campaign", campaign_id, "delete")
    assert client.page(Level.CAMPAIGN) == []


def test_name_budget_and_price_are_saved_at_once_and_told(open_sandbox: Open) -> None:
    client = open_sandbox()
    campaign_id, adgroup_id, _ = client.grow()
    told = press(client, "campaign", campaign_id, "save", name="Summer", budget="1,080.5")
    assert "Campaign Summer is named Summer (was Spring) and has budget 1080.5 (was 500)." in told
    campaign = client.find(Level.CAMPAIGN, campaign_id)
    assert (campaign["campaign_name"], campaign["budget"]) == ("Summer", 1080.5)
    price = {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 12}
    client.control("status", {"level": "adgroup", "id": adgroup_id, "body": price})
    assert "has target cost 14 (was 12)" in press(
        client, "adgroup", adgroup_id, "save", name="Everyone", conversion_bid_price="14"
    )
    assert client.find(Level.ADGROUP, adgroup_id)["conversion_bid_price"] == 14


def test_saving_what_stands_there_changes_nothing(strict: Client) -> None:
    campaign_id, _, _ = strict.grow()
    before = strict.find(Level.CAMPAIGN, campaign_id)
    strict.advance(60)
    assert "nothing was typed otherwise" in press(
        strict, "campaign", campaign_id, "save", name="Spring", budget="500"
    )
    assert strict.find(Level.CAMPAIGN, campaign_id) == before


@pytest.mark.parametrize(
    ("field", "text"), [("budget", "much"), ("budget", "-1"), ("budget", "nan"), ("name", " ")]
)
def test_a_mistake_is_answered_with_the_field_and_what_was_typed(
    strict: Client, field: str, text: str
) -> None:
    campaign_id, _, _ = strict.grow()
    typed = {"name": "Autumn", "budget": "700", field: text}
    answer = post(strict, "campaign", campaign_id, "save", **typed)
    assert answer.status_code == 422
    assert f"{field.capitalize()}: " in re.findall(r'role="alert">([^<]+)<', answer.text)[0]
    for value in typed.values():
        assert f'value="{value}"' in answer.text
    assert strict.find(Level.CAMPAIGN, campaign_id)["budget"] == 500


def test_campaigns_are_found_by_name_and_by_any_id_below(strict: Client) -> None:
    _, _, [ad_id] = strict.grow(campaign_name="Spring sale")
    other = strict.create(Level.CAMPAIGN, campaign_body(campaign_name="Winter"))["campaign_id"]
    for search, shown, hidden in (("SPRING", ad_id, other), (ad_id, ad_id, other), ("winter", other, ad_id)):
        page = strict.session.get(f"{strict.base_url}/", params={"q": search}).text
        assert f"row-{shown}" in page and f"row-{hidden}" not in page
    assert "No campaigns of that name or id" in strict.session.get(f"{strict.base_url}/?q=autumn").text


def test_what_does_not_exist_or_cannot_be_pressed_is_refused(strict: Client) -> None:
    campaign_id, _, [ad_id] = strict.grow()
    assert post(strict, "campaign", "1", "disable").status_code == 400
    assert post(strict, "planet", "1", "disable").status_code == 400
    assert post(strict, "campaign", campaign_id, "approve").status_code == 422
    assert post(strict, "ad", ad_id, "exceed").status_code == 422
