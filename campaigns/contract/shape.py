"""Reading members as typed and writing them as TikTok takes them: types only, never thresholds.

`read_members` turns a JSON object into typed values (Decimal, aware datetime, bool, str, tuple-free plain lists) and
names what is malformed; `write_members` turns typed values into a request body. Times on the wire are UTC (C44).
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.limits import MAX_INT64
from campaigns.contract.members import Member, members_below

TIKTOK_TIME = "%Y-%m-%d %H:%M:%S"
MONEY_DIGITS = 20  # more digits than any currency's maximum has; keeps hostile numbers from costing time


@dataclass(frozen=True, slots=True)
class Malformed:
    """One value that is not of its member's type. `path` counts from the object read: `creative_list/0/...`."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Shaped:
    """`values` are typed; `malformed` values are left out of them; `unknown` are names no request of TikTok's has."""

    values: dict[str, Any]
    malformed: tuple[Malformed, ...]
    unknown: tuple[str, ...]


def read_members(level: Level, raw: Mapping[str, Any]) -> Shaped:
    """Types an object's members. Empty text for anything but a text counts as absent (field notes)."""
    malformed: list[Malformed] = []
    unknown: list[str] = []
    values = _read_object(level, "", "", raw, malformed, unknown)
    return Shaped(values, tuple(malformed), tuple(unknown))


def write_members(values: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values as JSON that TikTok takes: numbers for money, `YYYY-MM-DD HH:MM:SS` in UTC for times."""
    return {name: _write(value) for name, value in values.items() if value is not None}


def store_members(values: Mapping[str, Any]) -> dict[str, Any]:
    """Typed values as JSON of ours: money as text with the digits it was given, times as RFC 3339 in UTC."""
    return {name: _store(value) for name, value in values.items()}


def read_moment(value: object) -> datetime:
    """A time in TikTok's form (UTC) or RFC 3339. Raises ValueError, whose text names the way out."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if not isinstance(value, str):
        raise ValueError("write a time as YYYY-MM-DD HH:MM:SS in UTC, or as RFC 3339")
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo is None:
            if len(value.strip()) < len("YYYY-MM-DD HH:MM"):
                raise ValueError
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("write a time as YYYY-MM-DD HH:MM:SS in UTC, or as RFC 3339") from error


def read_money(value: object) -> Decimal:
    """An amount in major units, from a number or numeric text (C43). Raises ValueError, whose text names the way out."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("write an amount as a number, such as 50 or 50.00")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("write an amount as a number, such as 50 or 50.00")
    try:
        amount = Decimal(repr(value) if isinstance(value, float) else str(value).strip())
    except InvalidOperation as error:
        raise ValueError(
            "write an amount as a number, such as 50 or 50.00, without a thousands separator"
        ) from error
    if not amount.is_finite():
        raise ValueError("write an amount as a number, such as 50 or 50.00")
    if amount and not -MONEY_DIGITS < amount.adjusted() < MONEY_DIGITS:
        raise ValueError("write an amount of at most twenty digits")
    return amount


def _read_object(
    level: Level,
    where: str,
    path: str,
    raw: Mapping[str, Any],
    malformed: list[Malformed],
    unknown: list[str],
) -> dict[str, Any]:
    known = members_below(level, where)
    values: dict[str, Any] = {}
    for name, value in raw.items():
        here = f"{path}/{name}" if path else str(name)
        member = known.get(str(name))
        if member is None:
            unknown.append(here)
            continue
        if value is None or (value == "" and member.type != "text"):
            continue
        try:
            values[str(name)] = _read(level, member, here, value, malformed, unknown)
        except ValueError as error:
            malformed.append(Malformed(here, str(error)))
    return values


def _read(
    level: Level, member: Member, path: str, value: Any, malformed: list[Malformed], unknown: list[str]
) -> Any:
    match member.type:
        case "object":
            if not isinstance(value, Mapping):
                raise ValueError("write an object, { … }")
            return _read_object(level, member.path, path, value, malformed, unknown)
        case "objects":
            return [
                _read_object(level, f"{member.path}[]", f"{path}/{index}", item, malformed, unknown)
                for index, item in enumerate(_read_list(value))
                if _is_object(item, f"{path}/{index}", malformed)
            ]
        case "ids":
            return [_read_id(item) for item in _read_list(value)]
        case "words" | "texts":
            return [_read_text(item) for item in _read_list(value)]
        case "counts":
            return [_read_count(item) for item in _read_list(value)]
        case _:
            return _READERS[member.type](value)


def _is_object(item: object, path: str, malformed: list[Malformed]) -> bool:
    if not isinstance(item, Mapping):
        malformed.append(Malformed(path, "write an object, { … }"))
    return isinstance(item, Mapping)


def _read_list(value: object) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError("write a list, [ … ]")
    return list(value)


def _read_text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("write a text")
    return str(value)


def _read_id(value: object) -> str:
    """Any text is let through here: the guides' pixel codes and words are ids to their writers (C17, C20)."""
    text = _read_text(value).strip()
    if len(text) > 200:
        raise ValueError("an id is a short text of digits")
    return text


def _read_flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise ValueError("write true or false")


def _read_count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("write a whole number")
    try:
        count = int(value) if len(str(value)) <= 20 else MAX_INT64 + 1
    except ValueError as error:
        raise ValueError("write a whole number") from error
    if abs(count) > MAX_INT64:
        raise ValueError("write a smaller whole number")
    return count


def _read_date(value: object) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise ValueError("write a date as YYYY-MM-DD") from error


_READERS = {
    "id": _read_id,
    "text": _read_text,
    "word": _read_text,
    "money": read_money,
    "number": read_money,
    "flag": _read_flag,
    "count": _read_count,
    "moment": read_moment,
    "date": _read_date,
}


def _write(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            return value.astimezone(UTC).strftime(TIKTOK_TIME)
        case Mapping():
            return write_members(value)
        case list() | tuple():
            return [_write(item) for item in value]
        case _:
            return value


def _store(value: Any) -> Any:
    match value:
        case Decimal():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case Mapping():
            return store_members(value)
        case list() | tuple():
            return [_store(item) for item in value]
        case _:
            return value


def join_path(*parts: str | int) -> str:
    """A path of a finding: its parts with `/` between them, empty ones left out."""
    return "/".join(str(part) for part in parts if part != "")


def walk_texts(value: object) -> Iterable[str]:
    """Every text inside a JSON value, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from walk_texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from walk_texts(item)
