"""`manage.py demo`: the whole product on one machine, one address, stopped by Ctrl-C.

A supervisor: starts the sandbox, migrates, seeds, starts web, worker and beat, and keeps them alive. Knows
processes, ports and the last line `seed_demo` prints; knows nothing of campaigns.
"""

import ctypes
import fcntl
import io
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartplus_admin.sandbox.tokens import APP_ID, APP_SECRET
from smartplus_admin.settings import kept_secret

GIVE_UP_AFTER = 5  # deaths of one child
READY_SECONDS = 60
STOP_SECONDS = 15  # a worker finishes the call it is in; stopping it in the middle leaves it unsure
PR_SET_PDEATHSIG = 1


def free_port(wanted: int, say: Callable[[str], Any]) -> int:
    for port in range(wanted, wanted + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                say(f"Port {port} is taken, trying {port + 1}.")
                continue
        return port
    raise CommandError(f"No free port from {wanted} to {wanted + 99}.")


def die_with_parent() -> None:
    """In the child, on Linux: even kill -9 of the supervisor leaves nobody behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One process, and how often it has died."""

    def __init__(self, name: str, command: list[str], env: dict[str, str]) -> None:
        self.name = name
        self.command = command
        self.env = env | {"SMARTPLUS_PROCESS": name}
        self.deaths = 0
        self.restart_at = 0.0
        self.process = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        # A session of its own: Ctrl-C reaches the supervisor only, which stops the others in order.
        # What it says in good days goes to a file, begun anew at each start; complaints reach the terminal.
        with open(settings.SMARTPLUS_HOME / "logs" / f"{self.name}.out", "w") as said:
            self.process = subprocess.Popen(
                [sys.executable, *self.command],
                cwd=settings.BASE_DIR,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=said,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        return self.process

    def terminate(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Command(BaseCommand):
    help = "Run everything on this machine: sandbox, pages, REST, worker and timer, with demo people."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("SMARTPLUS_PORT") or 8000))
        parser.add_argument("--sandbox-port", type=int, default=8810)

    def handle(self, *, port: int, sandbox_port: int, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.interrupted)
        # The children write to the same terminal, or to the same pipe: keep the order.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(line_buffering=True)
        self.children: list[Child] = []
        # Held as long as this process lives. Two demos on one home would be two workers on one sandbox.
        with open(settings.SMARTPLUS_HOME / "demo.lock", "a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise CommandError(f"A demo already runs on this home: {lock.read().strip()}") from None
            try:
                self.run(lock, port, sandbox_port)
            finally:
                self.stop_all()

    def run(self, lock: Any, port: int, sandbox_port: int) -> None:
        port = free_port(port, self.stdout.write)
        address = f"http://127.0.0.1:{port}/"
        lock.truncate(0)
        lock.write(address)
        lock.flush()

        env = os.environ | {
            "PYTHONUNBUFFERED": "1",
            "SMARTPLUS_DEMO": "1",
            # Celery's word to root; on one's own machine it only hides the address.
            "PYTHONWARNINGS": "ignore:You're running the worker",
        }
        home: Path = settings.SMARTPLUS_HOME
        (home / "logs").mkdir(exist_ok=True)
        # Messages are nudges: those of the last run are stale, and the sweep finds what is due.
        shutil.rmtree(home / "broker", ignore_errors=True)

        sandbox_health = ""
        if not os.environ.get("TIKTOK_API_URL"):
            sandbox_port = free_port(sandbox_port, self.stdout.write)
            env["SMARTPLUS_SANDBOX_TOKEN"] = kept_secret("sandbox_token", f"demo-{secrets.token_hex(16)}")
            env["TIKTOK_API_URL"] = f"http://127.0.0.1:{sandbox_port}/open_api/v1.3/"
            # so that connecting by consent can be rehearsed against the sandbox's own page
            env.setdefault("TIKTOK_APP_ID", APP_ID)
            env.setdefault("TIKTOK_APP_SECRET", APP_SECRET)
            sandbox_health = f"http://127.0.0.1:{sandbox_port}/healthz"
            self.add(
                "sandbox",
                ["-m", "smartplus_admin.sandbox", "--port", str(sandbox_port), "--mode", "guide"]
                + ["--database", str(home / "sandbox.sqlite3")]
                + ["--token", env["SMARTPLUS_SANDBOX_TOKEN"]],
                env,
            )
        self.stdout.write("Preparing the database …")
        self.once(["manage.py", "migrate", "--no-input", "--verbosity", "0"], env)
        if sandbox_health:
            self.wait_until_healthy(sandbox_health, "sandbox")
        seeded = self.seeded(self.once(["manage.py", "seed_demo"], env))

        reload = ["--reload"] if settings.DEBUG else []
        self.add(
            "web",
            ["-m", "gunicorn", "smartplus_admin.wsgi:application", "--bind", f"127.0.0.1:{port}"]
            + ["--worker-class", "gthread", "--workers", "1", "--threads", "8"]
            + ["--log-level", "warning", "--no-control-socket", *reload],
            env,
        )
        celery = ["-m", "celery", "--quiet", "-A", "smartplus_admin.celery"]
        self.add(
            "worker",
            [*celery, "worker", "-P", "threads", "-c", "4", "-l", "WARNING"]
            + ["--without-gossip", "--without-mingle"],
            env,
        )
        # A process of its own: a beat inside the worker outlives a killed worker.
        self.add("beat", [*celery, "beat", "-l", "WARNING", "--pidfile="], env)
        self.wait_until_healthy(f"{address}healthz", "web")
        self.welcome(address, env["TIKTOK_API_URL"], seeded)
        while True:
            self.restart_the_dead()
            time.sleep(0.5)

    # One step each -----------------------------------------------------------------------------------

    def add(self, name: str, command: list[str], env: dict[str, str]) -> None:
        self.children.append(Child(name, command, env))

    def once(self, command: list[str], env: dict[str, str]) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent,
        )
        if done.returncode:
            self.stderr.write(done.stdout)
            raise CommandError(f"`{' '.join(command)}` ended with {done.returncode}")
        return done.stdout

    def seeded(self, output: str) -> dict[str, Any]:
        """`seed_demo` says who can log in as one JSON object on its last line."""
        *said, last = output.strip().splitlines() or [""]
        for line in said:
            self.stdout.write(line)
        try:
            told = json.loads(last)
        except ValueError:
            raise CommandError(f"seed_demo ended with {last!r}, not with one JSON object") from None
        return dict(told)

    def wait_until_healthy(self, url: str, name: str) -> None:
        child = next(child for child in self.children if child.name == name)
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if child.process.poll() is not None:
                raise CommandError(f"{name} ended with {child.process.returncode} before it was ready")
            try:
                with urllib.request.urlopen(url, timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise CommandError(f"{name} did not answer at {url} within {READY_SECONDS} s")

    def welcome(self, address: str, remote: str, seeded: dict[str, Any]) -> None:
        people = seeded.get("people", [])
        width = max((len(str(person["username"])) for person in people), default=0)
        lines = ["", f"  Smart+ Admin is at  {address}", ""]
        for person in people:
            lines.append(f"    {person['username']:<{width}}   {person['password']}   ({person['role']})")
        if token := seeded.get("token"):
            lines += [
                "",
                f"  REST                {address}api/v1/docs/",
                f'    curl -H "Authorization: Token {token}" {address}api/v1/campaigns/',
            ]
        lines += ["", f"  TikTok is           {remote}"]
        if self.children[0].name == "sandbox":
            lines += [f"  Its own screens     {remote.partition('/open_api')[0]}/"]
        lines += [f"  Data and logs       {settings.SMARTPLUS_HOME}", "", "  Ctrl-C stops everything.", ""]
        self.stdout.write("\n".join(lines))

    def restart_the_dead(self) -> None:
        for child in self.children:
            code = child.process.poll()
            if code is None:
                continue
            now = time.monotonic()
            if not child.restart_at:
                child.deaths += 1
                if child.deaths > GIVE_UP_AFTER:
                    raise CommandError(f"{child.name} died {child.deaths} times (last code {code}).")
                self.stderr.write(f"{child.name} ended with {code}; starting it again.")
                child.restart_at = now + child.deaths  # later each time
            elif now >= child.restart_at:
                child.restart_at = 0.0
                child.start()

    # The end -----------------------------------------------------------------------------------------

    @staticmethod
    def interrupted(number: int, frame: Any) -> None:
        raise SystemExit(0)

    def stop_all(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if self.children:
            self.stdout.write("\nStopping …")
        deadline = time.monotonic() + STOP_SECONDS
        ours = {child.name: child for child in self.children}
        sandbox = ours.pop("sandbox", None)
        for name in ("beat", "web", "worker"):
            if name in ours:
                ours[name].terminate()
        for child in ours.values():
            child.wait(deadline)
        # Last: the worker may be in the middle of a call to it.
        if sandbox:
            sandbox.terminate()
            sandbox.wait(time.monotonic() + 5)
