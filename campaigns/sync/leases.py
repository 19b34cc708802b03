"""Taking rows of the outbox under a lease, and changing them only while it holds.

Every settlement carries its lease: a worker that lost it changes nothing. Works the same on SQLite and PostgreSQL.
"""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import QuerySet

from campaigns.contract.limits import STATUS_IDS
from campaigns.models import Push
from campaigns.models.prepared import Prepared, Several, Stand, moment, number, small, token, update_rows
from campaigns.rules.policy import house_policy
from campaigns.sync.bringing import keep_mark
from campaigns.sync.transitions import Event, follow

log = logging.getLogger(__name__)


def _take(lease: uuid.UUID, until: datetime) -> dict[str, Any]:
    return {"lease_token": lease, "lease_until": until}


# `free` a second time, on the row itself: after waiting for a rival PostgreSQL asks only that again
_CLAIM = Prepared(
    lambda now, push: Push.objects.free(now).filter(
        pk__in=Push.objects.due(now).filter(pk=push).values("pk")
    ),
    values=_take,
    now=moment,
    push=number,
    lease=token,
    until=moment,
)
_ROADS = ("campaign__advertiser", "adgroup__campaign", "ad__adgroup__campaign")  # by the row's depth


_DEPTHS: dict[int | None, tuple[str, ...]] = {None: _ROADS} | {at: (road,) for at, road in enumerate(_ROADS)}


def _prepare_taken(find: Callable[..., "QuerySet[Push]"], **kinds: Any) -> dict[int | None, Prepared]:
    """By depth. No index knows the leases: rows are asked for by their ids, which alone nobody else can change."""
    rows = Push.objects.select_related("advertiser__connection", "launch").order_by("pk")
    return {
        depth: Prepared(partial(find, rows.select_related(*roads)), **kinds)
        for depth, roads in _DEPTHS.items()
    }


_TAKEN = _prepare_taken(
    lambda rows, push, lease: rows.filter(pk=push, lease_token=lease), push=number, lease=token
)
_TAKEN_SOME = _prepare_taken(
    lambda rows, pushes, lease: rows.filter(pk__in=pushes, lease_token=lease),
    pushes=Several(number),
    lease=token,
)


def claim(push_id: int, *, now: datetime, depth: int | None = None) -> Push | None:
    """Takes a due row under a fresh lease; None where it is not due, or another worker has it.

    A row still marked sent was taken by a worker that died: nobody knows what became of its call. Whoever knows the
    row's `depth` spares the tables of the other levels.
    """
    lease = uuid.uuid4()
    policy = house_policy()
    if not _CLAIM.execute(now=now, push=push_id, lease=lease, until=now + policy.seconds("push.lease")):
        return None
    push: Push | None = next(iter(_TAKEN[depth].fetch_models(push=push_id, lease=lease)), None)
    if push is not None and push.state == Push.State.SENT:
        assert push.sent_at is not None, "sent_has_its_time"
        lost = {"meaning": "unsure", "message": "the worker stopped before an answer came", **keep_mark(push)}
        bound = push.sent_at + policy.seconds("push.visibility_bound")
        if not update_under_lease(push, Event.LOST, error=lost, doubt_until=bound):
            return None
    return push


def _list_alike(now: datetime, push: int, **of: Any) -> "QuerySet[Push, Any]":
    """Due switches beside a row, of its account, launch, lane and level. Those that were tried alone before stay alone."""
    rows = Push.objects.due(now).filter(aspect=Push.Aspect.SWITCH, state=Push.State.WAITING, attempts=0, **of)
    return rows.exclude(pk=push).values_list("pk")[: STATUS_IDS - 1]


_KINDS: dict[str, Stand] = {"now": moment, "push": number, "account": number, "lane": small, "depth": small}
_ALIKE = Prepared(
    lambda now, push, account, lane, depth: _list_alike(
        now, push, launch=None, advertiser=account, lane=lane, depth=depth
    ),
    **_KINDS,
)
_ALIKE_OF_LAUNCH = Prepared(
    lambda now, push, launch, account, lane, depth: _list_alike(
        now, push, launch=launch, advertiser=account, lane=lane, depth=depth
    ),
    **_KINDS,
    launch=number,
)
_CLAIM_SOME = Prepared(
    lambda now, pushes: Push.objects.free(now).filter(pk__in=pushes),
    values=_take,
    now=moment,
    pushes=Several(number),
    lease=token,
    until=moment,
)


def claim_alike(push: Push, *, now: datetime) -> list[Push]:
    """Takes due switches that may share a row's call, with the pushes of their ads, all under one lease.

    Somebody may have changed what one of them wants by now: whoever calls looks at them before it does.
    """
    asked = {
        "now": now,
        "push": push.pk,
        "account": push.advertiser_id,
        "lane": push.lane,
        "depth": push.depth,
    }
    if push.launch_id is None:
        found = _ALIKE.fetch(**asked)
    else:
        found = _ALIKE_OF_LAUNCH.fetch(**asked, launch=push.launch_id)
    ids, lease = [pk for (pk,) in found], uuid.uuid4()
    until = now + house_policy().seconds("push.lease")
    if not _CLAIM_SOME.execute(now=now, pushes=ids, lease=lease, until=until):
        return []
    rows: list[Push] = _TAKEN_SOME[push.depth].fetch_models(pushes=ids, lease=lease)
    if push.depth == Push.LEAF:
        models.prefetch_related_objects(rows, "ad__pushes")
    return rows


def update_all_under_lease(pushes: Sequence[Push], event: Event | None = None, **values: Any) -> list[Push]:
    """The same change of several rows in a few statements; returns those whose leases hold."""
    if len(pushes) < 2:
        return [push for push in pushes if update_under_lease(push, event, **values)]
    live: list[Push] = []
    with transaction.atomic(savepoint=False):
        leases = [push.lease_token for push in pushes]
        held = {pk for (pk,) in _LEASED.fetch(rows=[push.pk for push in pushes], leases=leases)}
        for state in dict.fromkeys(push.state for push in pushes):
            some = [push for push in pushes if push.state == state and push.pk in held]
            changes = _write_changes(state, event, values)
            update_rows(Push, {"id": [push.pk for push in some]}, changes)
            for push in some:
                _carry(push, changes)
            live += some
    if len(live) < len(pushes):
        log.warning("%s pushes lost their leases; nothing was written to them", len(pushes) - len(live))
    return live


_LEASED = Prepared(
    lambda rows, leases: (
        Push.objects.select_for_update(no_key=True)
        .filter(pk__in=rows, lease_token__in=leases)
        .order_by("pk")
        .values_list("pk")
    ),
    rows=Several(number),
    leases=Several(token),
)


def update_under_lease(push: Push, event: Event | None = None, **values: Any) -> bool:
    """Changes a row only while its lease holds; tells whether it did. The lease goes with `release=True`.

    Its state moves by the table of transitions alone. Raises TypeError for a state named outright.
    """
    changes = _write_changes(push.state, event, values)
    changed = update_rows(Push, {"id": push.pk, "lease_token": push.lease_token}, changes)
    if changed:
        _carry(push, changes)
    else:
        log.warning("push %s lost its lease; nothing was written", push.pk)
    return bool(changed)


def _write_changes(state: str, event: Event | None, values: Mapping[str, Any]) -> dict[str, Any]:
    if "state" in values:
        raise TypeError("a row's state moves by an event")
    changes = {name: value for name, value in values.items() if name != "release"}
    if event is not None:
        changes["state"] = follow(state, event)
    if values.get("release"):
        changes |= {"lease_token": None, "lease_until": None}
    return changes


def _carry(push: Push, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(push, name, value)
