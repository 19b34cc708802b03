"""From the consent page to a token, and what a token may do."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from smartplus_admin.sandbox.tokens import APP_ID, APP_SECRET
from tests.sandbox.conftest import Open
from tests.sandbox.support import JP, US, Client, campaign_body, done

APP = {"app_id": APP_ID, "secret": APP_SECRET}
SHORT = {"client_id": APP_ID, "client_secret": APP_SECRET}
BACK = "http://127.0.0.1:8000/connect/?next=home"


def consent(client: Client, **form: Any) -> dict[str, list[str]]:
    """Confirms the page as it comes, with changes; the query one is led back with."""
    asked = {"app_id": APP_ID, "state": "s-1", "redirect_uri": BACK}
    page = client.session.get(f"{client.base_url}/portal/auth", params=asked)
    assert (
        page.status_code == 200
        and "form-action 'self' http://127.0.0.1:8000" in page.headers["Content-Security-Policy"]
    )
    ticked: dict[str, Any] = {}
    for name, value in re.findall(r'type="checkbox" name="(\w+)" value="(\w+)" checked', page.text):
        ticked.setdefault(name, []).append(value)
    answer = client.session.post(
        f"{client.base_url}/portal/auth", data={**asked, **ticked, **form}, allow_redirects=False
    )
    assert answer.status_code == 303
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == "http://127.0.0.1:8000/connect/"
    return parse_qs(back.query)


def buy(client: Client, code: str, **more: Any) -> dict[str, Any]:
    return client.post("oauth2/access_token/", {**APP, "auth_code": code, **more})


def test_consent_leads_back_with_a_code_that_buys_a_token_once(open_sandbox: Open) -> None:
    client = open_sandbox()
    told = consent(client)
    assert (told["next"], told["state"], told["code"]) == (["home"], ["s-1"], told["auth_code"])
    granted = done(buy(client, told["code"][0]))
    assert granted["advertiser_ids"] == [US, JP] and 2 in granted["scope"]
    assert buy(client, told["code"][0])["code"] == 40110
    listed = client.send("GET", "oauth2/advertiser/get/", token=granted["access_token"], params=APP).json()
    assert [row["advertiser_id"] for row in done(listed)["list"]] == [US, JP]


def test_a_refusal_leads_back_with_an_error_and_no_code(strict: Client) -> None:
    told = consent(strict, refuse="1")
    assert (told["error"], told["state"]) == (["access_denied"], ["s-1"]) and "code" not in told


def test_a_token_reaches_the_accounts_that_were_ticked(strict: Client) -> None:
    [code] = consent(strict, advertiser_id=[JP])["code"]
    granted = done(buy(strict, code))
    assert granted["advertiser_ids"] == [JP]
    for advertiser_id, expected in ((JP, 0), (US, 40001)):
        answer = strict.send(
            "GET", f"pixel/list/?advertiser_id={advertiser_id}", token=granted["access_token"]
        )
        assert answer.json()["code"] == expected


def test_a_code_is_good_for_an_hour_and_for_its_app(strict: Client) -> None:
    code = strict.control("auth_code", {})["auth_code"]
    strict.advance(3600)
    assert buy(strict, code)["code"] == 40110
    foreign = strict.control("auth_code", {"app_id": "1"})["auth_code"]
    assert buy(strict, foreign)["code"] == 40110
    assert buy(strict, "made up")["code"] == 40110
    assert buy(strict, foreign, secret="wrong")["code"] == 40101


def test_guide_mode_takes_any_text_once(guide: Client) -> None:
    body = {"app_id": "1", "secret": "s", "auth_code": "abc", "return_advertiser_ids": False}
    granted = done(guide.post("oauth2/access_token/", body))
    assert "advertiser_ids" not in granted
    assert guide.send("GET", "user/info/", token=granted["access_token"]).json()["code"] == 0
    assert guide.post("oauth2/access_token/", body)["code"] == 40110


@pytest.mark.parametrize(
    ("scope", "method", "path", "named"),
    [
        ([4, 6], "GET", "smart_plus/campaign/get/", "Ads Management > Campaign > Read Campaigns"),
        ([4, 6, 200], "POST", "smart_plus/campaign/create/", "Create and Update Campaigns"),
        ([2, 4], "POST", "smart_plus/ad/preview/", "Creative Management > Creative tool"),
        ([2, 6], "GET", "smart_plus/material_report/overview/", "Reporting"),
        ([20, 4], "POST", "smart_plus/ad/update/", "Ads Management > Ad > Create and Update Ads"),
        ([2], "GET", "file/video/ad/search/", "Read Video Library"),
    ],
)
def test_a_token_without_the_scope_is_40001_and_told_which(
    strict: Client, scope: list[int], method: str, path: str, named: str
) -> None:
    token = strict.control("token", {"scope": scope})["token"]
    asked: dict[str, Any] = {"json": {"advertiser_id": US}} if method == "POST" else {}
    answer = strict.send(method, f"{path}?advertiser_id={US}", token=token, **asked).json()
    assert answer["code"] == 40001 and named in answer["message"]


def test_a_parent_scope_implies_its_children(strict: Client) -> None:
    for scope in ([2], [20], [200], [201]):
        token = strict.control("token", {"scope": scope})["token"]
        answer = strict.send("GET", f"smart_plus/campaign/get/?advertiser_id={US}", token=token).json()
        assert (answer["code"] == 0) is (scope != [201])


def test_three_scopes_let_everything_about_campaigns_through(strict: Client) -> None:
    token = strict.control("token", {"scope": [2, 4, 64]})["token"]
    answer = strict.send("POST", "smart_plus/campaign/create/", token=token, json=campaign_body()).json()
    assert answer["code"] == 0
    assert strict.send("GET", "user/info/", token=token).json()["code"] == 0


def test_an_account_off_the_allowlist_reads_and_may_not_write(strict: Client) -> None:
    strict.control("account", {"advertiser_id": US, "allowlisted": False})
    assert strict.post("smart_plus/campaign/create/", campaign_body())["code"] == 40118
    assert strict.get("smart_plus/campaign/get/")["code"] == 0


def test_a_short_term_token_lasts_a_day_and_is_refreshed(guide: Client) -> None:
    code = guide.control("auth_code", {})["auth_code"]
    asked = {**SHORT, "grant_type": "authorization_code", "auth_code": code}
    first = done(guide.post("tt_user/oauth2/token/", asked))
    assert (first["expires_in"], first["refresh_token_expires_in"]) == (86_400, 31_536_000)
    assert (
        guide.send("GET", f"pixel/list/?advertiser_id={US}", token=first["access_token"]).json()["code"] == 0
    )
    guide.advance(86_400)
    assert guide.send("GET", "user/info/", token=first["access_token"]).json()["code"] == 40102
    refresh = {**SHORT, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = done(guide.post("tt_user/oauth2/refresh_token/", refresh))
    assert guide.send("GET", "user/info/", token=second["access_token"]).json()["code"] == 0
    assert guide.post("tt_user/oauth2/refresh_token/", refresh)["code"] == 40107
    guide.advance(365 * 86_400)
    late = {**refresh, "refresh_token": second["refresh_token"]}
    assert guide.post("tt_user/oauth2/refresh_token/", late)["code"] == 40103


def test_a_token_of_the_marketing_api_cannot_be_refreshed(strict: Client) -> None:
    asked = {**SHORT, "grant_type": "refresh_token", "refresh_token": strict.token}
    assert strict.post("tt_user/oauth2/refresh_token/", asked)["code"] == 40107


def test_in_strict_mode_a_short_term_token_reaches_no_advertiser(strict: Client) -> None:
    code = strict.control("auth_code", {})["auth_code"]
    asked = {**SHORT, "grant_type": "authorization_code", "auth_code": code}
    token = done(strict.post("tt_user/oauth2/token/", asked))["access_token"]
    assert strict.send("GET", f"smart_plus/ad/get/?advertiser_id={US}", token=token).json()["code"] == 40001
    done(strict.post("tt_user/oauth2/revoke/", {**SHORT, "access_token": token}))
    assert strict.send("GET", "user/info/", token=token).json()["code"] == 40105


@pytest.mark.parametrize(
    "changes",
    [
        {"app_id": ""},
        {"redirect_uri": "https://evil.com/"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
def test_the_page_refuses_what_it_cannot_grant(strict: Client, changes: dict[str, Any]) -> None:
    form = {"app_id": APP_ID, "state": "", "redirect_uri": BACK, "advertiser_id": [US], "scope": ["2"]}
    answer = strict.session.post(
        f"{strict.base_url}/portal/auth", data={**form, **changes}, allow_redirects=False
    )
    assert answer.status_code == 400


def test_consent_without_an_account_is_asked_again_and_keeps_the_ticks(strict: Client) -> None:
    form = {"app_id": APP_ID, "state": "s-1", "redirect_uri": BACK, "scope": ["2"]}
    answer = strict.session.post(f"{strict.base_url}/portal/auth", data=form, allow_redirects=False)
    assert answer.status_code == 422 and "at least one ad account" in answer.text
    assert re.findall(r'name="(\w+)" value="(\w+)" checked', answer.text) == [("scope", "2")]
