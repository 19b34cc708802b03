"""Names, types, closed word lists, list bounds and lengths, straight from the contract's member tables (R3-R6, R12, R13).

Members that no request has are dropped without a word, as TikTok's gateway does (U17, field notes). Values stay in
TikTok's own form: numbers for money, text for times. Guide mode takes numeric text and any text as an id.
"""

from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.limits import MAX_INT64, count_units, has_emoji
from campaigns.contract.members import Member, members_below
from smartplus_admin.sandbox.clock import read_time
from smartplus_admin.sandbox.errors import refuse_missing, refuse_parameter

# Free text although they are ids (fact sheet 1, docs sdk); the rest are digits that fit 64 bits (R3)
NAMES = ("campaign_name", "adgroup_name", "ad_name")
LARGEST = 10**15  # own choice: beyond any amount (R20), and exact in JSON
GUIDES_ALONE = ("max_budget",)  # C11: stored and echoed in guide mode; C35's members are ignored


def read_body(level: Level, kind: str, raw: dict[str, Any], *, lenient: bool) -> dict[str, Any]:
    """The members that a create or update takes. Raises a refusal naming the first that is malformed or missing."""
    body = _Reader(level, kind, lenient).read(raw, "", "")
    if kind == "create":
        absent = [
            member.path
            for member in members_below(level, "").values()
            if member.required and "create" in member.writes and body.get(member.path) in (None, "", [])
        ]
        if absent:
            raise refuse_missing(*absent)
    return body


class _Reader:
    def __init__(self, level: Level, kind: str, lenient: bool) -> None:
        self.level = level
        self.kind = kind
        self.lenient = lenient

    def read(self, raw: dict[str, Any], where: str, path: str) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for name, member in members_below(self.level, where).items():
            value = raw.get(name)
            if value is None or self.kind not in member.writes or not self.takes(member):
                continue
            if value == "" and name != "ad_name" and member.type != "text":
                continue
            here = f"{path}.{name}" if path else name
            body[name] = self.value(member, value, here)
        if path and not members_below(self.level, where):
            return dict(raw)  # the contract lists no members for this object: kept as it came
        return body

    def takes(self, member: Member) -> bool:
        return member.source != "seed" or (self.lenient and member.name in GUIDES_ALONE)

    def value(self, member: Member, value: Any, path: str) -> Any:
        match member.type:
            case "object":
                if not isinstance(value, dict):
                    raise refuse_parameter(path, "must be an object.")
                return self.read(value, member.path, path)
            case "objects":
                return [
                    self.read(
                        self.item(item, dict, f"{path}[{index}]"), f"{member.path}[]", f"{path}[{index}]"
                    )
                    for index, item in enumerate(self.items(member, value, path))
                ]
            case "ids":
                return [self.id(item, path) for item in self.items(member, value, path)]
            case "words" | "texts":
                found = [self.item(item, str, path) for item in self.items(member, value, path)]
                for item in found:
                    self.check_text(member, item, path)
                return found
            case "counts":
                return [self.count(member, item, path) for item in self.items(member, value, path)]
            case "id":
                free = self.lenient and member.name == "request_id" and isinstance(value, str)  # C2
                return value if free else self.id(value, path)
            case "flag":
                return self.flag(value, path)
            case "money" | "number":
                return self.number(member, value, path)
            case "count":
                return self.count(member, value, path)
            case "moment":
                return self.moment(value, path)
            case _:
                text = self.item(value, str, path)
                self.check_text(member, text, path)
                return text

    def items(self, member: Member, value: Any, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise refuse_parameter(path, "must be a list.")
        if member.max_items is not None and len(value) > member.max_items:
            raise refuse_parameter(path, f"must hold at most {member.max_items} items.")
        if member.min_items is not None and len(value) < member.min_items:
            raise refuse_parameter(path, f"must hold at least {member.min_items} items.")
        return value

    def item(self, value: Any, kind: type, path: str) -> Any:
        if not isinstance(value, kind):
            raise refuse_parameter(path, "must be a string." if kind is str else "must be an object.")
        return value

    def id(self, value: Any, path: str) -> str:
        if self.lenient and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise refuse_parameter(path, "must be a string.")
        if not (value.isascii() and value.isdigit() and len(value) <= 19 and int(value) <= MAX_INT64):
            raise refuse_parameter(path, f"{value[:80]!r} cannot be converted to a 64-bit integer.")
        return value

    def flag(self, value: Any, path: str) -> bool:
        if self.lenient and value in ("true", "false"):
            return bool(value == "true")
        if not isinstance(value, bool):
            raise refuse_parameter(path, "must be a boolean.")
        return value

    def number(self, member: Member, value: Any, path: str) -> float | int:
        if self.lenient and isinstance(value, str):
            try:
                value = float(value)
            except ValueError as error:
                raise refuse_parameter(path, "must be a number.") from error
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
            raise refuse_parameter(path, "must be a number.")
        self.check_range(member, value, path)
        return value

    def check_range(self, member: Member, value: float, path: str) -> None:
        low, high = member.minimum, member.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            raise refuse_parameter(path, f"must be between {low:g} and {high:g}.")

    def count(self, member: Member, value: Any, path: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise refuse_parameter(path, "must be an integer.")
        allowed: tuple[object, ...] = member.values  # counts have numbers there
        if allowed and value not in allowed:
            raise refuse_parameter(path, f"{value} is not a valid value.")
        self.check_range(member, value, path)
        return value

    def moment(self, value: Any, path: str) -> str:
        try:
            read_time(self.item(value, str, path))
        except ValueError as error:
            raise refuse_parameter(path, "must be YYYY-MM-DD HH:MM:SS.") from error
        return str(value)

    def check_text(self, member: Member, text: str, path: str) -> None:
        if member.values and text not in member.values:
            raise refuse_parameter(path, f"{text[:80]!r} is not a valid value.")
        units = count_units(text)
        if member.max_length is not None and units > member.max_length:
            raise refuse_parameter(path, f"must be at most {member.max_length} characters long.")
        if member.min_length is not None and units < member.min_length:
            raise refuse_parameter(path, f"must be at least {member.min_length} characters long.")
        if member.name in NAMES and has_emoji(text):
            raise refuse_parameter(path, "must not contain emoji.")
        if member.name in NAMES and not text.strip() and (member.name != "ad_name" or self.kind == "update"):
            raise refuse_parameter(path, "must not be empty.")
