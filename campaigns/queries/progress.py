"""How far a launch is, object by object, and what state each object of a tree is in."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.limits import STATUS_IDS
from campaigns.models import Ad, AdGroup, Campaign, Launch, Push
from campaigns.models.campaign import State
from campaigns.rules.policy import house_policy


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One object of a launch. `phase` says in words how far it is; `state` is the least advanced of its pushes."""

    object: int
    level: Level
    label: str
    state: str
    phase: str
    remote_id: str | None
    error: dict[str, Any] | None
    next_at: datetime | None = None  # when an open push that met an error is tried again


@dataclass(frozen=True, slots=True)
class Progress:
    state: str
    done: int
    total: int
    steps: tuple[ProgressStep, ...]
    launch: Launch
    calls_left: int = 0
    # at the rate that we allow ourselves; None where it does not go on by itself
    seconds_left: int | None = None

    @property
    def moving(self) -> bool:
        """Whether the launch goes on by itself."""
        launch = self.launch
        stopped = self.state in (State.FAILED, State.NEEDS_PERSON) or launch.paused_at is not None
        return launch.finished_at is None and not stopped


_GRAVITY = (
    Push.State.NEEDS_PERSON,
    Push.State.REFUSED,
    Push.State.UNSURE,
    Push.State.SENT,
    Push.State.WAITING,
    Push.State.DONE,
)


def read_progress(campaign: Campaign) -> Progress | None:
    """How far a launch is, object by object; None before the first launch. `campaign` needs its state."""
    launch = Launch.objects.filter(campaign=campaign).first()
    if launch is None:
        return None
    by_object: dict[tuple[str, int], list[Push]] = {}
    pushes = list(launch.pushes.all())
    for push in pushes:
        key = (
            (Level.CAMPAIGN, push.campaign_id)
            if push.campaign_id
            else ((Level.ADGROUP, push.adgroup_id) if push.adgroup_id else (Level.AD, push.ad_id))
        )
        by_object.setdefault((key[0].value, int(key[1] or 0)), []).append(push)
    steps = []
    for thing in list_things(campaign):
        own = by_object.get((thing.level.value, thing.pk), [])
        if own or not launch.grows:
            steps.append(_step(thing, own, launch))
    done = sum(step.state == Push.State.DONE for step in steps)
    state = State.FAILED if campaign.mends else campaign.state
    progress = Progress(state, done, len(steps), tuple(steps), launch, _count_calls(launch, pushes))
    seconds = _estimate(launch, progress.calls_left) if progress.moving else None
    return replace(progress, seconds_left=seconds)


def _count_calls(launch: Launch, pushes: Iterable[Push]) -> int:
    """Calls that a launch still takes when nothing goes wrong: creates, one reading of each level, switches."""
    rows = [push for push in pushes if push.state != Push.State.DONE]
    switches = Counter(push.depth for push in rows if push.aspect == Push.Aspect.SWITCH)
    batches = sum(-(-count // STATUS_IDS) for count in switches.values())
    readings = len(Level) if launch.verified_at is None else 0
    return len(rows) - switches.total() + readings + batches


def _estimate(launch: Launch, calls: int) -> int:
    """Seconds until so many calls are through, launches of the same connection taking turns."""
    policy = house_policy()
    rate = min(policy.number("meter.app_rate"), policy.number("meter.advertiser_rate"))
    connection = launch.campaign.advertiser.connection_id
    beside = Launch.objects.filter(
        campaign__advertiser__connection=connection, finished_at=None, paused_at=None, cancelled_at=None
    )
    return ceil(calls * max(beside.count(), 1) / rate)


def list_things(campaign: Campaign) -> Sequence[Campaign | AdGroup | Ad]:
    """The tree's objects in order: the campaign, then each ad group with its ads."""
    things: list[Campaign | AdGroup | Ad] = [campaign]
    for group in campaign.adgroups.all():
        things.append(group)
        things.extend(group.ads.all())
    return things


def find_states(campaign: Campaign) -> dict[tuple[Level, int], State]:
    """The state of every object of a tree. `campaign` needs its own; an object's speaks of the object alone."""
    launch = Launch.objects.filter(campaign=campaign).first()
    by_object: dict[tuple[Level, int], set[str]] = {}
    for push in launch.pushes.all() if launch else ():
        level = (Level.CAMPAIGN, Level.ADGROUP, Level.AD)[push.depth]
        key = push.campaign_id or push.adgroup_id or push.ad_id or 0
        by_object.setdefault((level, key), set()).add(push.state)
    states = {
        (thing.level, thing.pk): _state(thing, by_object.get((thing.level, thing.pk), set()), launch)
        for thing in list_things(campaign)
    }
    return states | {(Level.CAMPAIGN, campaign.pk): State(campaign.state)}


def _state(thing: Campaign | AdGroup | Ad, pushes: set[str], launch: Launch | None) -> State:
    if thing.is_removed:
        return State.REMOVED
    if launch is None:
        return State.DRAFT
    if Push.State.NEEDS_PERSON in pushes:
        return State.NEEDS_PERSON
    if Push.State.REFUSED in pushes:
        return State.FAILED
    if launch.finished_at is None and (pushes or not launch.grows):
        return State.LAUNCHING
    if not thing.remote_id:
        return State.DRAFT
    return State.LIVE if thing.is_on else State.PAUSED


def _step(thing: Campaign | AdGroup | Ad, pushes: list[Push], launch: Launch) -> ProgressStep:
    worst = min(pushes, key=lambda push: _GRAVITY.index(Push.State(push.state)), default=None)
    error = next((push.error for push in pushes if push.error and push.state != Push.State.DONE), None)
    state = worst.state if worst else Push.State.DONE
    waits = [push.not_before for push in pushes if push.error and push.is_open]
    return ProgressStep(
        thing.pk,
        thing.level,
        thing.label,
        state,
        _phase(thing, state, launch),
        thing.remote_id,
        error,
        min(waits, default=None),
    )


def _phase(thing: Campaign | AdGroup | Ad, state: str, launch: Launch) -> str:
    match state:
        case Push.State.DONE:
            return "on" if thing.is_on else "made, off"
        case Push.State.REFUSED:
            return "refused"
        case Push.State.NEEDS_PERSON:
            return "needs a person"
        case Push.State.UNSURE:
            return "no answer: looking whether it was made"
        case Push.State.SENT:
            return "switching on" if thing.remote_id else "being made"
    if not thing.remote_id:
        return "waiting"
    return (
        "made and checked, off until its turn"
        if launch.verified_at
        else "made, off; checked when all are made"
    )
