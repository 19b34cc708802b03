"""Stopping and starting what exists at TikTok. Stops always pass and go first (L2, design section 4)."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from campaigns.contract.statuses import DISABLE, ENABLE
from campaigns.models import Change, Launch, Person, Push, Thing
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.errors import WrongState
from campaigns.services.wanted import campaign_of, hold, name_target, touch
from campaigns.sync import outbox


def set_switch(*, actor: Person, door: str, thing: Thing, status: str, now: datetime) -> Push:
    """Wants an object on or off; the worker makes it so. Raises WrongState for drafts and removed objects, Forbidden."""
    if status not in (ENABLE, DISABLE):
        raise WrongState(f"The status is {ENABLE} or {DISABLE}.")
    campaign = campaign_of(thing)
    require(actor, campaign.advertiser, Act.STOP if status == DISABLE else Act.START)
    with transaction.atomic(durable=True):
        hold(campaign)
        thing.refresh_from_db()  # under the lock: nobody's edit of the same row is overwritten
        if not thing.remote_id or thing.is_removed:
            raise WrongState(f"{thing.label} does not exist at TikTok, so there is nothing to switch.")
        launching = Launch.objects.filter(campaign=campaign, finished_at__isnull=True).exists()
        if status == ENABLE and launching:
            raise WrongState("The launch is under way; it switches everything on itself, the campaign last.")
        before = thing.wanted_switch
        thing.wanted = {**thing.wanted, "operation_status": status}
        thing.version = F("version") + 1
        thing.save(update_fields=["wanted", "version"])
        touch(campaign, now)
        lane = Push.Lane.STOP if status == DISABLE else Push.Lane.PUBLISH
        push = outbox.open_push(thing=thing, aspect=Push.Aspect.SWITCH, lane=lane, launch=None)
        Change.objects.create(
            advertiser=campaign.advertiser,
            actor=actor,
            door=door,
            act=Change.Act.STOPPED if status == DISABLE else Change.Act.STARTED,
            campaign_ref=campaign.pk,
            target=name_target(thing),
            before={"operation_status": before},
            after={"operation_status": status},
            at=now,
        )
        outbox.nudge_after_commit(push=push)
    return push
