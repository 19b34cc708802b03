"""Paths, tokens and envelopes."""

import pytest

from campaigns.contract.levels import Level
from tests.sandbox.conftest import Open
from tests.sandbox.support import JP, US, Client, campaign_body, done


def test_a_path_without_its_slash_is_404_and_no_envelope(open_sandbox: Open) -> None:
    answer = open_sandbox().send("GET", "smart_plus/campaign/get")
    assert (answer.status_code, answer.text) == (404, "404 page not found")


def test_a_missing_token_is_said_in_tiktoks_words_and_http_200(open_sandbox: Open) -> None:
    answer = open_sandbox().send("GET", "user/info/", token="")
    assert answer.status_code == 200
    assert answer.json()["code"] == 40104
    assert answer.json()["message"] == (
        "Access token is null, you should set it in http header with key Access-Token."
    )
    assert answer.json()["request_id"] == answer.headers["X-TT-LOGID"]


def test_a_wrong_or_revoked_token_is_40105(strict: Client) -> None:
    assert strict.send("GET", "user/info/", token="nobody").json()["code"] == 40105
    done(strict.post("oauth2/revoke_token/", {"app_id": "1", "secret": "s", "access_token": strict.token}))
    assert strict.get("user/info/")["code"] == 40105


def test_a_foreign_advertiser_is_40001_and_an_unknown_one_40300(strict: Client) -> None:
    narrow = strict.control("token", {"token": "narrow", "advertiser_ids": [US]})["token"]
    answer = strict.send("GET", f"pixel/list/?advertiser_id={JP}", token=narrow).json()
    assert (answer["code"], answer["message"]) == (40001, f"No permission to operate advertiser {JP}.")
    assert strict.get("pixel/list/", advertiser_id="7000000000000000009")["code"] == 40300
    assert strict.get("pixel/list/", advertiser_id="")["code"] == 40002
    listed = strict.send("GET", "oauth2/advertiser/get/", token=narrow).json()["data"]["list"]
    assert [row["advertiser_id"] for row in listed] == [US]


def test_an_account_off_the_allowlist_reads_but_does_not_write(strict: Client) -> None:
    strict.control("account", {"advertiser_id": US, "allowlisted": False})
    assert strict.post("smart_plus/campaign/create/", campaign_body())["code"] == 40118
    assert strict.page(Level.CAMPAIGN) == []


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "smart_plus/campaign/get/", 405, None),
        ("GET", "smart_plus/campaign/create/", 405, None),
        ("GET", "nothing/here/", 404, None),
        ("POST", "smart_plus/campaign/copy/task/create/", 200, 40008),
        ("GET", "../v1.2/smart_plus/campaign/get/", 200, 40006),
    ],
)
def test_wrong_paths_methods_and_versions(
    strict: Client, method: str, path: str, status: int, code: int
) -> None:
    url = f"{strict.base_url}/open_api/v1.3/{path}".replace("v1.3/../", "")
    answer = strict.session.request(method, url, headers={"Access-Token": strict.token}, json={})
    assert answer.status_code == status
    if code:
        assert answer.json()["code"] == code


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"budget": NaN}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_40002(strict: Client, data: bytes) -> None:
    url = f"{strict.base_url}/open_api/v1.3/smart_plus/campaign/create/"
    headers = {"Access-Token": strict.token, "Content-Type": "application/json"}
    assert strict.session.post(url, data=data, headers=headers).json()["code"] == 40002


def test_a_body_must_call_itself_json(strict: Client) -> None:
    answer = strict.send("POST", "smart_plus/campaign/create/", data='{"advertiser_id": "1"}').json()
    assert answer["code"] == 40002 and "Content-Type" in answer["message"]
