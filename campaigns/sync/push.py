"""Making one outbox row true: the right next call, and what its answer means for the row.

Nothing is resent from unsure: see look.py. Bodies are made here, switches in switching.py; a launch is read back in
verify.py before anything is switched on. The clock is asked again after every call.
"""

import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError

from campaigns.contract.levels import Level
from campaigns.contract.limits import MAX_INT64
from campaigns.contract.shape import read_members
from campaigns.contract.statuses import DISABLE
from campaigns.models import Campaign, Launch, Push
from campaigns.models.prepared import Prepared, number
from campaigns.rules.policy import house_policy
from campaigns.sync import cancelling, drift, leases, mirror, outbox, settling
from campaigns.sync.announcing import announce_need
from campaigns.sync.bringing import brings_back, keep_mark
from campaigns.sync.connections import note_refused
from campaigns.sync.flipping import name_target
from campaigns.sync.gateway import Gateway, Road
from campaigns.sync.lastcheck import find_refusals
from campaigns.sync.look import look_for
from campaigns.sync.pictures import find_pictures
from campaigns.sync.plan import compose_create, list_addresses
from campaigns.sync.pull import refresh_tree
from campaigns.sync.switching import switch_batch, turn_round
from campaigns.sync.transitions import Event
from campaigns.sync.turns import OutOfRoom
from campaigns.sync.updating import update_object
from campaigns.tiktok.errors import Meaning, TikTokError

log = logging.getLogger(__name__)


def advance(push_id: int, road: Road) -> bool:
    """Takes a due row one call further, after all stops that are due. Returns whether there was anything to do.

    Never raises for what TikTok answers.
    """
    worked = [_advance(pk, depth, road) for pk, depth in outbox.list_turns(push_id, now=road.clock())]
    return any(worked)


def _advance(push_id: int, depth: int, road: Road) -> bool:
    push = leases.claim(push_id, now=road.clock(), depth=depth)
    if push is None:
        return False
    gateway = Gateway(push.advertiser, road)
    turn = settling.find_turn(push, now=gateway.now())
    if turn > gateway.now():
        leases.update_under_lease(push, not_before=turn, release=True)
        return True
    try:
        _take_a_call_further(push, gateway)
        if push.aspect == Push.Aspect.SWITCH and push.state == Push.State.DONE:
            _show_outcome(push, gateway)
        _nudge_next(push, gateway)
    except settling.Deleted as gone:
        log.info("push %s is no more: somebody cancelled it, and deleted %s", push.pk, gone)
    return True


def _take_a_call_further(push: Push, gateway: Gateway) -> None:
    """Raises Deleted, and what the database says."""
    wanted = push.target.wanted
    try:
        _take_further(push, gateway)
    except TikTokError as error:
        with settling.settlement(push):
            if push.target.remote_id and _wants_otherwise(push, wanted, error):
                turn_round(push, error, now=gateway.now())
            else:
                settle_error(push, gateway, error, now=gateway.now())
    except (DatabaseError, settling.Deleted):
        raise  # the database may be back in a moment, and the row as it was
    except Exception as error:
        log.exception("push %s broke off", push.pk)
        _settle_crash(push, error, now=gateway.now())


def _take_further(push: Push, gateway: Gateway) -> None:
    if push.aspect == Push.Aspect.SWITCH:
        switch_batch(push, gateway)
    elif push.target.remote_id and push.launch_id and not brings_back(push):
        settle_made(push, push.target.remote or {}, gateway)
    elif push.target.remote_id:
        update_object(push, gateway)
    elif push.state == Push.State.UNSURE:
        look_for(push, gateway)
    else:
        create_object(push, gateway)


def _wants_otherwise(push: Push, before: Mapping[str, Any], error: TikTokError) -> bool:
    """Whether somebody changed what the failed call was about. A lost update may still land: it is looked for first."""
    now: Mapping[str, Any] = push.target.wanted
    if push.aspect == Push.Aspect.BODY:
        return error.meaning is not Meaning.UNSURE and now != before
    return now.get("operation_status") != before.get("operation_status")


def _settle_crash(push: Push, error: Exception, *, now: datetime) -> None:
    """A fault of ours, the same at every try: a person is told. What was sent already becomes unsure with its lease.

    What is live is held otherwise than wanted from then on, which is drift, as with a change that TikTok refused.
    """
    if push.state == Push.State.SENT:
        return
    said = {
        "meaning": "crash",
        "message": f"We could not go on with it: {type(error).__name__}: {error}. It is in the server's log.",
        **settling.mark_live(push),
        **keep_mark(push),
    }
    if leases.update_under_lease(push, Event.CRASHED, error=said, settled_at=now, release=True):
        announce_need(push.root_id, name_target(push.target), said, now=now)
        if push.launch_id is None:
            _note_drift(push, now=now)


def _note_drift(push: Push, *, now: datetime) -> None:
    """Never raises for a fault of ours: what made the row break off may break the comparison too, and the row is settled."""
    try:
        drift.note_drift([push.root_id], now=now)
    except DatabaseError:
        raise
    except Exception:
        log.exception("campaign %s was not compared", push.root_id)


def _nudge_next(push: Push, gateway: Gateway) -> None:
    """What a settled row opens the way for; the sweep finds it too, a second later."""
    now = gateway.now()
    if push.state == Push.State.WAITING and push.not_before <= now:
        outbox.nudge_due(now=now, push=push.pk)
    if not push.launch_id:
        return
    cancelled, unread = outbox.read_course(push.launch_id, now=now)
    if cancelled:
        cancelling.close_cancelled(push, now=now)
        return
    if push.state != Push.State.DONE:
        return
    if push.depth < Push.LEAF or push.aspect == Push.Aspect.SWITCH:
        outbox.nudge_due(now=now, launch=push.launch_id)
    if unread:
        outbox.send_messages(outbox.VERIFY_TASK, [push.launch_id])


def _show_outcome(push: Push, gateway: Gateway) -> None:
    """Reads the tree once its last switch is through, so that nobody looks at a status from before it."""
    if push.launch_id and not _OVER.fetch(launch=push.launch_id):
        return
    if outbox.has_stops(now=gateway.now()):  # looking can wait; the next one to switch shows all
        return
    thing = push.target
    try:
        refresh_tree(gateway, thing if isinstance(thing, Campaign) else thing.campaign)
    except TikTokError as error:
        log.info("status not read after a switch, the next pull brings it: %s", error.message)


_OVER = Prepared(
    lambda launch: Launch.objects.filter(pk=launch, finished_at__isnull=False).values_list("pk"),
    launch=number,
)


def create_object(push: Push, gateway: Gateway) -> None:
    """Makes an object, switched off. The row is marked sent before the call leaves; a certain answer settles it."""
    thing = push.target
    findings = find_refusals(push, now=gateway.now())
    if findings:
        refusal = {"meaning": "rules", "message": findings[0]["message"], "findings": findings}
        leases.update_under_lease(push, Event.REFUSED, error=refusal, settled_at=gateway.now(), release=True)
        return
    members = read_members(thing.level, thing.wanted).values
    pictures = find_pictures(gateway, list_addresses(members)) if thing.level is Level.AD else {}
    body = compose_create(
        level=thing.level,
        members=members,
        advertiser_id=push.advertiser.advertiser_id,
        parent_id=parent_id(push),
        request_id=None if thing.level is Level.AD else push.request_id or draw_request_id(),
        pictures=pictures,
    )
    at = gateway.take_room(thing.level, "create")
    now = max(gateway.now(), at)
    sent = leases.update_under_lease(
        push,
        Event.SENT,
        sent_at=now,
        attempts=push.attempts + 1,
        request_id=body.get("request_id", ""),
        looks=0,
        lease_until=now + house_policy().seconds("push.lease"),
    )
    if not sent:
        return
    answer = gateway.create(thing.level, body, at=at)
    if not answer.data.get(thing.level.id_member):
        said = "the answer names no id"
        raise TikTokError(
            Meaning.UNSURE, said, endpoint=f"smart_plus/{thing.level}/create/", request_id=answer.request_id
        )
    settle_made(push, answer.data, gateway)


def parent_id(push: Push) -> str | None:
    """TikTok's id of the object's parent; None for a campaign."""
    if push.adgroup is not None:
        return push.adgroup.campaign.remote_id
    return push.ad.adgroup.remote_id if push.ad is not None else None


def draw_request_id() -> str:
    """A random positive 63-bit number, as TikTok wants it (C2, R6)."""
    return str(secrets.randbelow(MAX_INT64) + 1)


def settle_made(push: Push, body: dict[str, Any], gateway: Gateway) -> None:
    """The object exists: its body goes through the mirror, the row is done, in one transaction under the lease.

    Raises TikTokError where a look for a sibling was faster and took the object for its own.
    """
    now = gateway.now()
    with settling.settlement(push):
        made = str(body[push.target.level.id_member])
        if made != push.target.remote_id and settling.is_claimed(push, made):
            said = "a row with the same body was unsure and took this object for its own"
            raise TikTokError(Meaning.UNSURE, said, endpoint=f"smart_plus/{push.target.level}/create/")
        if leases.update_under_lease(push, Event.ANSWERED, error=None, settled_at=now, release=True):
            mirror.fold(push.target, body, now=now)
            settling.note_made(push, now=now)


def settle_error(push: Push, gateway: Gateway, error: TikTokError, *, now: datetime) -> None:
    """What an answer that is no success does to the row: one table (design section 2). The caller holds the campaign."""
    said = settling.describe(push, error)
    wait = _find_wait(push, error)
    if error.meaning in (Meaning.UNSURE, Meaning.DUPLICATE):
        _settle_unsure(push, said, wait, now=now)
    elif error.meaning in _PASSING:
        # nobody was nudged for that moment: the sweep does it once it has come
        values: dict[str, Any] = {"not_before": now + wait, "nudged_at": None}
        if error.meaning is not Meaning.PACED:  # waiting for one's turn is no trouble: nobody said anything
            values["error"] = said
        leases.update_under_lease(push, Event.DELAYED, **values, release=True)
        if error.meaning is Meaning.THROTTLED:
            # the row's own wait doubles, everybody's does not: a row tried often would hold all others up for minutes
            gateway.penalise(house_policy().seconds("meter.throttle_pause"))
        if error.meaning is Meaning.TOKEN:
            note_refused(push.advertiser.connection, error, now=now)
    elif push.state == Push.State.UNSURE:  # a look was refused: what may exist is still unknown
        longest = house_policy().seconds("push.retry_longest")
        leases.update_under_lease(push, error=said, not_before=now + longest, release=True)
    elif error.meaning is Meaning.MISSING and settling.is_young(push, now=now):
        # not every server of TikTok's knows yet what was made a moment ago
        leases.update_under_lease(push, Event.DELAYED, error=said, not_before=now + wait, release=True)
    elif push.aspect == Push.Aspect.SWITCH and settling.goes_along(push):
        leases.update_under_lease(push, Event.ANSWERED, error=None, settled_at=now, release=True)
    else:
        settling.refuse(push, error, now=now)
        log.info(
            "push %s refused by TikTok: %s (code %s, log id %s)",
            push.pk,
            error.message,
            error.code,
            error.request_id,
        )


_PASSING = (Meaning.UNREACHABLE, Meaning.PACED, Meaning.THROTTLED, Meaning.CONFLICT, Meaning.TOKEN)


def _find_wait(push: Push, error: TikTokError) -> timedelta:
    """How long to wait before the next try; a stop waits no longer at its last try than at its first."""
    if isinstance(error, OutOfRoom):
        return error.wait
    policy = house_policy()
    tries = 0 if push.lane == Push.Lane.STOP else min(push.attempts, 8)
    if error.meaning in (Meaning.CONFLICT, Meaning.MISSING):
        return policy.seconds("push.conflict_wait")
    if error.meaning is Meaning.TOKEN:
        return policy.seconds("push.token_wait")
    throttled = error.meaning is Meaning.THROTTLED
    first = policy.seconds("meter.throttle_pause" if throttled else "push.retry_first")
    doublings = min(tries, 4) if throttled else tries
    return min(first * int(2**doublings), policy.seconds("push.retry_longest"))


def _settle_unsure(push: Push, said: dict[str, Any], wait: timedelta, *, now: datetime) -> None:
    """Nobody knows what became of the call: it is looked for after the bound. Only a stop is said again at once."""
    policy = house_policy()
    if push.state not in (Push.State.SENT, Push.State.UNSURE):
        # a look-up or an upload broke before anything was sent: nothing can exist
        tried = push.attempts + 1
        leases.update_under_lease(
            push, Event.DELAYED, error=said, not_before=now + wait, attempts=tried, release=True
        )
        return
    bound = (push.sent_at or now) + policy.seconds("push.visibility_bound")
    later = bound if push.state == Push.State.SENT else now + policy.seconds("push.look_apart")
    if push.aspect == Push.Aspect.SWITCH and push.target.wanted_switch == DISABLE:
        later = now + wait
    leases.update_under_lease(
        push,
        Event.LOST,
        error=said,
        not_before=max(later, now),
        doubt_until=max(bound, push.doubt_until or bound),
        release=True,
    )
