"""How fast we may call: one reserving GCRA row per app, or advertiser and endpoint group, shared by all workers.

No header tells the quota (fact sheet 1.1), so we count. Calls go at an even pace, without bursts: TikTok counts by the
second, and a burst beside a full second is too many. The same code runs on SQLite and PostgreSQL. Real time.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from campaigns.models import Reservation


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


def _find(key: str, now: datetime) -> Reservation:
    row = Reservation.objects.filter(key=key).first()
    if row is None:
        try:
            with transaction.atomic():
                return Reservation.objects.create(key=key, arrival=now)
        except IntegrityError:
            return Reservation.objects.get(key=key)  # another worker made it at the same moment
    return row
