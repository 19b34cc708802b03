"""Everything between a worker and the sandbox: latency, lost requests and answers, late commits, stale reads, storms.

What TikTok itself does wrong (server errors on either side of the commit, throttles, stale reads) is the sandbox's own
fault rule, set for one call. What the road does wrong is here: a request under way belongs to nobody, so it arrives even
when the worker who sent it is dead.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

import requests
from django.db import connection
from requests.adapters import BaseAdapter

from campaigns.rules.policy import house_policy
from smartplus_admin.sandbox import faults
from smartplus_admin.sandbox.app import Sandbox
from smartplus_admin.sandbox.inprocess import InProcessAdapter
from smartplus_admin.sandbox.store import set_setting
from tests.simulate.scheduler import START, Scheduler

PREFIX = "/open_api/v1.3/"
TIMEOUT = 10.0  # seconds: the product's own default
ROAD_FAULTS = ("request_lost", "answer_lost", "late", "too_late")
SERVER_FAULTS = {
    "error_before": "5xxxx-before",
    "error_after": "5xxxx-after",
    "http_500": "http-500",
    "garbage": "garbage",
    "throttle": "throttle",
}


@dataclass(frozen=True, slots=True)
class Weather:
    """How often, of all calls, each thing happens."""

    request_lost: float = 0.0
    answer_lost: float = 0.0
    late: float = 0.0  # carried out after the client gave up, within the visibility bound
    too_late: float = 0.0  # carried out beyond it
    error_before: float = 0.0
    error_after: float = 0.0
    http_500: float = 0.0
    garbage: float = 0.0
    throttle: float = 0.0
    stale: float = 0.0  # of reads: up to the visibility bound old

    def draw(self, number: float) -> str:
        """The fault that a random number means, "" for none. Stale reads are drawn apart."""
        for item in fields(self):
            if item.name != "stale":
                number -= getattr(self, item.name)
                if number < 0:
                    return item.name
        return ""


@dataclass(slots=True)
class Flight:
    """One call under way. `carried_out`: it came to the server, which is then seen in `response`."""

    path: str
    body: dict[str, Any]
    marked_at: float
    response: requests.Response | None = None
    is_late: bool = False  # a create that is carried out beyond the bound


class Network(BaseAdapter):
    """An adapter for `requests`. Without a running worker it goes straight through."""

    def __init__(self, app: Sandbox, scheduler: Scheduler, weather: Weather) -> None:
        super().__init__()
        self.app, self.scheduler, self.weather = app, scheduler, weather
        self.bound = house_policy().seconds("push.visibility_bound").total_seconds()
        self.calls = self.creates = self.throttles = self.late = self.under_way = 0
        self.watch: Callable[[Flight], None] = lambda flight: None  # told of everything that was carried out
        self._open: list[Flight] = []  # whoever sent them still waits
        self._inner = InProcessAdapter(app)
        self._shown = -1.0

    def is_writing(self, remote_id: str) -> bool:
        """Whether a call that changes this object is under way, and somebody waits for its answer."""
        return any(
            flight.path.endswith("/update/") and remote_id in str(flight.body) for flight in self._open
        )

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: None | float | tuple[float, float] | tuple[float, None] = None,
        verify: bool | str = True,
        cert: None | bytes | str | tuple[bytes | str, bytes | str] = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        worker = self.scheduler.current
        if worker is None:
            return self._carry_out(request)
        assert not connection.in_atomic_block, "a call to TikTok inside a transaction"
        draw = self.scheduler.random
        flight = Flight(
            urlsplit(str(request.url)).path.removeprefix(PREFIX), _read_body(request), worker.marked_at
        )
        fault = self.weather.draw(draw.random())
        lag = draw.uniform(0, self.bound) if draw.random() < self.weather.stale else 0.0
        up, down, patience = draw.uniform(0.01, 0.15), draw.uniform(0.01, 0.15), TIMEOUT
        if fault == "late":
            up = draw.uniform(TIMEOUT, max(TIMEOUT, self.bound - 2))
        elif fault == "too_late":
            up = draw.uniform(self.bound + 1, 6 * self.bound)
        if fault in ("request_lost", "answer_lost") and draw.random() < 0.5:
            patience = up + down  # the connection breaks at once; else the client waits for nothing
        self.scheduler.hand_over()
        struck = fault or (f"{lag:.0f} s stale" if lag and request.method == "GET" else "")
        self.scheduler.note(f"sends {flight.path}{f' [{struck}]' if struck else ''}")
        self.calls += 1
        self.throttles += fault == "throttle"
        if fault != "request_lost":
            self.under_way += 1
            self.scheduler.after(up, lambda: self._arrive(request, flight, fault, lag))
        self._open.append(flight)
        try:
            self.scheduler.pause(min(up + down, patience) if fault not in ROAD_FAULTS else patience)
            self.scheduler.hand_over()
        finally:
            self._open.remove(flight)
        if fault in ROAD_FAULTS or flight.response is None:
            self.scheduler.note(f"hears nothing of {flight.path}")
            if patience < TIMEOUT:
                raise requests.ConnectionError("the connection broke on purpose", request=request)
            raise requests.ReadTimeout("no answer on purpose", request=request)
        return flight.response

    def close(self) -> None:
        """Nothing is held open."""

    def _arrive(self, request: requests.PreparedRequest, flight: Flight, fault: str, lag: float) -> None:
        """The request comes to the server, whoever still waits for its answer."""
        self.under_way -= 1
        rules = []
        if fault in SERVER_FAULTS:
            rules.append({"path": "*", "kind": SERVER_FAULTS[fault]})
        elif lag and request.method == "GET":
            rules.append({"path": "*", "kind": "stale", "seconds": lag})
        for rule in rules:
            faults.add_rule(self.app.store, rule)
        flight.response = self._carry_out(request)
        if rules:
            faults.clear_rules(self.app.store)
        if request.method == "POST" and fault not in ("error_before", "http_500", "throttle"):
            flight.is_late = self.scheduler.now > flight.marked_at + self.bound
            made = flight.path.endswith("/create/") and _is_done(flight.response, fault)
            self.creates += made
            self.late += made and flight.is_late
            self.watch(flight)

    def _carry_out(self, request: requests.PreparedRequest) -> requests.Response:
        if self._shown != self.scheduler.now:
            self._shown = self.scheduler.now
            with self.app.store.write() as db:
                set_setting(db, "clock", f"0.0 {START.timestamp() + self._shown!r} 0.0")
        return self._inner.send(request)


def _read_body(request: requests.PreparedRequest) -> dict[str, Any]:
    return dict(json.loads(request.body)) if request.method == "POST" and request.body else {}


def _is_done(response: requests.Response, fault: str) -> bool:
    return fault in ("error_after", "garbage") or response.json()["code"] == 0
