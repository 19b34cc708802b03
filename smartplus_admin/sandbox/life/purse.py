"""What a budget lets be spent in one hour, and what it remembers. Amounts are whole minor units (cents, yen).

R17: a dynamic daily budget spends at most 125 % on a day and seven times in a week. Which week is not said: here any seven days
running, so a calendar week keeps it too. R18: with automatic increase the live budget rises by 20 % whenever 90 % is used.
"""

from dataclasses import dataclass, field

from campaigns.contract.money import (
    AUTO_INCREASE_STEP,
    AUTO_INCREASE_STEPS_PER_DAY,
    DYNAMIC_DAILY_DAY_CAP,
    DYNAMIC_DAILY_WEEK_CAP,
)

DYNAMIC, DAY, TOTAL, NONE = (
    "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
    "BUDGET_MODE_DAY",
    "BUDGET_MODE_TOTAL",
    "BUDGET_MODE_INFINITE",
)
USED_UP = 0.9  # R18
UNBOUNDED = 10**15


@dataclass(frozen=True, slots=True)
class Budget:
    """One budget as it stands in some hour. `amount` is 0 for INFINITE."""

    mode: str
    amount: int
    increases: bool = False


@dataclass(slots=True)
class Purse:
    """What was spent of one budget."""

    spent: int = 0
    day: int = 0
    today: int = 0
    allowed_today: int = 0  # the live budget of today
    raised: int = 0  # steps of automatic increase today
    past: list[list[int]] = field(default_factory=list)  # [day, spent, live budget], the six days before

    def turn(self, day: int) -> None:
        """A new day begins. Days on which nothing could be spent leave no entry; they count as lived at today's budget."""
        if day == self.day:
            return
        if self.allowed_today:
            self.past.append([self.day, self.today, self.allowed_today])
        self.past = [entry for entry in self.past if entry[0] > day - DYNAMIC_DAILY_WEEK_CAP]
        self.day, self.today, self.allowed_today, self.raised = day, 0, 0, 0

    def tell_live(self, budget: Budget) -> int:
        """`current_budget`: what counts as the budget now."""
        if not budget.increases:
            return budget.amount
        return int(budget.amount * AUTO_INCREASE_STEP**self.raised)

    def find_room(self, budget: Budget) -> int:
        """The most that may still be spent in this hour."""
        match budget.mode:
            case "BUDGET_MODE_DYNAMIC_DAILY_BUDGET":
                live = self.tell_live(budget)
                missing = DYNAMIC_DAILY_WEEK_CAP - len(self.past)
                week = sum(allowed - spent for _, spent, allowed in self.past) + missing * live
                return max(0, min(int(live * DYNAMIC_DAILY_DAY_CAP), week) - self.today)
            case "BUDGET_MODE_DAY":
                return max(0, budget.amount - self.today)
            case "BUDGET_MODE_TOTAL":
                return max(0, budget.amount - self.spent)
            case _:
                return UNBOUNDED

    def pay(self, amount: int, budget: Budget) -> None:
        self.today += amount
        self.spent += amount
        while (
            budget.increases
            and self.raised < AUTO_INCREASE_STEPS_PER_DAY
            and self.today >= USED_UP * self.tell_live(budget)
        ):
            self.raised += 1
        self.allowed_today = max(self.allowed_today, self.tell_live(budget))
