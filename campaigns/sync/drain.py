"""Running the outbox here and now instead of on a worker: for seeding and for tests. The same calls, one after another."""

from django.db.models import Q

from campaigns.models import Launch, Push
from campaigns.sync.connections import tend_due
from campaigns.sync.gateway import Road
from campaigns.sync.push import advance
from campaigns.sync.verify import verify_launch

PAUSE = 0.1  # seconds; how long a round without work waits


def drain_once(road: Road) -> bool:
    """Takes every row that is due one call further and reads back what is due; tells whether there was anything."""
    worked = bool(tend_due(road))
    for push_id in list(Push.objects.due(road.clock()).values_list("pk", flat=True)):
        worked |= advance(push_id, road)
    for launch_id in list(Launch.objects.to_verify(road.clock()).values_list("pk", flat=True)):
        worked |= verify_launch(launch_id, road)
    return worked


def drain(road: Road, *, rounds: int) -> bool:
    """Drains until nothing is open any more, at most so many idle rounds; tells whether it got there."""
    for _ in range(rounds):
        while drain_once(road):
            pass
        if not _is_open():
            return True
        road.sleep(PAUSE)
    return not _is_open()


def _is_open() -> bool:
    """Rows of a launch that waits for a person are not waited for."""
    rows = Push.objects.filter(state__in=[Push.State.WAITING, Push.State.SENT, Push.State.UNSURE])
    held = Q(launch__pushes__state__in=[Push.State.REFUSED, Push.State.NEEDS_PERSON])
    held |= Q(launch__paused_at__isnull=False)
    return rows.exclude(held).exists()
