"""A demo that has lived: the sandbox is set back by some weeks, its days are lived through, and it comes back to the present.

Speaks to the sandbox's own control, which no server of TikTok's has. While it lasts, `now` and the road's clock follow it.
"""

import time
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings

from campaigns.contract.levels import Level
from campaigns.models import Reading, Reservation
from campaigns.sync import readings
from campaigns.sync.clock import read_now, read_real_time
from campaigns.sync.drain import drain
from campaigns.sync.gateway import PLAIN_ROAD, Road

SEED = 11  # what delivery's chance is drawn from: every new demo tells the same kind of story
ROUNDS = 900  # of a tenth of a second at the present; in the past a wait is over at once
SHORTEST = 1.0  # seconds of such a wait: each is a call to the sandbox
CALL_APART = 0.025  # real seconds: the sandbox counts 50 calls a second by real time, and what it throttles is a day unread
LAG = timedelta(minutes=1)


class Past:
    """The moments of a new demo, each so many days before the present.

    `moves`: the sandbox goes along. One that holds something already, and one that is not ours, stays at the present.
    """

    def __init__(self, days: int) -> None:
        self.moves = _is_ours() and not self._control("GET", "state")["campaigns"]
        self._behind = timedelta(days=days) if self.moves else timedelta(0)
        self.road = Road(clock=self.now, sleep=self._pass) if self.moves else PLAIN_ROAD
        if self.moves:
            self._control("POST", "clock", now=self.now().isoformat())
            self._control("POST", "reset")  # its first hour is the one that its clock now shows
            self._control("POST", "life", seed=SEED)
            Reservation.objects.all().delete()  # connecting booked its calls at the present, weeks ahead of here

    @classmethod
    def end(cls) -> None:
        """A sandbox that was left behind comes to the present, for the product lives by wall time from here on."""
        if _is_ours():
            now = read_real_time()
            if datetime.fromisoformat(cls._control("GET", "clock")["now"]) < now - LAG:
                cls._control("POST", "clock", now=now.isoformat())

    def now(self) -> datetime:
        return read_real_time() - self._behind if self.moves else read_now()

    def go_to(self, days: int) -> None:
        """So many days before the present; lives through what lies between."""
        if self.moves:
            self._move(timedelta(days=days))

    def work(self) -> bool:
        """What the worker does at such a moment: sends what is due, then reads every account. Tells whether all went out."""
        done = drain(self.road, rounds=ROUNDS)
        readings.ensure_readings(now=self.now())
        for reading in Reading.objects.order_by("pk"):
            readings.read(reading.pk, self.road, now=self.now())
        return done

    def edit_elsewhere(self, level: Level, remote_id: str, **members: Any) -> None:
        """As a person in TikTok's own manager would."""
        self._control("POST", "status", level=level.value, id=remote_id, **members)

    def _pass(self, seconds: float) -> None:
        time.sleep(CALL_APART)
        self._move(self._behind - timedelta(seconds=max(seconds, SHORTEST)))

    def _move(self, behind: timedelta) -> None:
        self._behind = behind
        self._control("POST", "clock", now=self.now().isoformat())

    @staticmethod
    def _control(method: str, what: str, **body: Any) -> dict[str, Any]:
        parts = urlsplit(settings.TIKTOK_API_URL)
        answer = requests.request(
            method,
            f"{parts.scheme}://{parts.netloc}/control/{what}",
            json=body or None,
            timeout=settings.SMARTPLUS_HTTP_TIMEOUT,
        )
        answer.raise_for_status()
        return dict(answer.json())


def _is_ours() -> bool:
    """A sandbox of the supervisor's, on this machine, whose clock nobody rehearses with."""
    here = urlsplit(settings.TIKTOK_API_URL).hostname in ("127.0.0.1", "localhost", "::1")
    mine = settings.SMARTPLUS_SANDBOX_TOKEN and not settings.TIKTOK_ACCESS_TOKEN
    return bool(here and mine and not settings.SMARTPLUS_CLOCK)
