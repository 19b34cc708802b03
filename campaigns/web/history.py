"""What happened to a campaign, newest first: decisions of ours beside what TikTok reported. Knows no requests."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.members import find_member
from campaigns.models import Campaign, Change, Flip, Push
from campaigns.queries import list_things
from campaigns.queries.timeline import Timeline
from campaigns.sync.attribution import Log, attribute_flip, read_log
from campaigns.web.values import level_of
from campaigns.web.words import CHANGES, say_status, say_word

LINES = 12  # differences of one entry before the rest is counted
VALUE = 120  # characters of one value
NAMED = 6  # objects of one entry that are named before the rest is counted
TOGETHER = timedelta(minutes=2)  # the same thing found of several objects within this is one entry
RAW = 20_000  # characters of raw JSON on the page; the REST journal has the whole
_DOORS = {"page": "on a page", "rest": "over REST", "machine": "by the machine"}
_MEMBERS = {
    "operation_status": "Switch",
    "secondary_status": "Status",
    "existence": "At TikTok",
    "review": "Refused in review",
    "stranger": "Made there",
}
_CALLS = {
    Push.State.DONE: "went through",
    Push.State.REFUSED: "was refused",
    Push.State.NEEDS_PERSON: "needs a person",
    Push.State.UNSURE: "has no answer yet",
    Push.State.SENT: "is on its way",
    Push.State.WAITING: "is tried again",
}


@dataclass(frozen=True, slots=True)
class Line:
    path: str
    before: str
    after: str
    percent: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """`ours`: somebody here decided it; else it was found by reading, at the time of reading.

    `refs` name its rows: `changes/12`, `flips/5`. `ids` are for copying: what each is, and the text.
    """

    at: datetime
    kind: str
    ours: bool
    title: str
    who: str
    door: str
    lines: tuple[Line, ...]
    more: int
    note: str
    refs: tuple[str, ...]
    targets: tuple[str, ...]
    labels: tuple[str, ...] = ()
    echo: bool = False  # TikTok shows what we wanted and sent
    ids: tuple[tuple[str, str], ...] = ()
    proposal: int | None = None
    raw: tuple[tuple[str, str], ...] = ()

    @property
    def anchor(self) -> str:
        return self.refs[0].replace("/", "-")


def list_entries(campaign: Campaign, timeline: Timeline) -> Sequence[Entry]:
    """Newest first. What was found alike of several objects at about one time is one entry."""
    labels = {"campaign": "the campaign"} | {
        f"{thing.level}s/{thing.pk}": thing.label
        for thing in list_things(campaign)
        if thing.level != Level.CAMPAIGN
    }
    proposals = timeline.proposals or {}
    entries = [_of_change(change, labels, proposals.get(change.pk)) for change in timeline.changes]
    elsewhere = any(flip.cause == Flip.Cause.ELSEWHERE for flip in timeline.flips)
    log = read_log(campaign) if elsewhere else None
    entries += _group([_of_flip(flip, labels, log) for flip in timeline.flips])
    entries += [_of_push(push) for push in timeline.pushes]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _of_change(change: Change, labels: Mapping[str, str], proposal: int | None) -> Entry:
    lines = list(list_differences(change))
    what = labels.get(change.target, "an object since removed" if change.target else "the campaign")
    note = change.note
    if change.act == Change.Act.LAUNCHED:
        said = (change.after or {}).get("acknowledged") or []
        rules = ", ".join(sorted({str(item.get("rule")) for item in said}))
        note = f"Said yes to: {rules}" if rules else note
    return Entry(
        at=change.at,
        kind=_kind(change),
        ours=True,
        title=f"{CHANGES.get(change.act, change.act)} {what}",
        who=change.actor.display_name if change.actor else "Smart+ Admin",
        door=_DOORS.get(change.door, change.door),
        lines=tuple(lines[:LINES]),
        more=max(len(lines) - LINES, 0),
        note=note,
        refs=(f"changes/{change.pk}",),
        targets=(change.target,),
        proposal=proposal,
        raw=tuple(
            (name, json.dumps(value, ensure_ascii=False, indent=1)[:RAW])
            for name, value in (("before", change.before), ("after", change.after))
            if value is not None
        ),
    )


def _of_flip(flip: Flip, labels: Mapping[str, str], log: Log | None) -> Entry:
    level = level_of(flip.target)
    body = flip.member.removeprefix("body:") if flip.member.startswith("body:") else ""
    name = _MEMBERS.get(flip.member) or body or flip.member.removeprefix("module:").capitalize()

    def say(value: str) -> str:
        if flip.member == "secondary_status":
            return say_status(level, value).text if value else "–"
        return say_word(value) or "–"

    percent = _percent(level, body, _read_text(flip.before), _read_text(flip.after)) if body else ""
    what = labels.get(flip.target, "an object since removed")
    who = door = ""
    if flip.cause == Flip.Cause.ELSEWHERE and log is not None:
        origin = attribute_flip(flip, log)
        who, door = origin.who or "not known who", origin.how
    return Entry(
        at=flip.at,
        kind=_kind(flip),
        ours=False,
        title=f"TikTok: {what}",
        who=who,
        door=door,
        lines=(Line(name, say(flip.before), say(flip.after), percent),),
        more=0,
        note="",
        refs=(f"flips/{flip.pk}",),
        targets=(flip.target,),
        labels=(what,),
        echo=flip.cause == Flip.Cause.OURS,
    )


def _of_push(push: Push) -> Entry:
    """The last call about an object's body or its switch."""
    thing, error = push.target, push.error or {}
    ids = (("our request id", push.request_id), ("TikTok's log id", str(error.get("request_id") or "")))
    what = "switch" if push.aspect == Push.Aspect.SWITCH else "body"
    code = f" ({error['code']})" if error.get("code") else ""  # a rule of ours, or a lost answer, has none
    said = f"{error['message']}{code}" if error.get("message") else ""
    times = "" if push.attempts < 2 else f"{push.attempts} attempts. "
    name = "the campaign" if thing.level is Level.CAMPAIGN else thing.label
    return Entry(
        at=push.settled_at or push.sent_at or push.not_before,
        kind="call",
        ours=True,
        title=f"The call for the {what} of {name} {_CALLS[Push.State(push.state)]}",
        who="",
        door="",
        lines=(),
        more=0,
        note=times + said,
        refs=(f"pushes/{push.pk}",),
        targets=("campaign" if thing.level is Level.CAMPAIGN else f"{thing.level}s/{thing.pk}",),
        ids=tuple((name, text) for name, text in (*ids, ("TikTok id", thing.remote_id or "")) if text),
        raw=(("error", json.dumps(error, ensure_ascii=False, indent=1)[:RAW]),) if error else (),
    )


def _group(entries: Sequence[Entry]) -> list[Entry]:
    """`entries` are newest first. What one reading found of one object, then what was found alike of several."""
    found: list[Entry] = []
    latest: dict[Any, int] = {}
    for entry in _merge(entries):
        level = entry.targets[0].partition("/")[0]
        alike = (level, entry.kind, entry.who, entry.lines)
        place = latest.get(alike)
        if place is None or found[place].at - entry.at > TOGETHER or entry.targets[0] in found[place].targets:
            latest[alike] = len(found)
            found.append(entry)
            continue
        held = found[place]
        names = (*held.labels, *entry.labels)
        found[place] = replace(
            held,
            title=f"TikTok: {len(names)} {'ads' if level == 'ads' else 'ad groups'}",
            note=", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else ""),
            refs=held.refs + entry.refs,
            targets=held.targets + entry.targets,
            labels=names,
        )
    return found


def _merge(entries: Iterable[Entry]) -> Iterable[Entry]:
    merged: dict[Any, Entry] = {}
    for entry in entries:
        place = (entry.targets, entry.at, entry.kind, entry.who, entry.echo)
        held = merged.get(place)
        if held:
            entry = replace(held, lines=held.lines + entry.lines, refs=held.refs + entry.refs)
        merged[place] = entry
    return merged.values()


def _kind(row: Change | Flip) -> str:
    """As the timeline sorted it."""
    return str(getattr(row, "kind", "edit"))


def _read_text(text: str) -> Any:
    """A value that a flip of a body's member holds as JSON text."""
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        return text


def _percent(level: Level, path: str, before: Any, after: Any) -> str:
    """By how much an amount moved: `+30 %`."""
    member = find_member(level, path)
    if member is None or member.type not in ("money", "number"):
        return ""
    try:
        old, new = Decimal(str(before)), Decimal(str(after))
    except InvalidOperation:
        return ""
    return f"{(new - old) / old * 100:+.0f} %" if old > 0 and new.is_finite() else ""


def list_differences(change: Change) -> Iterator[Line]:
    """Before and after of what moved. Trees that came or went whole are not spelt out."""
    if change.act == Change.Act.LAUNCHED or not (change.before and change.after):
        return
    before, after = dict(flatten("", change.before)), dict(flatten("", change.after))
    for path in dict.fromkeys([*before, *after]):
        if before.get(path) != after.get(path):
            old, new = before.get(path), after.get(path)
            percent = _percent(level_of(change.target), path, old, new)
            yield Line(path, say_value(old), say_value(new), percent)


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
