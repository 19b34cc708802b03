"""`python -m tests.soak --minutes 10`: a crowd at the product as docker-compose.yml starts it, each part killed once.

Starts PostgreSQL, Redis, the sandbox, gunicorn, workers and the timer on ports of their own, in a folder of their own; locust
in a process of its own sends people to the pages and clients to REST. Prints tables in Markdown; ends with 1 where the
promise of `reckoning.py` was broken. Everything that it started it ends, by its process id.
"""

import argparse
import base64
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.chaos.processes import ROOT, TOKEN, Process, find_port, wait_until_healthy
from tests.composing import read_command, read_environment
from tests.soak import reckoning
from tests.soak.reckoning import Kill
from tests.soak.servers import Postgres, Redis

SAMPLE_EVERY = 5.0
DRAIN_SECONDS = 300
WORKERS = 2
CLIENTS = 6  # tokens
SECRET = "SECRET_KEY", "AUDIT_KEY", "POSTGRES_PASSWORD"


@dataclass(frozen=True, slots=True)
class Plan:
    """One part to kill once: when, as a share of the run, and how long it stays away. A supervisor is that quick."""

    part: str
    share: float
    down: float


# The timer is away for long enough that /readyz has to notice: it calls thirty seconds of silence a trouble.
PLANS = (
    Plan("web worker", 0.15, 0.0),  # its master starts another
    Plan("worker", 0.28, 3.0),
    Plan("redis", 0.40, 4.0),
    Plan("postgres", 0.52, 3.0),
    Plan("web", 0.64, 1.0),
    Plan("beat", 0.76, 40.0),
)


class Service(Process):
    """One container of ours: what it started dies with it."""

    def __init__(self, name: str, command: list[str], home: Path, env: dict[str, str]) -> None:
        self.env = env
        super().__init__(name, command[1:], home)

    def start(self) -> None:
        kept = dict(os.environ)
        os.environ.update(self.env)
        try:
            super().start()
        finally:
            os.environ.clear()
            os.environ.update(kept)

    def kill(self) -> None:
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.running.pid).children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    child.kill()
        super().kill()

    def list_tree(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            mother = psutil.Process(self.running.pid)
            return [mother, *mother.children(recursive=True)]
        return []


class Run:
    def __init__(self, options: argparse.Namespace, stack: ExitStack) -> None:
        self.options, self.stack = options, stack
        self.home = Path(tempfile.mkdtemp(prefix="smartplus-soak-"))
        os.chmod(self.home, 0o755)  # PostgreSQL's own user has to pass
        if not options.keep:
            stack.callback(shutil.rmtree, self.home, ignore_errors=True)
        self.web_port, self.sandbox_port = options.port or find_port(), find_port()
        self.samples: list[dict[str, Any]] = []
        self.kills: list[Kill] = []
        self.loads: list[float] = []
        self.died: list[str] = []  # by themselves

    def go(self) -> int:
        say(f"home {self.home}")
        self.postgres = Postgres(self.home / "postgres")
        self.stack.callback(self.postgres.stop)
        self.redis = Redis(self.home / "redis")
        self.stack.callback(self.redis.stop)
        self._prepare()
        self._start()
        self.stack.callback(self._stop)
        begun = time.time()
        self._send_crowd()
        self._watch(begun)
        ended = time.time()
        drained = self._drain()
        return self._report(begun, ended, drained)

    def _prepare(self) -> None:
        """The environment that compose would set, the tables, and who comes."""
        given = {name: secrets.token_urlsafe(40) for name in SECRET}
        given["FIELD_ENCRYPTION_KEYS"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        self.env = read_environment("web", given) | {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "TIKTOK_API_URL": f"http://127.0.0.1:{self.sandbox_port}/open_api/v1.3/",
            "TIKTOK_ACCESS_TOKEN": "",
            "SMARTPLUS_SANDBOX_TOKEN": TOKEN,
            "SMARTPLUS_HOME": str(self.home),
            "STATIC_ROOT": str(self.home / "static"),
            "SMARTPLUS_DOTENV": "0",
            "SMARTPLUS_DEMO": "0",
            "SMARTPLUS_TLS": "0",
            "SMARTPLUS_LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "smartplus_admin.settings",
        }
        os.environ.update(self.env)
        sandbox = ["", "-m", "smartplus_admin.sandbox", "--port", str(self.sandbox_port), "--mode", "strict"]
        sandbox += ["--token", TOKEN, "--database", str(self.home / "sandbox.sqlite3")]
        self.sandbox = Service("sandbox", sandbox, self.home, {"SMARTPLUS_PROCESS": "sandbox"})
        self.stack.callback(self.sandbox.stop)
        wait_until_healthy(f"http://127.0.0.1:{self.sandbox_port}/healthz")
        say("tables, static files, people …")
        manage("migrate", "--no-input", "-v0")
        manage("collectstatic", "--no-input", "-v0")

        import django

        django.setup()
        self.world = self._make_world()

    def _make_world(self) -> dict[str, Any]:
        """People in each role, one account, and tokens of a manager: what a buyer launches may need an answer first."""
        import tomllib

        from campaigns.management.trees import compose_tree
        from campaigns.models import ClientToken, Person
        from campaigns.rules.authority import Role
        from campaigns.services import accounts
        from campaigns.sync.clock import read_now

        now, password = read_now(), secrets.token_urlsafe(12)
        people = {
            role: Person.objects.create_user(username=role.value, password=password, is_active=True)
            for role in Role
        }
        noor = people[Role.ADMINISTRATOR]
        account = accounts.connect_accounts(actor=noor, door="machine", name="Sandbox", token=TOKEN, now=now)[
            0
        ]
        for role, person in people.items():
            if person != noor:
                accounts.grant_role(
                    actor=noor, door="machine", person=person, advertiser=account, role=role, now=now
                )
        rows = tomllib.loads((ROOT / "campaigns" / "management" / "demo.toml").read_text("utf-8"))[
            "campaigns"
        ]
        row = next(row for row in rows if row["state"] == "live" and "cost_cap" not in row)
        tree = compose_tree(row | {"groups": ["One", "Two"]}, account, now)
        tokens = [
            str(
                ClientToken.objects.create(user=people[Role.MANAGER], prefix="spa_", name=f"Soak {number}")[1]
            )
            for number in range(CLIENTS)
        ]
        return {
            "people": [
                {"username": role.value, "password": password, "types": role is not Role.VIEWER}
                for role in Role
            ],
            "tokens": tokens,
            "tree": {"advertiser_id": account.advertiser_id, **json.loads(json.dumps(tree, default=str))},
            "launch_every": self.options.launch_every,
        }

    def _start(self) -> None:
        bind = {"--bind": f"127.0.0.1:{self.web_port}", "--access-logfile": os.devnull}
        self.web = self._service("web", read_command("web", bind))
        self.workers = [
            self._service(f"worker{number}", [*read_command("worker"), "-n", f"worker{number}@%h"])
            for number in range(WORKERS)
        ]
        self.beat = self._service("beat", read_command("beat"))
        wait_until_healthy(f"http://127.0.0.1:{self.web_port}/healthz")
        deadline = time.monotonic() + 120
        while self._ask_ready() != ["ready"]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not ready: {self._ask_ready()}")
            time.sleep(0.5)

    def _service(self, name: str, command: list[str]) -> Service:
        return Service(name, command, self.home, {**self.env, "SMARTPLUS_PROCESS": name})

    def _stop(self) -> None:
        for service in (self.beat, *self.workers, self.web):
            service.stop()

    def _send_crowd(self) -> None:
        given = {
            "SOAK_WORLD": json.dumps(self.world),
            "SOAK_ANSWERS": str(self.home / "answers.jsonl"),
            "SOAK_LEDGER": str(self.home / "ledger.jsonl"),
        }
        words = ["-f", "tests/soak/crowd.py", "--headless", "--skip-log-setup", "--only-summary"]
        words += ["-u", str(self.options.users), "-r", str(max(1, self.options.users // 10))]
        words += ["--run-time", f"{int(self.options.minutes * 60)}s", "--stop-timeout", "60"]
        words += ["--host", f"http://127.0.0.1:{self.web_port}"]
        with (self.home / "crowd.out").open("w") as said:
            self.crowd = subprocess.Popen(
                [sys.executable, "-m", "locust", *words],
                cwd=ROOT,
                env={**os.environ, **given},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        self.stack.callback(end, self.crowd)

    def _watch(self, begun: float) -> None:
        """Samples, and kills at their time, until the crowd has gone home."""
        plans = [] if self.options.no_kills else list(PLANS)
        length, back, sampled = self.options.minutes * 60, [], 0.0
        while self.crowd.poll() is None:
            now = time.time()
            if now - begun > length + 300:
                raise TimeoutError("the crowd does not go home")
            if plans and now - begun >= plans[0].share * length:
                plan = plans.pop(0)
                kill = Kill(plan.part, time.time())
                self.kills.append(kill)
                start = self._kill(plan.part)
                say(f"{now - begun:5.0f} s: killed {plan.part}")
                back.append((time.time() + plan.down, kill, start))
            for item in [item for item in back if item[0] <= time.time()]:
                item[1].ready = self._ask_ready()
                item[2]()
                item[1].back = time.time()
                back.remove(item)
            if now - sampled >= SAMPLE_EVERY:
                if not back:
                    self._raise_the_dead()
                self._sample()
                sampled = now
            time.sleep(0.1)
        for _, kill, start in back:
            start()
            kill.back = time.time()

    def _raise_the_dead(self) -> None:
        """What ended without being killed is started again, as a supervisor does, and told."""
        for service in (self.beat, *self.workers, self.web, self.sandbox):
            if service.running.poll() is not None:
                self.died.append(f"{service.name} with {service.running.returncode}")
                service.start()

    def _kill(self, part: str) -> Callable[[], None]:
        """Kills it and returns what brings it back."""
        match part:
            case "web worker":
                self.web.list_tree()[1].kill()
                return lambda: None
            case "postgres" | "redis":
                server: Any = getattr(self, part)
                server.kill()
                return server.start  # type: ignore[no-any-return]
            case "worker":
                service = self.workers[0]
            case _:
                service = getattr(self, part)
        service.kill()
        return service.start

    def _ask_ready(self) -> list[str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.web_port}/readyz", timeout=8):
                return ["ready"]
        except urllib.error.HTTPError as error:
            with suppress(ValueError):
                return list(json.loads(error.read())["troubles"])
            return [f"HTTP {error.code}"]
        except OSError as error:
            return [f"no answer: {error}"]

    def _sample(self) -> None:
        from django.db import DatabaseError, connection

        from campaigns.queries.system import read_system
        from campaigns.sync.clock import read_real_time

        memory = []
        for kind, services in {"web": [self.web], "worker": self.workers, "beat": [self.beat]}.items():
            for service in services:
                for place, process in enumerate(service.list_tree()):
                    with suppress(psutil.Error):
                        label = f"{kind} {'child' if place else 'parent'}" if kind != "beat" else kind
                        memory.append((label, process.pid, process.memory_info().rss / 1e6))
        for kind, pid in (("postgres parent", self.postgres.pid), ("redis", self.redis.pid)):
            with suppress(psutil.Error):
                memory.append((kind, pid, psutil.Process(pid).memory_info().rss / 1e6))
        age = None
        try:
            oldest = read_system(now=read_real_time()).oldest_due
            age = oldest.total_seconds() if oldest else 0.0
        except DatabaseError:
            connection.close()
        self.loads.append(os.getloadavg()[0])
        self.samples.append({"at": time.time(), "memory": memory, "age": age})

    def _drain(self) -> float:
        """Seconds until every launch came to its end, after the crowd had gone."""
        from campaigns.models import Launch

        begun = time.time()
        while (
            Launch.objects.filter(finished_at__isnull=True).exists() and time.time() - begun < DRAIN_SECONDS
        ):
            time.sleep(1)
        return time.time() - begun

    def _report(self, begun: float, ended: float, drained: float) -> int:
        answers = reckoning.read_lines(self.home / "answers.jsonl")
        ledger = reckoning.read_lines(self.home / "ledger.jsonl")
        judged = reckoning.judge_answers(answers, self.kills)
        lost = reckoning.find_lost(ledger)
        objects, twins = reckoning.count_objects(self.home / "sandbox.sqlite3")
        memory = reckoning.read_memory(self.samples)
        seconds = ended - begun
        say("")
        say(
            f"`make soak MINUTES={self.options.minutes:g} USERS={self.options.users}`, {os.cpu_count()} cores,"
        )
        say(
            f"load {min(self.loads):.1f} to {max(self.loads):.1f}; {len(answers)} answers in {seconds:.0f} s,"
        )
        say(f"{len(answers) / seconds:.1f} a second.")
        say("")
        say(
            "| Kind | Answers | A second | p50 | p95 | p99 | Refused (status: count) |\n|---|---|---|---|---|---|---|"
        )
        for kind, times in sorted(judged.kinds.items()):
            bad = {code: n for (of, code), n in judged.told.items() if of == kind and not 0 < code < 400}
            words = ", ".join(f"{code or 'no answer'}: {n}" for code, n in sorted(bad.items())) or "–"
            say(
                f"| {kind} | {len(times)} | {len(times) / seconds:.2f} | "
                + " | ".join(f"{reckoning.quantile(times, part) * 1000:.0f} ms" for part in (0.5, 0.95, 0.99))
                + f" | {words} |"
            )
        say("")
        say(
            "| Killed | At | Away for | Refused meanwhile | Last one after | /readyz said |\n|---|---|---|---|---|---|"
        )
        for kill in self.kills:
            refused = ", ".join(f"{word}: {n}" for word, n in sorted(kill.answers.items())) or "none"
            say(
                f"| {kill.part} | {kill.at - begun:.0f} s | {kill.back - kill.at:.1f} s | {refused} | "
                f"{kill.last:.1f} s | {' '.join(kill.ready)} |"
            )
        say("")
        say(
            "| Process | Seen | RSS early | RSS late | Slope of the one that lived longest |\n|---|---|---|---|---|"
        )
        for row in memory:
            say(
                f"| {row.kind} | {row.processes} | {row.early:.0f} MB | {row.late:.0f} MB | {row.slope:+.0f} MB/h |"
            )
        ages = [sample["age"] for sample in self.samples if sample["age"] is not None]
        counts = {name: sum(name in line for line in ledger) for name in ("draft", "saved", "launch")}
        say("")
        for words in (
            f"Oldest due push: median {reckoning.quantile(ages, 0.5):.1f} s, 95 % {reckoning.quantile(ages, 0.95):.1f} s, "
            f"longest {max(ages, default=0):.1f} s; after the crowd had gone the last launch ended within {drained:.0f} s.",
            f"Said yes to: {counts['draft']} drafts, {counts['saved']} savings, {counts['launch']} launches; lost: {len(lost)}.",
            f"Objects made at the sandbox: {objects}; made twice: {twins}.",
        ):
            say(words)
        for words in lost[:20]:
            say(f"LOST {words}")
        for words, count in judged.wrong.most_common(20):
            say(f"WRONG {count} × {words}")
        grown = [row.kind for row in memory if not row.flat]
        for kind in grown:
            say(f"GROWS {kind}")
        for words in self.died:
            say(f"DIED {words}")
        holds = not (lost or judged.wrong or twins or grown or self.died)
        say("The promise holds." if holds else "THE PROMISE IS BROKEN.")
        return 0 if holds else 1


def manage(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=600,
    )
    return done.stdout


def end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--users", type=int, default=40)
    parser.add_argument("--launch-every", type=float, default=10.0, help="seconds between two launches")
    parser.add_argument("--port", type=int, default=0, help="of the web server; 0: any free one")
    parser.add_argument("--no-kills", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave the run's folder")
    with ExitStack() as stack:
        return Run(parser.parse_args(), stack).go()


if __name__ == "__main__":
    sys.exit(main())
