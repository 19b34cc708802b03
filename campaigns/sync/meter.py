"""How fast we may call: one reserving GCRA row per app, or advertiser and endpoint group, shared by all workers.

No header tells the quota (fact sheet 1.1), so we count. Calls go at an even pace, without bursts: TikTok counts by the
second, and a burst beside a full second is too many. The same code runs on SQLite and PostgreSQL. Real time.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from campaigns.models import Reservation
from campaigns.models.prepared import Prepared, moment, number, small, text


class Booked(NamedTuple):
    """A row and how far it is booked."""

    pk: int
    arrival: datetime
    owed: int
    owed_from: datetime | None
    quiet_until: datetime | None


_BOOKED = Prepared(
    lambda key: Reservation.objects.filter(key=key).order_by().values_list(*Booked._fields),
    key=text,
)


_BOOK = Prepared(
    lambda pk, arrival, owed: Reservation.objects.filter(pk=pk, arrival=arrival, owed=owed),
    values=lambda free, left: {"arrival": free, "owed": left},
    pk=number,
    arrival=moment,
    owed=small,
    free=moment,
    left=small,
)


def reserve(*, key: str, rate: float, now: datetime, longest: timedelta) -> timedelta:
    """Books one call and returns how long to wait before it; books nothing where that exceeds `longest`.

    `rate` is calls per second. The caller compares the answer with `longest`. Whoever is overtaken between reading and
    writing looks again; somebody has booked a call then.
    """
    step = timedelta(seconds=1 / rate)
    while True:
        row = _find(key, now)
        at = max(row.arrival, now)
        if at - now > longest:
            return at - now
        owed = 0 if row.arrival <= now else row.owed  # nobody waits who could give way
        if _BOOK.execute(pk=row.pk, arrival=row.arrival, owed=row.owed, free=at + step, left=owed):
            return at - now


def overtake(
    *, key: str, rate: float, now: datetime, ahead: timedelta, longest: timedelta
) -> timedelta | None:
    """Takes the next moment that somebody waits for, at least `ahead` from now and in no pause, and returns how long to wait
    before it.

    Whoever waits for it gives it up (`give_way`), so that no second holds a call more than it did. None, and nothing
    taken, where nobody waits, all who wait have been overtaken, or the moment is further away than `longest`.
    """
    step = timedelta(seconds=1 / rate)
    while True:
        row = _find(key, now)
        waiting = (row.arrival - max(now + ahead, row.quiet_until or now)) // step - row.owed
        at = row.arrival - waiting * step
        if waiting < 1 or at - now > longest:
            return None
        first = {} if row.owed else {"owed_from": at - step / 2}
        # another stop between reading and writing took this very moment
        if Reservation.objects.filter(pk=row.pk, owed=row.owed).update(owed=F("owed") + 1, **first):
            return at - now


def give_way(*, key: str, at: datetime, now: datetime) -> bool:
    """Whether a stop took the moment that the caller had booked, and that is about to come, or a pause came over it: the
    caller books another."""
    row = _find(key, now)
    if row.quiet_until is not None and at < row.quiet_until:
        return True
    if not row.owed or (row.owed_from or at) > at:
        return False
    return bool(Reservation.objects.filter(pk=row.pk, owed__gt=0).update(owed=F("owed") - 1))


def penalise(*, key: str, pause: timedelta, now: datetime) -> None:
    """Keeps every worker from calling for a while, after TikTok said that we were too fast.

    Workers who were told so at the same moment wait together, not one pause after the other.
    """
    pk, until = _find(key, now).pk, now + pause
    # who gave moments up, and who took them, books anew: they lie in the pause
    Reservation.objects.filter(pk=pk).update(
        owed=0,
        arrival=Greatest("arrival", Value(until)),
        quiet_until=Greatest(Coalesce("quiet_until", Value(until)), Value(until)),
    )


def is_quiet(*, key: str, at: datetime) -> bool:
    """Whether a pause came over a moment."""
    found = _BOOKED.fetch(key=key)
    until = Booked(*found[0]).quiet_until if found else None
    return until is not None and at < until


def make_room(*, key: str, by: timedelta) -> None:
    """Moves all calls that are not booked yet to later: one left behind its moment."""
    Reservation.objects.filter(key=key).update(arrival=F("arrival") + by)


def _find(key: str, now: datetime) -> Booked:
    found = _BOOKED.fetch(key=key)
    if not found:
        try:
            with transaction.atomic():
                Reservation.objects.create(key=key, arrival=now)
        except IntegrityError:
            pass  # another worker made it at the same moment
        found = _BOOKED.fetch(key=key)
    return Booked(*found[0])
