"""One round: a fresh account, a few launches at once, several workers, one person who meddles, and the weather of the seed.

The database is SQLite in memory, on one connection that all workers share. They hand over only between transactions, so
what the simulation explores is every order of whole transactions and single statements: what SQLite allows (a writing
transaction is alone, BEGIN IMMEDIATE) and PostgreSQL allows where rows are held. What two open transactions do to each
other is not covered here; tests/sync/test_races.py and the chaos run are for that.
"""

import copy
import hashlib
import itertools
import json
import math
import random
import sqlite3
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from celery import current_app
from django.db import connection
from django.db.models import QuerySet

from campaigns.models import (
    Change,
    Launch,
    Membership,
    Push,
    Reading,
)
from campaigns.rules.findings import FindingLevel
from campaigns.rules.policy import house_policy
from campaigns.services import accounts, drafts, judging, launches
from campaigns.sync import cancelling, lastcheck, outbox, readings, sweeping
from campaigns.sync.gateway import Road
from campaigns.sync.push import advance
from campaigns.sync.verify import verify_launch
from campaigns.tiktok.client import TikTokClient
from campaigns.tiktok.transport import Transport
from smartplus_admin.sandbox.app import make_app
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.inprocess import BASE_URL
from smartplus_admin.sandbox.store import TABLES
from tests.factories import make_person
from tests.simulate.broker import Broker
from tests.simulate.judge import Judge, Violation
from tests.simulate.network import PREFIX, TIMEOUT, Network, Weather
from tests.simulate.people import People
from tests.simulate.pool import Outcome
from tests.simulate.scheduler import START, Hazards, Scheduler, Worker

GUIDE = Path(__file__).parents[1] / "fixtures" / "guide"
LONGEST = 3600.0  # seconds of virtual time: in the worst weather a tree is read back for half an hour
PATIENCE = 60.0  # how long a launch needs a person before that person looks
PULL, SWEEP = "pull", "sweep"  # tasks without a row
PULL_EVERY = 60.0
LOOK_EVERY = 10.0  # how often somebody looks whether all is settled
FAR = START + timedelta(days=30)
# what time alone will bring on, and what waits for a person
DUE = Push.objects.due(FAR).order_by().values_list("not_before", "lease_until", "nudged_at")
READING_BACK = Launch.objects.filter(verified_at__isnull=True, verify_at__isnull=False).values_list(
    "verify_at"
)
STRANDED = cancelling.list_stranded().values_list("cancelled_at")
TROUBLED = Push.objects.filter(state__in=[Push.State.REFUSED, Push.State.NEEDS_PERSON]).values_list("sent_at")


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the seed of a round decides beforehand."""

    weather: Weather
    hazards: Hazards
    workers: int
    lost: float  # messages
    doubled: float
    back: float  # until then the broker is away
    pulls: bool
    people: int  # who steer and change things meanwhile
    acts: int  # of each of them
    alike: bool  # whether siblings and launches carry the same names
    own_budgets: bool  # whether ad groups have budgets and prices of their own

    @classmethod
    def draw(cls, seed: str, most: int) -> "Conditions":
        """Each round leaves some faults out and makes others frequent: together they hide each other. `most`: acts."""
        draw = random.Random(f"{seed}:conditions")

        def sometimes(most: float, chance: float = 0.5) -> float:
            return draw.uniform(0, most) if draw.random() < chance else 0.0

        given = {item.name: sometimes(0.08) for item in fields(Weather)}
        given["too_late"] = sometimes(0.05, 0.1)
        given["stale"] = sometimes(0.5)
        return cls(
            Weather(**given),
            Hazards(freeze=sometimes(0.004), kill=sometimes(0.004)),
            workers=draw.randint(2, 4),
            lost=draw.choice((0.0, 0.0, 0.2, 0.8)),
            doubled=draw.choice((0.0, 0.1)),
            back=sometimes(120, 0.2),
            pulls=draw.random() < 0.5,
            people=draw.choice((1, 1, 2)) if most else 0,
            acts=draw.randint(1, max(1, most)),
            alike=draw.random() < 0.5,
            own_budgets=draw.random() < 0.5,
        )


class Stage:
    """What all rounds of one process share: the product's database and the sandbox's, as they stand before a launch."""

    def __init__(self, folder: tempfile.TemporaryDirectory[str]) -> None:
        self._folder = folder  # kept as long as the stage
        self.app = make_app(Config.for_tests(f"{folder.name}/sandbox.sqlite3", now=START))
        self.buyer, self.manager = make_person("ana"), make_person("marcus")
        scheduler = Scheduler("stage", Hazards())
        [account, *_] = accounts.connect_accounts(
            actor=make_person("noor"),
            door=Change.Door.REST,
            name="Sandbox",
            token=self.app.token,
            now=START,
            road=open_road(Network(self.app, scheduler, Weather()), scheduler),
        )
        for person, role in ((self.buyer, "buyer"), (self.manager, "manager")):
            Membership.objects.create(person=person, advertiser=account, role=role)
        self.account = account
        self.identity = account.identities.filter(identity_type="TT_USER").first()
        readings.ensure_readings(now=START)
        self.reading = Reading.objects.get(advertiser=account, kind=Reading.Kind.WHOLE)
        with self.app.store.read() as db:
            self._stocked = db.execute("SELECT max(seq) FROM library").fetchone()[0]
        self.videos = list(account.videos.order_by("pk").values_list("video_id", flat=True)[:4])
        self._questions: dict[Any, tuple[str, Any]] = {}
        self._blank = sqlite3.connect(":memory:")
        connection.connection.backup(self._blank)

    def clear(self) -> None:
        """Both databases as they were before the first launch."""
        self._blank.backup(connection.connection)
        lastcheck.forget()
        with self.app.store.write() as db:
            for table in TABLES:
                if table not in ("setting", "token", "library"):
                    db.execute(f"DELETE FROM {table}")
            db.execute("DELETE FROM library WHERE seq > ?", [self._stocked])

    def ask(self, question: "QuerySet[Any, Any]") -> Iterator[tuple[float | None, ...]]:
        """What the harness looks at once a second: moments, in seconds of the round. Worked out once to SQL."""
        if question not in self._questions:
            sql, params = question.query.sql_with_params()
            self._questions[question] = sql.replace("%s", "?"), params
        for row in connection.connection.execute(*self._questions[question]):
            yield tuple(at and (at.replace(tzinfo=UTC) - START).total_seconds() for at in row)

    def make_tree(
        self, name: str, shape: tuple[int, int], *, alike: bool, own_budgets: bool = False
    ) -> dict[str, Any]:
        """One campaign with `shape` ad groups and ads in each."""
        campaign, group, ad = (
            json.loads((GUIDE / f"1-{part}.json").read_text("utf-8"))
            for part in ("campaign", "adgroup", "ad")
        )
        if own_budgets:
            campaign |= {"budget_optimize_on": False, "budget_mode": "BUDGET_MODE_INFINITE"}
            del campaign["budget"]
            group |= {"budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "budget": "500.00"}
            group |= {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": "15.00"}
        assert self.identity is not None
        info = ad["creative_list"][0]["creative_info"]
        info |= {"identity_type": "TT_USER", "identity_id": self.identity.identity_id}
        groups, ads = shape
        return {
            **campaign,
            "campaign_name": name,
            "adgroups": [
                {
                    **group,
                    "adgroup_name": "Group" if alike else f"Group {place}",
                    "ads": [
                        {**copy.deepcopy(ad), "ad_name": "Ad" if alike else f"Ad {place}.{number}"}
                        for number in range(ads)
                    ],
                }
                for place in range(groups)
            ],
        }


def open_road(network: Network, scheduler: Scheduler) -> Road:
    session = requests.Session()
    session.trust_env = False  # looking for a proxy costs as much as the call
    session.mount("http://", network)

    def open_client(to: Any) -> TikTokClient:
        address = f"{BASE_URL}{PREFIX}"
        return TikTokClient(
            Transport(base_url=address, token=to.access_token, timeout=TIMEOUT, session=session)
        )

    return Road(clock=scheduler.clock, open_client=open_client, sleep=scheduler.pause)


class Round:
    def __init__(self, stage: Stage, seed: str, launches: int, shape: tuple[int, int], acts: int) -> None:
        stage.clear()
        self.stage, self.seed, self.shape, self.count = stage, seed, shape, launches
        self.given = Conditions.draw(seed, acts)
        self.scheduler = Scheduler(seed, self.given.hazards)
        self.network = Network(stage.app, self.scheduler, self.given.weather)
        self.road = open_road(self.network, self.scheduler)
        self.judge = Judge(stage.app, stage.account.advertiser_id)
        self.network.watch = self.judge.watch
        self.broker = Broker(
            self.scheduler, lost=self.given.lost, doubled=self.given.doubled, back=self.given.back
        )
        self.broker.deliver = self._take
        self.people = People(
            self.scheduler,
            self.judge.ledger,
            stage.app,
            stage.buyer,
            stage.manager,
            stage.videos,
            self.network.is_writing,
        )
        self._writes = itertools.count(1)
        self._waiting: deque[tuple[str, int]] = deque()
        self._idle: list[Worker] = []
        self._hired = self._started = self.needed = 0
        self._looked_at: dict[int, float] = {}
        self._is_settled = self._is_closing = False
        self._ticks_at, self._looks_at = math.inf, 0.0

    def run(self) -> Outcome:
        plain = current_app._get_current_object()
        self.broker.set_current()
        failure = ""
        try:
            with connection.execute_wrapper(self._interleave):
                self._begin()
                self.scheduler.run(until=lambda: self._is_settled, longest=LONGEST)
                self._read_back()
                self.judge.judge_settled()
        except Exception as error:  # noqa: BLE001 - whatever it was, the seed and the trace are shown
            failure = f"{type(error).__name__}: {error}"
        finally:
            self._is_closing = True
            self.scheduler.close()
            plain.set_current()
        return Outcome(
            self.seed,
            self.count,
            self.network.calls,
            self.network.creates,
            self.network.throttles,
            self.network.late,
            self.needed,
            dict(self.people.done),
            self.scheduler.now,
            hashlib.sha256("\n".join(self.scheduler.trace).encode()).hexdigest()[:12],
            failure,
            tuple(self.scheduler.trace) if failure else (),
        )

    # What goes on ------------------------------------------------------------------------------------

    def _begin(self) -> None:
        for number in range(self.count):
            name = "Sale" if self.given.alike else f"Sale {number}"
            tree = self.stage.make_tree(
                name, self.shape, alike=self.given.alike, own_budgets=self.given.own_budgets
            )
            self.people.learn(tree)
            self.scheduler.spawn(f"buyer {number}", lambda tree=tree: self._launch(tree), mortal=False)  # type: ignore[misc]
        for _ in range(self.given.workers):
            self._hire()
        for number in range(self.given.people):
            self.people.busy += 1
            self.scheduler.spawn(f"person {number}", self._live, mortal=False)
        self._wake(1.0)
        if self.given.pulls:
            self.scheduler.after(self.scheduler.random.uniform(0, PULL_EVERY), self._pull)

    def _launch(self, tree: dict[str, Any]) -> None:
        self.scheduler.pause(self.scheduler.random.uniform(0, 2))
        now, buyer = self.scheduler.clock(), self.stage.buyer
        campaign = drafts.create_draft(
            actor=buyer, door=Change.Door.REST, advertiser=self.stage.account, tree=tree, now=now
        )
        self.judge.ledger.expect(tree, campaign.pk)
        found = judging.judge_campaign(campaign=campaign, now=now).findings
        confirms = frozenset((item.rule, item.path) for item in found if item.level is FindingLevel.CONFIRM)
        launches.start_launch(
            actor=buyer,
            door=Change.Door.REST,
            campaign=campaign,
            version=campaign.tree_version,
            acknowledged=confirms,
            now=now,
        )
        self.scheduler.note(f"launches {campaign.name} ({campaign.pk})")
        self._started += 1

    def _live(self) -> None:
        self.people.live(
            self.given.acts, self.scheduler.random.choice((5, 60, 120)) * self.scheduler.random.random()
        )
        self.people.busy -= 1

    def _read_back(self) -> None:
        """In fair weather, when no write is young any more: from here on nobody can say that nothing was known."""
        self.scheduler.now += 2 * self.network.bound
        now = self.scheduler.clock()
        Reading.objects.filter(pk=self.stage.reading.pk).update(due_at=now)
        readings.read(self.stage.reading.pk, self.road, now=now)
        error = Reading.objects.get(pk=self.stage.reading.pk).error
        if error:
            raise Violation(f"the account could not be read in fair weather: {error}")

    def _hire(self) -> None:
        self._hired += 1
        self.scheduler.spawn(f"worker {self._hired}", self._work)

    def _work(self) -> None:
        try:
            while True:
                while not self._waiting:
                    worker = self.scheduler.current
                    assert worker is not None
                    self._idle.append(worker)
                    self.scheduler.sleep_until_woken()
                self._do(*self._waiting.popleft())
        finally:
            if not self._is_closing:  # killed: somebody starts another one
                self.scheduler.after(self.scheduler.random.uniform(1, 10), self._hire)

    def _do(self, task: str, row_id: int) -> None:
        match task:
            case outbox.PUSH_TASK:
                advance(row_id, self.road)
            case outbox.VERIFY_TASK:
                verify_launch(row_id, self.road)
            case "sweep":
                sweeping.sweep(now=self.scheduler.clock())
            case "pull":
                readings.read(self.stage.reading.pk, self.road, now=self.scheduler.clock())
                self.judge.judge_told()
            case _:
                raise AssertionError(f"nobody knows the task {task}")

    def _take(self, task: str, row_id: int) -> None:
        """A message arrives."""
        self._waiting.append((task, row_id))
        if self._idle:
            self.scheduler.resume(self._idle.pop(self.scheduler.random.randrange(len(self._idle))))

    def _pull(self) -> None:
        self._take(PULL, 0)
        self.scheduler.after(PULL_EVERY, self._pull)

    def _wake(self, wait: float) -> None:
        """The timer ticks after so many seconds, unless it will earlier anyway."""
        at = self.scheduler.now + wait
        if at < self._ticks_at:
            self._ticks_at = at
            self.scheduler.after(wait, lambda: self._tick(at))

    def _tick(self, at: float) -> None:
        """Once a second the timer asks for a sweep. Seconds in which no row can be due are left out."""
        if at != self._ticks_at:
            return
        self._ticks_at = math.inf
        now = self.scheduler.clock()
        if self.scheduler.now >= self._looks_at:
            self._looks_at = self.scheduler.now + LOOK_EVERY
            self._look_after(now)
        due = self._find_next()  # what a person has just resolved is due
        if due is None:
            over = self._started == self.count and not self.network.under_way and not self.people.busy
            self._is_settled = over and not self._look_after(now)
            self._wake(LOOK_EVERY)
        elif due > self.scheduler.now:
            self._wake(max(1.0, due - self.scheduler.now))
        else:
            if self._idle:  # else it would be too old when somebody comes to it
                self._take(SWEEP, 0)
            self._wake(1.0)

    def _find_next(self) -> float | None:
        """When the sweep may find something to do; None when there is nothing that time alone brings on."""
        again = house_policy().seconds("push.nudge_again").total_seconds()
        moments = []
        for free, leased, nudged in self.stage.ask(DUE):
            moments.append(max(free, nudged + again if nudged else free, leased or free))
        moments += [at for question in (READING_BACK, STRANDED) for (at,) in self.stage.ask(question)]
        return min(moments, default=None)

    def _look_after(self, now: datetime) -> bool:
        """A person looks at launches that need one, a while after; tells whether any does."""
        if not any(self.stage.ask(TROUBLED)):
            return False
        refused = Push.objects.filter(state=Push.State.REFUSED).first()
        if refused is not None:
            raise Violation(f"{refused.target.level} {refused.target.label} was refused: {refused.error}")
        held = Push.objects.filter(state=Push.State.NEEDS_PERSON).select_related("launch__campaign")
        for push in held:
            if not (push.error or {}).get("message"):
                raise Violation(f"push {push.pk} needs a person and does not say why")
            if push.error["meaning"] == "crash":
                raise Violation(push.error["message"])
        open_ones = {push.launch.pk: push.launch for push in held if push.launch}
        for pk, launch in open_ones.items():
            since = self._looked_at.setdefault(pk, self.scheduler.now)
            if self.scheduler.now - since >= PATIENCE:
                del self._looked_at[pk]
                self.needed += 1
                said = [push.error["message"] for push in held if push.launch_id == pk]
                self.scheduler.note(f"resolves launch {pk}: {said}")
                launches.resume_launch(
                    actor=self.stage.buyer, door=Change.Door.PAGE, campaign=launch.campaign, now=now
                )
        return bool(open_ones)

    def _interleave(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Around every statement: outside a transaction anybody else may be faster."""
        worker = self.scheduler.current
        if worker is not None and not connection.connection.in_transaction:
            self.scheduler.hand_over()
        result = execute(sql, params, many, context)
        if sql.startswith("SELECT"):
            return result
        if worker is not None:
            worker.wrote = next(self._writes)
        if "campaigns_push" in sql or "campaigns_launch" in sql:
            self._wake(1.0)
            if worker is not None and params and Push.State.SENT in params:
                worker.marked_at = self.scheduler.now
        return result
