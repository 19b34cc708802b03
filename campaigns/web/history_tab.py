"""The History tab: the timeline narrowed and paged, one object's fields with who set them, and all as it was at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime

from campaigns.models import Advertiser, Campaign
from campaigns.queries import list_things
from campaigns.queries.asof import Blame, Then, find_steps, list_members, name_thing, read_as_of, read_blame
from campaigns.queries.timeline import KINDS, read_timeline
from campaigns.web.history import list_entries, say_value

FIELDS = ("kind", "object", "at", "before")
WORDS = {
    "edit": "Edits",
    "launch": "Drafting and launching",
    "approval": "Proposals and decisions",
    "switch": "Switches",
    "review": "Reviews",
    "drift": "Made elsewhere",
    "module": "Modules",
    "status": "Statuses",
    "call": "Calls to TikTok",
}
JUST_AFTER = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Field:
    """One member: as it was on both sides, as it is wanted now, and who set it last by then."""

    name: str
    wanted: str
    remote: str
    today: str
    moved: bool
    blame: Blame | None


@dataclass(frozen=True, slots=True)
class Other:
    """An object of the tree that was otherwise: its name, and how many members differed; None: it was not there."""

    key: str
    label: str
    moved: int | None


def read_history(campaign: Campaign, given: Mapping[str, str], *, now: datetime) -> dict[str, Any]:
    """What the tab shows. `problems` name what of the address cannot be read."""
    asked = {name: str(given.get(name, "")).strip()[:200] for name in FIELDS}
    problems: dict[str, str] = {}
    account = campaign.advertiser
    at = _read_moment(asked["at"], account, "at", problems)
    before = _read_moment(asked["before"], account, "before", problems)
    things = {name_thing(thing): thing for thing in list_things(campaign)}
    chosen = asked["object"] if asked["object"] in things else ""
    kinds = (asked["kind"],) if asked["kind"] in KINDS else KINDS
    end = before or (at + JUST_AFTER if at else None)
    timeline = read_timeline(campaign, kinds=kinds, target=chosen, before=end)
    address = {name: asked[name] for name in ("kind", "object", "at") if asked[name]}
    context: dict[str, Any] = {
        "entries": list_entries(campaign, timeline),
        "older": urlencode(address | {"before": timeline.older.isoformat()}) if timeline.older else "",
        "kinds": WORDS,
        "objects": [
            (key, "The campaign" if key == "campaign" else thing.label) for key, thing in things.items()
        ],
        "asked": asked | {"object": chosen},
        "at": at,
        "at_field": _to_field(at or now, account) if at else "",
        "latest": _to_field(now, account),
        "problems": problems,
    }
    if at or chosen:
        context |= _read_then(campaign, chosen or "campaign", at or now)
    return context


def _read_then(campaign: Campaign, key: str, at: datetime) -> dict[str, Any]:
    thens = {then.key: then for then in read_as_of(campaign, at)}
    earlier, later = find_steps(campaign, key, at)
    then, blame = thens[key], read_blame(campaign, key, at)
    moved = {item.key: _count_moved(item) for item in thens.values()}
    return {
        "then": then,
        "earlier": earlier,
        "later": later,
        "then_label": "The campaign" if key == "campaign" else then.thing.label,
        "fields": [_make_field(then, name, blame) for name in list_members(then)],
        "launched": blame.get(""),
        "others": [
            Other(item.key, "The campaign" if item.key == "campaign" else item.thing.label, moved[item.key])
            for item in thens.values()
            if item.key != key and moved[item.key] != 0
        ],
    }


def _make_field(then: Then, name: str, blame: Mapping[str, Blame]) -> Field:
    was, now = then.wanted.get(name), then.thing.wanted.get(name)
    remote = then.remote or {}
    return Field(
        name,
        say_value(was),
        say_value(remote.get(name)) if name in remote else "",
        say_value(now),
        was != now,
        blame.get(name),
    )


def _count_moved(then: Then) -> int | None:
    if not then.there:
        return None
    names = {*then.wanted, *then.thing.wanted}
    return sum(then.wanted.get(name) != then.thing.wanted.get(name) for name in names)


def _read_moment(text: str, account: Advertiser, name: str, problems: dict[str, str]) -> datetime | None:
    """A time with its zone, or one of the account's."""
    if not text:
        return None
    try:
        moment = parse_datetime(text.replace(" ", "+"))
        if moment is not None:  # in UTC: a database takes only some offsets
            zone = ZoneInfo(account.zone)
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        problems[name] = f"“{text}” is no time; write one such as 2026-03-12T08:30."
        return None
    return moment


def _to_field(moment: datetime, account: Advertiser) -> str:
    return moment.astimezone(ZoneInfo(account.zone)).strftime("%Y-%m-%dT%H:%M:%S")
