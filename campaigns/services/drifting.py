"""What TikTok holds otherwise than wanted: keep ours or take theirs, field by field or all at once.

Keeping ours is an edit of something live like any other: judged on what it would do now, and proposed where it must be.
Taking theirs writes what is wanted and sends nothing: TikTok holds it already, whatever our rules say of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from campaigns.contract.levels import Level
from campaigns.contract.paths import set_at
from campaigns.contract.shape import Malformed, read_members, store_members
from campaigns.contract.statuses import DELETE, DISABLE
from campaigns.models import Ad, AdGroup, Campaign, Change, Person, Proposal, Push, Stranger, Thing
from campaigns.rules.authority import Act
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.services.access import require
from campaigns.services.edits import Acknowledged, Edit, find_new
from campaigns.services.errors import NotWellFormed, WrongState
from campaigns.services.judging import judge_campaign
from campaigns.services.proposing import change_or_propose
from campaigns.services.wanted import hold, is_launching, locate, name_target, reload, touch, write_wanted
from campaigns.sync import mirror, outbox, surprises
from campaigns.sync.canonical import list_wantable
from campaigns.sync.drift import EXISTENCE, STRANGER, SWITCH, Drift, find_drift, note_drift

KEPT = "Kept against what TikTok held."


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping ours did at once, and what waits for a manager."""

    changes: tuple[Change, ...]
    proposal: Proposal | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking theirs did, and what our rules say of the tree since (it stands at TikTok all the same)."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


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

    Objects made elsewhere in our tree are switched off. Raises as `change_or_propose` does, and WrongState for what is gone.
    """
    require(actor, campaign.advertiser, Act.EDIT)
    chosen = _choose(campaign, paths)
    gone = [item for item in chosen if item.member == EXISTENCE]
    if gone:
        said = "TikTok brings nothing back that was removed. Accept it, and make it anew if you need it."
        raise WrongState(f"{gone[0].label}: {said}")
    fields = [item for item in chosen if item.member != STRANGER]
    booked: list[Change] = []
    proposal = None
    if fields:
        did = change_or_propose(
            actor=actor,
            door=door,
            edits=_compose_edits(campaign, fields),
            acknowledged=acknowledged,
            reason=reason or KEPT,
            note=KEPT,
            now=now,
        )
        if isinstance(did, Proposal):
            proposal = did
        else:
            booked += did
    strangers = [item for item in chosen if item.member == STRANGER]
    if strangers:
        booked += _take_in(actor, door, campaign, strangers, DISABLE, now)
    note_drift([campaign.pk], now=now)
    return Kept(tuple(booked), proposal)


def take_theirs(
    *, actor: Person, door: str, campaign: Campaign, paths: Sequence[str] | None, now: datetime
) -> Taken:
    """Wants what TikTok holds, at these paths of the drift (None = all of it). Sends nothing.

    Objects made elsewhere become ours; what is gone is wanted no longer. Raises WrongState, NotWellFormed, Forbidden.
    """
    require(actor, campaign.advertiser, Act.EDIT)
    chosen = _choose(campaign, paths)
    strangers = [item for item in chosen if item.member == STRANGER]
    before = judge_campaign(campaign=_load(campaign), now=now)
    booked = _write_theirs(actor, door, campaign, [item for item in chosen if item not in strangers], now)
    if strangers:
        booked += _take_in(actor, door, campaign, strangers, None, now)
    after = judge_campaign(campaign=_load(campaign), now=now)
    fresh = find_new(before.findings, after.findings, [item.path for item in chosen])
    refused = [item for item in fresh if item.level is FindingLevel.REFUSE]
    if refused:
        surprises.note_accepted(campaign, refused, now=now)
    note_drift([campaign.pk], now=now)
    return Taken(tuple(booked), fresh)


def _load(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_related("advertiser").prefetch_related("adgroups__ads").get(pk=campaign.pk)


def _choose(campaign: Campaign, paths: Sequence[str] | None) -> list[Drift]:
    found = {item.path: item for item in find_drift(_load(campaign))}
    if paths is None:
        if not found:
            raise WrongState("TikTok holds what we want; there is nothing to decide.")
        return list(found.values())
    unknown = [path for path in paths if path not in found]
    if unknown:
        problem = Malformed(unknown[0], "TikTok does not hold this otherwise; look at the drift again")
        raise NotWellFormed(f"{unknown[0]}: {problem.message}.", (problem,))
    return [found[path] for path in dict.fromkeys(paths)]


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
) -> list[Change]:
    booked: list[Change] = []
    if not items:
        return booked
    with transaction.atomic(durable=True):
        hold(campaign)
        campaign = reload(campaign)
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
    return booked


def _set_theirs(thing: Thing, wanted: Mapping[str, Any], item: Drift) -> dict[str, Any]:
    if item.member == EXISTENCE:
        return {**wanted, SWITCH: DELETE}
    if item.member == SWITCH:
        return {**wanted, SWITCH: item.remote}
    value = (thing.remote or {}).get(item.member)
    stored = store_members(read_members(thing.level, {item.member: value}).values)
    return set_at(wanted, item.member, stored.get(item.member))


def _take_in(
    actor: Person, door: str, campaign: Campaign, items: Iterable[Drift], status: str | None, now: datetime
) -> list[Change]:
    """Makes objects of ours out of what was made elsewhere in our tree; `status` is what is wanted of their switch, None =
    as it is."""
    require(actor, campaign.advertiser, Act.STOP if status == DISABLE else Act.EDIT)
    pks = [int(item.path.partition("/")[2]) for item in items]
    booked = []
    with transaction.atomic(durable=True):
        hold(campaign)
        rows = Stranger.objects.filter(campaign=campaign, pk__in=pks, vanished_at__isnull=True)
        # ad groups first: their ads stand below them
        for stranger in sorted(rows, key=lambda row: list(Level).index(Level(row.level))):
            thing = _adopt(campaign, stranger, status, now)
            if thing.wanted_switch != thing.operation_status:
                push = outbox.open_push(
                    thing=thing, aspect=Push.Aspect.SWITCH, lane=Push.Lane.STOP, launch=None
                )
                outbox.nudge_after_commit(push=push)
            after = {"remote_id": stranger.remote_id, SWITCH: thing.wanted_switch}
            booked.append(_book(actor, door, campaign, name_target(thing), None, after, now))
            stranger.delete()
        touch(campaign, now)
    return booked


def _adopt(campaign: Campaign, stranger: Stranger, status: str | None, now: datetime) -> Thing:
    level, body = Level(stranger.level), stranger.remote
    known = {name: value for name, value in body.items() if name in list_wantable(level)}
    wanted = store_members(read_members(level, known).values)
    wanted[SWITCH] = status or stranger.operation_status
    thing: AdGroup | Ad
    if level is Level.ADGROUP:
        place = campaign.adgroups.aggregate(last=Max("position"))["last"] or 0
        thing = AdGroup(campaign=campaign, position=place + 1, created_at=now)
    else:
        group = AdGroup.objects.filter(campaign=campaign, remote_id=str(body.get("adgroup_id"))).first()
        if group is None:
            raise WrongState(f"{stranger.name or stranger.remote_id} stands in an ad group that is not ours.")
        place = group.ads.aggregate(last=Max("position"))["last"] or 0
        thing = Ad(adgroup=group, position=place + 1, created_at=now)
    write_wanted(thing, wanted)
    thing.save()
    mirror.fold(thing, body, now=now, read_at=stranger.read_at)
    return thing


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
