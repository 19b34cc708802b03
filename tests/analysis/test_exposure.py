"""The worst day, week and life of a budget: never exceeded, and reached by whoever spends as fast as the bounds let them."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from campaigns.analysis.exposure import BudgetLine, measure_line

HUNDRED = Decimal(100)
DYNAMIC, DAILY = "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "BUDGET_MODE_DAY"


def test_a_dynamic_day_may_cost_125_percent_and_a_week_seven_days() -> None:
    found = measure_line(BudgetLine(DYNAMIC, HUNDRED, 10))
    assert (found.day, found.week, found.total) == (125, 700, 700 + 375)


def test_fewer_weekdays_make_a_cheaper_week() -> None:
    assert measure_line(BudgetLine(DYNAMIC, HUNDRED, None, weekdays=3)).week == 375
    assert measure_line(BudgetLine(DAILY, HUNDRED, None, weekdays=3)).week == 300


@given(
    st.sampled_from([DYNAMIC, DAILY]),
    st.decimals(min_value=1, max_value=1000, places=2),
    st.lists(st.booleans(), min_size=7, max_size=7).filter(any),
    st.integers(min_value=1, max_value=40),
    st.integers(min_value=0, max_value=6),
)
def test_the_greediest_delivery_stays_below_and_comes_close(
    mode: str, amount: Decimal, shown: list[bool], days: int, first: int
) -> None:
    """Spends each day all that the day and any seven days running allow."""
    most = amount * (Decimal("1.25") if mode == DYNAMIC else 1)
    spent: list[Decimal] = []
    for day in range(days):
        room = amount * 7 - sum(spent[-6:], Decimal(0))
        spent.append(min(most, room) if shown[(first + day) % 7] else Decimal(0))
    bound = measure_line(BudgetLine(mode, amount, days, weekdays=sum(shown)))
    week = max(sum(spent[start : start + 7]) for start in range(days))
    assert max(spent) <= bound.day
    assert week <= bound.week
    assert sum(spent) <= bound.total
    if days >= 7:
        assert week >= bound.week * Decimal("0.95")
