"""Several processes on one file, and kill -9 in the middle of it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.store import STEPS
from tests.sandbox.conftest import Open
from tests.sandbox.process import FAST, ROOT, run_process
from tests.sandbox.support import Client, adgroup_body, campaign_body, done


def test_two_processes_share_a_file_and_never_an_id(tmp_path: Path) -> None:
    file = tmp_path / "shared.sqlite3"
    with run_process(file, *FAST) as (_, one), run_process(file, *FAST) as (_, two):
        assert one.token == two.token

        def make(index: int) -> str:
            client = (one, two)[index % 2]
            with requests.Session() as session:
                mine = Client(session, client.base_url, client.token)
                return mine.create(Level.CAMPAIGN, campaign_body())["campaign_id"]

        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(make, range(60)))
        assert len(set(made)) == 60
        assert {row["campaign_id"] for row in one.page(Level.CAMPAIGN)} == set(made)


def test_one_request_id_from_many_threads_makes_one_object(open_sandbox: Open) -> None:
    client = open_sandbox(mode="guide")
    body = campaign_body()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post("smart_plus/campaign/create/", body), range(16)))
    assert len({answer["data"]["campaign_id"] for answer in answers}) == 1
    assert len(client.page(Level.CAMPAIGN)) == 1


def test_kill_9_loses_no_answer_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    file = tmp_path / "killed.sqlite3"
    promised: list[str] = []
    with run_process(file, *FAST) as (process, client):
        campaign_id = client.create(Level.CAMPAIGN, campaign_body())["campaign_id"]

        def write() -> None:
            with requests.Session() as session:
                mine = Client(session, client.base_url, client.token)
                try:
                    for _ in range(29):
                        promised.append(mine.create(Level.ADGROUP, adgroup_body(campaign_id))["adgroup_id"])
                except requests.RequestException:
                    return  # the process is dead: what it promised until now is what counts

        thread = threading.Thread(target=write)
        thread.start()
        while len(promised) < 5:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        thread.join(timeout=20)
    with run_process(file, *FAST) as (_, client):
        kept = {row["adgroup_id"] for row in client.page(Level.ADGROUP)}
        assert set(promised) <= kept and len(kept) <= len(promised) + 1
        state = client.control("state")
        assert all(json.dumps(row["body"]) for row in state["adgroups"])
    db = sqlite3.connect(file)
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


def test_kill_9_in_the_middle_of_updates_leaves_the_log_and_the_objects_agreed(tmp_path: Path) -> None:
    file = tmp_path / "killed.sqlite3"
    promised = [500.0]
    with run_process(file, *FAST) as (process, client):
        campaign_id = client.create(Level.CAMPAIGN, campaign_body())["campaign_id"]

        def write() -> None:
            with requests.Session() as session:
                mine = Client(session, client.base_url, client.token)
                try:
                    for amount in range(501, 900):
                        body = {"campaign_id": campaign_id, "budget": amount}
                        promised.append(mine.update(Level.CAMPAIGN, body)["budget"])
                except requests.RequestException:
                    return  # killed in the middle

        thread = threading.Thread(target=write)
        thread.start()
        while len(promised) < 8:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        thread.join(timeout=20)
    with run_process(file, *FAST) as (_, client):
        [kept] = [row["body"]["budget"] for row in client.control("state")["campaigns"]]
    assert kept in (promised[-1], promised[-1] + 1)
    db = sqlite3.connect(file)
    [(details,)] = db.execute("SELECT details FROM change ORDER BY seq DESC LIMIT 1").fetchall()
    [(logged,)] = db.execute("SELECT count(*) FROM change WHERE module = 'BUDGET'").fetchall()
    db.close()
    assert f"b'{kept:.2f} USD'" in details and logged == kept - 500


def test_sigterm_ends_it_quietly_and_a_taken_port_is_said(tmp_path: Path) -> None:
    with run_process(tmp_path / "one.sqlite3") as (process, client):
        port = client.base_url.rpartition(":")[2]
        command = [
            sys.executable,
            "-m",
            "smartplus_admin.sandbox",
            "--port",
            port,
            "--database",
            str(tmp_path / "b"),
        ]
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
        assert second.returncode == 1 and f":{port}" in second.stderr and "Traceback" not in second.stderr
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")


def test_a_file_of_another_kind_is_refused(tmp_path: Path, open_sandbox: Open) -> None:
    other = sqlite3.connect(tmp_path / "sandbox.sqlite3")
    other.execute("CREATE TABLE someone_elses (x)")
    other.commit()
    other.close()
    with pytest.raises(ValueError, match="not a sandbox file"):
        open_sandbox()


def test_a_file_of_the_first_version_is_brought_forward(tmp_path: Path, open_sandbox: Open) -> None:
    old = sqlite3.connect(tmp_path / "sandbox.sqlite3")
    old.executescript(f"{STEPS[0]} PRAGMA user_version = 1;")
    old.close()
    client = open_sandbox()
    client.grow()
    assert done(client.get("user/info/"))["display_name"] == "Sandbox user"
