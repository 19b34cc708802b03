"""docker-compose.yml and the image start things that exist, and its commands work together. There is no engine here: what
could only be seen in images is listed as untested in docs/running.md."""

import importlib.util
import os
import re
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from django.core.management import get_commands

from tests.chaos.processes import find_port
from tests.composing import COMPOSE, ROOT, read_command, read_environment
from tests.running import own_database, until

OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}


def test_the_compose_file_holds_the_whole_deployment():
    assert set(COMPOSE["services"]) == {
        "migrate",
        "web",
        "worker",
        "beat",
        "sandbox",
        "postgres",
        "redis",
    }
    assert set(OURS) == set(COMPOSE["services"]) - {"postgres", "redis"}


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_program_that_exists(name):
    match OURS[name]["command"]:
        case ["python", "manage.py", command, *_]:
            assert (ROOT / "manage.py").exists()
            assert command in get_commands()
        case ["python", "-m", module, *_]:
            assert importlib.util.find_spec(f"{module}.__main__")
        case ["gunicorn", target, *_]:
            module, _, attribute = target.partition(":")
            assert hasattr(importlib.import_module(module), attribute)
        case ["celery", "-A", module, "worker" | "beat", *_]:
            assert importlib.import_module(module).app.main == "smartplus"
        case other:
            pytest.fail(f"nobody checked {other}")


@pytest.mark.parametrize("name", OURS)
def test_a_service_of_ours_is_bounded_and_not_root(name):
    assert OURS[name]["cap_drop"] == ["ALL"]
    assert OURS[name]["read_only"] is True
    assert re.findall(r"^USER (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE) == ["smartplus"]


def test_what_stays_up_says_whether_it_is_well():
    assert [n for n, service in COMPOSE["services"].items() if "healthcheck" not in service] == ["migrate"]


def test_what_the_image_copies_exists():
    sources = re.findall(r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert [path for line in sources for path in line.split() if not (ROOT / path).exists()] == []


GIVEN = {
    "POSTGRES_PASSWORD": "of the tests",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "FIELD_ENCRYPTION_KEYS": "dGVzdHMgb25seSwgbm90IGEgc2VjcmV0IGF0IGFsbCE=",
    "AUDIT_KEY": "of the tests",
}


class Containers:
    """Each command of the compose file as a process, in its environment, with this machine's places in it."""

    def __init__(self, home: Path, servers: Mapping[str, str], stack: ExitStack) -> None:
        self.home, self.stack = home, stack
        self.ports = {"8000": str(find_port()), "8810": str(find_port())}
        self.given = {
            **servers,
            "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
            "HOSTNAME": socket.gethostname(),
            "SMARTPLUS_DOTENV": "0",
            "SMARTPLUS_HOME": str(home),
            "TIKTOK_API_URL": f"http://127.0.0.1:{self.ports['8810']}/open_api/v1.3/",
        }

    def place(self, word: str) -> str:
        for theirs, ours in {
            "/var/lib/smartplus": str(self.home),
            "0.0.0.0": "127.0.0.1",
            **self.ports,
        }.items():
            word = word.replace(theirs, ours)
        return word

    def start(self, name: str) -> "subprocess.Popen[bytes]":
        said = self.stack.enter_context((self.home / f"{name}.out").open("w"))
        process = subprocess.Popen(
            [self.place(word) for word in read_command(name)],
            cwd=ROOT,
            env=read_environment(name, GIVEN) | self.given,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        self.stack.callback(process.wait, 60)
        self.stack.callback(process.terminate)
        return process

    def is_well(self, name: str) -> bool:
        """What its own health check says."""
        kind, *words = COMPOSE["services"][name]["healthcheck"]["test"]
        command = [self.place(word).replace("$$", "$") for word in words]
        shell = kind == "CMD-SHELL"
        checked = subprocess.run(
            command[0] if shell else command,
            shell=shell,
            cwd=ROOT,
            env=read_environment(name, GIVEN) | self.given,
            capture_output=True,
            timeout=60,
        )
        return checked.returncode == 0


@pytest.fixture
def containers(tmp_path: Path) -> Iterator[Containers]:
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        pytest.skip("compose means PostgreSQL and Redis: see make test-prod")
    with own_database("smartplus_compose") as database, ExitStack() as stack:
        yield Containers(tmp_path, {"REDIS_URL": os.environ["REDIS_URL"], **database}, stack)


@pytest.mark.e2e
def test_the_commands_work_together_and_their_health_checks_say_so(containers: Containers):
    assert containers.start("migrate").wait(300) == 0
    for name in ("sandbox", "web", "worker", "beat"):
        containers.start(name)
    for name in ("sandbox", "web", "worker", "beat"):
        until(lambda name=name: containers.is_well(name), 180)
    until(lambda: requests.get(containers.place("http://127.0.0.1:8000/readyz"), timeout=10).ok, 120)


def test_there_are_several_workers():
    assert COMPOSE["services"]["worker"]["deploy"]["replicas"] > 1
