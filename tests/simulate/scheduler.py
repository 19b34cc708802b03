"""Virtual time, and workers that take turns in an order which the seed decides.

A worker is a greenlet. It hands the baton back wherever other workers or the world could come in between: before every
statement outside a transaction, before a request leaves, until its answer comes, and whenever it would sleep. There it may
also be frozen for a while (and wake after its lease) or killed. Everything runs in one thread and one heap of events.
"""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from greenlet import GreenletExit, getcurrent, greenlet

# What a service stamps by the wall clock must be in the past, and R65 lets no schedule start after 2027
START = datetime(2027, 12, 1, 9, 0, tzinfo=UTC)


class Killed(GreenletExit):
    """Thrown into a worker: no `except Exception` catches it, and nothing of it goes on."""


class Stuck(AssertionError):
    """Nothing will ever happen again, or it takes longer than anybody waits."""


@dataclass(frozen=True, slots=True)
class Hazards:
    """How often, at one point of handing over, something befalls a worker."""

    freeze: float = 0.0
    kill: float = 0.0
    jitter: float = 0.005  # seconds: what orders those who are ready at the same moment


class Worker:
    """A greenlet with a name. `marked_at`: when it last wrote down that a call is about to leave; `wrote`: the number of its
    last writing statement, in the order of all."""

    def __init__(self, name: str, work: Callable[[], object], mortal: bool) -> None:
        self.name, self.mortal = name, mortal
        self.marked_at = 0.0
        self.wrote = 0
        self.greenlet: Any = greenlet(work)
        self.condemned = False

    @property
    def is_dead(self) -> bool:
        return bool(self.greenlet.dead)


class Scheduler:
    def __init__(self, seed: str, hazards: Hazards) -> None:
        self.random = random.Random(seed)
        self.hazards = hazards
        self.now = 0.0
        self.trace: list[str] = []
        self._events: list[tuple[float, float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()
        self._workers: dict[Any, Worker] = {}

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.now)

    @property
    def current(self) -> Worker | None:
        """The worker whose turn it is; None for the world itself."""
        return self._workers.get(getcurrent())

    def note(self, said: str) -> None:
        worker = self.current
        self.trace.append(f"{self.now:10.3f} {worker.name if worker else 'world':9} {said}")

    def after(self, seconds: float, call: Callable[[], object]) -> None:
        order = (self.now + seconds, self.random.random(), next(self._numbers))
        heapq.heappush(self._events, (*order, call))

    def spawn(self, name: str, work: Callable[[], object], *, mortal: bool = True) -> Worker:
        worker = Worker(name, work, mortal)
        self._workers[worker.greenlet] = worker
        self.after(0, lambda: self._resume(worker))
        return worker

    def pause(self, seconds: float) -> None:
        """Hands the baton back until so much time has passed. While the world itself waits nobody else does anything."""
        worker = self.current
        if worker is None:
            self.now += seconds
            return
        self.after(seconds, lambda: self._resume(worker))
        worker.greenlet.parent.switch()

    def hand_over(self) -> None:
        """A point at which anybody else may be faster, and at which a worker may be frozen or killed."""
        worker = self.current
        if worker is None:
            return
        drawn = self.random.random()
        seconds = self.random.random() * self.hazards.jitter
        if worker.mortal and drawn < self.hazards.kill:
            worker.condemned = True
            self.note("is killed")
        elif worker.mortal and drawn < self.hazards.kill + self.hazards.freeze:
            seconds = self.random.choice((2.0, 20.0, 50.0, 150.0)) * self.random.uniform(0.5, 1.5)
            self.note(f"freezes for {seconds:.1f} s")
        self.pause(seconds)

    def sleep_until_woken(self) -> None:
        """Hands the baton back; somebody else resumes this worker."""
        getcurrent().parent.switch()

    def resume(self, worker: Worker) -> None:
        self.after(0, lambda: self._resume(worker))

    def run(self, *, until: Callable[[], bool], longest: float) -> None:
        """Lets things happen until a condition holds. Raises Stuck, or whatever a worker raises."""
        while not until():
            if not self._events:
                raise Stuck("nothing is going on any more")
            self.now, _, _, call = heapq.heappop(self._events)
            if self.now > longest:
                raise Stuck(f"not settled after {longest:.0f} s")
            call()

    def close(self) -> None:
        """Ends what still runs."""
        for worker in self._workers.values():
            if worker.greenlet and not worker.is_dead:
                worker.greenlet.throw(Killed)

    def _resume(self, worker: Worker) -> None:
        if worker.is_dead:
            return
        if worker.condemned:
            worker.greenlet.throw(Killed)
        else:
            worker.greenlet.switch()
