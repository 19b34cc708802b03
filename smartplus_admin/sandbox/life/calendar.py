"""Hours of the world and days of an account: an hour belongs to the account's day in which it begins."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from campaigns.contract.limits import DAYPARTING_SLOTS
from smartplus_admin.sandbox.clock import to_moment

HOUR = 3_600


def floor_hour(seconds: float) -> int:
    """The hour (since 1970, UTC) that this moment lies in."""
    return int(seconds // HOUR)


def write_hour(hour: int) -> str:
    """The beginning of an hour, in RFC 3339."""
    return to_moment(hour * HOUR).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class LocalHour:
    day: int  # ordinal of the account's date
    hour: int  # 0 to 23 of the account's clock
    weekday: int  # Monday is 0
    day_ends: int  # the first hour (since 1970) of the account's next day

    @property
    def slots(self) -> tuple[int, int]:
        """The two half hours of a week's dayparting (R68; the zone is not stated there, U14: the account's)."""
        first = (self.weekday * 24 + self.hour) * 2 % DAYPARTING_SLOTS
        return first, first + 1


@lru_cache(maxsize=20_000)
def find_local(zone: str, hour: int) -> LocalHour:
    local = to_moment(hour * HOUR).astimezone(ZoneInfo(zone))
    tomorrow = local.date() + timedelta(days=1)
    midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=ZoneInfo(zone)).timestamp()
    return LocalHour(
        local.date().toordinal(), local.hour, local.weekday(), max(hour + 1, -int(-midnight // HOUR))
    )
