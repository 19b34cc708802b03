"""Rate limits: per app by tier, per advertiser and path; said in HTTP 200, or 429 by switch."""

import sqlite3
from pathlib import Path

import pytest

from smartplus_admin.sandbox import quota
from tests.sandbox.conftest import Open


@pytest.fixture
def one_second(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """All calls of a test fall into the second this list holds."""
    now = [1_773_000_000.0]
    monkeypatch.setattr(quota.time, "time", lambda: now[0])
    return now


def test_a_tier_has_so_many_calls_a_second(open_sandbox: Open, one_second: list[float]) -> None:
    client = open_sandbox(tier="basic")
    answers = [client.get("user/info/", advertiser_id="") for _ in range(12)]
    assert [answer["code"] for answer in answers] == [0] * 10 + [40100] * 2
    assert answers[-1]["message"] == "App reaches the QPS limit 10"
    one_second[0] += 1
    assert client.get("user/info/")["code"] == 0


def test_a_full_minute_shuts_the_app_out(open_sandbox: Open, one_second: list[float]) -> None:
    client = open_sandbox(tier="basic")
    start = one_second[0] = one_second[0] // 60 * 60
    for call in range(600):  # refused calls count too
        one_second[0] = start + call // 11
        client.get("user/info/")
    one_second[0] = start + 59
    assert client.get("user/info/")["message"] == "App reaches the QPM limit 600"
    one_second[0] = start + 60
    assert client.get("user/info/")["code"] == 0


def test_an_advertiser_has_a_limit_on_each_path(open_sandbox: Open, one_second: list[float]) -> None:
    client = open_sandbox(advertiser_qps=20)
    answers = [client.get("pixel/list/") for _ in range(21)]
    assert [answer["code"] for answer in answers] == [0] * 20 + [40133]
    assert answers[-1]["message"] == (
        "Advertiser (7000000000000000001)'s QPS (21) reaches QPS limit 20 for current path,"
        " request is temporarily restricted."
    )
    assert client.get("identity/get/")["code"] == 0
    assert client.get("pixel/list/", advertiser_id="7000000000000000002")["code"] == 0


def test_the_switch_says_429(open_sandbox: Open, one_second: list[float]) -> None:
    client = open_sandbox(tier="basic", throttle_status=429)
    answers = [client.send("GET", "user/info/") for _ in range(11)]
    assert (answers[-1].status_code, answers[-1].json()["code"]) == (429, 40100)


def test_no_tier_means_no_limit(open_sandbox: Open, one_second: list[float]) -> None:
    client = open_sandbox()
    assert {client.get("user/info/")["code"] for _ in range(120)} == {0}


def test_a_full_day_shuts_the_app_out_until_midnight_utc(
    open_sandbox: Open, one_second: list[float], tmp_path: Path
) -> None:
    client = open_sandbox(tier="basic")
    day = one_second[0] // 86_400
    file = sqlite3.connect(tmp_path / "sandbox.sqlite3")
    with file:
        file.execute("INSERT INTO quota VALUES ('app QPD', ?, 863999)", (day,))
    file.close()
    answers = [client.get("user/info/") for _ in range(2)]
    assert [answer["code"] for answer in answers] == [0, 40100]
    assert answers[1]["message"] == "App reaches the QPD limit 864000"
    one_second[0] = (day + 1) * 86_400
    assert client.get("user/info/")["code"] == 0


def test_the_app_limit_has_an_older_code_by_switch(open_sandbox: Open, one_second: list[float]) -> None:
    client = open_sandbox(tier="basic", app_limit_code=40016)
    assert [client.get("user/info/")["code"] for _ in range(11)][-1] == 40016
