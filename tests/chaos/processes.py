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
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).parents[2]
TOKEN = "chaos-token"
REDIS_NUMBER = 14  # the tests use 15
READY_SECONDS = 60
CELERY = ["-m", "celery", "--quiet", "-A", "smartplus_admin.celery"]


class Process:
    """One child, started again by whoever killed it."""

    def __init__(self, name: str, command: list[str], home: Path) -> None:
        self.name, self.command, self.home = name, command, home
        self.start()

    def start(self) -> None:
        from smartplus_admin.management.commands.demo import die_with_parent  # reads the settings

        with (self.home / f"{self.name}.out").open("a") as said:
            self.running = subprocess.Popen(
                [sys.executable, *self.command],
                cwd=ROOT,
                env={**os.environ, "SMARTPLUS_PROCESS": self.name},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
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


class Fleet:
    """`sandbox` is the command of another sandbox than the usual one."""

    def __init__(
        self, home: Path, port: int, workers: int, threads: int, sandbox: list[str] | None = None
    ) -> None:
        usual = ["-m", "smartplus_admin.sandbox", "--port", str(port), "--mode", "strict", "--token", TOKEN]
        usual += ["--database", str(home / "sandbox.sqlite3")]
        self.sandbox = Process("sandbox", sandbox or usual, home)
        _wait_until_healthy(f"http://127.0.0.1:{port}/healthz")
        worker = [*CELERY, "worker", "-P", "threads", "-c", str(threads), "-l", "WARNING"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        self.workers = [
            Process(f"worker{number}", [*worker, *quiet, "-n", f"worker{number}@%h"], home)
            for number in range(workers)
        ]
        self.beat = Process("beat", [*CELERY, "beat", "-l", "WARNING", "--pidfile="], home)

    def stop(self) -> None:
        for process in (self.beat, *self.workers, self.sandbox):
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
    parts = urlsplit(url)
    name = f"smartplus_chaos_{''.join(letter for letter in home.name.lower() if letter.isalnum())}"
    with _administer(url) as admin:
        if not admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            admin.execute(f"create database {name}")
    return {
        "DATABASE_URL": urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, "")),
        "REDIS_URL": urlunsplit(urlsplit(broker)._replace(path=f"/{REDIS_NUMBER}")),
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


def _wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"nobody answers at {url}")
