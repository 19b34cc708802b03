"""The outbox: opening rows, what is due, and nudging workers. The row is the truth, the message only a nudge.

How rows are taken and settled stands in leases.py. Works the same on SQLite and PostgreSQL.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from celery import current_app
from django.db import models, transaction
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from kombu.exceptions import OperationalError

from campaigns.contract.levels import Level
from campaigns.contract.limits import STATUS_IDS
from campaigns.models import Campaign, Launch, Push, Restoration, Thing
from campaigns.models.prepared import Prepared, moment, number, update_rows
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
    restored = Restoration.objects.first()
    if standing is None:
        return Push.objects.create(**_fresh(thing, aspect, lane, launch, restored))
    held = standing.state == Push.State.NEEDS_PERSON and not thing.remote_id
    if aspect == Push.Aspect.BODY and (standing.is_open or held):
        return standing
    fresh = _fresh(thing, aspect, lane, launch, restored)
    if fresh["state"] == Push.State.WAITING:
        fresh["state"] = follow(standing.state, Event.REOPENED)
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
    restored = Restoration.objects.first()
    for thing, aspect in wanted:
        row = Push(**_fresh(thing, aspect, Push.Lane.PUBLISH, launch, restored))
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


def _fresh(
    thing: Thing, aspect: str, lane: int, launch: Launch | None, restored: Restoration | None
) -> dict[str, Any]:
    campaign = thing if isinstance(thing, Campaign) else thing.campaign
    fresh = {
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
    unmade = aspect == Push.Aspect.BODY and not thing.remote_id
    if restored is not None and unmade and campaign.pk <= restored.campaigns_to:
        fresh |= doubt_restored(restored) | {"state": follow(Push.State.WAITING, Event.RESTORED)}
    return fresh


def doubt_restored(restored: Restoration) -> dict[str, Any]:
    """Of a row whose object may have been made after the backup: it is looked for since then, once no call of that time
    can land any more."""
    bound = restored.at + house_policy().seconds("push.visibility_bound")
    return {
        "sent_at": restored.backup_at,
        "not_before": bound,
        "doubt_until": bound,
        "error": {
            "meaning": "restored",
            "message": "The database was put back from a backup; it may have been made since. It is looked for first.",
        },
    }


def nudge_after_commit(*, launch: Launch | None = None, push: Push | None = None) -> None:
    """Sends a message for what is due, once the transaction is through."""
    rows = {"launch": launch.pk if launch else None, "push": push.pk if push else None}
    transaction.on_commit(lambda: nudge_due(now=read_real_time(), **rows))


def nudge_due(*, now: datetime, launch: int | None = None, push: int | None = None) -> int:
    """Nudges due rows that were not nudged lately, of one launch, of one row (our ids), or of all. Returns how many."""
    times = {"now": now, "again": now - house_policy().seconds("push.nudge_again")}
    if push is not None:
        found = _SILENT_ROW.fetch(**times, push=push)
    elif launch is not None:
        found = _SILENT_OF_LAUNCH.fetch(**times, launch=launch)
    else:
        found = _SILENT.fetch(**times)
    if found:
        update_rows(Push, {"id": [row[0] for row in found]}, {"nudged_at": now})
        send_messages(PUSH_TASK, _pick_leads(found))
    return len(found)


def _pick_leads(found: Iterable[tuple[Any, ...]]) -> Iterator[int]:
    """One message for as many switches of a launch as one call takes: whoever gets it takes the others along."""
    seen: Counter[tuple[int, int]] = Counter()
    for pk, aspect, launch, depth, attempts in found:
        if aspect == Push.Aspect.SWITCH and launch and not attempts:
            seen[launch, depth] += 1
            if seen[launch, depth] % STATUS_IDS != 1:
                continue
        yield pk


def _list_silent(now: datetime, again: datetime, **of: int) -> "QuerySet[Push, Any]":
    """A launch of nine hundred rows takes its turns with the others."""
    rows = Push.objects.due(now).filter(Q(nudged_at__isnull=True) | Q(nudged_at__lt=again), **of)
    turn = Window(RowNumber(), partition_by=F("launch"), order_by=["not_before", "pk"])
    fair = rows.annotate(turn=turn).order_by("lane", "turn", "not_before", "pk")
    return fair.values_list("pk", "aspect", "launch", "depth", "attempts")[:NUDGES_AT_ONCE]


_SILENT = Prepared(lambda now, again: _list_silent(now, again), now=moment, again=moment)
_SILENT_OF_LAUNCH = Prepared(
    lambda now, again, launch: _list_silent(now, again, launch=launch),
    now=moment,
    again=moment,
    launch=number,
)
_SILENT_ROW = Prepared(
    lambda now, again, push: _list_silent(now, again, pk=push), now=moment, again=moment, push=number
)
_UNREAD = Prepared(lambda now: Launch.objects.to_verify(now).values_list("pk")[:NUDGES_AT_ONCE], now=moment)


_COURSE = Prepared(
    lambda now, launch: Launch.objects.filter(
        Q(cancelled_at__isnull=False) | Q(verify_at__lte=now, verified_at__isnull=True), pk=launch
    ).values_list("cancelled_at"),
    now=moment,
    launch=number,
)


def read_course(launch_id: int, *, now: datetime) -> tuple[bool, bool]:
    """Whether a launch was cancelled, and whether it is due to be read back."""
    found = _COURSE.fetch(now=now, launch=launch_id)
    cancelled = any(row[0] for row in found)
    return cancelled, bool(found) and not cancelled


def nudge_unread(*, now: datetime) -> None:
    """Sends a message for launches that are due to be read back."""
    send_messages(VERIFY_TASK, [row[0] for row in _UNREAD.fetch(now=now)])


def send_messages(task: str, ids: Iterable[int], *, expires: float = MESSAGE_LIFE) -> None:
    """One message an id, worthless after `expires` seconds. A broker that is away costs nothing: the sweep finds the rows."""
    try:
        for row_id in ids:
            current_app.send_task(task, args=[row_id], expires=expires, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("nudge not sent, the sweep will find the rows: %s", error)


def _list_near(now: datetime, push: int) -> "QuerySet[Push, Any]":
    """A row and all stops, where nobody holds them. Asked with every call, so it joins nothing and each part has its index."""
    free = Push.objects.free(now).order_by().values_list("pk", "depth")
    return free.filter(pk=push).union(free.filter(lane=Push.Lane.STOP), all=True)


_NEAR = Prepared(_list_near, now=moment, push=number)
_STOPS = Prepared(
    lambda now: Push.objects.due(now).filter(lane=Push.Lane.STOP).values_list("pk", "depth"), now=moment
)


def list_turns(push_id: int, *, now: datetime) -> list[tuple[int, int]]:
    """Stops that are due, whatever a worker was nudged for, and last the row itself where it is free: ids and depths."""
    near = dict(_NEAR.fetch(now=now, push=push_id))
    own = [(push_id, near.pop(push_id))] if push_id in near else []
    stops = _STOPS.fetch(now=now) if near else []
    return [(pk, depth) for pk, depth in stops if pk != push_id] + own


def has_stops(*, now: datetime) -> bool:
    """Whether a stop is due."""
    return bool(_STOPS.fetch(now=now))
