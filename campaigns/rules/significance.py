"""How likely an edit starts learning anew, by member and size: data in significance.toml. Knows no ad group's state."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from campaigns.rules.policy import Policy

SWITCH = "operation_status"
HARMLESS_ROW = "harmless"
OTHER_ROW = "other"
PERCENT = 100
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Significance:
    """One row of the table. Chances lie between 0 and 1; `sizes` are pairs of the greatest size and its chance."""

    group: str
    members: tuple[str, ...]
    harmless: bool
    sizes: tuple[tuple[float, float], ...]
    chance: float
    soon: float
    apart: str | None
    source: str
    owner: str


@dataclass(frozen=True, slots=True)
class Weight:
    """What an edit means for learning: the chance of a reset inside it and past it, and the row that says so.

    `significant`: inside learning it is booked as a reset whatever its chance (L2).
    """

    inside: float
    after: float
    row: Significance

    @property
    def significant(self) -> bool:
        return not self.row.harmless


def weigh(
    name: str,
    before: Any,
    after: Any,
    *,
    policy: Policy,
    at: datetime | None = None,
    last_step_at: datetime | None = None,
    off_for: timedelta | None = None,
) -> Weight:
    """The weight of setting one member, by its path in the object.

    Size counts where both sides are amounts, or `off_for` says how long a started object was off; an unknown size is the
    largest. Pace counts where `at` and the time of the last step are given.
    """
    rows, by_member = _read_table()
    top = name.split("/")[0]
    row = rows[by_member.get(f"{SWITCH}={after}" if top == SWITCH else top, OTHER_ROW)]
    size = off_for / HOUR if off_for is not None else _measure(before, after)
    chance = next((chance for most, chance in row.sizes if size is not None and size <= most), row.chance)
    soon = row.apart and at and last_step_at and at - last_step_at < policy.days(row.apart)
    return Weight(chance, max(chance, row.soon) if soon else chance, row)


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
    harmless = _read_table()[0][HARMLESS_ROW]
    return max(
        given, key=lambda weight: (weight.significant, weight.inside), default=Weight(0.0, 0.0, harmless)
    )


def list_significances() -> tuple[Significance, ...]:
    return tuple(_read_table()[0].values())


def list_members(group: str) -> frozenset[str]:
    """The members of one row."""
    return frozenset(_read_table()[0][group].members)


def _measure(before: Any, after: Any) -> float | None:
    """The percent by which an amount changes; None where that cannot be said."""
    if not isinstance(before, Decimal) or not isinstance(after, Decimal) or before <= 0:
        return None
    return float(abs(after - before) / before * PERCENT)


@cache
def _read_table() -> tuple[dict[str, Significance], dict[str, str]]:
    table = tomllib.loads(resources.files(__package__).joinpath("significance.toml").read_text("utf-8"))
    rows = {
        group: Significance(
            group=group,
            members=tuple(row["members"]),
            harmless=row.get("harmless", False),
            sizes=tuple((float(most), chance / PERCENT) for most, chance in row.get("sizes", ())),
            chance=row["chance"] / PERCENT,
            soon=row.get("soon", 0) / PERCENT,
            apart=row.get("apart"),
            source=row["source"],
            owner=row["owner"],
        )
        for group, row in table.items()
    }
    return rows, {member: row.group for row in rows.values() for member in row.members}
