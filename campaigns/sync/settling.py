"""What follows when a row of a launch is settled: pacing, reading back, the end. The caller holds the transaction."""

from datetime import datetime, timedelta

from campaigns.contract.limits import AD_WRITE_INTERVAL
from campaigns.models import Launch, Push

SLACK = timedelta(milliseconds=500)  # TikTok's clock and ours do not tick together


def note_made(push: Push, *, now: datetime) -> None:
    """An object stands: its switch waits for its lane, and with the last one the tree is due to be read back."""
    if push.ad_id:  # one ad takes one write per five seconds (R85)
        later = now + AD_WRITE_INTERVAL + SLACK
        switches = Push.objects.filter(ad=push.ad_id, aspect=Push.Aspect.SWITCH)
        switches.filter(not_before__lt=later).update(not_before=later)
    bodies = Push.objects.filter(launch=push.launch_id, aspect=Push.Aspect.BODY)
    if push.launch_id and not bodies.exclude(state=Push.State.DONE).exists():
        Launch.objects.filter(pk=push.launch_id, verified_at__isnull=True).update(verify_at=now)


def finish_launch(push: Push, *, now: datetime) -> None:
    """When nothing of a launch is open any more, it is over."""
    if (
        push.launch_id
        and not Push.objects.filter(launch=push.launch_id).exclude(state=Push.State.DONE).exists()
    ):
        Launch.objects.filter(pk=push.launch_id, finished_at__isnull=True).update(finished_at=now)
