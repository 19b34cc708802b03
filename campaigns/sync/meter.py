"""How fast we may call: one reserving GCRA row per app, or advertiser and endpoint group, shared by all workers.

No header tells the quota (fact sheet 1.1), so we count. Calls go at an even pace, without bursts: TikTok counts by the
second, and a burst beside a full second is too many. The same code runs on SQLite and PostgreSQL. Real time.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F

from campaigns.models import Reservation
from campaigns.models.prepared import Prepared, text


class Booked(NamedTuple):
    """A row and how far it is booked."""

    pk: int
    arrival: datetime


_BOOKED = Prepared(
    lambda key: Reservation.objects.filter(key=key).order_by().values_list("pk", "arrival"), key=text
)


def reserve(*, key: str, rate: float, now: datetime, longest: timedelta) -> timedelta:
    """Books one call and returns how long to wait before it; books nothing where that exceeds `longest`.

    `rate` is calls per second. The caller compares the answer with `longest`. Whoever is overtaken between reading and
    writing looks again; somebody has booked a call then.
    """
    step = timedelta(seconds=1 / rate)
    while True:
        row = _find(key, now)
        moment = max(row.arrival, now)
        if moment - now > longest:
            return moment - now
        if Reservation.objects.filter(pk=row.pk, arrival=row.arrival).update(arrival=moment + step):
            return moment - now


def penalise(*, key: str, pause: timedelta, now: datetime) -> None:
    """Keeps every worker from calling for a while, after TikTok said that we were too fast.

    Workers who were told so at the same moment wait together, not one pause after the other.
    """
    row = _find(key, now)
    Reservation.objects.filter(pk=row.pk, arrival__lt=now + pause).update(arrival=now + pause)


def make_room(*, key: str, by: timedelta) -> None:
    """Moves all calls that are not booked yet to later: one left behind its moment, or without waiting for any."""
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
