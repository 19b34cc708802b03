"""What happened to a campaign, newest first: decisions of ours beside what TikTok reported. Knows no requests."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.contract.levels import Level
from campaigns.models import Campaign, Change, Flip, RemoteEdit
from campaigns.queries import list_things
from campaigns.sync.attribution import attribute_flip
from campaigns.web.words import CHANGES, say_status, say_word

SHOWN = 100  # entries of each kind on the page
LINES = 12  # differences of one entry before the rest is counted
VALUE = 120  # characters of one value
_DOORS = {"page": "on a page", "rest": "over REST", "machine": "by the machine"}
_LEVELS = {"campaign": Level.CAMPAIGN, "adgroups": Level.ADGROUP, "ads": Level.AD}
_MEMBERS = {
    "operation_status": "Switch",
    "secondary_status": "Status",
    "existence": "At TikTok",
    "review": "Refused in review",
    "stranger": "Made there",
}


@dataclass(frozen=True, slots=True)
class Line:
    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """`ours`: somebody here decided it; else it was found by reading, at the time of reading."""

    at: datetime
    ours: bool
    title: str
    who: str
    door: str
    lines: tuple[Line, ...]
    more: int
    note: str


def list_entries(
    campaign: Campaign,
    changes: Iterable[Change],
    flips: Iterable[Flip],
    edits: Sequence[RemoteEdit] = (),
) -> Sequence[Entry]:
    """`edits` are TikTok's change log of the campaign: they say who did what was found otherwise there."""
    labels = {"campaign": "the campaign"} | {
        f"{thing.level}s/{thing.pk}": thing.label
        for thing in list_things(campaign)
        if thing.level != Level.CAMPAIGN
    }
    entries = [_of_change(change, labels) for change in changes] + [
        _of_flip(flip, labels, edits) for flip in flips
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _of_change(change: Change, labels: Mapping[str, str]) -> Entry:
    lines = list(list_differences(change))
    what = labels.get(change.target, "an object since removed" if change.target else "the campaign")
    title = f"{CHANGES.get(change.act, change.act)} {what}"
    note = change.note
    if change.act == Change.Act.LAUNCHED:
        said = (change.after or {}).get("acknowledged") or []
        rules = ", ".join(sorted({str(item.get("rule")) for item in said}))
        note = f"Said yes to: {rules}" if rules else note
    return Entry(
        at=change.at,
        ours=True,
        title=title,
        who=change.actor.display_name if change.actor else "Smart+ Admin",
        door=_DOORS.get(change.door, change.door),
        lines=tuple(lines[:LINES]),
        more=max(len(lines) - LINES, 0),
        note=note,
    )


def _of_flip(flip: Flip, labels: Mapping[str, str], edits: Sequence[RemoteEdit]) -> Entry:
    level = _LEVELS.get(flip.target.partition("/")[0], Level.CAMPAIGN)
    name = _MEMBERS.get(flip.member) or (
        flip.member.removeprefix("body:")
        if flip.member.startswith("body:")
        else flip.member.removeprefix("module:").capitalize()
    )

    def say(value: str) -> str:
        if flip.member == "secondary_status":
            return say_status(level, value).text if value else "–"
        return say_word(value) or "–"

    line = Line(name, say(flip.before), say(flip.after))
    what = labels.get(flip.target, "an object since removed")
    who = door = ""
    if flip.cause == Flip.Cause.ELSEWHERE:
        origin = attribute_flip(flip, edits)
        who, door = origin.who or "somebody unknown", origin.how
    return Entry(flip.at, False, f"TikTok: {what}", who, door, (line,), 0, "")


def list_differences(change: Change) -> Iterator[Line]:
    """Before and after of what moved. Trees that came or went whole are not spelt out."""
    if change.act == Change.Act.LAUNCHED or not (change.before and change.after):
        return
    before, after = dict(flatten("", change.before)), dict(flatten("", change.after))
    for path in dict.fromkeys([*before, *after]):
        if before.get(path) != after.get(path):
            yield Line(path, say_value(before.get(path)), say_value(after.get(path)))


def flatten(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    nested: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        nested = value.items()
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        nested = enumerate(value)
    else:
        yield path, value
    for name, item in nested:
        yield from flatten(f"{path}/{name}" if path else str(name), item)


def say_value(value: Any) -> str:
    if value is None or value == "":
        return "–"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= VALUE else f"{text[:VALUE]}…"
