"""A REST client takes both worked examples from an empty account to live, in the guides' own spelling."""

import json
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.running import Demo, until

pytestmark = pytest.mark.e2e
GUIDE = Path(__file__).parents[1] / "fixtures" / "guide"


class Client:
    def __init__(self, product: Demo) -> None:
        self.base = product.find(r"is at\s+(\S+)") + "api/v1/"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Token {product.find(r'Token (spa_[0-9a-zA-Z]+)')}"

    def ask(self, method: str, path: str, status: int, body: Any = None) -> Any:
        answer = self.session.request(method, self.base + path, json=body, timeout=30)
        assert answer.status_code == status, f"{answer.status_code}: {answer.text[:2000]}"
        return answer.json() if answer.content else None


@pytest.fixture
def client(product: Demo) -> Any:
    opened = Client(product)
    yield opened
    opened.session.close()


def find_sandbox(product: Demo) -> str:
    return product.find(r"Its own screens\s+(\S+)")


def read(name: str) -> Any:
    return json.loads((GUIDE / f"{name}.json").read_text("utf-8"))


def compose(number: int) -> dict[str, Any]:
    group = {**read(f"{number}-adgroup"), "ads": [read("1-ad")]}
    if number == 2:  # printed for 2026-03-12: moved into the future
        start = datetime.now(UTC) + timedelta(days=3)
        group["schedule_start_time"] = f"{start:%Y-%m-%d} 00:00:00"
        group["schedule_end_time"] = f"{start + timedelta(days=31):%Y-%m-%d} 23:59:59"
    return {**read(f"{number}-campaign"), "adgroups": [group]}


@pytest.mark.parametrize("number", [1, 2])
def test_a_worked_example_runs_from_validate_to_live(client: Client, number: int) -> None:
    tree = compose(number)
    judged = client.ask("POST", "campaigns/validate/", 200, tree)
    assert [finding for finding in judged["findings"] if finding["level"] == "refuse"] == []
    draft = client.ask("POST", "campaigns/", 201, tree)
    path = f"campaigns/{draft['id']}/"
    client.ask("GET", f"{path}launch/", 404)
    confirms = [finding["rule"] for finding in draft["findings"] if finding["level"] == "confirm"]
    asked = {"version": draft["version"], "acknowledge": confirms}
    client.ask("POST", f"{path}launch/", 409, {"version": draft["version"]})
    client.ask("POST", f"{path}launch/", 202, asked)
    until(lambda: client.ask("GET", f"{path}launch/", 200)["state"] != "launching", 60)
    progress = client.ask("GET", f"{path}launch/", 200)
    assert (progress["state"], progress["done"], progress["total"]) == ("live", 3, 3), progress
    whole = client.ask("GET", path, 200)
    assert whole["campaign_id"] and whole["adgroups"][0]["ads"][0]["smart_plus_ad_id"]


def test_a_status_changed_at_tiktok_arrives_with_the_next_pull(client: Client, product: Demo) -> None:
    listed = client.ask("GET", "campaigns/?state=live", 200)["results"]
    chosen = next(row for row in listed if row["campaign_id"])
    body = {"level": "campaign", "id": chosen["campaign_id"], "operation_status": "DISABLE"}
    answer = requests.post(f"{find_sandbox(product)}control/status", json=body, timeout=10)
    assert answer.status_code == 200, answer.text
    until(lambda: client.ask("GET", f"campaigns/{chosen['id']}/", 200)["state"] == "paused", 60)


def test_a_killed_worker_loses_no_launch(client: Client, product: Demo) -> None:
    draft = client.ask("POST", "campaigns/", 201, compose(1))
    path = f"campaigns/{draft['id']}/"
    confirms = [finding["rule"] for finding in draft["findings"] if finding["level"] == "confirm"]
    client.ask("POST", f"{path}launch/", 202, {"version": draft["version"], "acknowledge": confirms})
    children = Path(f"/proc/{product.process.pid}/task/{product.process.pid}/children").read_text().split()
    worker = next(pid for pid in children if "worker" in Path(f"/proc/{pid}/cmdline").read_text().split("\0"))
    time.sleep(0.5)  # in the middle of it
    os.kill(int(worker), signal.SIGKILL)
    until(lambda: client.ask("GET", f"{path}launch/", 200)["state"] != "launching", 150)
    assert client.ask("GET", f"{path}launch/", 200)["state"] == "live"
    held = requests.get(f"{find_sandbox(product)}control/state", timeout=10).json()
    known, page = [], "campaigns/"
    while page:
        answer = client.ask("GET", page, 200)
        known += [row["campaign_id"] for row in answer["results"] if row["campaign_id"]]
        page = (answer["next"] or "").removeprefix(client.base)
    assert sorted(row["id"] for row in held["campaigns"]) == sorted(known)  # no orphan, no twin
