"""`python -m tests.chaos --launches 20 --seed 1`: launches while workers are killed, messages vanish and TikTok lies.

Real worker processes are killed with SIGKILL every 20 s; a real sandbox in strict mode loses requests and answers, fails on
either side of the commit, shows what was, and throttles in storms; the broker is emptied and, on PostgreSQL, every
connection is cut once a minute. Runs on SQLite and the embedded broker, or on the servers that DATABASE_URL and REDIS_URL
name. Everything it knows stands in --home: a run that was stopped, or whose --minutes were over, goes on where it was.
"""

import argparse
import copy
import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import requests

from tests.chaos.processes import ROOT, TOKEN, Fleet, choose_pair, drop_database, find_port

LOOK_EVERY = 0.5
EMPTY_EVERY = 60.0
SAY_EVERY = 30.0
GUIDE = ROOT / "tests" / "fixtures" / "guide"


class Run:
    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.home: Path = options.home.resolve()
        self.home.mkdir(parents=True, exist_ok=True)
        self.port = find_port()
        os.environ.update(
            choose_pair(os.environ, self.home),
            SMARTPLUS_HOME=str(self.home),
            SMARTPLUS_DOTENV="0",
            SMARTPLUS_DEMO="1",
            SMARTPLUS_PULL_SECONDS=str(options.pull_seconds),
            TIKTOK_API_URL=f"http://127.0.0.1:{self.port}/open_api/v1.3/",
            DJANGO_SETTINGS_MODULE="smartplus_admin.settings",
        )
        self.state_file = self.home / "chaos.json"
        self.state: dict[str, Any] = {"seconds": 0.0, "kills": 0, "emptied": 0, "cut": 0}
        if self.state_file.exists():
            self.state |= json.loads(self.state_file.read_text())
        self.random = random.Random(f"{options.seed}:{self.state['kills']}")

    def go(self) -> int:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        signal.signal(signal.SIGTERM, _leave)
        self.fleet = Fleet(
            self.home, self.port, self.options.workers, self.options.threads, rate=self.options.rate
        )
        try:
            self._prepare()
            done = self._torment()
        finally:
            self.fleet.stop()
            self._keep()
        return self._report(done)

    def _keep(self) -> None:
        self.state_file.write_text(json.dumps(self.state))

    def _prepare(self) -> None:
        """People, one account, and the weather; all of it once."""
        from campaigns.models import Advertiser, Membership, Person
        from campaigns.services import accounts
        from campaigns.sync.clock import read_now

        if not Advertiser.objects.exists():
            noor = Person.objects.create_user(username="noor")
            [account, *_] = accounts.connect_accounts(
                actor=noor, door="machine", name="Sandbox", token=TOKEN, now=read_now()
            )
            buyer = Person.objects.create_user(username="ana")
            Membership.objects.create(person=buyer, advertiser=account, role="manager")
        self.account = Advertiser.objects.get(advertiser_id="7000000000000000001")
        self.buyer = Person.objects.get(username="ana")
        faults = f"http://127.0.0.1:{self.port}/control/faults"
        if not requests.get(faults, timeout=10).json()["faults"]:
            rules = make_weather(self.options.seed, self.options.late, self.options.rate)
            requests.post(faults, json={"faults": rules}, timeout=10).raise_for_status()

    def _torment(self) -> bool:
        """Until everything is settled, or the time is over; tells which."""
        begun = beaten = time.monotonic()
        next_kill = begun + self.options.kill_every
        next_empty, next_word = begun + EMPTY_EVERY, begun + SAY_EVERY
        while True:
            now = time.monotonic()
            self.state["seconds"] += now - beaten
            beaten = now
            started, done, held = count_launches()
            under_way = started - done - held
            if started >= self.options.launches and not under_way:
                return True
            if now - begun > self.options.minutes * 60:
                return False
            for number in range(started, min(self.options.launches, started + self.options.open - under_way)):
                self._launch(number)
            if now >= next_kill:
                victim = self.random.choice(self.fleet.workers)
                victim.kill()
                victim.start()
                self.state["kills"] += 1
                next_kill = now + self.options.kill_every
            if now >= next_empty:
                self._empty()
                next_empty = now + EMPTY_EVERY
            if now >= next_word:
                self._keep()
                say(
                    f"{now - begun:6.0f} s: {started} started, {done} settled, {held} need a person,"
                    f" {count_made()} objects, {self.state['kills']} kills"
                )
                next_word = now + SAY_EVERY
            time.sleep(LOOK_EVERY)

    def _launch(self, number: int) -> None:
        from campaigns.rules.findings import FindingLevel
        from campaigns.services import drafts, judging, launches
        from campaigns.sync.clock import read_now

        tree = self._make_tree(f"Chaos {number}")
        now = read_now()
        campaign = drafts.create_draft(
            actor=self.buyer, door="machine", advertiser=self.account, tree=tree, now=now
        )
        found = judging.judge_campaign(campaign=campaign, now=now).findings
        launches.start_launch(
            actor=self.buyer,
            door="machine",
            campaign=campaign,
            version=campaign.tree_version,
            acknowledged=frozenset((f.rule, f.path) for f in found if f.level is FindingLevel.CONFIRM),
            now=now,
        )

    def _make_tree(self, name: str) -> dict[str, Any]:
        campaign, group, ad = (
            json.loads((GUIDE / f"1-{part}.json").read_text("utf-8"))
            for part in ("campaign", "adgroup", "ad")
        )
        identity = self.account.identities.filter(identity_type="TT_USER").first()
        ad["creative_list"][0]["creative_info"] |= {
            "identity_type": "TT_USER",
            "identity_id": identity.identity_id,
        }
        return {
            **campaign,
            "campaign_name": name,
            "adgroups": [
                {
                    **group,
                    "adgroup_name": f"Group {place}",
                    "ads": [
                        {**copy.deepcopy(ad), "ad_name": f"Ad {place}.{number}"}
                        for number in range(self.options.ads)
                    ],
                }
                for place in range(self.options.adgroups)
            ],
        }

    def _empty(self) -> None:
        """The broker forgets what it has; the database drops everybody but us, and tidies up."""
        from celery import current_app
        from django.db import connection

        self.state["emptied"] += int(current_app.control.purge() or 0)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
                self.state["cut"] += int(cursor.fetchone()[0])
                # as a server does by itself, at its own marks, where it is not told otherwise: test servers are
                cursor.execute(
                    "select relname from pg_stat_user_tables where n_dead_tup > 50 + n_live_tup / 5"
                    " or n_mod_since_analyze > 50 + n_live_tup / 10"
                )
                for (table,) in cursor.fetchall():
                    cursor.execute(f'vacuum (analyze) "{table}"')

    def _report(self, done: bool) -> int:
        from django.db import connection

        from tests.chaos.stock import take_stock

        stock = take_stock(
            self.home / "sandbox.sqlite3", adgroups=self.options.adgroups, ads=self.options.ads
        )
        pair = "PostgreSQL + Redis" if connection.vendor == "postgresql" else "SQLite + embedded broker"
        connection.close()
        state = self.state
        say(f"{pair}, 1 × {self.options.adgroups} × {self.options.ads}, seed {self.options.seed}")
        for name, value in (
            ("launches", stock.launches),
            ("settled by themselves", stock.settled),
            ("need a person", stock.needs_person),
            ("objects at TikTok", stock.creates),
            ("duplicates", stock.duplicates),
            ("orphans", stock.orphans),
            ("half-trees enabled", stock.half_trees),
            ("commits later than the bound", stock.late),
            ("time to settle, median", f"{stock.quantile(0.5):.0f} s"),
            ("time to settle, 99 %", f"{stock.quantile(0.99):.0f} s"),
            (f"workers killed, every {self.options.kill_every:g} s", state["kills"]),
            ("messages emptied out", state["emptied"]),
            ("connections cut", state["cut"]),
            ("ran for", f"{state['seconds']:.0f} s"),
            ("objects a second", f"{stock.creates / max(1.0, state['seconds']):.2f}"),
        ):
            say(f"  {name:30} {value}")
        if not done:
            say("Not done: the same command goes on from here.")
            return 0 if stock.half_trees == 0 else 1
        if not self.options.keep:
            drop_database()
        say("The promise holds." if stock.holds else "THE PROMISE IS BROKEN.")
        return 0 if stock.holds and stock.settled + stock.needs_person == stock.launches else 1


def count_launches() -> tuple[int, int, int]:
    """How many were started, are through, and wait for a person."""
    from campaigns.models import Launch, Push

    asked = Push.objects.filter(state__in=[Push.State.NEEDS_PERSON, Push.State.REFUSED], launch__isnull=False)
    held = Launch.objects.filter(finished_at__isnull=True, pk__in=asked.values("launch"))
    return Launch.objects.count(), Launch.objects.filter(finished_at__isnull=False).count(), held.count()


def count_made() -> int:
    from campaigns.models import Ad, AdGroup, Campaign

    models: tuple[Any, ...] = (Campaign, AdGroup, Ad)
    return sum(model.objects.exclude(remote_id=None).count() for model in models)


def _leave(signum: int, frame: Any) -> None:
    raise SystemExit(f"stopped by signal {signum}; the same command goes on from here")


def make_weather(seed: int, late: float, rate: int) -> list[dict[str, Any]]:
    """3 % of requests and of answers lost, 1 % server errors on each side of the commit, stale reads, and a throttle storm
    every fifty seconds in which `rate` calls a second are made."""
    every, reads = "smart_plus/*", "smart_plus/*/get/"
    rules: list[dict[str, Any]] = [
        {"path": every, "kind": "request-lost", "probability": 0.03},
        {"path": every, "kind": "answer-lost", "probability": 0.03},
        {"path": every, "kind": "5xxxx-before", "probability": 0.01},
        {"path": every, "kind": "5xxxx-after", "probability": 0.01},
        {"path": reads, "kind": "stale", "seconds": 20, "probability": 0.05},
        {"path": reads, "kind": "stale", "seconds": 8, "probability": 0.1},
        {"path": every, "kind": "throttle", "burst": 15, "probability": 0.02 / rate},
    ]
    if late:
        rules.append({"path": "smart_plus/*/create/", "kind": "late", "seconds": 35, "probability": late})
    return [{**rule, "seed": seed * 100 + number} for number, rule in enumerate(rules)]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--launches", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--adgroups", type=int, default=2)
    parser.add_argument("--ads", type=int, default=2, help="in each ad group")
    parser.add_argument("--minutes", type=float, default=30, help="of this slice")
    parser.add_argument("--home", type=Path, default=ROOT / "var" / "chaos")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=4, help="of each worker")
    parser.add_argument("--open", type=int, default=4, help="launches under way at a time")
    parser.add_argument("--rate", type=int, default=10, help="calls a second that the app has (its tier)")
    parser.add_argument("--pull-seconds", type=int, default=60, help="between two readings of the account")
    parser.add_argument("--kill-every", type=float, default=20.0, help="seconds")
    parser.add_argument(
        "--late", type=float, default=0.0, help="share of creates carried out only after 35 s"
    )
    parser.add_argument("--keep", action="store_true", help="leave the PostgreSQL database when done")
    return Run(parser.parse_args()).go()


if __name__ == "__main__":
    sys.exit(main())
