"""Fields and values of TikTok's as pages say them: the place by our labels, switches, choices, texts and money in words.

The one home of this: drift, held launches, proposals and changes that were refused say a value alike.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.contract.levels import Level
from campaigns.contract.members import find_member
from campaigns.contract.shape import read_moment
from campaigns.models import Advertiser
from campaigns.sync.drift import EXISTENCE, STRANGER, SWITCH, Drift
from campaigns.web.forms_words import say_option
from campaigns.web.saying import say_field
from campaigns.web.templatetags.smartplus import money, plain
from campaigns.web.week import is_week, say_week
from campaigns.web.words import say_word

_LEVELS = {"campaign": Level.CAMPAIGN, "adgroups": Level.ADGROUP, "ads": Level.AD}
_SWITCHES = {"ENABLE": "On", "DISABLE": "Off", "DELETE": "Removed"}
_THERE = {"there": "there", "gone": "deleted at TikTok"}


def level_of(target: str) -> Level:
    """The level of what a journal's row names: `adgroups/12`."""
    return _LEVELS.get(target.partition("/")[0], Level.CAMPAIGN)


def say_place(drift: Drift) -> str:
    """Where something differs: `Ad Tents · Name`. A member of the campaign stands alone, for its page says whose."""
    if drift.member == STRANGER:
        return drift.label
    level = level_of(drift.target)
    called = drift.label if drift.label.startswith(f"{level.label} ") else f"{level.label} {drift.label}"
    if drift.member == EXISTENCE:
        return f"The {level.label.lower()}" if level is Level.CAMPAIGN else called
    field = say_field(drift.member)
    return field if level is Level.CAMPAIGN else f"{called} · {field}"


def say_sides(drift: Drift, account: Advertiser) -> tuple[str, str]:
    """What is wanted and what TikTok holds, in words."""
    if drift.member == STRANGER:
        return drift.wanted, f"there, {say_word(drift.remote).lower()}"
    level = level_of(drift.target)
    wanted, remote = (say_member(level, drift.member, side, account) for side in (drift.wanted, drift.remote))
    return wanted, remote


def say_member(level: Level, path: str, value: Any, account: Advertiser) -> str:
    """A member's value as one reads it, an amount of money with its currency. `path` counts from its object."""
    if path == EXISTENCE:
        return _THERE.get(str(value), str(value))
    if path == SWITCH:
        return _SWITCHES.get(str(value), say_word(value)) or "–"
    match value:
        case None | "" | []:
            return "–"
        case bool():
            return "On" if value else "Off"
        case dict():
            return ", ".join(_say_parts(level, path, value, account)) or "–"
        case list() if any(isinstance(item, Mapping) for item in value):
            return " / ".join(
                say_member(level, f"{path}/{at}", item, account) for at, item in enumerate(value)
            )
        case tuple() | set() | frozenset():
            return say_member(level, path, sorted(value, key=str), account)
        case list():
            return ", ".join(_say_one(level, path, item, account) for item in value)
    return _say_one(level, path, value, account)


def _say_parts(level: Level, path: str, value: Mapping[str, Any], account: Advertiser) -> Iterator[str]:
    """What an object of TikTok's holds; one value says itself."""
    held = {name: item for name, item in value.items() if item not in (None, "", [], {})}
    for name, item in held.items():
        said = say_member(level, f"{path}/{name}", item, account)
        yield said if len(held) == 1 else f"{say_field(name)}: {said}"


def _say_one(level: Level, path: str, value: Any, account: Advertiser) -> str:
    member = find_member(level, path)
    if member is not None and member.type == "money":
        return money(value, account)
    if not isinstance(value, str) or member is None:
        return plain(value)
    if member.values:
        return say_option(value)
    if is_week(value):
        return say_week(value)
    return _say_moment(value, account) if member.name.endswith("_time") else value


def _say_moment(value: str, account: Advertiser) -> str:
    try:
        local = read_moment(value).astimezone(ZoneInfo(account.zone))
    except ValueError:
        return value
    return f"{local:%d %b %Y, %H:%M} ({account.zone})"


def list_places(drifts: Iterable[Drift], account: Advertiser) -> list[tuple[Drift, str, str, str]]:
    """Each difference with its place and both sides, in words."""
    return [(item, say_place(item), *say_sides(item, account)) for item in drifts]
