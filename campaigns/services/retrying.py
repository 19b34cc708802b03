"""Changes of what is live that broke off by a fault of ours: tried again once a person has said so.

Nothing of them goes out by itself: the fault is the same at every try, until somebody has mended its cause.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from campaigns.models import Campaign, Change, Person, Push
from campaigns.models.trees import within_tree
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.errors import WrongState
from campaigns.services.wanted import hold, name_target, record
from campaigns.sync import outbox
from campaigns.sync.transitions import Event, follow


def try_again(*, actor: Person, door: str, campaign: Campaign, now: datetime) -> Sequence[Change]:
    """Makes the changes that broke off due again: each object is looked at first, and only what differs still is sent; a switch
    that never left is sent.

    What they change was judged when it was decided. Returns a Change for each. Raises WrongState when nothing of what is live
    waits for a person (a launch has `resume_launch`), Forbidden.
    """
    require(actor, campaign.advertiser, Act.EDIT)
    with transaction.atomic(durable=True):
        hold(campaign)
        held = within_tree(Push.objects.all(), campaign.pk).filter(
            state=Push.State.NEEDS_PERSON, launch__isnull=True
        )
        pushes = list(held.select_related("campaign", "adgroup__campaign", "ad__adgroup__campaign"))
        if not pushes:
            raise WrongState("No change of this campaign waits for a person.")
        fresh = {
            "not_before": outbox.AT_ONCE,
            "nudged_at": None,
            "settled_at": None,
            "error": None,
            "attempts": 0,
        }
        left = Q(aspect=Push.Aspect.BODY) | Q(sent_at__isnull=False)
        rows = Push.objects.filter(pk__in=[push.pk for push in pushes])
        rows.filter(left).update(state=follow(Push.State.NEEDS_PERSON, Event.LOOK), **fresh)
        rows.exclude(left).update(state=follow(Push.State.NEEDS_PERSON, Event.GO_ON), **fresh)
        for push in pushes:
            outbox.nudge_after_commit(push=push)
        return [
            record(
                campaign, actor, door, Change.Act.RESOLVED, name_target(push.target), [push.error], None, now
            )
            for push in pushes
        ]
