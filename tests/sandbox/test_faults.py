"""Faults on purpose, in-process and over a real socket."""

import time

import pytest
import requests

from campaigns.contract.levels import Level
from tests.sandbox.conftest import Open
from tests.sandbox.support import Client, campaign_body

CREATE = "smart_plus/campaign/create/"


def count_campaigns(client: Client) -> int:
    return len(client.control("state")["campaigns"])


def strike(client: Client, **rule: object) -> None:
    client.control("faults", {"path": CREATE, "times": 1, **rule})


@pytest.mark.parametrize(("kind", "made"), [("request-lost", 0), ("answer-lost", 1)])
def test_a_broken_connection_is_one(open_sandbox: Open, kind: str, made: int) -> None:
    client = open_sandbox()
    strike(client, kind=kind)
    with pytest.raises(requests.ConnectionError):
        client.post(CREATE, campaign_body())
    assert count_campaigns(client) == made
    assert client.post(CREATE, campaign_body())["code"] == 0


@pytest.mark.parametrize(
    ("kind", "extra", "code", "made"),
    [
        ("5xxxx-before", {}, 50000, 0),
        ("5xxxx-after", {"code": 51002}, 51002, 1),
        ("throttle", {}, 40100, 0),
        ("throttle", {"code": 40133}, 40133, 0),
        ("token-revoked", {}, 40105, 0),
        ("allowlist-off", {}, 40118, 0),
    ],
)
def test_codes_on_purpose(open_sandbox: Open, kind: str, extra: dict[str, int], code: int, made: int) -> None:
    client = open_sandbox()
    strike(client, kind=kind, **extra)
    assert client.post(CREATE, campaign_body())["code"] == code
    assert count_campaigns(client) == made


def test_answers_without_an_envelope(open_sandbox: Open) -> None:
    client = open_sandbox()
    strike(client, kind="http-500")
    assert client.send("POST", CREATE, json=campaign_body()).status_code == 500
    strike(client, kind="garbage")
    with pytest.raises(requests.JSONDecodeError):
        client.post(CREATE, campaign_body())
    assert count_campaigns(client) == 1


@pytest.mark.parametrize("kind", ["slow", "late"])
def test_an_impatient_client_times_out_but_the_object_is_made(open_sandbox: Open, kind: str) -> None:
    client = open_sandbox()
    strike(client, kind=kind, seconds=0.4)
    headers = {"Access-Token": client.token}
    with pytest.raises(requests.ReadTimeout):
        client.session.post(
            f"{client.base_url}/open_api/v1.3/{CREATE}", json=campaign_body(), headers=headers, timeout=0.1
        )
    for _ in range(50):
        if count_campaigns(client):
            break
        time.sleep(0.05)
    assert count_campaigns(client) == 1


def test_chance_comes_from_the_seed(open_sandbox: Open) -> None:
    runs = []
    for database in ("one.sqlite3", "two.sqlite3"):
        client = open_sandbox(database)
        client.control("faults", {"path": "smart_plus/*", "kind": "throttle", "probability": 0.5, "seed": 7})
        runs.append([client.get("smart_plus/ad/get/")["code"] for _ in range(30)])
    assert runs[0] == runs[1] and set(runs[0]) == {0, 40100}


def test_rules_can_skip_calls_be_listed_and_be_cleared(strict: Client) -> None:
    strike(strict, kind="throttle", skip=1)
    assert [strict.post(CREATE, campaign_body())["code"] for _ in range(3)] == [0, 40100, 0]
    [rule] = strict.control("faults")["faults"]
    assert (rule["seen"], rule["hits"]) == (3, 1)
    assert strict.control("faults", method="DELETE")["faults"] == []
    assert strict.page(Level.ADGROUP) == []


@pytest.mark.parametrize(
    "rule",
    [
        {"path": "x"},
        {"path": "x", "kind": "fire"},
        {"kind": "slow"},
        {"path": "x", "kind": "slow", "second": 1},
        {"path": "x", "kind": "slow", "times": "2"},
    ],
)
def test_a_rule_with_a_mistake_is_refused(strict: Client, rule: dict[str, object]) -> None:
    answer = strict.session.post(f"{strict.base_url}/control/faults", json=rule)
    assert answer.status_code == 400 and answer.json()["error"]
