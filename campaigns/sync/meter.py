"""How fast we may call: one reserving GCRA row per app, advertiser and endpoint group, shared by all workers.

No header tells the quota (fact sheet 1.1), so we count. The same code runs on SQLite and PostgreSQL. Real time.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from campaigns.models import Reservation


def reserve(*, key: str, rate: float, burst: int, now: datetime, longest: timedelta) -> timedelta:
    """Books one call and returns how long to wait before it; books nothing where that exceeds `longest`.

    `rate` is calls per second. The caller compares the answer with `longest`.
    """
    step = timedelta(seconds=1 / rate)
    with transaction.atomic():
        row = _lock(key, now)
        arrival = max(row.arrival, now)
        wait = max(arrival + step - step * burst - now, timedelta(0))
        if wait <= longest:
            Reservation.objects.filter(pk=row.pk).update(arrival=arrival + step)
    return wait


def penalise(*, key: str, pause: timedelta, now: datetime) -> None:
    """Keeps every worker from calling for a while, after TikTok said that we were too fast.

    Workers who were told so at the same moment wait together, not one pause after the other.
    """
    with transaction.atomic():
        row = _lock(key, now)
        Reservation.objects.filter(pk=row.pk).update(arrival=max(row.arrival, now + pause))


def _lock(key: str, now: datetime) -> Reservation:
    """The key's row, locked (SQLite: the whole transaction holds the write lock already)."""
    row = Reservation.objects.select_for_update().filter(key=key).first()
    if row is None:
        try:
            with transaction.atomic():
                Reservation.objects.create(key=key, arrival=now)
        except IntegrityError:
            pass  # another worker made it at the same moment
        row = Reservation.objects.select_for_update().get(key=key)
    return row
