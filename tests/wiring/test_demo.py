"""`manage.py demo`, as a person starts and stops it: one address, and nobody left behind."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from smartplus_admin.management.commands.demo import free_port
from tests.running import ROOT, Demo, until

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def demo(tmp_path):
    started = Demo(tmp_path)
    yield started
    started.stop()


def test_it_starts_answers_survives_a_death_and_stops_without_a_trace(demo):
    address = demo.wait_until_ready()
    with urllib.request.urlopen(f"{address}healthz") as answer:
        assert answer.status == 200
    with urllib.request.urlopen(f"{address}login/") as answer:
        assert b"Smart+" in answer.read()

    second = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=ROOT,
        env=demo.env,
        capture_output=True,
        text=True,
    )
    assert second.returncode == 1
    assert f"already runs on this home: {address}" in second.stderr

    first = children_of(demo.process.pid)
    assert len(first) == 4  # sandbox, web, worker, beat
    os.kill(first[-1], signal.SIGKILL)

    def list_living():
        return [pid for pid in children_of(demo.process.pid) if alive(pid)]

    until(lambda: len(list_living()) == 4 and first[-1] not in list_living(), 30)

    everybody = children_of(demo.process.pid)
    demo.process.terminate()
    assert demo.process.wait(30) == 0, demo.said.read_text()
    assert [pid for pid in {*first, *everybody} if alive(pid)] == []


def test_not_even_a_killed_supervisor_leaves_children(demo):
    demo.wait_until_ready()
    children = children_of(demo.process.pid)
    demo.process.kill()
    demo.process.wait()
    until(lambda: not any(alive(pid) for pid in children), 30)


def test_a_taken_port_is_said_and_stepped_over():
    said = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port, said.append) > port
    assert said[0] == f"Port {port} is taken, trying {port + 1}."
