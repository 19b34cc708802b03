"""The ledger is a fold over what happened (L1-L5)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from campaigns.analysis.learning import Clock, Day, Event, Kind, Ledger, State, fold, list_spans
from campaigns.rules.edits import Phase

START = datetime(2026, 3, 2, 5, tzinfo=UTC)
CLOCK = Clock(results=50, days=timedelta(days=7))


def days_of(*results: int, read_late: bool = True) -> list[Day]:
    """Whole days from START on."""
    return [
        Day(
            start=START + timedelta(days=index),
            end=START + timedelta(days=index + 1),
            results=Decimal(count),
            spend=Decimal(100),
            read_at=START + timedelta(days=index + 2),
        )
        for index, count in enumerate(results)
    ]


def edit(day: float, **members: Any) -> Event:
    given = {
        "what": "budget 100 → 200",
        "inside": 0.9,
        "after": 0.1,
        "kind": Kind.EDITED,
        "significant": True,
    } | members
    return Event(at=START + timedelta(days=day), **given)


def read(at: float, *events: Event, results: tuple[int, ...] = (), **members: Any) -> Ledger:
    given = {"delivered_at": START, "clock": CLOCK} | members
    return fold(events=events, days=days_of(*results), now=START + timedelta(days=at), **given)


def test_the_states_are_the_rules_phases() -> None:
    assert [state.value for state in State] == [phase.value for phase in Phase]


def test_without_delivery_nothing_learns_and_nothing_is_locked() -> None:
    ledger = read(3, edit(1), delivered_at=None)
    assert (ledger.state, ledger.locked, ledger.resets) == (State.NOT_DELIVERING, False, ())


def test_learning_begins_with_the_first_delivery_and_opens_after_seven_days() -> None:
    ledger = read(2.5, results=(4, 4, 2))
    assert ledger.state is State.LEARNING
    assert ledger.opens_at == START + timedelta(days=7)
    assert ledger.results == Decimal("9.00")


def test_fifty_results_open_the_lock_before_the_days_are_over() -> None:
    ledger = read(4, results=(20, 20, 20))
    assert ledger.state is State.LEFT
    assert ledger.left_at == START + timedelta(days=2.5)


def test_days_that_end_with_results_short_leave_it_stuck_and_open() -> None:
    ledger = read(8, results=(1,) * 8)
    assert (ledger.state, ledger.locked) == (State.STUCK, False)
    assert ledger.since == START + timedelta(days=7)


def test_late_results_free_what_was_stuck() -> None:
    assert read(12, results=(5,) * 12).state is State.LEFT


def test_an_edit_inside_learning_begins_anew_and_is_told_with_what_it_lost() -> None:
    ledger = read(4, edit(3), results=(10, 10, 10, 10))
    assert (ledger.began, ledger.results) == (START + timedelta(days=3), Decimal("10.00"))
    assert [(entry.lost, entry.reset) for entry in ledger.entries] == [(Decimal("30.00"), True)]


def test_the_same_edit_after_learning_begins_nothing() -> None:
    ledger = read(6, edit(5), results=(20, 20, 20, 20, 20, 20))
    assert (ledger.state, ledger.resets) == (State.LEFT, ())


def test_an_edit_found_at_tiktok_counts_as_one_of_ours() -> None:
    ledger = read(4, edit(3, kind=Kind.FOUND, by="somebody in Ads Manager"), results=(10,) * 4)
    assert ledger.resets[0].event.kind is Kind.FOUND
    assert "somebody in Ads Manager" in ledger.why


def test_an_edit_before_the_first_delivery_loses_nothing() -> None:
    assert read(2, edit(-1), results=(5, 5)).resets == ()


def test_a_stop_is_booked_and_the_start_inside_learning_begins_anew() -> None:
    stop = edit(2, kind=Kind.STOPPED, what="switched off", significant=False)
    start = edit(4, kind=Kind.STARTED, what="switched on")
    off = read(3, stop, results=(5, 5))
    assert (off.state, off.unfinished, off.resets) == (State.NOT_DELIVERING, True, ())
    assert read(5, stop, start, results=(5, 5, 0, 0, 5)).began == start.at


def test_a_day_half_over_counts_only_what_was_read_of_it() -> None:
    half = Day(START, START + timedelta(days=1), Decimal(6), Decimal(50), START + timedelta(hours=12))
    ledger = fold(delivered_at=START, events=[], days=[half], clock=CLOCK, now=START + timedelta(hours=12))
    assert ledger.results == 6


moments = st.floats(min_value=-2, max_value=16, allow_nan=False)
happenings = st.builds(
    edit,
    moments,
    kind=st.sampled_from(list(Kind)),
    inside=st.floats(min_value=0, max_value=1),
    after=st.floats(min_value=0, max_value=1),
    significant=st.booleans(),
)
counts = st.lists(st.integers(min_value=0, max_value=40), max_size=15).map(tuple)


@given(st.lists(happenings, max_size=12), counts, moments)
def test_whatever_happens_the_ledger_is_whole(
    events: list[Event], results: tuple[int, ...], at: float
) -> None:
    ledger = read(at, *events, results=results)
    assert len(ledger.entries) == sum(event.at <= ledger.at for event in events)
    assert ledger.locked == (ledger.opens_at is not None)
    assert ledger.opens_at is None or ledger.opens_at > ledger.at
    assert ledger.results <= sum(results)
    assert ledger.since is None or ledger.since <= ledger.at
    assert ledger.why


@given(st.lists(happenings, max_size=12), counts, moments)
def test_the_order_of_telling_changes_nothing(
    events: list[Event], results: tuple[int, ...], at: float
) -> None:
    by_time = sorted(events, key=lambda event: event.at)
    assert read(at, *by_time, results=results) == read(at, *events, results=results)


@given(st.lists(happenings, max_size=12), counts, moments)
def test_what_comes_later_does_not_change_the_past(
    events: list[Event], results: tuple[int, ...], at: float
) -> None:
    past = [event for event in events if event.at <= START + timedelta(days=at)]
    assert read(at, *past, results=results) == read(at, *events, results=results)


def spans_of(at: float, *events: Event, results: tuple[int, ...] = ()) -> list[tuple[float, float]]:
    """In days from START on."""
    spans = list_spans(
        read(at, *events, results=results), delivered_at=START, days=days_of(*results), clock=CLOCK
    )
    day = timedelta(days=1)
    return [((begin - START) / day, (end - START) / day) for begin, end in spans]


def test_a_stretch_of_learning_ends_with_its_results_or_with_its_days() -> None:
    assert spans_of(12, results=(25, 25, 9, 9)) == [(0, 2)]
    assert spans_of(12, results=(1, 1)) == [(0, 7)]


def test_a_reset_ends_one_stretch_of_learning_and_begins_the_next() -> None:
    assert spans_of(12, edit(3), results=(1, 1, 1)) == [(0, 3), (3, 10)]


def test_a_stretch_that_is_still_learning_ends_now() -> None:
    assert spans_of(2, results=(1,)) == [(0, 2)]
