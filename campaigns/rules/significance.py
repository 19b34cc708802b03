"""How likely an edit starts learning anew, by member and size: data in significance.toml. Knows no ad group's state."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from campaigns.rules.policy import Policy

SWITCH = "operation_status"
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Significance:
    """One row of the table. Chances lie between 0 and 1; `large` is that of a step beyond `small`, or too soon."""

    group: str
    inside: float
    after: float
    large: float
    small: str | None
    apart: str | None
    source: str
    owner: str


@dataclass(frozen=True, slots=True)
class Weight:
    """What an edit means for learning: the chance of a reset inside it and past it, and the row that says so."""

    inside: float
    after: float
    row: Significance


NOTHING = "harmless"


def weigh(
    name: str,
    before: Any,
    after: Any,
    *,
    policy: Policy,
    at: datetime | None = None,
    last_step_at: datetime | None = None,
) -> Weight:
    """The weight of setting one member. Size counts where both sides are amounts; pace where the last step's time is given."""
    rows, by_member = _read_table()
    top = name.split("/")[0]
    key = f"{SWITCH}={after}" if top == SWITCH else top
    row = rows[by_member.get(key, "other")]
    large = _is_large(row, before, after, policy) or _is_soon(row, at, last_step_at, policy)
    return Weight(row.inside, row.large if large else row.after, row)


def weigh_all(
    changes: Mapping[str, tuple[Any, Any]],
    *,
    policy: Policy,
    at: datetime | None = None,
    last_steps: Mapping[str, datetime] | None = None,
) -> Weight:
    """The weight of several members set at once: the heaviest decides, for they land together."""
    given = [
        weigh(name, old, new, policy=policy, at=at, last_step_at=(last_steps or {}).get(name))
        for name, (old, new) in changes.items()
    ]
    nothing = Weight(0.0, 0.0, _read_table()[0][NOTHING])
    return max(given, key=lambda weight: (weight.inside, weight.after), default=nothing)


def list_significances() -> tuple[Significance, ...]:
    return tuple(_read_table()[0].values())


def list_members(group: str) -> frozenset[str]:
    """The members of one row."""
    return frozenset(name for name, row in _read_table()[1].items() if row == group)


def _is_large(row: Significance, before: Any, after: Any, policy: Policy) -> bool:
    if row.small is None or not isinstance(before, Decimal) or not isinstance(after, Decimal) or before <= 0:
        return row.small is not None
    return abs(after - before) * PERCENT > before * policy.number(row.small)


def _is_soon(row: Significance, at: datetime | None, last: datetime | None, policy: Policy) -> bool:
    if row.apart is None or at is None or last is None:
        return False
    return at - last < policy.days(row.apart)


@cache
def _read_table() -> tuple[dict[str, Significance], dict[str, str]]:
    table = tomllib.loads(resources.files(__package__).joinpath("significance.toml").read_text("utf-8"))
    rows = {
        group: Significance(
            group,
            row["inside"] / PERCENT,
            row["after"] / PERCENT,
            row.get("large", row["after"]) / PERCENT,
            row.get("small"),
            row.get("apart"),
            row["source"],
            row["owner"],
        )
        for group, row in table.items()
    }
    return rows, {member: group for group, row in table.items() for member in row["members"]}
