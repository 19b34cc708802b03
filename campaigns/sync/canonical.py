"""One form for what we send and what TikTok reads back, so that equal objects compare equal.

Reads differ from writes: inactive targeting vanishes, defaults appear, budgets under CBO read INFINITE and 0, automatic
placement reads as a list (fact sheet 10.2 and 13). Works on TikTok's JSON; knows no rows.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from campaigns.contract.choices import APP_SYSTEMS, TARGETING_READ_DEFAULTS, active_targeting
from campaigns.contract.levels import Level
from campaigns.contract.members import Member, members_below
from campaigns.contract.shape import read_money

# Written by the house or by TikTok around the object, never part of what is wanted of its body
_FRAME = frozenset({"advertiser_id", "request_id", "operation_status", "campaign_id", "adgroup_id"})

# A carousel shows its pictures one after another; of other lists the order says nothing
_ORDERED = frozenset({"creative_list[].creative_info.image_info"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One member that TikTok holds otherwise than wanted, both as JSON of TikTok's; None = absent."""

    path: str
    wanted: Any
    remote: Any


def find_differences(
    *, level: Level, wanted: Mapping[str, Any], remote: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """What a remote object lacks of a wanted body. Members that were never wanted are TikTok's own business."""
    left, right = canonicalize(level, wanted), canonicalize(level, remote)
    return tuple(
        Difference(name, wanted.get(name), remote.get(name))
        for name in wanted
        if name not in _FRAME and name in list_wantable(level) and left.get(name) != right.get(name)
        if not (name == level.name_member and not wanted[name])  # an empty name asks TikTok for one (P6)
    )


def count_compared(*, level: Level, wanted: Mapping[str, Any]) -> int:
    """How much a wanted body says: the values that `find_differences` compares, at any depth."""
    canonical = canonicalize(level, wanted)
    return _count(
        {name: value for name, value in canonical.items() if name in wanted and name in list_wantable(level)}
    )


def _count(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(_count(item) for item in value.values())
    return sum(_count(item) for item in value) if isinstance(value, tuple) else 1


def canonicalize(level: Level, body: Mapping[str, Any]) -> dict[str, Any]:
    """The comparable form of a body: typed, in one order, without defaults and without what does not count."""
    canonical = _read_object(level, "", body)
    for name in _FRAME:
        canonical.pop(name, None)
    if level is Level.ADGROUP:
        _settle_adgroup(canonical)
    return canonical


def _settle_adgroup(canonical: dict[str, Any]) -> None:
    if canonical.get("budget_mode") == "BUDGET_MODE_INFINITE":
        canonical.pop("budget_mode")
        canonical.pop("budget", None)
    if canonical.get("placement_type") != "PLACEMENT_TYPE_NORMAL":
        canonical.pop("placements", None)
    if set(canonical.get("dayparting") or "1") == {"1"}:
        canonical.pop("dayparting", None)
    if canonical.get("deep_bid_type") == "DEFAULT":
        canonical.pop("deep_bid_type")
    mode = canonical.get("targeting_optimization_mode") or "AUTOMATIC"
    # the destination is the campaign's; of all app ad groups those that sell in the app alone have a catalog
    to_app = canonical.get("promotion_type") in APP_SYSTEMS and bool(canonical.get("catalog_id"))
    active = active_targeting(mode, canonical.get("suggestion_audience_enabled") is True, to_app=to_app)
    spec = canonical.get("targeting_spec") or {}
    canonical["targeting_spec"] = {
        name: value for name, value in spec.items() if name in active and value != _READ_DEFAULTS.get(name)
    }


@cache
def list_wantable(level: Level, where: str = "") -> Mapping[str, Member]:
    """The members of an object, or of one inside it, of which somebody can want a value.

    Ids that TikTok gives (`ad_material_id`) can be sent back in an update, but nobody wants one value of them.
    """
    below = members_below(level, where)
    return {name: member for name, member in below.items() if member.sent and "create" in member.writes}


def _read_object(level: Level, where: str, body: Mapping[str, Any]) -> dict[str, Any]:
    wantable = list_wantable(level, where)
    canonical: dict[str, Any] = {}
    for name, value in body.items():
        member = wantable.get(name)
        if member is None or value in (None, "", [], {}):
            continue
        read = _read(level, member, value)
        # 0 is how unset amounts and ids read back; a default says nothing
        if (
            read == member.default
            or read in (None, {}, (), Decimal(0))
            or (member.type == "id" and read == "0")
        ):
            continue
        canonical[name] = read
    return canonical


def _read(level: Level, member: Member, value: Any) -> Any:
    try:
        return _read_typed(level, member, value)
    except ValueError:  # not what the contract says: compared as it stands
        return value


def _read_typed(level: Level, member: Member, value: Any) -> Any:
    match member.type:
        case "object" if isinstance(value, Mapping):
            return _read_object(level, member.path, value)
        case "objects" if isinstance(value, list):
            items = [
                _read_object(level, f"{member.path}[]", item) for item in value if isinstance(item, Mapping)
            ]
            return tuple(items if member.path in _ORDERED else sorted(items, key=_text))
        case "money" | "number":
            return read_money(value).normalize()
        case "ids" | "words" | "texts" | "counts":
            return _order(value)
        case "id":
            return str(value)
        case _:
            return value


def _order(value: Any) -> Any:
    """Lists of words and ids are sets to TikTok: their order says nothing."""
    return tuple(sorted(str(item) for item in value)) if isinstance(value, list | tuple) else value


_READ_DEFAULTS = {name: _order(value) for name, value in TARGETING_READ_DEFAULTS.items()}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
