"""The sandbox's own clock: wall time until it is set, moved or made faster. It lives in the file, so processes agree.

The base is a pair (real, sandbox): now = sandbox + (real now - real) x speed. Speed 0 stands still.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from smartplus_admin.sandbox.store import Database, get_setting, set_setting


@dataclass(frozen=True, slots=True)
class Clock:
    real: float
    shown: float
    speed: float

    def tell(self) -> float:
        """Seconds since 1970 on this clock."""
        return self.shown + (time.time() - self.real) * self.speed


def read_clock(db: Database) -> Clock:
    text = get_setting(db, "clock")
    if text is None:
        now = time.time()
        return Clock(now, now, 1.0)
    real, shown, speed = (float(part) for part in text.split())
    return Clock(real, shown, speed)


def set_clock(
    db: Database, *, now: datetime | None = None, speed: float | None = None, advance: float | None = None
) -> Clock:
    """Moves the clock from what it shows at this moment. Raises ValueError for a speed below 0 (time has no way back)."""
    old = read_clock(db)
    shown = now.timestamp() if now is not None else old.tell()
    pace = old.speed if speed is None else speed
    if pace < 0:
        raise ValueError("speed: 0 or more")
    clock = Clock(time.time(), shown + (advance or 0.0), pace)
    set_setting(db, "clock", f"{clock.real!r} {clock.shown!r} {clock.speed!r}")
    return clock


def to_moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@lru_cache(maxsize=10_000)
def write_time(seconds: float) -> str:
    """TikTok's form, in UTC (C44)."""
    return to_moment(seconds).strftime("%Y-%m-%d %H:%M:%S")


@lru_cache(maxsize=10_000)
def read_time(text: str) -> float:
    """Raises ValueError unless the text is exactly `YYYY-MM-DD HH:MM:SS`."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp()
