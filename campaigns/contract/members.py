"""The members of campaign, ad group and ad, loaded from members.toml.

Knows names, types, closed word lists, list bounds and which calls take a member. Knows no rule that looks at two
members at once: those are judgement.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from campaigns.contract.levels import Level


@dataclass(frozen=True, slots=True)
class Member:
    """One member. `path` uses dots for members of an object and `[]` for the items of a list."""

    path: str
    type: str
    source: str = ""
    writes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    required: bool = False
    conditional: bool = False  # required in some combinations only: which, is judgement
    default: str | bool | int | None = None
    min_items: int | None = None
    max_items: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    length: int | None = None
    minimum: float | None = None
    maximum: float | None = None

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def sent(self) -> bool:
        """Whether TikTok documents the member in a request. Members known from the guides alone are not sent (C11, C35)."""
        return bool(self.writes) and self.source != "seed"


@cache
def members_of(level: Level) -> Mapping[str, Member]:
    """All members of a level by path, in the order of TikTok's tables."""
    table = tomllib.loads(resources.files(__package__).joinpath("members.toml").read_text("utf-8"))[
        level.value
    ]
    return {path: read_member(path, row) for path, row in table.items()}


def read_member(path: str, row: Mapping[str, Any]) -> Member:
    """A member from its row in a data file."""
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    return Member(path=path, **{**row, **lists})


@cache
def members_below(level: Level, path: str) -> Mapping[str, Member]:
    """The direct members of an object (`targeting_spec`) or of a list's items (`creative_list[]`), by name; "" = top."""
    prefix = f"{path}." if path else ""
    return {
        member.path[len(prefix) :]: member
        for member in members_of(level).values()
        if member.path.startswith(prefix) and "." not in member.path[len(prefix) :]
    }


def find_member(level: Level, path: str) -> Member | None:
    """The member at a path whose list items may be indexes: `creative_list/0/creative_info/ad_format`."""
    parts: list[str] = []
    for part in path.replace(".", "/").split("/"):
        if part.isdigit() and parts:
            parts[-1] += "[]"
        else:
            parts.append(part)
    return members_of(level).get(".".join(parts).removesuffix("[]"))
