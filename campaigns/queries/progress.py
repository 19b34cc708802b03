"""How far a launch is, object by object, and what state each object of a tree is in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.statuses import DELETE
from campaigns.models import Ad, AdGroup, Campaign, Change, Launch, Push, Thing
from campaigns.models.campaign import State
from campaigns.models.trees import within_tree
from campaigns.queries.pace import count_beside, count_calls, estimate, pile

# What no push tells: there is none of what was never made, and what was made may be gone again
NOT_MADE, REMOVED = "not_made", "removed"
# phases of what is taken back
LEAVING, SWITCHED_OFF = "being removed", "being switched off"
STEP_STATES = (*Push.State.values, NOT_MADE, REMOVED)
_LEVELS = (Level.CAMPAIGN, Level.ADGROUP, Level.AD)  # by the depth of a push
_OPEN = (Push.State.WAITING, Push.State.SENT, Push.State.UNSURE)

_Key = tuple[Level, int]  # an object of a tree, by our id
_Pushes = Mapping[_Key, Sequence[Push]]


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """One object of a launch. `phase` says in words how far it is.

    `state` is the least advanced of its pushes, or one of STEP_STATES that says what became of it without any.
    """

    object: int
    level: Level
    label: str
    state: str
    phase: str
    remote_id: str | None
    error: dict[str, Any] | None
    next_at: datetime | None = None  # when an open push that met an error is tried again by itself
    rests: bool = False  # it met an error, and is tried again only once somebody goes on with the launch


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` counts what stands at TikTok as it should; `lost`: something of this very launch was deleted there."""

    state: str
    done: int
    total: int
    steps: tuple[ProgressStep, ...]
    launch: Launch
    lost: bool = False
    calls_left: int = 0
    # at the rate that we allow ourselves; None where it does not go on by itself
    seconds_left: int | None = None
    beside: int = 0  # other launches that it takes turns with
    dropped: bool = False  # it was cancelled, and what it never made has left the tree

    @property
    def moving(self) -> bool:
        """Whether the launch goes on by itself; a cancelled one until what was made is off, or gone."""
        launch = self.launch
        if launch.cancelled_at is not None and any(step.state in _OPEN for step in self.steps):
            return True
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


def read_progress(campaign: Campaign, *, real_now: datetime) -> Progress | None:
    """How far a launch is, object by object; None before the first launch. `campaign` needs its state."""
    launch = Launch.objects.filter(campaign=campaign).first()
    if launch is None:
        return None
    pushes = list(launch.pushes.all())
    by_object = _sort(pushes)
    # what takes a cancelled launch back is no part of it
    stops = _sort(_list_stops(campaign)) if launch.cancelled_at else {}
    things = [
        thing for thing in list_things(campaign) if not launch.grows or (thing.level, thing.pk) in by_object
    ]
    steps = [_step(thing, by_object, stops, launch, real_now) for thing in things]
    piles, verified = pile(pushes), launch.verified_at is not None
    # a cancelled launch reads nothing back
    calls = count_calls(piles, verified=verified or launch.cancelled_at is not None)
    progress = Progress(
        state=State.FAILED if campaign.mends else campaign.state,
        done=sum(step.state == Push.State.DONE for step in steps),
        total=len(steps),
        steps=tuple(steps),
        launch=launch,
        lost=any(thing.is_lost for thing in things if (thing.level, thing.pk) in by_object),
        calls_left=calls,
        dropped=_has_dropped(launch),
    )
    if not progress.moving or launch.cancelled_at is not None:
        return progress
    connection = campaign.advertiser.connection_id
    beside = count_beside([connection]).get(connection, 0)
    seconds = estimate(piles, verified=verified, beside=beside, real_now=real_now)
    return replace(progress, seconds_left=seconds, beside=max(beside - 1, 0))


def _has_dropped(launch: Launch) -> bool:
    """Whether what a cancelled launch never made has left its tree."""
    if launch.cancelled_at is None or launch.finished_at is None:
        return False
    gone = Change.objects.filter(campaign_ref=launch.campaign_id, act=Change.Act.DISCARDED)
    return gone.filter(at__gte=launch.finished_at).exists()


def _sort(pushes: Iterable[Push]) -> dict[_Key, list[Push]]:
    """By their object."""
    found: dict[_Key, list[Push]] = {}
    for push in pushes:
        key = (_LEVELS[push.depth], push.campaign_id or push.adgroup_id or push.ad_id or 0)
        found.setdefault(key, []).append(push)
    return found


def _list_stops(campaign: Campaign) -> Iterable[Push]:
    """Switches of a tree that somebody turned off, or objects that somebody removes, and that TikTok has not taken yet."""
    rows = Push.objects.filter(launch=None, lane=Push.Lane.STOP, aspect=Push.Aspect.SWITCH)
    return within_tree(rows, campaign.pk).exclude(state=Push.State.DONE)


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
    by_object = _sort(launch.pushes.all()) if launch else {}
    states = {
        (thing.level, thing.pk): _state(
            thing, {push.state for push in by_object.get((thing.level, thing.pk), ())}, launch
        )
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


def _step(
    thing: Thing, by_object: _Pushes, stops: _Pushes, launch: Launch, real_now: datetime
) -> ProgressStep:
    pushes = [*by_object.get((thing.level, thing.pk), ())]
    if thing.remote_id and not thing.is_removed:
        pushes += stops.get(_find_top(thing), ())
    worst = min(pushes, key=lambda push: _GRAVITY.index(Push.State(push.state)), default=None)
    error = next((push.error for push in pushes if push.error and push.state != Push.State.DONE), None)
    state = str(worst.state) if worst else Push.State.DONE.value
    if state == Push.State.DONE:
        state = _settle(thing)
    tried = [push for push in pushes if push.error and push.is_open]
    # of a paused launch only what may have been sent is looked for
    going = [push for push in tried if launch.paused_at is None or push.state != Push.State.WAITING]
    return ProgressStep(
        thing.pk,
        thing.level,
        thing.label,
        state,
        _phase(thing, state, launch),
        thing.remote_id,
        error,
        _find_next(going, launch, real_now),
        bool(tried) and not going,
    )


def _find_next(pushes: Iterable[Push], launch: Launch, real_now: datetime) -> datetime | None:
    """When the first of these is tried again; None where it is due. One that is due may wait for the tree to be read back."""
    moments = [push.not_before for push in pushes]
    moments += [launch.verify_at] if launch.verify_at else []
    return min((moment for moment in moments if moment > real_now), default=None) if pushes else None


def _find_top(thing: Thing) -> _Key:
    """The object with which another one is removed; itself where that stays."""
    above = thing
    while thing.goes_along and above.wanted_switch != DELETE and not isinstance(above, Campaign):
        above = above.parent
    return above.level, above.pk


def _is_leaving(thing: Thing) -> bool:
    """Whether it stands at TikTok and is to be removed there."""
    there = bool(thing.remote_id) and not thing.is_removed
    return there and thing.is_leaving


def _settle(thing: Thing) -> str:
    """What became of an object of which nothing is open."""
    if thing.is_removed:
        return REMOVED
    if not thing.remote_id:
        return NOT_MADE
    return (Push.State.WAITING if _is_leaving(thing) else Push.State.DONE).value


def _phase(thing: Thing, state: str, launch: Launch) -> str:
    cancelled = launch.cancelled_at is not None
    if state == NOT_MADE:
        return "never made" if cancelled else "not made yet"
    if state in _HELD:
        return _HELD[state]
    if thing.is_removed:
        return "removed at TikTok"
    if _is_leaving(thing):
        return LEAVING
    match Push.State(state):
        case Push.State.DONE:
            return "on" if thing.is_on else "made, off"
        case _ if cancelled and thing.remote_id:
            return SWITCHED_OFF
        case Push.State.UNSURE:
            return f"no answer: looking whether it was {'switched' if thing.remote_id else 'made'}"
        case Push.State.SENT:
            return "switching on" if thing.remote_id else "being made"
    if not thing.remote_id:
        return "waiting"
    return (
        "made and checked, off until its turn"
        if launch.verified_at
        else "made, off; checked when all are made"
    )


_HELD: Mapping[str, str] = {Push.State.REFUSED: "refused", Push.State.NEEDS_PERSON: "needs a person"}
