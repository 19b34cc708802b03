"""The outbox: opening rows, nudging workers, taking and settling leases. The row is the truth, the message only a nudge.

Every settlement carries its lease: a worker that lost it changes nothing. Works the same on SQLite and PostgreSQL.
"""

import logging
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from celery import current_app
from django.db import models, transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from kombu.exceptions import OperationalError

from campaigns.contract.levels import Level
from campaigns.models import Campaign, Launch, Push, Thing
from campaigns.models.trees import within_tree
from campaigns.rules.policy import house_policy
from campaigns.sync.clock import read_real_time
from campaigns.sync.transitions import Event, follow

log = logging.getLogger(__name__)


PUSH_TASK = "campaigns.tasks.push"
VERIFY_TASK = "campaigns.tasks.verify"
NUDGES_AT_ONCE = 200  # stack, section 3: what one sweep sends
# Rows are worked by real time, whatever clock the product lives by: this one is due on any of them
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
MESSAGE_LIFE = 60  # seconds; an older nudge says nothing that the sweep has not said since


def open_push(*, thing: Thing, aspect: str, lane: int, launch: Launch | None) -> Push:
    """Opens, or opens again, the row that makes one aspect of an object true; it is due at once.

    What is wanted is read when the call leaves, so that a change folds into a body's row that is open. One of an object
    that may exist or not waits for the person who has to look. The caller holds the campaign.
    """
    standing = _pushes_of(thing).select_for_update().filter(aspect=aspect).first()
    if standing is None:
        return Push.objects.create(**_fresh(thing, aspect, lane, launch))
    held = standing.state == Push.State.NEEDS_PERSON and not thing.remote_id
    if aspect == Push.Aspect.BODY and (standing.is_open or held):
        return standing
    fresh = _fresh(thing, aspect, lane, launch) | {"state": follow(standing.state, Event.REOPENED)}
    if standing.state in (Push.State.SENT, Push.State.UNSURE) and standing.sent_at is not None:
        bound = standing.sent_at + house_policy().seconds("push.visibility_bound")
        fresh["doubt_until"] = max(bound, standing.doubt_until or bound)
    Push.objects.filter(pk=standing.pk).update(**fresh)
    return Push.objects.get(pk=standing.pk)


def open_launch(launch: Launch, wanted: Iterable[tuple[Thing, str]]) -> None:
    """Opens the rows of a launch, all of them new ones in a few statements. The caller holds the campaign.

    Rows that are open stay as they are, and so do those that need a person.
    """
    standing = {
        (row.campaign_id, row.adgroup_id, row.ad_id, row.aspect): row.state
        for row in within_tree(Push.objects.all(), launch.campaign_id)
    }
    made: list[Push] = []
    for thing, aspect in wanted:
        row = Push(**_fresh(thing, aspect, Push.Lane.PUBLISH, launch))
        state = standing.get((row.campaign_id, row.adgroup_id, row.ad_id, aspect))
        if state is None:
            made.append(row)
        elif state in (Push.State.REFUSED, Push.State.DONE):
            open_push(thing=thing, aspect=aspect, lane=Push.Lane.PUBLISH, launch=launch)
    Push.objects.bulk_create(made)


def _pushes_of(thing: Thing) -> "models.QuerySet[Push]":
    return Push.objects.filter(**{_column(thing): thing})


def _column(thing: Thing) -> str:
    return {Level.CAMPAIGN: "campaign", Level.ADGROUP: "adgroup", Level.AD: "ad"}[thing.level]


def _fresh(thing: Thing, aspect: str, lane: int, launch: Launch | None) -> dict[str, Any]:
    campaign = thing if isinstance(thing, Campaign) else thing.campaign
    return {
        _column(thing): thing,
        "aspect": aspect,
        "advertiser_id": campaign.advertiser_id,
        "depth": list(Level).index(thing.level),
        "lane": lane,
        "launch": launch,
        "state": Push.State.WAITING,
        "not_before": AT_ONCE,
        "nudged_at": None,
        "opened_at": read_real_time(),
        "attempts": 0,
        "request_id": "",
        "looks": 0,
        "error": None,
        "settled_at": None,
    }


def nudge_after_commit(*, launch: Launch | None = None, push: Push | None = None) -> None:
    """Sends a message for what is due, once the transaction is through."""
    transaction.on_commit(lambda: nudge_due(now=read_real_time(), launch=launch, push=push))


def nudge_due(*, now: datetime, launch: Launch | None = None, push: Push | None = None) -> int:
    """Nudges due rows that were not nudged lately, of one launch, of one row, or of all. Returns how many."""
    rows = Push.objects.due(now)
    if launch is not None:
        rows = rows.filter(launch=launch)
    if push is not None:
        rows = rows.filter(pk=push.pk)
    again = now - house_policy().seconds("push.nudge_again")
    silent = rows.filter(Q(nudged_at__isnull=True) | Q(nudged_at__lt=again))
    # a launch of nine hundred rows takes its turns with the others
    turn = Window(RowNumber(), partition_by=F("launch"), order_by=["not_before", "pk"])
    fair = silent.annotate(turn=turn).order_by("lane", "turn", "not_before", "pk")
    ids = list(fair.values_list("pk", flat=True)[:NUDGES_AT_ONCE])
    if ids:
        Push.objects.filter(pk__in=ids).update(nudged_at=now)
        send_messages(PUSH_TASK, ids)
    return len(ids)


def sweep(*, now: datetime) -> None:
    """Finds what is due and whose message was lost, or never sent."""
    nudge_due(now=now)
    due = Launch.objects.to_verify(now).values_list("pk", flat=True)
    send_messages(VERIFY_TASK, list(due[:NUDGES_AT_ONCE]))


def send_messages(task: str, ids: Iterable[int], *, expires: float = MESSAGE_LIFE) -> None:
    """One message an id, worthless after `expires` seconds. A broker that is away costs nothing: the sweep finds the rows."""
    try:
        for row_id in ids:
            current_app.send_task(task, args=[row_id], expires=expires, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("nudge not sent, the sweep will find the rows: %s", error)


def list_stops(now: datetime) -> list[int]:
    """Stops that are due: every worker takes these before anything else, whatever it was nudged for."""
    return list(Push.objects.due(now).filter(lane=Push.Lane.STOP).values_list("pk", flat=True))


def claim(push_id: int, *, now: datetime) -> Push | None:
    """Takes a due row under a fresh lease; None where it is not due, or another worker has it.

    A row still marked sent was taken by a worker that died: nobody knows what became of its call.
    """
    token = uuid.uuid4()
    policy = house_policy()
    turn = Push.objects.due(now).filter(pk=push_id).values("pk")
    # `free` a second time, on the row itself: after waiting for a rival PostgreSQL asks only that again
    if (
        not Push.objects.free(now)
        .filter(pk__in=turn)
        .update(lease_token=token, lease_until=now + policy.seconds("push.lease"))
    ):
        return None
    Push.objects.filter(pk=push_id, lease_token=token, state=Push.State.SENT).update(
        state=follow(Push.State.SENT, Event.LOST),
        error={"meaning": "unsure", "message": "the worker stopped before an answer came"},
        doubt_until=F("sent_at") + policy.seconds("push.visibility_bound"),
    )
    return (
        Push.objects.select_related(
            "advertiser__connection",
            "launch",
            "campaign__advertiser",
            "adgroup__campaign",
            "ad__adgroup__campaign",
        )
        .filter(pk=push_id, lease_token=token)
        .first()
    )


def update_under_lease(push: Push, event: Event | None = None, **values: Any) -> bool:
    """Changes a row only while its lease holds; tells whether it did. The lease goes with `release=True`.

    Its state moves by the table of transitions alone. Raises TypeError for a state named outright.
    """
    if "state" in values:
        raise TypeError("a row's state moves by an event")
    if event is not None:
        values["state"] = follow(push.state, event)
    if values.pop("release", False):
        values |= {"lease_token": None, "lease_until": None}
    changed = Push.objects.filter(pk=push.pk, lease_token=push.lease_token).update(**values)
    if changed:
        for name, value in values.items():
            setattr(push, name, value)
    else:
        log.warning("push %s lost its lease; nothing was written", push.pk)
    return bool(changed)
