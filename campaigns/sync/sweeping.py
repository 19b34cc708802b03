"""What nothing else would bring on: a message that was lost or never sent, a worker that died between two steps."""

from datetime import datetime

from campaigns.sync import cancelling, outbox


def sweep(*, now: datetime) -> None:
    outbox.nudge_due(now=now)
    outbox.nudge_unread(now=now)
    cancelling.close_stranded(now=now)
