"""Wanted minus remote: what would be sent. The same plan draws the review screen, answers `validate` and feeds the push.

Works on facts; knows no rows, no network and no clock.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.analysis.exposure import BudgetLine, Exposure, add_exposures, cap_exposure, measure_line
from campaigns.contract.levels import Level
from campaigns.contract.limits import DAYPARTING_SLOTS, STATUS_IDS
from campaigns.contract.members import members_below
from campaigns.contract.paths import find_at
from campaigns.contract.shape import join_path, write_members
from campaigns.contract.statuses import DISABLE
from campaigns.rules.facts import ObjectFacts, Rewrite, TreeFacts
from campaigns.sync.translate_ad import is_address

_OWNER = re.compile(r"(adgroups/\d+(?:/ads/\d+)?)(?:/|$)")
# Calls that take the ids of many objects, twenty at once (R15)
BATCHED = frozenset(
    {"/smart_plus/adgroup/budget/update/", *(f"/smart_plus/{level}/status/update/" for level in Level)}
)
WEEK = 7
INSTANT = timedelta(microseconds=1)  # a schedule that ends at midnight does not touch the day that begins
READS_PER_LAUNCH = 3  # one look at each level verifies the tree before anything is switched on


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of a call: what was typed, what is sent, and why they differ. `path` counts from the tree's root.

    `at` is the moment that a sent time means: its text on the wire is UTC and does not say so.
    """

    path: str
    name: str
    typed: Any
    sent: Any
    rewrite: Rewrite | None
    at: datetime | None = None
    held: Any = None  # what TikTok holds, where the object exists

    @property
    def differs(self) -> bool:
        return self.rewrite is not None

    @property
    def moved(self) -> Any:
        """Where a value went that is sent in another field than it was typed in."""
        return self.rewrite.sent if self.rewrite and self.sent is None else None


@dataclass(frozen=True, slots=True)
class Step:
    """One object to be made or changed: the endpoint and every field of its call."""

    level: Level
    path: str
    label: str
    endpoint: str
    fields: tuple[FieldLine, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a launch would do. `uploads` are addresses of pictures to be uploaded first.

    `updates` are calls that would make what exists equal to what is wanted.
    """

    steps: tuple[Step, ...]
    uploads: tuple[str, ...]
    exposure: Exposure
    updates: tuple[Step, ...] = ()

    @property
    def creates(self) -> dict[str, int]:
        """How many objects of each level are made."""
        return {level.value: sum(step.level is level for step in self.steps) for level in Level}

    @property
    def calls(self) -> int:
        """Calls that the launch takes when nothing goes wrong: uploads, creates, reads, switches."""
        batched = Counter(step.endpoint for step in self.updates if step.endpoint in BATCHED)
        changes = (
            len(self.updates) - batched.total() + sum(-(-count // STATUS_IDS) for count in batched.values())
        )
        if not self.steps:
            return changes
        switches = sum(-(-count // STATUS_IDS) for count in self.creates.values())
        return len(self.uploads) + len(self.steps) + READS_PER_LAUNCH + switches + changes


def plan_launch(*, facts: TreeFacts, made: frozenset[str] = frozenset()) -> Plan:
    """The plan of making a tree. `made` holds the paths of objects that exist already."""
    by_path = {rewrite.path: rewrite for rewrite in facts.rewrites}
    things = [thing for thing in facts.objects if thing.path not in made]
    owned: dict[str, list[Rewrite]] = {}
    for rewrite in by_path.values():
        owned.setdefault(owner_of(rewrite.path), []).append(rewrite)
    steps = tuple(_plan_step(thing, by_path, owned.get(thing.path, ())) for thing in things)
    addresses = dict.fromkeys(
        address for thing in things if thing.level is Level.AD for address in list_addresses(thing.members)
    )
    return Plan(steps, tuple(addresses), measure_tree(facts))


def compose_create(
    *,
    level: Level,
    members: Mapping[str, Any],
    advertiser_id: str,
    parent_id: str | None,
    request_id: str | None,
    pictures: Mapping[str, str],
) -> dict[str, Any]:
    """The body of a create: switched off at its own level, whatever is wanted of the switch (design section 4)."""
    body: dict[str, Any] = {"advertiser_id": advertiser_id}
    if request_id is not None:
        body["request_id"] = request_id
    if level.parent is not None:
        body[level.parent.id_member] = parent_id
    body |= compose_body(level=level, members=members, pictures=pictures)
    body["operation_status"] = DISABLE
    return body


def compose_body(*, level: Level, members: Mapping[str, Any], pictures: Mapping[str, str]) -> dict[str, Any]:
    """The wanted members as TikTok takes them, pictures by their ids. Raises KeyError for a picture not uploaded yet."""
    known = members_below(level, "")
    body = write_members(
        {name: value for name, value in members.items() if name in known and known[name].sent}
    )
    for entry in body.get("creative_list") or []:
        for picture in (entry.get("creative_info") or {}).get("image_info") or []:
            if is_address(picture.get("web_uri")):
                picture["web_uri"] = pictures[picture["web_uri"]]
    return body


def owner_of(path: str) -> str:
    """The path of the object that a member's path lies in: `adgroups/3/bid_type` is the ad group's, `budget` the root's."""
    found = _OWNER.match(path)
    return found[1] if found else ""


def list_addresses(members: Mapping[str, Any]) -> list[str]:
    """The addresses of pictures that an ad names instead of image ids."""
    infos = [entry.get("creative_info") or {} for entry in members.get("creative_list") or []]
    given = [picture.get("web_uri") for info in infos for picture in info.get("image_info") or []]
    return [address for address in given if is_address(address)]


def measure_tree(facts: TreeFacts) -> Exposure:
    """What the tree can spend at worst. An amount that is missing or malformed leaves it unknown: no bound is claimed."""
    groups, zone = facts.adgroups, ZoneInfo(facts.account.zone)
    own = _line(facts.campaign, groups, zone)
    if facts.cbo:
        return measure_line(own)
    parts = add_exposures(measure_line(_line(group, (group,), zone)) for group in groups)
    if facts.campaign.get("budget_mode") in ("BUDGET_MODE_DAY", "BUDGET_MODE_TOTAL"):
        return cap_exposure(parts, measure_line(own))
    return parts


def _line(thing: ObjectFacts, groups: Sequence[ObjectFacts], zone: ZoneInfo) -> BudgetLine:
    """An object's budget with the days on which the ad groups that spend it may be shown."""
    amount, days = thing.get("budget"), _count_days(groups, zone)
    if amount is None or amount < 0:
        return BudgetLine("unknown", Decimal(0), days)
    increases = thing.get("budget_auto_adjust_strategy") == "AUTO_BUDGET_INCREASE"
    return BudgetLine(str(thing.get("budget_mode")), amount, days, increases, _count_weekdays(groups))


def _count_days(groups: Sequence[ObjectFacts], zone: ZoneInfo) -> int | None:
    """The account's days from the first start to the last end, begun ones too; None when one runs on."""
    starts = [group.get("schedule_start_time") for group in groups]
    ends = [group.get("schedule_end_time") for group in groups]
    if not groups or None in starts or None in ends or max(ends) <= min(starts):
        return None
    first, last = min(starts).astimezone(zone), (max(ends) - INSTANT).astimezone(zone)
    return int((last.date() - first.date()).days) + 1


def _count_weekdays(groups: Sequence[ObjectFacts]) -> int:
    """On how many days of a week anything may be shown; one more than its slots say, as their zone is not published (U14)."""
    shown: set[int] = set()
    for group in groups:
        slots = str(group.get("dayparting") or "")
        if len(slots) != DAYPARTING_SLOTS or "1" not in slots:  # all zeros = always (C30)
            return WEEK
        shown |= {place // (DAYPARTING_SLOTS // WEEK) for place, slot in enumerate(slots) if slot == "1"}
    return min(WEEK, len(shown) + 1)


def _plan_step(thing: ObjectFacts, rewrites: Mapping[str, Rewrite], own: Iterable[Rewrite]) -> Step:
    """`rewrites` are all of the tree by path, `own` those that lie in the thing and in none of its children."""
    lines: list[FieldLine] = []
    sent = write_members(thing.members) | {"operation_status": DISABLE}
    for path, value in _flatten(thing.path, sent):
        lines.append(_line_of(thing, path, value, rewrites.get(path) or _above(path, thing.path, rewrites)))
    shown = {id(line.rewrite) for line in lines}
    for rewrite in own:
        # dropped, or moved to another field: its own is not sent
        if id(rewrite) not in shown:
            lines.append(FieldLine(rewrite.path, _name(rewrite.path, thing), rewrite.typed, None, rewrite))
    return Step(thing.level, thing.path, thing.label, f"/smart_plus/{thing.level}/create/", tuple(lines))


def _line_of(thing: ObjectFacts, path: str, value: Any, rewrite: Rewrite | None) -> FieldLine:
    if rewrite is None:
        return FieldLine(path, _name(path, thing), value, value, None, _moment(path, thing))
    said = rewrite.sent if is_address(value) else value
    return FieldLine(path, _name(path, thing), rewrite.typed, said, rewrite, _moment(path, thing))


def _moment(path: str, thing: ObjectFacts) -> datetime | None:
    value = find_at(thing.members, _name(path, thing))
    return value if isinstance(value, datetime) else None


def _above(path: str, root: str, rewrites: Mapping[str, Rewrite]) -> Rewrite | None:
    """The rewrite of a list or object that a flattened field lies in."""
    while "/" in path and len(path) > len(root):
        path = path.rpartition("/")[0]
        if path in rewrites and rewrites[path].sent is not None:
            return rewrites[path]
    return None


def _flatten(path: str, value: Any) -> Iterable[tuple[str, Any]]:
    """Leaves of a body with their paths; lists of plain values stay whole."""
    match value:
        case dict():
            for name, item in value.items():
                yield from _flatten(join_path(path, name), item)
        case list() if value and all(isinstance(item, dict) for item in value):
            for index, item in enumerate(value):
                yield from _flatten(join_path(path, index), item)
        case _:
            yield path, value


def _name(path: str, thing: ObjectFacts) -> str:
    return path.removeprefix(f"{thing.path}/") if thing.path else path
