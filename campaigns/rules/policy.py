"""House numbers with their sources, read from policy.toml. Knows no account: overrides are handed in."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Figure:
    """One house number. `unit` says what it counts, `source` where it comes from, `owner` who may change it."""

    value: Decimal
    unit: str
    source: str
    owner: str


@dataclass(frozen=True, slots=True)
class Policy:
    """All house numbers by dotted name, such as `advice.budget_per_result_least`."""

    figures: Mapping[str, Figure]

    def number(self, name: str) -> Decimal:
        return self.figures[name].value

    def seconds(self, name: str) -> timedelta:
        return timedelta(seconds=float(self.figures[name].value))


@cache
def house_policy() -> Policy:
    """The policy as shipped."""
    table = tomllib.loads(resources.files(__package__).joinpath("policy.toml").read_text("utf-8"))
    return Policy(
        {
            f"{group}.{name}": Figure(Decimal(str(row["value"])), row["unit"], row["source"], row["owner"])
            for group, rows in table.items()
            for name, row in rows.items()
        }
    )
