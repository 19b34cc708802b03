"""Least-change repair: the fewest members to change, over all ad groups at once, so that a refused tree passes.

Looks over enumerated values only: words, booleans, taking a member away, a sibling's value, and the values that fixes of
the rules name (bounds, roundings). Of equal repairs the one with the least exposure wins. Proposes, never applies. Knows no
storage: the tree as typed, the way to its facts and the measure of its exposure are handed in.
"""

import copy
import heapq
import itertools
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from campaigns.contract.levels import Level
from campaigns.contract.members import members_below
from campaigns.rules.book import RULES
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import FieldChange, Finding
from campaigns.rules.paths import put_values, read_value
from campaigns.rules.reading import read_members_of
from campaigns.rules.trial import Changes, Resolve, Trial, find_refusals

# What the campaign is about: a repair never turns it into another one
PINNED = frozenset(
    {
        "objective_type",
        "app_promotion_type",
        "sales_destination",
        "campaign_type",
        "promotion_type",
        "operation_status",
        "campaign_name",
        "adgroup_name",
        "ad_name",
        "special_industries",
    }
)
# Whom it reaches: nothing of it is taken away to make a tree pass, unless a rule's own fix says so
AUDIENCE = "targeting_spec"
EXACT = 3  # ad groups up to which every single change is tried; above, ad groups change together
TRIES = 1_500  # trees judged before the search gives up; a few seconds on the slowest machine of the house
SHOWN = 4  # kinds of changes that a label names
_CBO = "budget_optimize_on"
_UNIFORM = ("uniform-with-cbo", "uniform-without-cbo")
_BY_GOAL = ("optimization_goal", "optimization_event", "billing_event")
_WIDE = frozenset(rule.id for rule in RULES if rule.wide)


class Exposed(Protocol):
    """What a tree can spend at worst; None = without a bound."""

    @property
    def day(self) -> Decimal | None: ...
    @property
    def week(self) -> Decimal | None: ...
    @property
    def total(self) -> Decimal | None: ...


Measure = Callable[[TreeFacts], Exposed]


@dataclass(frozen=True, slots=True)
class Repair:
    """Members to set (None takes one away) and what that does to the exposure. `label` is the text of the button."""

    changes: tuple[FieldChange, ...]
    label: str
    exposure_before: Exposed
    exposure_after: Exposed

    @property
    def raises_exposure(self) -> bool:
        """Whether the worst case grows: then the amount is said and a person is asked."""
        return rank(self.exposure_after) > rank(self.exposure_before)


def find_repair(
    raw: Mapping[str, Any], *, resolve: Resolve, measure: Measure, among: frozenset[str] | None = None
) -> Repair | None:
    """The smallest repair of a tree as typed; None where it passes already or nothing enumerable mends it.

    `among` are the names of the members that may change; None = all but what the campaign is about.
    """
    before = resolve(raw)
    if not find_refusals(before):
        return None
    best: tuple[Any, Changes, TreeFacts] | None = None
    for changes in _search(raw, resolve, among):
        facts = resolve(put_values(raw, changes))
        if find_refusals(facts):
            continue  # passed in the reduced tree only
        order = (len(changes), rank(measure(facts)), repr(sorted(changes, key=repr)))
        if best is None or order < best[0]:
            best = (order, changes, facts)
    if best is None:
        return None
    _, changes, facts = best
    known, then = measure(before), measure(facts)
    members = tuple(FieldChange(path, value) for path, value in changes)
    return Repair(members, _label(changes, known, then, facts), known, then)


def rank(exposure: Exposed) -> tuple[Decimal, ...]:
    """Exposures in order: the smaller one first, an unbounded one last."""
    return tuple(
        Decimal("Infinity") if amount is None else amount
        for amount in (exposure.day, exposure.week, exposure.total)
    )


def list_candidates(raw: Mapping[str, Any], path: str, fixes: Iterable[FieldChange]) -> list[Any]:
    """The values that a repair may give a member: enumerated ones, its siblings', those of fixes; None = taken away.

    Whom an ad group reaches stays its own: no place or exclusion is taken away or over from another one.
    """
    level, name = _read_place(path)
    if name in PINNED:
        return []
    now = read_value(raw, path)
    values: list[Any] = [item.value for item in fixes if item.path == path]
    member = members_below(level, "").get(name) if name else None
    if member is not None and member.type == "word":
        values += member.values
    if member is not None and member.type == "flag":
        values += [True, False]
    if AUDIENCE not in path.split("/"):
        if level is Level.ADGROUP:
            values += [group.get(name) for group in _list_groups(raw)]
        values.append(None)
    seen = {_key(now)}
    return [value for value in values if not (_key(value) in seen or seen.add(_key(value)))]  # type: ignore[func-returns-value]


def _search(raw: Mapping[str, Any], resolve: Resolve, among: frozenset[str] | None) -> list[Changes]:
    """All change sets of the smallest size that make the tree pass, found in the order of their size."""
    small = _reduce(raw, resolve)
    trial = Trial(small, resolve)
    queue: list[tuple[int, int, Changes, tuple[TreeFacts, list[Finding]] | None]] = []
    seen: set[str] = set()
    number = itertools.count()

    def note(least: int, changes: Changes) -> None:
        if _key(changes) not in seen:
            seen.add(_key(changes))
            heapq.heappush(queue, (least, next(number), changes, None))

    # with and without CBO other members must be equal: two searches, so that each knows how far it is from its end
    note(0, ((_CBO, read_value(raw, _CBO)),))
    if among is None or _CBO in among:
        for value in list_candidates(small, _CBO, ()):
            note(1, ((_CBO, value),))
    found: list[Changes] = []
    for _ in range(TRIES):
        if not queue or (found and queue[0][0] > len(found[0])):
            break
        least, _, changes, judged = heapq.heappop(queue)
        real = tuple(item for item in changes if _key(read_value(small, item[0])) != _key(item[1]))
        facts, refusals = judged or trial.judge(real)
        if not refusals:
            found.append(real)
            continue
        bound = max(least, len(real) + _count_differing(refusals))
        if bound > least:
            heapq.heappush(queue, (bound, next(number), changes, (facts, refusals)))
            continue
        for move in _list_moves(raw, small, facts, refusals, dict(changes), among):
            after = tuple(sorted({**dict(changes), **dict(move)}.items(), key=lambda item: item[0]))
            if len(after) > len(changes):
                note(max(least, len(real) + len(after) - len(changes)), after)
    return found


def _count_differing(refusals: Iterable[Finding]) -> int:
    """How many members at least must still change: each that is not the commonest of its name, while CBO stays as it is.

    Goal, event and billing count once together: the goal settles what the other two are when they are not given.
    """
    names = Counter(item.path.rpartition("/")[2] for item in refusals if item.rule in _UNIFORM)
    return sum(names[name] for name in names if name not in _BY_GOAL) + max(names[name] for name in _BY_GOAL)


def _list_moves(
    raw: Mapping[str, Any],
    small: Mapping[str, Any],
    facts: TreeFacts,
    refusals: list[Finding],
    done: Mapping[str, Any],
    among: frozenset[str] | None,
) -> Iterator[Changes]:
    """Every next step that may silence the first refusal: one of the members that its rule looked at must change."""
    first = min(refusals, key=lambda item: (len(read_members_of(facts, item)), item.rule, item.path))
    fixes = [change for finding in refusals if finding.fix for change in finding.fix.changes]
    together = len(_list_groups(raw)) > EXACT
    told = {item.path.split("/")[1] for item in refusals if item.rule == first.rule and "/" in item.path}
    wide = first.rule in _WIDE
    tried: set[str] = set()
    for path in read_members_of(facts, first):
        group, _, name = path.removeprefix("adgroups/").partition("/")
        shared = together and path.startswith("adgroups/") and "/" not in name
        if path in done or (shared and name in tried):
            continue
        if among is not None and path.rpartition("/")[2] not in among:
            continue
        for value in list_candidates(small, path, fixes):
            if not shared:
                yield ((path, value),)
                continue
            tried.add(name)
            places = range(len(_list_groups(raw)))
            members = [
                f"adgroups/{index}/{name}"
                for index in places
                if (wide or str(index) in told or str(index) == group)
                and _key(read_value(raw, f"adgroups/{index}/{name}")) != _key(value)
                and f"adgroups/{index}/{name}" not in done
            ]
            yield tuple((member, value) for member in members)


def _reduce(raw: Mapping[str, Any], resolve: Resolve) -> Mapping[str, Any]:
    """The tree with one ad and one creative per ad group, unless an ad is what is refused: judged many times, so small."""
    if any("/ads" in finding.path for finding in find_refusals(resolve(raw))):
        return raw
    small = dict(copy.deepcopy(dict(raw)))
    for group in _list_groups(small):
        ads = group.get("ads")
        if isinstance(ads, list):
            group["ads"] = ads[:1]
        for ad in group.get("ads") or []:
            if isinstance(ad, dict) and isinstance(ad.get("creative_list"), list):
                ad["creative_list"] = ad["creative_list"][:1]
    return small


def _list_groups(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    groups = raw.get("adgroups")
    return [group for group in groups if isinstance(group, dict)] if isinstance(groups, list) else []


def _read_place(path: str) -> tuple[Level, str]:
    """The level of a path and the member's name there; "" for a place inside a member or in another's child list."""
    parts = path.split("/")
    if parts[0] != "adgroups":
        return Level.CAMPAIGN, "/".join(parts)
    if len(parts) > 2 and parts[2] == "ads":
        return Level.AD, "/".join(parts[4:])
    return Level.ADGROUP, "/".join(parts[2:])


def _key(value: Any) -> str:
    """Values compared as people mean them: 15, 15.0 and "15.00" are one price."""
    if isinstance(value, Decimal | float | int) and not isinstance(value, bool):
        return str(Decimal(str(value)).normalize())
    return json.dumps(value, default=str, sort_keys=True) if value != () else ""


def _label(changes: Changes, before: Exposed, after: Exposed, facts: TreeFacts) -> str:
    """What is set to what and in how many places; more than four kinds are counted."""
    kinds = Counter(
        (
            path.rpartition("/")[2],
            _say(value),
            "ads" if "/ads/" in path else "ad groups" if path.startswith("adgroups/") else "",
        )
        for path, value in changes
    )
    words = [
        f"{name} → {value}{f' in {count} {below}' if below and count > 1 else ''}"
        for (name, value, below), count in kinds.items()
    ]
    more = [f"{len(words) - SHOWN} more"] if len(words) > SHOWN else []
    text = "; ".join([*words[:SHOWN], *more])
    say = facts.say_money
    for name, old, new in (("day", before.day, after.day), ("run", before.total, after.total)):
        if new is None and old is not None:
            return f"{text}. Exposure: the worst {name} has no bound any more"
        if new is not None and old is not None and new > old:
            return f"{text}. Exposure: the worst {name} grows by {say(new - old)} to {say(new)}"
    return text


def _say(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "none" if value is None else str(value)
