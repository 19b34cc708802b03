"""House numbers with their sources, read from policy.toml. Knows no account: overrides are handed in."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

# Figures of which the first may never be above the second
ORDERED = (
    ("advice.budget_per_result_least", "advice.budget_per_result_better"),
    ("advice.variants_least", "advice.variants_most"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One house number. `unit` says what it counts, `source` where it comes from, `owner` who may change it.

    `least` and `most` bound what an account may put in its place; without them it may not.
    """

    value: Decimal
    unit: str
    source: str
    owner: str
    least: Decimal | None = None
    most: Decimal | None = None

    @property
    def open(self) -> bool:
        """Whether an account may use a number of its own at all."""
        return self.least is not None and self.most is not None

    @property
    def whole(self) -> bool:
        """Whether it counts in whole numbers, as its own value and bounds do."""
        given = [item for item in (self.value, self.least, self.most) if item is not None]
        return all(item == item.to_integral_value() for item in given)

    def admits(self, value: Decimal) -> bool:
        """Whether an account may use this value instead."""
        if self.least is None or self.most is None or not value.is_finite():
            return False
        return self.least <= value <= self.most and (not self.whole or value == value.to_integral_value())


@dataclass(frozen=True, slots=True)
class Policy:
    """All house numbers by dotted name, such as `advice.budget_per_result_least`."""

    figures: Mapping[str, Figure]

    def number(self, name: str) -> Decimal:
        return self.figures[name].value

    def count(self, name: str) -> int:
        return int(self.figures[name].value)

    def seconds(self, name: str) -> timedelta:
        return timedelta(seconds=float(self.figures[name].value))

    def days(self, name: str) -> timedelta:
        return timedelta(days=float(self.figures[name].value))

    def find_objection(self, name: str, value: Decimal) -> str | None:
        """Why an account may not put this value in place of a figure, naming the bound; None where it may."""
        figure = self.figures.get(name)
        if figure is None:
            return f"There is no house number called {name}."
        if not figure.open:
            return f"{name} is set by {figure.owner} for all accounts; no account has a number of its own."
        if figure.admits(value):
            return None
        whole = " in whole numbers" if figure.whole else ""
        return f"{name} can be {figure.least} to {figure.most}{whole} ({figure.unit}); {value} is not."

    def find_disorder(self, name: str) -> str | None:
        """What contradicts a figure under this policy: a least above its most; None where all is in order."""
        for low, high in ORDERED:
            if name in (low, high) and self.number(low) > self.number(high):
                return f"{low} would be {self.number(low)}, above {high} with {self.number(high)}. Change the other one first."
        return None

    def override(self, values: Mapping[str, Decimal]) -> "Policy":
        """The policy of an account that puts its own numbers in place of some. Raises ValueError outside the bounds."""
        figures = dict(self.figures)
        for name, value in values.items():
            if name not in figures or not figures[name].admits(value):
                raise ValueError(f"{value} is outside the bounds of {name}")
            figures[name] = replace(figures[name], value=value)
        return Policy(figures)


@cache
def house_policy() -> Policy:
    """The policy as shipped."""
    table = tomllib.loads(resources.files(__package__).joinpath("policy.toml").read_text("utf-8"))
    return Policy(
        {
            f"{group}.{name}": Figure(
                Decimal(str(row["value"])),
                row["unit"],
                row["source"],
                row["owner"],
                _read_bound(row, "least"),
                _read_bound(row, "most"),
            )
            for group, rows in table.items()
            for name, row in rows.items()
        }
    )


def _read_bound(row: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(str(row[name])) if name in row else None
