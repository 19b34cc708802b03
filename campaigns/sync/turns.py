"""Whose turn it is to call TikTok: stop > publish > sync > report (design section 4), by the one meter of all workers.

Knows groups of calls and how long each may wait for its moment; nothing of what they say. Real time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from campaigns.models import Advertiser
from campaigns.rules.policy import house_policy
from campaigns.sync import meter
from campaigns.tiktok.errors import Meaning, TikTokError

Clock = Callable[[], datetime]


class OutOfRoom(TikTokError):
    """Our own meter has no room; nothing was sent."""

    def __init__(self, endpoint: str, wait: timedelta) -> None:
        said = "at the pace that we allow ourselves there is no room for a moment"
        super().__init__(Meaning.PACED, said, endpoint=endpoint)
        self.wait = wait


class Turns:
    """Of one advertiser's calls."""

    def __init__(self, advertiser: Advertiser, *, now: Clock, sleep: Callable[[float], None]) -> None:
        self._advertiser, self._now, self._sleep = advertiser, now, sleep
        # TikTok counts by app. Whose app a token is that was not given here no call tells: the settings, or it is its own
        given = advertiser.connection.app_id or settings.TIKTOK_APP_ID
        self._key = f"app:{given or f'connection-{advertiser.connection_id}'}"

    def penalise(self, pause: timedelta) -> None:
        """After a throttle every worker holds off."""
        meter.penalise(key=self._key, pause=pause, now=self._now())

    def wait(self, group: str, endpoint: str) -> None:
        """Until the call may leave; see `take`. Raises OutOfRoom."""
        self.leave(self.take(group, endpoint), endpoint)

    def keep_pace(self, *, in_all: bool) -> Callable[[str], None]:
        """How readings wait, one after the other, however many times there is no room: for `meter.longest_wait` each or, where
        a person waits for the page, in all, beyond their own pace. Raises OutOfRoom."""
        longest, step = house_policy().seconds("meter.longest_wait"), timedelta(seconds=1 / _read_rate())
        spent = timedelta(0)

        def wait(endpoint: str) -> None:
            nonlocal spent
            begun = self._now() - (spent if in_all else timedelta(0))
            if self._now() - begun > longest:
                raise OutOfRoom(endpoint, step)
            while True:
                try:
                    self.wait("read", endpoint)
                    break
                except OutOfRoom as full:
                    if self._now() - begun + full.wait > longest:
                        raise
                    self._sleep(full.wait.total_seconds())
            spent = max(self._now() - begun - step, timedelta(0))

        return wait

    def take(self, group: str, endpoint: str, *, early: timedelta = timedelta(0)) -> datetime:
        """Books one call and waits for its moment, at most two seconds (design section 4) and what a pause adds, and not for
        the last `early`. Nobody marks a row as sent before: from then on it counts when nothing of a call can land any more.

        Raises OutOfRoom.
        """
        policy = house_policy()
        advertiser_rate, app_rate = float(policy.number("meter.advertiser_rate")), _read_rate()
        keys = [(self._key, app_rate)]
        if advertiser_rate < app_rate:  # else the app's own pace keeps to it
            keys.append((f"advertiser:{self._advertiser.pk}:{group}", advertiser_rate))
        # what goes behind waits in a shorter queue: publish before sync before report
        share = policy.number(_ROOM[group]) / 100 if group in _ROOM else 1
        longest = policy.seconds("meter.longest_sleep") * float(share)
        # whoever has the moment that a stop takes has not marked its row for it yet
        ahead = policy.seconds("meter.mark_ahead") * 2 if group == "stop" else None
        until = self._now() + longest + policy.seconds("meter.throttle_pause")
        while True:
            moment = self._now()
            for key, rate in keys:
                moment = self._await(
                    endpoint, key=key, rate=rate, longest=longest, until=until, early=early, ahead=ahead
                )
            # of one key who waits is told by it; a stop asks nobody, and the last of two keys knows of no pause
            if (ahead is None and len(keys) == 1) or not meter.is_quiet(key=self._key, at=moment):
                return moment

    def _await(
        self,
        endpoint: str,
        *,
        key: str,
        rate: float,
        longest: timedelta,
        until: datetime,
        early: timedelta,
        ahead: timedelta | None,
    ) -> datetime:
        """Books one call and waits for it, not beyond `until`. What has to stop (`ahead` says how soon) goes before all."""
        while True:
            now = self._now()
            longest = min(longest, until - now)
            taken = (
                None
                if ahead is None
                else meter.overtake(key=key, rate=rate, now=now, ahead=ahead, longest=longest)
            )
            wait = meter.reserve(key=key, rate=rate, now=now, longest=longest) if taken is None else taken
            if wait > longest:
                raise OutOfRoom(endpoint, wait)
            moment = now + wait
            self._wait_until(moment - early)
            is_firm = taken is not None or wait <= early  # nobody can have come in between
            if is_firm or not meter.give_way(key=key, at=moment, now=self._now()):
                return moment

    def leave(self, at: datetime, endpoint: str) -> None:
        """Waits for the moment itself. What comes later crowds the second after it: others make room.

        Raises OutOfRoom where it is long over: what the call says may be wanted no more.
        """
        self._wait_until(at)
        step = timedelta(seconds=1 / _read_rate())
        # a call at the pace that we keep may come this much later, and no second holds more than TikTok allows
        slack = timedelta(seconds=float(100 / house_policy().number("meter.fill")) - 1)
        late = self._now() - at - slack
        if late > house_policy().seconds("meter.longest_sleep"):
            raise OutOfRoom(endpoint, timedelta(0))
        if late > timedelta(0):
            meter.make_room(key=self._key, by=min(late, step))

    def _wait_until(self, moment: datetime) -> None:
        left = (moment - self._now()).total_seconds()
        if left > 0:
            self._sleep(left)


def _read_rate() -> float:
    """Calls a second that we allow ourselves of what the app may do."""
    policy = house_policy()
    return float(policy.number("meter.app_rate") * policy.number("meter.fill")) / 100


_ROOM = {"read": "meter.room_read", "report": "meter.room_report"}
