"""Stopping and starting what exists at TikTok. Stops always pass and go first (L2, design section 4)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from campaigns.analysis.exposure import NOTHING
from campaigns.contract.statuses import DELETE, DISABLE, ENABLE
from campaigns.models import Campaign, Change, Person, Push, Thing
from campaigns.rules.authority import Act
from campaigns.rules.lifecycle import SWITCH
from campaigns.services import gate, limits
from campaigns.services.access import require
from campaigns.services.edits import Edit, judge_edits
from campaigns.services.errors import Refused, WrongState
from campaigns.services.wanted import campaign_of, hold, is_launching, name_target, record, reload, touch
from campaigns.sync import outbox


def set_switch(*, actor: Person, door: str, thing: Thing, status: str, now: datetime) -> Push:
    """Wants an object on or off; the worker makes it so. Raises as set_switches does."""
    return set_switches(actor=actor, door=door, things=[thing], status=status, now=now)[0]


def set_switches(
    *, actor: Person, door: str, things: Sequence[Thing], status: str, now: datetime
) -> list[Push]:
    """Wants objects on or off, of one campaign or many, all or none; the worker makes them so.

    A stop is asked nothing; what is to be removed stays so, and is sent again where that came to nothing. Raises WrongState
    for drafts and removed objects; for a start Refused, MustPropose, WrongState for what is to be removed; Forbidden.
    """
    if status not in (ENABLE, DISABLE):
        raise WrongState(f"The status is {ENABLE} or {DISABLE}.")
    campaigns = {campaign.pk: campaign for campaign in map(campaign_of, things)}
    with transaction.atomic(durable=True):
        for pk in sorted(campaigns):  # one order of locks
            campaign = campaigns[pk]
            require(actor, campaign.advertiser, Act.STOP if status == DISABLE else Act.EDIT)
            hold(campaign)
            own = [thing for thing in things if campaign_of(thing).pk == pk]
            for thing in own:
                thing.refresh_from_db()  # under the lock: nobody's edit of the same row is overwritten
                if not thing.remote_id or thing.is_removed:
                    raise WrongState(
                        f"{thing.label} does not exist at TikTok, so there is nothing to switch."
                    )
            if status == ENABLE:
                _let_start(actor, campaign, own, now)
        return [_want(actor, door, thing, status, now) for thing in things]


def _let_start(actor: Person, campaign: Campaign, things: Sequence[Thing], now: datetime) -> None:
    """A start spends: it is judged, and may be a manager's decision."""
    if any(is_launching(thing) for thing in things):
        raise WrongState("The launch is under way; it switches everything on itself, the campaign last.")
    fresh = reload(campaign)
    edits = [Edit(thing, {SWITCH: ENABLE}) for thing in things]
    judgement = judge_edits(campaign=fresh, edits=edits, now=now)
    if judgement.refused:
        raise Refused(judgement.findings[0].message, judgement.findings)
    facts = [item.facts for item in judgement.edits]
    gate.decide(
        actor=actor,
        advertiser=fresh.advertiser,
        edits=facts,
        findings=judgement.findings,
        starts=True,
    )
    limits.require_within(
        actor=actor,
        advertiser=fresh.advertiser,
        before=NOTHING,
        after=NOTHING,  # a start raises no budget, and is a manager's decision anyway
        budgets=(),
        now=now,
    )


def _want(actor: Person, door: str, thing: Thing, status: str, now: datetime) -> Push:
    campaign = campaign_of(thing)
    if thing.wanted_switch == DELETE:
        return _remove_again(actor, door, thing, now)
    before = thing.wanted_switch
    thing.wanted = {**thing.wanted, SWITCH: status}
    thing.version = F("version") + 1
    thing.save(update_fields=["wanted", "version"])
    touch(campaign, now)
    lane = Push.Lane.STOP if status == DISABLE else Push.Lane.PUBLISH
    push = outbox.open_push(thing=thing, aspect=Push.Aspect.SWITCH, lane=lane, launch=None)
    act = Change.Act.STOPPED if status == DISABLE else Change.Act.STARTED
    record(campaign, actor, door, act, name_target(thing), {SWITCH: before}, {SWITCH: status}, now)
    outbox.nudge_after_commit(push=push)
    return push


def _remove_again(actor: Person, door: str, thing: Thing, now: datetime) -> Push:
    """A stop of what is to be removed: the removal stops it for good. One that is on its way is left to itself."""
    standing: Push | None = thing.pushes.filter(aspect=Push.Aspect.SWITCH).first()
    if standing is not None and standing.is_open:
        return standing
    push = outbox.open_push(thing=thing, aspect=Push.Aspect.SWITCH, lane=Push.Lane.STOP, launch=None)
    held = {SWITCH: thing.operation_status}
    record(
        campaign_of(thing), actor, door, Change.Act.REMOVED, name_target(thing), held, {SWITCH: DELETE}, now
    )
    outbox.nudge_after_commit(push=push)
    return push
