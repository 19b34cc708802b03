"""Exposure: what budgets can really spend at worst on one day, in one week and in all.

Amounts are Decimal in one currency; None means without an upper bound. Sources: R17 (125 % of a day, 7 times a week),
R18 (automatic increase, 1.2 ten times), R25 (campaign caps). Knows no campaign: budgets are handed in as lines.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from campaigns.contract.money import (
    AUTO_INCREASE_STEP,
    AUTO_INCREASE_STEPS_PER_DAY,
    DYNAMIC_DAILY_DAY_CAP,
    DYNAMIC_DAILY_WEEK_CAP,
)


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One budget. `days` is how many days of the account its schedule touches; None = until somebody stops it.

    `weekdays`: on how many days of a week it may be shown at all (dayparting).
    """

    mode: str
    amount: Decimal
    days: int | None
    increases: bool = False
    weekdays: int = 7


@dataclass(frozen=True, slots=True)
class Exposure:
    """Worst day, week and whole life; None = no upper bound."""

    day: Decimal | None
    week: Decimal | None
    total: Decimal | None


NOTHING = Exposure(Decimal(0), Decimal(0), Decimal(0))
UNBOUNDED = Exposure(None, None, None)


def grows(before: Exposure, after: Exposure) -> bool:
    """Whether more can be spent than before on the worst day or in all; no bound is more than any."""
    pairs = ((before.day, after.day), (before.total, after.total))
    return any(old is not None and (new is None or new > old) for old, new in pairs)


def measure_line(line: BudgetLine) -> Exposure:
    """The exposure of one budget; an unlimited one has no bound."""
    match line.mode:
        case "BUDGET_MODE_TOTAL":
            return Exposure(line.amount, line.amount, line.amount)
        case "BUDGET_MODE_DAY":
            return _repeat(line, line.amount, line.amount * line.weekdays)
        case "BUDGET_MODE_DYNAMIC_DAILY_BUDGET":
            daily = line.amount * (AUTO_INCREASE_STEP**AUTO_INCREASE_STEPS_PER_DAY if line.increases else 1)
            day = daily * DYNAMIC_DAILY_DAY_CAP
            return _repeat(line, day, min(daily * DYNAMIC_DAILY_WEEK_CAP, day * line.weekdays))
        case _:
            return UNBOUNDED


def _repeat(line: BudgetLine, day: Decimal, week: Decimal) -> Exposure:
    """A worst day, a worst week, and as many of them as the schedule touches."""
    if line.days is None:
        return Exposure(day, week, None)
    weeks, rest = divmod(line.days, 7)
    return Exposure(day, min(week, day * line.days), week * weeks + min(week, day * min(rest, line.weekdays)))


def add_exposures(parts: Iterable[Exposure]) -> Exposure:
    """Several budgets side by side: they may all have their worst day at once."""
    total = NOTHING
    for part in parts:
        total = Exposure(
            _add(total.day, part.day), _add(total.week, part.week), _add(total.total, part.total)
        )
    return total


def cap_exposure(inner: Exposure, cap: Exposure) -> Exposure:
    """Budgets under a common cap: the smaller bound holds."""
    return Exposure(_least(inner.day, cap.day), _least(inner.week, cap.week), _least(inner.total, cap.total))


def worse_exposure(left: Exposure, right: Exposure) -> Exposure:
    """The larger bound of two, each for itself; no bound is more than any."""
    return Exposure(_most(left.day, right.day), _most(left.week, right.week), _most(left.total, right.total))


def _most(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None or right is None else max(left, right)


def _add(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    return None if left is None or right is None else left + right


def _least(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    given = [amount for amount in (left, right) if amount is not None]
    return min(given) if given else None
