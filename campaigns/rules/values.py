"""One pass over every value of a tree: words, bounds and ids, straight from the contract's member tables.

Three rules of structure.py read its result; walking once keeps the time linear and small (9,000 creatives are many).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from rapidfuzz.distance import DamerauLevenshtein

from campaigns.contract.choices import APP_EVENTS, AUTOMATIC_EVENTS, FORMER_WEB_EVENTS, WEB_EVENTS
from campaigns.contract.levels import Level
from campaigns.contract.limits import MAX_INT64, count_units
from campaigns.contract.members import Member, members_below, members_of
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Hit, set_members

# Judged by rules of their own, which know more to say
_OWN_RULE = frozenset({"dayparting", "call_to_action_id", "pixel_id"})
SHOWN = 80  # characters of a value that a message repeats
SLIP = 8  # letters that a word has for each of its typing slips; with more of them it is another word


@dataclass(slots=True)
class Scan:
    """What one pass found, by the rule that says it."""

    app: bool = False  # the campaign is about an app: events of a pixel are not meant
    words: list[Hit] = field(default_factory=list)
    bounds: list[Hit] = field(default_factory=list)
    ids: list[Hit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A member as the pass needs it, prepared once."""

    member: Member
    words: frozenset[Any]
    bounded: bool
    is_id: bool
    below: str | None  # where the table of its own members stands


def scan_values(facts: TreeFacts) -> Scan:
    """The result of the pass, made once per facts."""
    scan: Scan | None = facts.memo.get("scan")
    if scan is None:
        scan = facts.memo["scan"] = Scan(
            facts.campaign.get("objective_type") == "APP_PROMOTION"
            or facts.campaign.get("sales_destination") == "APP"
        )
        for thing in facts.objects:
            _scan_object(thing.level, "", (None, thing.path), thing.members, scan)
    return scan


# A place as a chain (the place above, name): spelled out only where something is wrong, which is seldom
Place = tuple[Any, str | int] | None


def _scan_object(level: Level, where: str, above: Place, values: Mapping[str, Any], scan: Scan) -> None:
    table = _prepare(level, where)
    for name, value in values.items():
        entry = table.get(name)
        if entry is None or value is None:
            continue
        place = (above, name)
        if entry.words:
            _check_words(entry, place, name, value, scan)
        if entry.bounded:
            _check_bounds(entry.member, place, value, scan)
        if entry.is_id:
            _check_ids(place, value, scan)
        if entry.below is None:
            continue
        if isinstance(value, dict):
            _scan_object(level, entry.below, place, value, scan)
        else:
            for index, item in enumerate(value):
                _scan_object(level, entry.below, (place, index), item, scan)


def _spell(place: Place) -> str:
    parts: list[str] = []
    while place is not None:
        place, part = place
        parts.append(str(part))
    return "/".join(part for part in reversed(parts) if part)


@cache
def _prepare(level: Level, where: str) -> Mapping[str, _Entry]:
    """The members of one object that have something to check, in them or below them."""
    entries = {name: _prepare_member(level, member) for name, member in members_below(level, where).items()}
    return {
        name: entry
        for name, entry in entries.items()
        if entry.words or entry.bounded or entry.is_id or entry.below
    }


def _prepare_member(level: Level, member: Member) -> _Entry:
    words = _list_words(level, member)
    bounds = (member.max_items, member.min_items, member.max_length, member.minimum, member.maximum)
    bounded = any(bound is not None for bound in bounds)
    below = {"object": member.path, "objects": f"{member.path}[]"}.get(member.type)
    if below is not None and not _prepare(level, below):
        below = None
    own = member.name in _OWN_RULE
    return _Entry(
        member,
        frozenset(words),
        bounded and not own,
        member.type in ("id", "ids") and not own,
        below,
    )


def _list_words(level: Level, member: Member) -> Sequence[Any]:
    if level is Level.ADGROUP and member.path == "optimization_event":
        return (*WEB_EVENTS, *AUTOMATIC_EVENTS, *APP_EVENTS)
    if level is Level.ADGROUP and member.path == "budget_mode":
        # modes that a campaign knows have rules of their own on ad groups (C10)
        return members_of(Level.CAMPAIGN)["budget_mode"].values
    return member.values


def _check_words(entry: _Entry, place: Place, name: str, value: Any, scan: Scan) -> None:
    if isinstance(value, list):
        wrong = next((word for word in value if word not in entry.words), None)
        if wrong is None:
            return
    elif value in entry.words:
        return
    else:
        wrong = value
    here, said = _spell(place), say_name(name)
    events = entry.member.path == "optimization_event" and not entry.member.values
    known = [str(word) for word in (_list_events(scan.app) if events else entry.member.values)]
    names = {_fold(name): word for name, word in _EVENTS} if events and not scan.app else {}
    meant = find_meant(str(wrong)[:SHOWN], known, names)
    hint = f"Did you mean {meant}?" if meant else f"Choose one of {', '.join(known[:6])}."
    fix = None
    if meant and isinstance(value, list):
        rest = list(dict.fromkeys(meant if item == wrong else item for item in value))
        fix = set_members(f"Use {meant}", (here, rest)) if set(rest) <= entry.words else None
    elif meant and not isinstance(value, int):
        fix = set_members(f"Use {meant}", (here, meant))
    scan.words.append(
        Hit(here, f"“{str(wrong)[:SHOWN]}” is no word that TikTok knows for {said}. {hint}", fix)
    )


# What people call the events of a pixel: by label, or as its code does
_EVENTS = (*((label, code) for code, label in WEB_EVENTS.items()), *FORMER_WEB_EVENTS.items())


def find_meant(typed: str, known: Sequence[str], names: Mapping[str, str]) -> str | None:
    """The known word that was meant: by another name it has, or missed by a typing slip. None where a guess is needed.

    `names` are other names of known words, in capitals and digits alone.
    """
    said = _fold(typed)
    if said in names:
        return names[said]
    if said in _list_vocabulary():
        known = [
            word for word in known if _fold(word) == said
        ]  # a word of its own: nobody mistyped another one
    most = len(typed) // SLIP
    ranked = sorted((DamerauLevenshtein.distance(said, _fold(word)), word) for word in known)
    near = [(slips, word) for slips, word in ranked if slips <= most]
    if not near or (len(near) > 1 and near[1][0] == near[0][0]):
        return None
    return near[0][1]


@cache
def _list_vocabulary() -> frozenset[str]:
    """Every word that some member knows, and every name of an event."""
    words = (str(word) for level in Level for member in members_of(level).values() for word in member.values)
    return frozenset(map(_fold, (*words, *WEB_EVENTS, *APP_EVENTS, *(name for name, _ in _EVENTS))))


def _fold(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()


def _list_events(app: bool) -> Sequence[str]:
    return (*(APP_EVENTS if app else WEB_EVENTS), *AUTOMATIC_EVENTS)


def _check_bounds(member: Member, place: Place, value: Any, scan: Scan) -> None:
    if isinstance(value, list) and member.max_length is None and _fits(member, len(value)):
        return
    path, said = _spell(place), say_name(member.name).capitalize()
    if isinstance(value, list):
        if member.max_items is not None and len(value) > member.max_items:
            fix = set_members(f"Keep the first {member.max_items}", (path, value[: member.max_items]))
            text = f"{said} takes at most {member.max_items} entries; here are {len(value)}."
            scan.bounds.append(Hit(path, text, fix))
        if member.min_items is not None and len(value) < member.min_items:
            scan.bounds.append(Hit(path, f"{said} needs at least {member.min_items}."))
        if member.max_length is not None:
            for index, text in enumerate(value):
                _check_length(member, f"{path}/{index}", text, said, scan)
    elif isinstance(value, str):
        if member.name not in ("campaign_name", "adgroup_name", "ad_name"):
            _check_length(member, path, value, said, scan)
    elif isinstance(value, int | Decimal):
        for bound, wrong, word in (
            (member.minimum, -1, "least"),
            (member.maximum, 1, "most"),
        ):
            # through text: 0.01 as a float is a little more than 0.01
            exact = Decimal(str(bound)) if bound is not None else None
            if exact is not None and (value > exact) - (value < exact) == wrong:
                fix = set_members(f"Use {exact}", (path, str(exact)))
                scan.bounds.append(Hit(path, f"{said} is at {word} {exact}; here is {str(value)[:40]}.", fix))


def _fits(member: Member, count: int) -> bool:
    most = count if member.max_items is None else member.max_items
    return (member.min_items or 0) <= count <= most


def _check_length(member: Member, path: str, text: Any, said: str, scan: Scan) -> None:
    if member.max_length is not None and isinstance(text, str) and count_units(text) > member.max_length:
        found = f"{said} takes at most {member.max_length} characters; here are {count_units(text)}."
        scan.bounds.append(Hit(path, found))


def _check_ids(place: Place, value: Any, scan: Scan) -> None:
    for item in value if isinstance(value, list) else (value,):
        text = str(item)
        # `int` of a very long text costs time; 19 digits are the longest that fit
        if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= MAX_INT64):
            scan.ids.append(Hit(_spell(place), f"“{text[:40]}” is no id of TikTok's: write its digits."))


def say_name(name: str) -> str:
    """A member's name as people read it."""
    return name.replace("_", " ").removesuffix(" list")
