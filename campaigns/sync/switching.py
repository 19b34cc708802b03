"""Switching objects on and off, up to twenty of one level in one call. A switch may be repeated: it is the same each time."""

from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.contract.limits import AD_WRITE_INTERVAL, STATUS_IDS
from campaigns.contract.statuses import DISABLE, ENABLE
from campaigns.models import Push
from campaigns.rules.policy import house_policy
from campaigns.sync import mirror, outbox, settling
from campaigns.sync.gateway import Gateway
from campaigns.sync.pull import EVERYTHING
from campaigns.tiktok.errors import Meaning, TikTokError


def switch_batch(push: Push, gateway: Gateway) -> None:
    """Makes a row's switch true, and along with it due rows of the same launch and level that want the same.

    Raises TikTokError about the first row only after the others of the batch were released to try again.
    """
    thing = push.target
    if push.state == Push.State.UNSURE:
        _look(push, gateway)
        return
    wanted = thing.wanted_switch
    if thing.operation_status == wanted or thing.is_removed or not thing.remote_id:
        _settle(push, wanted, now=gateway.now())
        return
    batch = [push, *_gather(push, wanted, now=gateway.now())]
    now = gateway.now()
    until = now + house_policy().seconds("push.lease")
    live = [
        row
        for row in batch
        if outbox.update_under_lease(
            row, state=Push.State.SENT, sent_at=now, attempts=row.attempts + 1, lease_until=until
        )
    ]
    if push not in live:
        _release([row for row in live if row is not push], now=now)
        return
    ids = [str(row.target.remote_id) for row in live]
    try:
        answer = gateway.update_status(thing.level, ids, wanted, urgent=wanted == DISABLE)
    except TikTokError as error:
        rest = [row for row in live if row is not push]
        if error.meaning is Meaning.REFUSED and rest:
            # one bad id fails the call for all ads (docs): each tries alone, so that the bad one is found
            _release(rest, now=gateway.now(), alone=True)
        else:
            _release(rest, now=gateway.now())
        raise
    failed = {str(row.get(thing.level.id_member)): row for row in answer.data.get("error_list") or []}
    for row in live:
        problem = failed.get(str(row.target.remote_id))
        if problem is None:
            _settle(row, wanted, now=gateway.now())
        else:
            _refuse(
                row,
                problem,
                endpoint=f"smart_plus/{thing.level}/status/update/",
                request_id=answer.request_id,
                now=gateway.now(),
            )


def _gather(push: Push, wanted: str, *, now: datetime) -> list[Push]:
    """Claims more due rows for the same call. Rows that were tried alone before stay alone."""
    if push.launch_id is None or push.attempts:
        return []
    rows = Push.objects.due(now).filter(
        launch=push.launch_id,
        aspect=Push.Aspect.SWITCH,
        depth=push.depth,
        state=Push.State.WAITING,
        attempts=0,
    )
    claimed = [
        outbox.claim(pk, now=now)
        for pk in rows.exclude(pk=push.pk).values_list("pk", flat=True)[: STATUS_IDS - 1]
    ]
    batch: list[Push] = []
    for row in claimed:
        if row is None:
            continue
        if row.target.wanted_switch == wanted and row.target.remote_id:
            batch.append(row)
        else:
            outbox.update_under_lease(row, release=True)
    return batch


def _look(push: Push, gateway: Gateway) -> None:
    """After a lost answer: read the object; what is not true yet is sent again."""
    thing = push.target
    rows = gateway.read_all(thing.level, {thing.level.ids_member: [str(thing.remote_id)], **EVERYTHING})
    if rows:
        with transaction.atomic():
            mirror.fold(thing, rows[0], now=gateway.now())
    if thing.operation_status == thing.wanted_switch:
        _settle(push, thing.wanted_switch, now=gateway.now())
    else:
        # a late commit of the lost call would do the same thing once more, so sending again is safe
        later = gateway.now() + (AD_WRITE_INTERVAL if push.ad_id else AD_WRITE_INTERVAL * 0)
        outbox.update_under_lease(push, state=Push.State.WAITING, not_before=later, release=True)


def _settle(push: Push, status: str, *, now: datetime) -> None:
    with transaction.atomic():
        thing = push.target
        wanted = type(thing)._default_manager.values_list("wanted", flat=True).get(pk=thing.pk)
        moved_on = (wanted.get("operation_status") or ENABLE) != status
        state = Push.State.WAITING if moved_on else Push.State.DONE  # somebody wants it otherwise meanwhile
        if outbox.update_under_lease(
            push, state=state, error=None, settled_at=now, not_before=now, release=True
        ):
            if thing.remote_id and not thing.is_removed:
                mirror.fold_switch(thing, status, now=now)
            settling.finish_launch(push, now=now)


def _refuse(push: Push, problem: dict[str, Any], *, endpoint: str, request_id: str, now: datetime) -> None:
    said = TikTokError(
        Meaning.REFUSED,
        str(problem.get("error_message") or "no reason given"),
        endpoint=endpoint,
        request_id=request_id,
    )
    outbox.update_under_lease(
        push, state=Push.State.REFUSED, error=said.as_json(), settled_at=now, release=True
    )


def _release(rows: list[Push], *, now: datetime, alone: bool = False) -> None:
    for row in rows:
        attempts = row.attempts if alone else 0
        later = now + house_policy().seconds("push.conflict_wait")
        outbox.update_under_lease(
            row, state=Push.State.WAITING, attempts=attempts, not_before=later, release=True
        )
