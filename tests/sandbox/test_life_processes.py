"""One history in several processes, and through kill -9 in the middle of a leap."""

import os
import signal
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Open
from tests.sandbox.life import DAY, SEED, report, settle
from tests.sandbox.process import FAST, run_process
from tests.sandbox.support import Client

pytestmark = pytest.mark.parametrize("way", ["in-process"])  # the other processes are served anyway
STILL = (*FAST, "--speed", "0", "--seed", str(SEED))
ADS = 4  # so that a leap takes several transactions
TABLES = ("shown", "result", "part", "learned", "life", "purse")


def read_history(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with sqlite3.connect(path) as db:
        return {name: sorted(map(tuple, db.execute(f"SELECT * FROM {name}"))) for name in TABLES}


def live_alone(open_sandbox: Open, path: Path, days: int) -> dict[str, list[tuple[Any, ...]]]:
    """The same world in one process, undisturbed."""
    client = open_sandbox(path.name, seed=SEED)
    settle(client, ads=ADS)
    client.advance(days * DAY)
    return read_history(path)


def test_two_processes_on_one_file_live_every_hour_once(open_sandbox: Open, tmp_path: Path) -> None:
    shared = tmp_path / "shared.sqlite3"
    with run_process(shared, *STILL) as (_, one), run_process(shared, *STILL) as (_, two):
        settle(one, ads=ADS)

        def step(index: int) -> None:
            with requests.Session() as session:
                client = (one, two)[index % 2]
                mine = Client(session, client.base_url, client.token)
                mine.advance(DAY / 4)
                report(mine)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(step, range(24)))
    assert read_history(shared) == live_alone(open_sandbox, tmp_path / "alone.sqlite3", 6)


def test_kill_9_in_the_middle_of_a_leap_neither_loses_nor_doubles_an_hour(
    open_sandbox: Open, tmp_path: Path
) -> None:
    killed, days = tmp_path / "killed.sqlite3", 100
    with run_process(killed, *STILL) as (process, client):
        settle(client, ads=ADS)

        def leap() -> None:
            try:
                client.advance(days * DAY)
            except requests.RequestException:
                return  # what it is here for

        leaping = threading.Thread(target=leap)
        leaping.start()
        deadline = time.monotonic() + 60
        while not _has_begun(killed) and time.monotonic() < deadline:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        leaping.join()
    with sqlite3.connect(killed) as db:
        [lived] = db.execute("SELECT value FROM setting WHERE name = 'lived'").fetchone()
        [last] = db.execute("SELECT max(hour) FROM shown").fetchone()
    assert last < int(lived)
    open_sandbox(killed.name, now=None, speed=None).control("clock")
    assert read_history(killed) == live_alone(open_sandbox, tmp_path / "alone.sqlite3", days)


def _has_begun(path: Path) -> bool:
    with sqlite3.connect(path) as db:
        return bool(db.execute("SELECT EXISTS (SELECT 1 FROM shown)").fetchone()[0])
