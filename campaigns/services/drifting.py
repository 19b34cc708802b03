"""What TikTok holds otherwise than wanted: keep ours or take theirs, field by field or all at once.

Keeping ours is an edit of something live like any other: judged on what it would do now, and proposed where it must be.
Taking theirs writes what is wanted and sends nothing: TikTok holds it already, whatever our rules say of it. What was made
elsewhere is decided by name (made_elsewhere.py): "all of it" leaves that alone, whichever way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from campaigns.contract.levels import Level
from campaigns.contract.members import members_below
from campaigns.contract.shape import Malformed
from campaigns.contract.statuses import DELETE
from campaigns.models import (
    Campaign,
    Change,
    Launch,
    Person,
    Proposal,
    Push,
    Stranger,
    Thing,
)
from campaigns.models.trees import within_tree
from campaigns.rules.authority import Act
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.services.access import require
from campaigns.services.asked import end_asked, find_waiting
from campaigns.services.edits import Acknowledged, Edit, find_new, judge_edits
from campaigns.services.errors import NotWellFormed, WrongState
from campaigns.services.judging import judge_campaign
from campaigns.services.made_elsewhere import adopt_below, remove_below, require_decidable, require_yes
from campaigns.services.proposing import change_or_propose
from campaigns.services.wanted import (
    hold,
    is_launching,
    locate,
    name_target,
    reload,
    take_held,
    touch,
    write_wanted,
)
from campaigns.sync import surprises
from campaigns.sync.drift import EXISTENCE, STRANGER, SWITCH, Drift, find_drift, note_drift

KEPT = "Kept against what TikTok held."
GONE = "TikTok brings nothing back that was removed. Accept it, and make it anew if you need it."
SETTLED = "TikTok has no call that changes it once the object exists. Take theirs, or make a new object."
UNNAMED = "It is no part of our tree. Name it alone, to remove it at TikTok or to adopt it."


@dataclass(frozen=True, slots=True)
class Left:
    """What an act could not decide, and why."""

    drift: Drift
    why: str

    @property
    def message(self) -> str:
        return f"{self.drift.label}: {self.why}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping ours did at once, what waits for a manager, and what stands as it stood."""

    changes: tuple[Change, ...]
    proposal: Proposal | None
    left: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking theirs did, and what our rules say of the tree since (it stands at TikTok all the same).

    `ended`: proposals that asked to keep ours.
    """

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    left: tuple[Left, ...] = ()
    ended: tuple[Proposal, ...] = ()


def keep_ours(
    *,
    actor: Person,
    door: str,
    campaign: Campaign,
    paths: Sequence[str] | None,
    acknowledged: Acknowledged = frozenset(),
    reason: str = "",
    now: datetime,
) -> Kept:
    """Brings TikTok back to what is wanted, at these paths of the drift (None = all of it), or asks a manager for it.

    An object made elsewhere that is named is removed at TikTok. What cannot be kept, or waits for a manager already, is left,
    and told. Raises as `change_or_propose` does, Unconfirmed for removals too, and WrongState where nothing of it can be kept.
    """
    require(actor, campaign.advertiser, Act.EDIT)
    chosen = _choose(campaign, paths)
    left = _leave(chosen, named=paths is not None, keeps=True)
    left += _leave_waiting(campaign, chosen, left)
    kept = _pick(chosen, left)
    fields = [item for item in kept if item.member != STRANGER]
    strangers = _find_strangers(campaign, kept)
    edits = _compose_edits(campaign, fields)
    if strangers:  # all that is asked is asked before anything is done
        along = judge_edits(campaign=_load(campaign), edits=edits, now=now).findings if edits else ()
        require_decidable(campaign, strangers, adopts=False)
        require_yes(actor, campaign.advertiser, strangers, acknowledged, now, along=along)
    booked: list[Change] = []
    proposal = None
    if edits:
        did = change_or_propose(
            actor=actor,
            door=door,
            edits=edits,
            acknowledged=acknowledged,
            reason=reason or KEPT,
            note=KEPT,
            now=now,
        )
        if isinstance(did, Proposal):
            proposal = did
        else:
            booked += did
    if strangers:
        booked += remove_below(actor, door, campaign, [stranger.pk for stranger in strangers], now)
    note_drift([campaign.pk], now=now)
    return Kept(tuple(booked), proposal, left)


def take_theirs(
    *, actor: Person, door: str, campaign: Campaign, paths: Sequence[str] | None, now: datetime
) -> Taken:
    """Wants what TikTok holds, at these paths of the drift (None = all of it). Sends nothing.

    An object made elsewhere that is named becomes ours; what is gone is wanted no longer. An open proposal that would bring
    ours back ends with it. Raises WrongState, NotWellFormed, Forbidden.
    """
    require(actor, campaign.advertiser, Act.EDIT)
    chosen = _choose(campaign, paths)
    left = _leave(chosen, named=paths is not None, keeps=False)
    taken = _pick(chosen, left)
    strangers = _find_strangers(campaign, taken)
    require_decidable(campaign, strangers, adopts=True)
    before = _judge(campaign, now)
    fields = [item for item in taken if item.member != STRANGER]
    booked, ended = _write_theirs(actor, door, campaign, fields, now)
    if strangers:
        booked += adopt_below(actor, door, campaign, [stranger.pk for stranger in strangers], now)
    fresh = find_new(before, _judge(campaign, now), [item.path for item in taken])
    refused = [item for item in fresh if item.level is FindingLevel.REFUSE]
    if refused:
        surprises.note_accepted(campaign, refused, now=now)
    note_drift([campaign.pk], now=now)
    return Taken(tuple(booked), fresh, left, tuple(ended))


def _judge(campaign: Campaign, now: datetime) -> tuple[Finding, ...]:
    """What the rules say of the tree as it stands; nothing of one that is gone."""
    fresh = _load(campaign)
    return () if fresh.is_removed else judge_campaign(campaign=fresh, now=now).findings


def _load(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_related("advertiser").prefetch_related("adgroups__ads").get(pk=campaign.pk)


def _choose(campaign: Campaign, paths: Sequence[str] | None) -> list[Drift]:
    found = {item.path: item for item in find_drift(_load(campaign))}
    if paths is None:
        if not found:
            raise WrongState(_say_nothing(campaign))
        return list(found.values())
    unknown = [path for path in paths if path not in found]
    if unknown:
        problem = Malformed(unknown[0], "TikTok does not hold this otherwise; look at the drift again")
        raise NotWellFormed(f"{unknown[0]}: {problem.message}.", (problem,))
    return [found[path] for path in dict.fromkeys(paths)]


def _say_nothing(campaign: Campaign) -> str:
    """Why there is nothing to decide: that TikTok holds what we want is said only where that is so."""
    under_way = Launch.objects.filter(campaign=campaign, finished_at__isnull=True).exists()
    rows = within_tree(Push.objects.all(), campaign.pk)
    if under_way or rows.exclude(state__in=[Push.State.DONE, Push.State.REFUSED]).exists():
        return "Calls of ours are still on their way. What TikTok holds is compared once they are through."
    return "TikTok holds what we want; there is nothing to decide."


def _leave(chosen: Iterable[Drift], *, named: bool, keeps: bool) -> tuple[Left, ...]:
    """What of it cannot be decided that way, each with why. `named`: the paths were given one by one."""
    left: list[Left] = []
    for item in chosen:
        if item.member == STRANGER:
            left += [] if named else [Left(item, UNNAMED)]
        elif keeps and item.member == EXISTENCE:
            left.append(Left(item, GONE))
        elif keeps and item.member != SWITCH and not _can_be_sent(item):
            left.append(Left(item, f"{item.member}: {SETTLED}"))
    return tuple(left)


def _leave_waiting(campaign: Campaign, chosen: Sequence[Drift], left: Iterable[Left]) -> tuple[Left, ...]:
    """What a manager was asked for already: nobody is asked twice."""
    away = {item.drift.path for item in left}
    waiting = find_waiting(campaign, chosen)
    return tuple(
        Left(item, f"{item.member} waits in proposal {asked.proposal.pk} already. It is decided there.")
        for item in chosen
        if item.path not in away and (asked := waiting.get(item.path)) and asked.keeps
    )


def _can_be_sent(item: Drift) -> bool:
    known = members_below(Level(item.target.partition("s/")[0]), "").get(item.member.partition("/")[0])
    return known is not None and "update" in known.writes


def _pick(chosen: Sequence[Drift], left: Sequence[Left]) -> list[Drift]:
    """What can be decided. Raises WrongState where that is nothing."""
    away = {item.drift.path for item in left}
    picked = [item for item in chosen if item.path not in away]
    if not picked:
        raise WrongState(left[0].message)
    return picked


def _find_strangers(campaign: Campaign, items: Iterable[Drift]) -> list[Stranger]:
    pks = [int(item.path.partition("/")[2]) for item in items if item.member == STRANGER]
    return list(Stranger.objects.filter(campaign=campaign, pk__in=pks)) if pks else []


def _group(campaign: Campaign, items: Iterable[Drift]) -> list[tuple[Thing, list[Drift]]]:
    """The differences by object."""
    groups = list(campaign.adgroups.prefetch_related("ads"))
    found: dict[str, tuple[Thing, list[Drift]]] = {}
    for item in items:
        place = item.path if item.member == EXISTENCE else item.path.removesuffix(item.member).rstrip("/")
        thing, _ = locate(campaign, groups, f"{place}/{item.member}") if place else (campaign, "")
        found.setdefault(item.target, (thing, []))[1].append(item)
    return list(found.values())


def _compose_edits(campaign: Campaign, items: Iterable[Drift]) -> list[Edit]:
    fresh = _load(campaign)
    return [
        Edit(
            thing,
            {
                item.member: thing.wanted_switch if item.member == SWITCH else thing.wanted.get(item.member)
                for item in found
            },
        )
        for thing, found in _group(fresh, items)
    ]


def _write_theirs(
    actor: Person, door: str, campaign: Campaign, items: Sequence[Drift], now: datetime
) -> tuple[list[Change], list[Proposal]]:
    """What was written, and the proposals that ended with it."""
    booked: list[Change] = []
    if not items:
        return booked, []
    with transaction.atomic(durable=True):
        hold(campaign)
        campaign = reload(campaign)
        ended = end_asked(actor, door, campaign, items, now)
        for thing, found in _group(campaign, items):
            if is_launching(thing):
                raise WrongState("The launch is under way. Wait until it is through.")
            wanted = thing.wanted
            for item in found:
                wanted = _set_theirs(thing, wanted, item)
            before = {item.member: thing.wanted.get(item.member) for item in found}
            after = {item.member: wanted.get(item.member) for item in found}
            write_wanted(thing, wanted)
            thing.version = F("version") + 1
            thing.save(update_fields=["wanted", "name", "version"])
            booked.append(_book(actor, door, campaign, name_target(thing), before, after, now))
        touch(campaign, now)
    return booked, ended


def _set_theirs(thing: Thing, wanted: Mapping[str, Any], item: Drift) -> dict[str, Any]:
    if item.member == EXISTENCE:
        return {**wanted, SWITCH: DELETE}
    if item.member == SWITCH:
        return {**wanted, SWITCH: item.remote}
    return take_held(thing.level, wanted, item.member, (thing.remote or {}).get(item.member))


def _book(
    actor: Person, door: str, campaign: Campaign, target: str, before: Any, after: Any, now: datetime
) -> Change:
    return Change.objects.create(
        advertiser=campaign.advertiser,
        actor=actor,
        door=door,
        act=Change.Act.TOOK,
        campaign_ref=campaign.pk,
        target=target,
        before=before,
        after=after,
        at=now,
    )
