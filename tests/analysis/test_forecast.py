"""Forecasts: counts with little behind them say little, and more of them more."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.analysis.counting import Pace, chance_of, quantile_of_pace
from campaigns.analysis.forecast import (
    Forecast,
    Habits,
    Need,
    ResetCost,
    expect_pace,
    forecast_exit,
    forecast_launch,
    price_reset,
)
from campaigns.analysis.learning import Day

START = datetime(2026, 3, 2, tzinfo=UTC)
PROMPT = Habits(timedelta(0), 1.0, 1.0, 0.25, timedelta(days=14))
VAGUE = Pace(0.5, 0.05)
FIFTY = Need(50, 50, 14, 0)
EITHER = Need(30, 70, 14, 0)


def forecast(*results: int, habits: Habits = PROMPT, need: Need = FIFTY, hours: int = 0) -> Forecast:
    days = [
        Day(START + timedelta(days=i), START + timedelta(days=i + 1), Decimal(count), Decimal(10),
            START + timedelta(days=len(results), hours=hours))
        for i, count in enumerate(results)
    ]  # fmt: skip
    return forecast_exit(
        days=days, began=START, now=START + timedelta(days=len(results), hours=hours), need=need,
        within=timedelta(days=7), zone=UTC, habits=habits, prior=VAGUE,
    )  # fmt: skip


def test_ten_a_day_leave_after_about_five_days() -> None:
    found = forecast(10, 10, 10)
    assert abs((found.exit.middle - START).total_seconds() / 86_400 - 5) < 0.5
    assert found.in_time > 0.9


def test_one_a_day_is_not_through_within_the_horizon() -> None:
    found = forecast(1, 1, 1)
    assert found.exit.middle is None
    assert found.in_time < 0.01


def test_more_days_make_the_interval_narrower() -> None:
    def width(found: Forecast) -> float:
        return (found.exit.high - found.exit.low).total_seconds()

    assert width(forecast(8, 8, 8, 8)) < width(forecast(8, 8)) < width(forecast(8))


def test_results_not_reported_yet_are_expected() -> None:
    late = Habits(timedelta(hours=24), 1.0, 1.0, 0.25, timedelta(days=14))
    assert forecast(10, 5, habits=late).pace.mean > forecast(10, 5).pace.mean


def test_results_that_are_complete_are_through_already() -> None:
    found = forecast(30, 30)
    assert found.by_now == found.in_time == 1
    assert found.exit.high <= START + timedelta(days=2)


def test_a_need_that_nobody_knows_makes_the_interval_wider() -> None:
    def width(found: Forecast) -> float:
        return (found.exit.high - found.exit.low).total_seconds()

    assert width(forecast(8, 8, need=EITHER)) > width(forecast(8, 8))


def test_half_of_the_results_will_do_when_the_days_are_over() -> None:
    assert forecast(4, 4, 4, 4, need=Need(50, 50, 7, 0)).in_time > 0.5 > forecast(4, 4, 4, 4).in_time


def test_a_strong_weekend_moves_the_exit() -> None:
    week = (0.6, 0.6, 0.6, 0.6, 0.6, 2.0, 2.0)  # 2 March 2026 is a Monday
    habits = Habits(timedelta(0), 1.0, 1.0, 0.25, timedelta(days=14), week)
    assert forecast(4, 4, 4, habits=habits).in_time > forecast(4, 4, 4).in_time


def test_the_count_is_negative_binomial() -> None:
    pace, draw = Pace(3.0, 0.5), random.Random(7)
    rates = [draw.gammavariate(pace.shape, 1 / pace.exposure) for _ in range(20_000)]

    def poisson(mean: float) -> int:
        count, total = 0, draw.expovariate(1)
        while total < mean:
            count, total = count + 1, total + draw.expovariate(1)
        return count

    seen = sum(poisson(rate * 2) >= 12 for rate in rates) / len(rates)
    assert chance_of(12, pace, 2) == pytest.approx(seen, abs=0.015)


@pytest.mark.parametrize("shape", [0.7, 2.0, 20.0])
def test_the_quantiles_of_a_pace_are_those_of_the_gamma(shape: float) -> None:
    draw = random.Random(3)
    drawn = sorted(draw.gammavariate(shape, 1.0) for _ in range(40_000))
    for level in (0.1, 0.5, 0.9):
        seen = drawn[int(level * len(drawn))]
        assert quantile_of_pace(Pace(shape, 1.0), level) == pytest.approx(seen, rel=0.15, abs=0.03)


def price(
    gathered: float, lived: int, *, learning: bool = True, spend: Decimal | None = Decimal(100)
) -> ResetCost:
    return price_reset(
        chance=0.5,
        pace=Pace(40, 4),
        gathered=gathered,
        lived=timedelta(days=lived),
        learning=learning,
        need=Need(50, 50, 7, 0),
        spend_per_day=spend,
        habits=PROMPT,
    )


def test_a_reset_late_in_learning_costs_more_days_than_an_early_one() -> None:
    assert price(40, 4).expected_days > price(5, 1).expected_days
    assert price(50, 9, learning=False).expected_days > price(40, 4).expected_days


def test_the_expected_cost_is_the_chance_times_what_a_reset_costs() -> None:
    cost = price(50, 9, learning=False)
    assert cost.expected_days == pytest.approx(0.5 * 5, abs=0.2)
    low, high = cost.money
    assert low < cost.expected_money * 2 < high


def test_what_has_gathered_nothing_has_nothing_to_lose_but_days() -> None:
    assert price(0, 1).expected_money == 0
    assert price(40, 4).expected_money > price(20, 2).expected_money > 0


def test_money_is_unknown_where_the_spend_is() -> None:
    cost = price(40, 4, spend=None)
    assert (cost.expected_money, cost.money) == (None, None)


def test_a_budget_spread_over_more_ad_groups_feeds_each_of_them_less() -> None:
    def chance(groups: int) -> float:
        pace = expect_pace(budget_per_day=Decimal(300), cost_per_result=Decimal(15), adgroups=groups, trust=4)
        return forecast_launch(pace=pace, need=FIFTY, within=timedelta(days=7))

    assert chance(1) > chance(2) > chance(4)


@given(
    st.lists(st.integers(min_value=0, max_value=60), max_size=7),
    st.integers(min_value=1, max_value=50),
    st.integers(min_value=0, max_value=50),
    st.integers(min_value=0, max_value=23),
)
def test_a_forecast_never_contradicts_itself(results: list[int], least: int, more: int, hours: int) -> None:
    found = forecast(*results, need=Need(least, least + more, 7, 1), hours=hours)
    edges = [edge for edge in (found.exit.low, found.exit.middle, found.exit.high) if edge]
    assert edges == sorted(edges)
    assert 0 <= found.by_now <= 1
    assert 0 <= found.in_time <= 1
    assert (found.exit.high is None) or found.exit.low is not None
