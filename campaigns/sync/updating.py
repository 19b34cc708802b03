"""Making the body of an object that exists equal to what is wanted: read wanted when the call leaves, send what differs.

An update may be repeated: it is the same each time. One whose answer was lost is looked for after the bound, when it can
no longer undo a later one; what is not true then is sent again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaigns.contract.choices import SPREAD_BY_TIKTOK
from campaigns.contract.codes import NOTHING_TO_UPDATE
from campaigns.contract.levels import Level
from campaigns.contract.limits import BUDGET_ENTRIES
from campaigns.contract.shape import read_members
from campaigns.models import AdGroup, Push
from campaigns.rules.policy import house_policy
from campaigns.sync import leases, mirror
from campaigns.sync.bodies import compose_wanted, list_pictures
from campaigns.sync.bringing import brings_back, keep_mark
from campaigns.sync.gateway import Gateway
from campaigns.sync.pictures import find_pictures
from campaigns.sync.plan import list_addresses
from campaigns.sync.plan_update import Update, plan_update
from campaigns.sync.pull import EVERYTHING
from campaigns.sync.settling import note_made, note_met, release, settlement
from campaigns.sync.transitions import Event
from campaigns.tiktok.errors import CERTAIN, Meaning, TikTokError


def update_object(push: Push, gateway: Gateway) -> None:
    """Takes an update one call further. Raises TikTokError about the row itself."""
    if push.target.is_removed:
        said = "It is not at TikTok any more; nothing can be changed there."
        raise TikTokError(Meaning.MISSING, said, endpoint=f"smart_plus/{push.target.level}/update/")
    if push.state == Push.State.UNSURE:
        _look(push, gateway)
        return
    update = _plan(push, gateway)
    if update is None:
        _settle(push, None, {}, push.target.wanted, gateway)
        return
    if update.sets_budget_alone:
        _set_budgets(push, update, gateway)
        return
    level, wanted = push.target.level, push.target.wanted
    at = gateway.take_room(level, "update")
    if _mark_sent(push, at, gateway):
        body = {
            "advertiser_id": push.advertiser.advertiser_id,
            level.id_member: push.target.remote_id,
            **update.members,
        }
        try:
            answer = gateway.update(level, body, at=at)
        except TikTokError as error:
            if error.code != NOTHING_TO_UPDATE:
                raise
            _look(push, gateway, equal=True)
        else:
            _settle(push, update, answer.data, wanted, gateway)


def plan_row(push: Push) -> Update | None:
    """What a row would send now, by what the mirror holds. A picture not uploaded yet has no id."""
    thing = push.target
    wanted = compose_wanted(thing, list_pictures(push.advertiser_id, [thing]))
    return plan_update(level=thing.level, wanted=wanted, remote=thing.remote or {})


def _plan(push: Push, gateway: Gateway) -> Update | None:
    thing = push.target
    if thing.level is Level.AD:
        find_pictures(gateway, list_addresses(read_members(thing.level, thing.wanted).values))
    if not brings_back(push):
        return plan_row(push)
    wanted = compose_wanted(thing, list_pictures(push.advertiser_id, [thing]))
    # the row still shows what our own create said; what somebody changed so soon after it, only a reading does
    return plan_update(level=thing.level, wanted=wanted, remote=_read(push, gateway))


def _read(push: Push, gateway: Gateway) -> Mapping[str, Any]:
    """The object as TikTok shows it now. Raises TikTokError where it shows none."""
    level = push.target.level
    rows = gateway.read_all(level, {level.ids_member: [str(push.target.remote_id)], **EVERYTHING})
    if not rows:
        raise TikTokError(Meaning.MISSING, "TikTok does not show it.", endpoint=f"smart_plus/{level}/get/")
    return rows[0]


def _mark_sent(push: Push, at: datetime, gateway: Gateway) -> bool:
    now = max(gateway.now(), at)
    return leases.update_under_lease(
        push,
        Event.SENT,
        sent_at=now,
        attempts=push.attempts + 1,
        lease_until=now + house_policy().seconds("push.lease"),
    )


def _settle(
    push: Push, update: Update | None, body: Mapping[str, Any], sent: Mapping[str, Any], gateway: Gateway
) -> None:
    """The update is through: `body` is what TikTok answered. One that was changed meanwhile waits for its next turn."""
    now = gateway.now()
    with settlement(push):
        event = Event.ANSWERED
        values: dict[str, Any] = {"doubt_until": None, "settled_at": now}
        if push.target.wanted != sent:
            event, values = Event.CHANGED, {"not_before": now, "nudged_at": None, "attempts": 0}
        values["error"] = (keep_mark(push) or None) if event is Event.CHANGED else None
        if leases.update_under_lease(push, event, **values, release=True) and update is not None:
            if body.get(push.target.level.id_member):
                mirror.fold(push.target, body, now=now)
            else:
                mirror.fold_members(push.target, update.members, now=now)
            _spread(push, update.members, now=now)
        if push.state == Push.State.DONE:
            _note_equal(push, now=now)


def _spread(push: Push, members: Mapping[str, Any], *, now: datetime) -> None:
    """TikTok applies a price to every ad group of the campaign (R41); the next pull tells where it did not."""
    prices = {name: value for name, value in members.items() if name in SPREAD_BY_TIKTOK}
    if prices:
        siblings = AdGroup.objects.filter(campaign=push.root_id, vanished_at=None).exclude(remote=None)
        for sibling in siblings:
            mirror.fold_members(sibling, prices, now=now)


def _look(push: Push, gateway: Gateway, *, equal: bool = False) -> None:
    """After a lost answer: what TikTok holds decides. Never before the bound: the lost call may still land.

    `equal`: TikTok said that nothing differs, whatever we make of what it shows.
    """
    level, begun = push.target.level, gateway.now()
    rows = gateway.read_all(level, {level.ids_member: [str(push.target.remote_id)], **EVERYTHING})
    now = gateway.now()
    with settlement(push):
        if not equal and mirror.is_young(push.target, begun):
            # another call of ours, a switch or a sibling's price, is so young that what differs might only be old
            written = push.target.written_at or begun
            later = written + house_policy().seconds("push.visibility_bound")
            leases.update_under_lease(push, not_before=later, nudged_at=None, release=True)
            return
        if rows:
            before = push.target.remote or {}
            if mirror.fold(push.target, rows[0], now=now, read_at=begun):
                moved = {name: value for name, value in rows[0].items() if value != before.get(name)}
                _spread(push, moved, now=now)
        event = Event.NOT_FOUND
        values: dict[str, Any] = {"not_before": now, "nudged_at": None}
        if equal or (rows and plan_row(push) is None):
            event = Event.ANSWERED if equal else Event.FOUND
            values = {"doubt_until": None, "settled_at": now, "error": None}
        if leases.update_under_lease(push, event, **values, release=True) and push.state == Push.State.DONE:
            mirror.note_written(push.target, at=begun)
            _note_equal(push, now=now)


def _note_equal(push: Push, *, now: datetime) -> None:
    """The object is as wanted. With the last one of a launch that waited for it the tree is read back."""
    if push.launch_id is None:
        note_met(push, now=now)
    else:
        note_made(push, now=now)


def _set_budgets(push: Push, update: Update, gateway: Gateway) -> None:
    """One call for all ad groups of the campaign whose budget alone is to change."""
    at = gateway.take_room(Level.ADGROUP, "budget/update")
    planned = [(push, update), *_gather(push, gateway)]
    live = [(row, item) for row, item in planned if _mark_sent(row, at, gateway)]
    if push not in [row for row, _ in live]:
        release([row for row, _ in live], now=gateway.now())
        return
    wanted = {row.pk: row.target.wanted for row, _ in live}
    rest = [row for row, _ in live if row is not push]
    try:
        budgets = {str(row.target.remote_id): item.members["budget"] for row, item in live}
        gateway.update_budgets(budgets, at=at)
    except TikTokError as error:
        if (
            error.meaning in CERTAIN and rest
        ):  # all or nothing: each tries alone, so that the bad one is found
            release([push, *rest], now=gateway.now(), alone=True)
            return
        if error.meaning is Meaning.UNSURE:
            _doubt(rest, now=gateway.now())
        else:
            release(rest, now=gateway.now())
        raise
    for row, item in live:
        _settle(row, item, {}, wanted[row.pk], gateway)


def _gather(push: Push, gateway: Gateway) -> list[tuple[Push, Update]]:
    """Claims more rows for the same call. Rows that were tried alone before stay alone."""
    if push.attempts:
        return []
    due = Push.objects.due(gateway.now()).filter(
        adgroup__campaign=push.root_id,
        adgroup__remote_id__isnull=False,
        adgroup__vanished_at__isnull=True,
        aspect=Push.Aspect.BODY,
        state=Push.State.WAITING,
        attempts=0,
    )
    gathered = []
    for pk in list(due.exclude(pk=push.pk).values_list("pk", flat=True)[: BUDGET_ENTRIES - 1]):
        row = leases.claim(pk, now=gateway.now())
        if row is None:
            continue
        update = plan_row(row)
        if update is not None and update.sets_budget_alone:
            gathered.append((row, update))
        else:
            leases.update_under_lease(row, release=True)
    return gathered


def _doubt(rows: list[Push], *, now: datetime) -> None:
    bound = now + house_policy().seconds("push.visibility_bound")
    for row in rows:
        leases.update_under_lease(row, Event.LOST, not_before=bound, doubt_until=bound, release=True)
