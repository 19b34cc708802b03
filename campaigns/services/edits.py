"""What an edit of live objects is, and what the rules say of it, judged on the tree as it will be. Saves nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects

from campaigns.analysis.exposure import Exposure, grows
from campaigns.contract.choices import SPREAD_BY_TIKTOK
from campaigns.contract.levels import Level
from campaigns.contract.limits import DAYPARTING_SLOTS
from campaigns.contract.members import members_below
from campaigns.contract.paths import find_at, set_at
from campaigns.contract.shape import Malformed, join_path, read_members, store_members
from campaigns.contract.statuses import DELETE, ENABLE
from campaigns.models import AdGroup, Campaign, Push, Thing, policy_of
from campaigns.rules.book import has_level, judge, judge_edit
from campaigns.rules.edits import EditFacts
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.rules.lifecycle import SWITCH
from campaigns.services import gate
from campaigns.services.errors import (
    NotWellFormed,
    WrongState,
)
from campaigns.services.judging import list_idle, list_removed
from campaigns.services.pacing import list_steps, read_spending
from campaigns.services.wanted import is_launching
from campaigns.sync.bodies import compose_wanted, list_pictures
from campaigns.sync.canonical import find_differences
from campaigns.sync.drift import list_carried
from campaigns.sync.plan import measure_tree
from campaigns.sync.translate import resolve_tree

Acknowledged = frozenset[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Edit:
    """New values for members of one object, by paths below it; None takes one away. `version` is the one looked at.

    The version of a campaign is its tree's.
    """

    thing: Thing
    changes: Mapping[str, Any]
    version: int | None = None


@dataclass(frozen=True, slots=True)
class JudgedEdit:
    """One object as it will be. `facts` hold before and after, typed; `wanted` is what will be stored.

    `spread`: nobody named the object; TikTok carries a price to it from another one (R41).
    """

    thing: Thing
    facts: EditFacts
    wanted: Mapping[str, Any]
    spread: bool = False


@dataclass(frozen=True, slots=True)
class EditJudgement:
    edits: tuple[JudgedEdit, ...]
    findings: tuple[Finding, ...]
    exposure_before: Exposure
    exposure_after: Exposure

    @property
    def refused(self) -> bool:
        return has_level(self.findings, FindingLevel.REFUSE)

    @property
    def raises_exposure(self) -> bool:
        return grows(self.exposure_before, self.exposure_after)


def judge_edits(
    *, campaign: Campaign, edits: Sequence[Edit], now: datetime, emergency: str = ""
) -> EditJudgement:
    """What a change would do, and what the rules say of it. Saves nothing.

    Findings are those that the change brings with it, and those about the members that it names. Raises WrongState for
    what cannot be changed now, NotWellFormed.
    """
    prefetch_related_objects([campaign], "adgroups__ads")
    places = dict(_list_places(campaign))
    named: dict[str, Mapping[str, Any]] = {}
    for edit in edits:
        path = next((path for path, thing in places.items() if thing == edit.thing), None)
        if path is None:
            raise WrongState(f"{edit.thing.label} is no part of this campaign any more.")
        _require_live(places[path], edit.changes)
        named[path] = {**named.get(path, {}), **_settle_removals(edit)}
    wanted = {path: dict(thing.wanted) for path, thing in places.items()}
    for path, changes in named.items():
        for member, value in changes.items():
            wanted[path] = set_at(wanted[path], member, value)
    spread = _spread_prices(places, named, wanted)
    before, after = (
        _resolve(campaign, raw, now)
        for raw in ({path: thing.wanted for path, thing in places.items()}, wanted)
    )
    _require_types(before, after)
    gone, idle = list_removed(campaign), list_idle(campaign)
    judged = _compare(campaign, places, named, spread, before, after, emergency)
    found = [finding for item in judged for finding in _judge_own(item)]
    if any(set(item.facts.names) - {SWITCH} for item in judged):
        touched = [join_path(item.facts.path, name) for item in judged for name in item.facts.names]
        found += find_new(judge(before.without(gone)), judge(after.without(gone)), touched)
    order = list(FindingLevel)
    return EditJudgement(
        edits=tuple(judged),
        findings=tuple(sorted(found, key=lambda item: order.index(item.level))),
        exposure_before=measure_tree(before.without(idle)),
        exposure_after=measure_tree(after.without(idle)),
    )


def _judge_own(item: JudgedEdit) -> Iterable[Finding]:
    """What the rules of live changes say; of an ad group to which TikTok carries a price, only that it is locked (R41)."""
    found = judge_edit(item.facts)
    return [finding for finding in found if finding.level is FindingLevel.ESCALATE] if item.spread else found


def _require_live(thing: Thing, changes: Mapping[str, Any]) -> None:
    if not thing.remote_id:
        raise WrongState(f"{thing.label} does not exist at TikTok, so there is nothing to change there.")
    if thing.is_leaving and not thing.is_removed and dict(changes) != {SWITCH: DELETE}:
        raise WrongState(f"{thing.label} is to be removed at TikTok, so nothing else of it can be changed.")
    if is_launching(thing):
        raise WrongState("The launch is under way. Wait until it is through, or cancel it.")


def _list_places(campaign: Campaign) -> Iterable[tuple[str, Thing]]:
    yield "", campaign
    for index, group in enumerate(campaign.adgroups.all()):
        yield f"adgroups/{index}", group
        for place, ad in enumerate(group.ads.all()):
            yield f"adgroups/{index}/ads/{place}", ad


def _settle_removals(edit: Edit) -> dict[str, Any]:
    """TikTok takes nothing away on a missing member: what means "none" is said by name, where TikTok has a word for it."""
    level = edit.thing.level
    settled = dict(edit.changes)
    for name, value in edit.changes.items():
        member = members_below(level, "").get(name)
        if value is not None or member is None or not edit.thing.wanted.get(name):
            continue
        if name == "dayparting":
            settled[name] = "1" * DAYPARTING_SLOTS
        elif member.default is not None:
            settled[name] = member.default
        elif member.type in ("objects", "ids", "words", "texts", "counts"):
            settled[name] = []
        elif name != "schedule_end_time":  # goes with the schedule's type (R66)
            said = "TikTok has no call that takes it away; set another value"
            raise NotWellFormed(f"{name}: {said}.", (Malformed(name, said),))
    return settled


def _spread_prices(
    places: Mapping[str, Thing], named: Mapping[str, Mapping[str, Any]], wanted: dict[str, dict[str, Any]]
) -> set[str]:
    """Sets a changed price at the other ad groups too, as TikTok does (R41). Returns the paths of those nobody named."""
    prices = {
        name: value
        for path, changes in named.items()
        for name, value in changes.items()
        if name in SPREAD_BY_TIKTOK and places[path].level is Level.ADGROUP
    }
    others = [
        path
        for path, thing in places.items()
        if prices
        and isinstance(thing, AdGroup)
        and thing.remote_id
        and not thing.is_removed
        and not set(named.get(path, ())) & set(prices)
    ]
    for path in others:
        wanted[path] |= prices
    return {path for path in others if path not in named}


def _resolve(campaign: Campaign, wanted: Mapping[str, Mapping[str, Any]], now: datetime) -> TreeFacts:
    tree: dict[str, Any] = {**wanted[""], "adgroups": []}
    for index, group in enumerate(campaign.adgroups.all()):
        path = f"adgroups/{index}"
        ads = [wanted[f"{path}/ads/{place}"] for place in range(len(group.ads.all()))]
        tree["adgroups"].append({**wanted[path], "ads": ads})
    account, policy = campaign.advertiser.facts(), policy_of(campaign.advertiser)
    return resolve_tree(raw=tree, account=account, now=now, policy=policy)


def _require_types(before: TreeFacts, after: TreeFacts) -> None:
    fresh = [item for item in after.malformed if item not in before.malformed]
    if fresh:
        problems = tuple(Malformed(item.path, item.message) for item in fresh)
        raise NotWellFormed(f"{fresh[0].path}: {fresh[0].message}.", problems)


def _compare(
    campaign: Campaign,
    places: Mapping[str, Thing],
    named: Mapping[str, Mapping[str, Any]],
    spread: set[str],
    before: TreeFacts,
    after: TreeFacts,
    emergency: str,
) -> list[JudgedEdit]:
    """Each object that changes, with what TikTok holds now as its before."""
    pictures = list_pictures(campaign.advertiser_id, [places[path] for path in named])
    carried = list_carried(campaign.pk)
    groups = [thing for thing in places.values() if isinstance(thing, AdGroup)]
    siblings = sum(bool(group.remote_id) and not group.is_removed for group in groups)
    judged = []
    for old, new in zip(before.objects, after.objects, strict=True):
        if new.path not in named and new.path not in spread:
            continue
        thing = places[new.path]
        left, right, along = _read_change(thing, named.get(new.path, {}), old, new, pictures, carried)
        spending = read_spending(thing, old.members, now=after.now)
        facts = EditFacts(
            level=thing.level,
            path=new.path,
            label=thing.label,
            before=left,
            after=right,
            currency=after.account.currency,
            now=after.now,
            policy=after.policy,
            lock=gate.read_lock(thing, starting=right.get(SWITCH) == ENABLE, now=after.now),
            deleted=thing.is_removed,
            frozen=thing.is_frozen,
            siblings=siblings,
            steps=list_steps(thing),
            spent_share=spending.share,
            spent=spending.counted,
            emergency=emergency,
            settings=new.members,
            along=along,
        )
        if facts.names:
            judged.append(JudgedEdit(thing, facts, store_members(new.members), new.path in spread))
    return judged


def _read_change(
    thing: Thing,
    named: Mapping[str, Any],
    old: ObjectFacts,
    new: ObjectFacts,
    pictures: Mapping[str, str],
    carried: Collection[str],
) -> tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]:
    """The members that change, as TikTok holds them and as they become; and those set back along, which nobody named.

    What TikTok is about to carry here from a sibling (`carried`) is as it was wanted, whatever TikTok holds yet.
    """
    names = [name for name in {**old.members, **new.members} if old.get(name) != new.get(name)]
    drifted = [name for name in _find_drifted(thing, pictures, named) if name not in carried]
    live = read_members(thing.level, thing.remote or {}).values
    along = tuple(name for name in drifted if name not in named)
    shown = dict.fromkeys((*names, *drifted))
    left = {name: live.get(name) if name in drifted else old.get(name) for name in shown}
    right = {name: new.get(name) for name in shown}
    if SWITCH in named:
        left[SWITCH], right[SWITCH] = _read_switch(thing, named[SWITCH]), named[SWITCH]
    return left, right, along


def read_live(thing: Thing, named: Mapping[str, Any], pictures: Mapping[str, str]) -> dict[str, Any]:
    """What an edit of these members would be judged against, by path, as JSON of ours: what TikTok holds where that is
    drift, else what is wanted. For looks, not for decisions.

    With the pushes of `thing` prefetched no query, but where a price differs that TikTok may be carrying there (R41).
    """
    drifted = _find_drifted(thing, pictures, named)
    if isinstance(thing, AdGroup) and not set(SPREAD_BY_TIKTOK).isdisjoint(drifted):
        carried = list_carried(thing.campaign_id)
        drifted = [name for name in drifted if name not in carried]
    held, wanted = (read_members(thing.level, raw).values for raw in (thing.remote or {}, thing.wanted))
    names = {path.partition("/")[0] for path in named}
    live = store_members({name: (held if name in drifted else wanted).get(name) for name in names})
    if SWITCH in named:
        live[SWITCH] = _read_switch(thing, named[SWITCH])
    return {path: find_at(live, path) for path in named}


def _read_switch(thing: Thing, asked: str) -> str:
    """The switch before an edit: what is wanted may not be there yet, and what is there may have been switched elsewhere."""
    return thing.operation_status if thing.wanted_switch == asked else thing.wanted_switch


def _find_drifted(thing: Thing, pictures: Mapping[str, str], named: Collection[str]) -> list[str]:
    """Members that TikTok holds otherwise than wanted, and not because our own call is still on its way.

    After a call that came to nothing only those that are `named`: the others differ by that call, and nobody changed them.
    None of what is to be removed.
    """
    body = next((push for push in thing.pushes.all() if push.aspect == Push.Aspect.BODY), None)
    if thing.remote is None or thing.is_leaving or (body is not None and body.is_open):
        return []
    known = members_below(thing.level, "")
    wanted = compose_wanted(thing, pictures)
    differences = find_differences(level=thing.level, wanted=wanted, remote=thing.remote)
    found = [item.path for item in differences if "update" in known[item.path].writes]
    came_to_nothing = body is not None and body.state != Push.State.DONE
    return [path for path in found if path in named] if came_to_nothing else found


def find_new(
    before: Sequence[Finding], after: Sequence[Finding], touched: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """What a change brings with it, and what is said of the members that it sets: the rest stood there already."""
    known = {(item.rule, item.path, item.message) for item in before}
    return tuple(
        item
        for item in after
        if (item.rule, item.path, item.message) not in known
        or any(item.path == path or item.path.startswith(f"{path}/") for path in touched)
    )
