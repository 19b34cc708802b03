"""Tells who else works in a campaign at this moment. Real time: it is about people at their screens."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from campaigns.models import Campaign, Person, Presence

BEAT = timedelta(seconds=10)  # how often an open page tells that it is there
GONE = 3 * BEAT  # two beats may be lost


def meet(*, actor: Person, campaign: Campaign, place: str, now: datetime) -> Sequence[Presence]:
    """Books where the person is, and returns the others who are there, by their names."""
    Presence.objects.update_or_create(
        campaign=campaign, person=actor, defaults={"place": place, "seen_at": now}
    )
    others = campaign.presences.filter(seen_at__gt=now - GONE).exclude(person=actor)
    return list(others.select_related("person").order_by("person__username"))
