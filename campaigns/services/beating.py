"""A process that must never stand still notes that it is at work."""

from datetime import datetime, timedelta

from campaigns.models import Heartbeat

NOTED_EVERY = timedelta(seconds=5)  # each note is a write


def note_beat(name: str, *, now: datetime) -> None:
    beats = Heartbeat.objects.filter(name=name)
    if not beats.filter(at__gt=now - NOTED_EVERY).exists() and not beats.update(at=now):
        Heartbeat.objects.get_or_create(name=name, defaults={"at": now})
