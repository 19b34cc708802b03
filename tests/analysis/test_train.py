"""Edits of one ad group leave together at the next safe slot; the largest step and its date are computed."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from campaigns.analysis.pace import find_step
from campaigns.analysis.train import Ask, board, find_slot, run_trains

START = datetime(2026, 3, 2, tzinfo=UTC)
TWO_DAYS, WEEK = timedelta(days=2), timedelta(days=7)


def ask(key: int, day: float, *sets: str) -> Ask:
    return Ask(key, START + timedelta(days=day), frozenset(sets))


def test_an_edit_waits_for_the_lock_and_then_for_the_last_step() -> None:
    later = START + timedelta(days=3)
    assert find_slot(at=START, opens_at=None, last_at=None, apart=TWO_DAYS) == START
    assert find_slot(at=START, opens_at=later, last_at=None, apart=TWO_DAYS) == later
    assert find_slot(at=later, opens_at=None, last_at=later, apart=TWO_DAYS) == later + TWO_DAYS


def test_rivals_see_each_other_while_they_wait() -> None:
    train = board([ask(1, 0, "budget"), ask(2, 1, "budget", "bid"), ask(3, 2, "name")], START + WEEK)
    assert [passenger.rivals for passenger in train.passengers] == [(2,), (1,), ()]


asks = st.lists(st.floats(min_value=0, max_value=14), max_size=40).map(
    lambda days: [ask(key, day) for key, day in enumerate(days)]
)


@given(asks)
def test_every_edit_goes_once_never_early_and_never_inside_a_lock(edits: list[Ask]) -> None:
    trains = run_trains(edits, locked_until=START + WEEK, locks_for=WEEK, apart=TWO_DAYS)
    aboard = [passenger.ask for train in trains for passenger in train.passengers]
    assert sorted(item.key for item in aboard) == sorted(item.key for item in edits)
    assert all(passenger.ask.at <= train.leaves for train in trains for passenger in train.passengers)
    times = [START] + [train.leaves for train in trains]
    assert all(later - sooner >= WEEK for sooner, later in zip(times, times[1:], strict=False))


@given(
    st.decimals(min_value=1, max_value=10_000, places=2),
    st.decimals(min_value=0, max_value=50, places=1),
)
def test_the_bounds_of_a_step_are_themselves_allowed(value: Decimal, percent: Decimal) -> None:
    step = find_step(
        value=value, percent_down=percent, percent_up=percent, apart=TWO_DAYS, last_at=None, now=START,
        grain=Decimal("0.01"),
    )  # fmt: skip
    assert abs(step.most - value) <= value * percent / 100
    assert abs(value - step.least) <= value * percent / 100


def test_the_next_step_is_free_two_days_after_the_last_one() -> None:
    step = find_step(
        value=Decimal(10), percent_down=Decimal(15), percent_up=Decimal(15), apart=TWO_DAYS, last_at=START,
        now=START + timedelta(hours=1), grain=Decimal("0.01"),
    )  # fmt: skip
    assert (step.least, step.most, step.free_at) == (Decimal("8.50"), Decimal("11.50"), START + TWO_DAYS)
