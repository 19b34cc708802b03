"""The processes of one run: sandbox, workers and timer, each of which dies with the run; and the lane's database and broker."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).parents[2]
TOKEN = "chaos-token"
REDIS_NUMBER = "14"  # unless one is named; the tests use 15, and 0 is anybody's
READY_SECONDS = 60
CELERY = ["-m", "celery", "--quiet", "-A", "smartplus_admin.celery"]


class Process:
    """One child, started again by whoever killed it."""

    def __init__(self, name: str, command: list[str], home: Path) -> None:
        self.name, self.command, self.home = name, command, home
        self.start()

    def start(self) -> None:
        self._launch(stdin=subprocess.DEVNULL)

    def _launch(self, **ends: Any) -> None:
        from smartplus_admin.management.commands.demo import die_with_parent  # reads the settings

        with (self.home / f"{self.name}.out").open("a") as said:
            self.running = subprocess.Popen(
                [sys.executable, *self.command],
                cwd=ROOT,
                env={**os.environ, "SMARTPLUS_PROCESS": self.name},
                preexec_fn=die_with_parent,
                **{"stdout": said, "stderr": said, **ends},
            )

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        self.running.kill()
        self.running.wait()

    def stop(self) -> None:
        self.running.send_signal(signal.SIGTERM)
        try:
            self.running.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()


class Nursery(Process):
    """Makes workers by fork, ready in a moment; they end with it. See nursery.py."""

    def __init__(self, home: Path, threads: int, rate: int) -> None:
        super().__init__(
            "nursery", ["-m", "tests.chaos.nursery", "--threads", str(threads), "--rate", str(rate)], home
        )

    def start(self) -> None:
        self._launch(stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def make(self, name: str) -> int:
        """The process id of a new worker."""
        assert self.running.stdin is not None and self.running.stdout is not None
        self.running.stdin.write(f"start {name}\n")
        self.running.stdin.flush()
        return int(self.running.stdout.readline())


class Worker:
    """One worker of the nursery's."""

    def __init__(self, name: str, nursery: Nursery) -> None:
        self.name, self.nursery = name, nursery
        self.start()

    def start(self) -> None:
        self.pid = self.nursery.make(self.name)

    def kill(self) -> None:
        """SIGKILL: nothing is finished, nothing is said."""
        self._end(signal.SIGKILL, 5)

    def stop(self) -> None:
        if not self._end(signal.SIGTERM, 20):
            self.kill()

    def _end(self, signum: int, patience: float) -> bool:
        deadline = time.monotonic() + patience
        try:
            os.kill(self.pid, signum)
            while time.monotonic() < deadline:
                os.kill(self.pid, 0)
                time.sleep(0.02)
        except ProcessLookupError:
            return True
        return False


class Fleet:
    """`sandbox` is the command of another sandbox than the usual one; `rate` the calls a second that the app has."""

    def __init__(
        self,
        home: Path,
        port: int,
        workers: int,
        threads: int,
        sandbox: list[str] | None = None,
        rate: int = 10,
    ) -> None:
        usual = ["-m", "smartplus_admin.sandbox", "--port", str(port), "--mode", "strict", "--token", TOKEN]
        usual += [
            "--database",
            str(home / "sandbox.sqlite3"),
            "--no-life",
        ]  # no delivery: nobody looks at results
        self.sandbox = Process("sandbox", sandbox or usual, home)
        self.nursery = Nursery(home, threads, rate)
        wait_until_healthy(f"http://127.0.0.1:{port}/healthz")
        self.workers = [Worker(f"worker{number}", self.nursery) for number in range(workers)]
        self.beat = Process("beat", [*CELERY, "beat", "-l", "WARNING", "--pidfile="], home)

    def stop(self) -> None:
        for process in (self.beat, *self.workers, self.nursery, self.sandbox):
            process.stop()


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def choose_pair(given: Mapping[str, str], home: Path) -> dict[str, str]:
    """The environment of this run's own database and broker: embedded, or the lane's servers under names of our own."""
    url, broker = given.get("DATABASE_URL", ""), given.get("REDIS_URL", "")
    if not url:
        return {"DATABASE_URL": "", "REDIS_URL": ""}
    parts, queue = urlsplit(url), urlsplit(broker)
    number = queue.path.strip("/")
    name = f"smartplus_chaos_{''.join(letter for letter in home.name.lower() if letter.isalnum())}"
    with _administer(url) as admin:
        if not admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            admin.execute(f"create database {name}")
    return {
        "DATABASE_URL": urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, "")),
        "REDIS_URL": urlunsplit(
            queue._replace(path=f"/{REDIS_NUMBER if number in ('', '0', '15') else number}")
        ),
    }


def drop_database() -> None:
    url = os.environ.get("DATABASE_URL", "")
    if url:
        with _administer(url) as admin:
            admin.execute(f"drop database if exists {urlsplit(url).path.lstrip('/')} with (force)")


@contextmanager
def _administer(url: str) -> "Iterator[object]":
    import psycopg

    parts = urlsplit(url)
    with psycopg.connect(
        urlunsplit(("postgresql", parts.netloc, "/postgres", parts.query, "")), autocommit=True
    ) as admin:
        yield admin


def wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"nobody answers at {url}")
