"""Switching objects on and off, up to twenty of one level in one call. A switch may be repeated: it is the same each time.

A start whose answer was lost may still be carried out after a stop that was sent later: such a stop is said again once
the doubt is over (`doubt_until`).
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from campaigns.contract.limits import AD_WRITE_INTERVAL
from campaigns.contract.statuses import DELETE, DISABLE
from campaigns.models import Ad, AdGroup, Campaign, Push, Thing
from campaigns.rules.policy import house_policy
from campaigns.sync import leases, mirror
from campaigns.sync.gateway import Gateway
from campaigns.sync.pull import EVERYTHING
from campaigns.sync.settling import (
    find_turn,
    finish_launch,
    goes_along,
    is_young,
    note_met,
    refuse,
    release,
    settlement,
)
from campaigns.sync.transitions import Event
from campaigns.tiktok.errors import CERTAIN, Meaning, TikTokError

AWAY = (DISABLE, DELETE)  # what spends nothing any more: it never waits behind a bulk launch


def switch_batch(push: Push, gateway: Gateway) -> None:
    """Makes a row's switch true, and along with it due rows of the same level that want the same.

    What the mirror holds is no reason to send nothing: it may be older than what somebody else did at TikTok.
    Raises TikTokError about the first row only after the others of the batch were released to try again.
    """
    wanted = push.target.wanted_switch
    if push.target.is_removed or not push.target.remote_id:
        _settle_gone(push, now=gateway.now())
        return
    if push.state == Push.State.UNSURE and wanted != DISABLE:
        _look(push, gateway)
        return
    level = push.target.level
    at = gateway.take_room(level, "status/update", urgent=wanted in AWAY)
    batch = [push, *_gather(push, wanted, now=gateway.now())]
    now = max(gateway.now(), at)
    until = now + house_policy().seconds("push.lease")
    tried = push.attempts + 1  # the others were never tried, or there are none
    live = leases.update_all_under_lease(batch, Event.SENT, sent_at=now, attempts=tried, lease_until=until)
    if push not in live:
        release([row for row in live if row is not push], now=now)
        return
    ids = [str(row.target.remote_id) for row in live]
    try:
        failed = gateway.update_status(level, ids, wanted, at=at).failed
    except TikTokError as error:
        rest = [row for row in live if row is not push]
        if error.meaning in CERTAIN and rest:
            # one bad id fails the call for all ads (docs): each tries alone, so that the bad one is found
            release(live, now=gateway.now(), alone=True)
            return
        release(rest, now=gateway.now(), doubtful=error.meaning is Meaning.UNSURE)
        raise
    _settle([row for row in live if str(row.target.remote_id) not in failed], wanted, now=gateway.now())
    for row in live:
        problem = failed.get(str(row.target.remote_id))
        if problem is not None:
            _refuse(row, wanted, problem, now=gateway.now())


def _gather(push: Push, wanted: str, *, now: datetime) -> list[Push]:
    """Claims more due rows for the same call. Rows that were tried alone before stay alone."""
    if push.attempts:
        return []
    claimed = leases.claim_alike(push, now=now)
    batch = [row for row in claimed if _fits(row, wanted, now=now)]
    leases.update_all_under_lease([row for row in claimed if row not in batch], release=True)
    return batch


def _fits(push: Push, wanted: str, *, now: datetime) -> bool:
    thing = push.target
    there = thing.remote_id and not thing.is_removed
    return bool(there) and thing.wanted_switch == wanted and find_turn(push, now=now) <= now


def _look(push: Push, gateway: Gateway) -> None:
    """After a lost start or removal: read the object; what is not true yet is sent again.

    A removal is refused where it was carried out already: it is sent again only once no reading can miss that any more.
    """
    level, begun = push.target.level, gateway.now()
    # one that never left cannot have been carried out
    sure = push.sent_at + 2 * house_policy().seconds("push.visibility_bound") if push.sent_at else begun
    rows = gateway.read_all(level, {level.ids_member: [str(push.target.remote_id)], **EVERYTHING})
    now = gateway.now()
    with settlement(push):
        if rows:
            mirror.fold(push.target, rows[0], now=now, read_at=begun)
        if push.target.operation_status == push.target.wanted_switch:
            _book([push], push.target.wanted_switch, now=now)
        elif push.target.wanted_switch == DELETE and not push.target.is_removed and begun < sure:
            leases.update_under_lease(push, not_before=sure, release=True)
        else:
            # a late commit of the lost call would do the same thing once more, so sending again is safe
            later = now + (AD_WRITE_INTERVAL if push.ad_id else AD_WRITE_INTERVAL * 0)
            leases.update_under_lease(push, Event.NOT_FOUND, not_before=later, release=True)


def _settle(rows: Sequence[Push], status: str, *, now: datetime) -> None:
    """One transaction for each campaign; stops of one call may be of several."""
    for _, group in groupby(sorted(rows, key=_root), key=_root):
        some = list(group)
        with settlement(*some):
            _book(some, status, now=now)


def _root(push: Push) -> int:
    return push.root_id


def _book(rows: Sequence[Push], status: str, *, now: datetime) -> None:
    """TikTok holds the status now. The caller holds the campaign, so that no stop comes in between unseen."""
    after = [(_conclude(row, status, now=now), row) for row in rows]
    booked: list[Push] = []
    for outcome in dict.fromkeys(outcome for outcome, _ in after):
        event, values = outcome
        some = [row for said, row in after if said == outcome]
        booked += leases.update_all_under_lease(some, event, **dict(values), error=None, release=True)
    if not booked:
        return
    if status == DELETE:
        for row in booked:
            _note_removed(row.target, now=now)
    else:
        mirror.fold_switches([row.target for row in booked], status, now=now)
    note_met(booked[0], now=now)
    finish_launch(booked[0].root_id, now=now)


def _conclude(
    push: Push, status: str, *, now: datetime
) -> tuple[Event, tuple[tuple[str, datetime | None], ...]]:
    """What a switch that TikTok took means for its row."""
    if push.target.wanted_switch != status:  # somebody wants it otherwise meanwhile
        return Event.CHANGED, (("not_before", now), ("nudged_at", None))
    if status == DISABLE and push.doubt_until is not None and push.doubt_until > now:
        return Event.DELAYED, (("not_before", push.doubt_until),)
    event = Event.FOUND if push.state == Push.State.UNSURE else Event.ANSWERED
    return event, (("doubt_until", None), ("settled_at", now))


def _note_removed(thing: Thing, *, now: datetime) -> None:
    """What is removed takes along everything below it."""
    below: list[Thing] = [thing]
    if isinstance(thing, Campaign):
        below += thing.adgroups.exclude(remote_id=None)
        below += Ad.objects.filter(adgroup__campaign=thing).exclude(remote_id=None)
    elif isinstance(thing, AdGroup):
        below += thing.ads.exclude(remote_id=None)
    for item in below:
        mirror.note_vanished(item, now=now, ours=True)


def _settle_gone(push: Push, *, now: datetime) -> None:
    """What is not there cannot spend: a stop is done, and so is what goes with its parent. A start is not, and what waits
    for it must not go on."""
    said = "It is not at TikTok any more; it cannot be switched on."
    gone = TikTokError(Meaning.MISSING, said, endpoint=f"smart_plus/{push.target.level}/status/update/")
    with settlement(push):
        if push.target.wanted_switch in AWAY or goes_along(push):
            leases.update_under_lease(push, Event.ANSWERED, error=None, settled_at=now, release=True)
        else:
            refuse(push, gone, now=now)
        finish_launch(push.root_id, now=now)


def _refuse(push: Push, status: str, error: TikTokError, *, now: datetime) -> None:
    with settlement(push):
        if goes_along(push):
            leases.update_under_lease(push, Event.ANSWERED, error=None, settled_at=now, release=True)
        elif push.target.wanted_switch != status:
            turn_round(push, error, now=now)
        elif is_young(push, now=now):  # not every server of TikTok's knows yet what was made a moment ago
            release([push], now=now, alone=True)
        else:
            refuse(push, error, now=now)


def turn_round(push: Push, error: TikTokError, *, now: datetime) -> None:
    """The call failed, and somebody wants the switch otherwise meanwhile: that is tried now."""
    doubt = now + house_policy().seconds("push.visibility_bound")
    values = {"doubt_until": doubt} if error.meaning is Meaning.UNSURE else {}
    leases.update_under_lease(
        push,
        Event.CHANGED,
        error=error.as_json(),
        not_before=now,
        nudged_at=None,
        release=True,
        **values,
    )
