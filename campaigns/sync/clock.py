"""The product's clock, read once at each face and handed inwards as `now`. Leases and time-outs use real time."""

from datetime import datetime

from django.utils import timezone


def read_now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now()
