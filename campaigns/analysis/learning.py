"""The ledger of an ad group: what happened to it, folded into where it stands in learning (L1-L5).

TikTok shows no learning state; this computes it from events and daily results. Numbers in, a ledger out: knows no row,
no account and no policy file. Times are aware; chances lie between 0 and 1.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

NOUGHT = Decimal(0)


class State(StrEnum):
    """Where an ad group stands (L2). The words are those of `rules.edits.Phase`."""

    NOT_DELIVERING = "not_delivering"
    LEARNING = "learning"
    LEFT = "left"
    STUCK = "stuck"


class Kind(StrEnum):
    EDITED = "edited"  # by us
    FOUND = "found"  # made elsewhere and found by reading back (L5); `at` is then the time of reading
    STOPPED = "stopped"
    STARTED = "started"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done. `inside` and `after`: the chance that it starts learning anew, inside learning and past it.

    `significant`: inside learning it is booked as a reset whatever its chance (L2).
    """

    at: datetime
    kind: Kind
    what: str  # "budget 100.00 → 130.00 (+30 %)"
    by: str = ""
    ref: str = ""  # where it is written down: `changes/12`, `flips/4`
    inside: float = 0.0
    after: float = 0.0
    significant: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """What one day of the account brought, as read at `read_at`."""

    start: datetime
    end: datetime
    results: Decimal
    spend: Decimal
    read_at: datetime

    def count_until(self, begin: datetime, end: datetime) -> Decimal:
        """The results that fall between two moments, the day's own taken as spread evenly over what was read of it."""
        last = min(self.end, max(self.read_at, self.start))
        length = (last - self.start).total_seconds()
        inner = (min(end, last) - max(begin, self.start)).total_seconds()
        if inner <= 0:
            return NOUGHT
        return self.results if inner >= length else self.results * Decimal(inner) / Decimal(length)


@dataclass(frozen=True, slots=True)
class Clock:
    """When learning is over by policy: after so many results or days, whichever comes first (L1).

    `booked`: the chance from which an edit past learning counts as a reset.
    """

    results: int
    days: timedelta
    booked: float = 0.5


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with what it did. `lost` are the results that learning had gathered when it began anew."""

    event: Event
    state: State  # just before it
    chance: float
    reset: bool
    lost: Decimal = NOUGHT


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where an ad group stands at one moment.

    `began`: when the present learning began. `opens_at`: when the lock opens at the latest; None where nothing is locked.
    `unfinished`: switched off inside learning, so that starting it again is an edit (L2).
    """

    at: datetime
    state: State
    since: datetime | None
    began: datetime | None
    opens_at: datetime | None
    left_at: datetime | None
    results: Decimal
    needed: int
    entries: tuple[Entry, ...]
    unfinished: bool
    why: str

    @property
    def resets(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.reset)

    @property
    def locked(self) -> bool:
        return self.state is State.LEARNING


def fold(
    *,
    delivered_at: datetime | None,
    events: Iterable[Event],
    days: Sequence[Day],
    clock: Clock,
    now: datetime,
) -> Ledger:
    """The ledger at `now`. What lies in the future counts for nothing; before the first delivery nothing can reset."""
    past = sorted((event for event in events if event.at <= now), key=lambda event: event.at)
    days = sorted(days, key=lambda day: day.start)
    if delivered_at is None or delivered_at > now:
        entries = tuple(Entry(event, State.NOT_DELIVERING, 0.0, False) for event in past)
        return _write_unborn(now, clock, entries)
    began, off, cause = delivered_at, None, "its first delivery"
    booked: list[Entry] = []
    for event in past:
        state, _ = _find_state(began, days, clock, event.at)
        if event.at < delivered_at:
            chance, reset = 0.0, False
        elif state is State.LEARNING:
            chance, reset = event.inside, event.significant
        else:
            chance, reset = event.after, event.significant and event.after >= clock.booked
        lost = count_results(days, began, event.at) if reset else NOUGHT
        booked.append(Entry(event, State.NOT_DELIVERING if off else state, chance, reset, lost))
        if event.kind is Kind.STOPPED:
            off = off or event.at
        elif event.kind is Kind.STARTED:
            off = None
        if reset:
            began, cause = event.at, _say_cause(event, chance)
    state, left_at = _find_state(began, days, clock, off or now)
    since = {State.LEFT: left_at, State.STUCK: began + clock.days}.get(state, began)
    ledger = Ledger(
        at=now,
        state=State.NOT_DELIVERING if off else state,
        since=off or since,
        began=began,
        opens_at=began + clock.days if state is State.LEARNING and not off else None,
        left_at=left_at,
        results=count_results(days, began, now),
        needed=clock.results,
        entries=tuple(booked),
        unfinished=bool(off) and state is State.LEARNING,
        why="",
    )
    return replace(ledger, why=_explain(ledger, cause, clock.days.days))


def _write_unborn(now: datetime, clock: Clock, entries: tuple[Entry, ...]) -> Ledger:
    return Ledger(
        at=now,
        state=State.NOT_DELIVERING,
        since=None,
        began=None,
        opens_at=None,
        left_at=None,
        results=NOUGHT,
        needed=clock.results,
        entries=entries,
        unfinished=False,
        why="Not delivering: TikTok has reported no delivery of it yet.",
    )


def count_results(days: Iterable[Day], begin: datetime, end: datetime) -> Decimal:
    """Results between two moments, to a hundredth: parts of days are taken pro rata."""
    return sum((day.count_until(begin, end) for day in days), NOUGHT).quantize(Decimal("0.01"))


def list_spans(
    ledger: Ledger, *, delivered_at: datetime | None, days: Sequence[Day], clock: Clock
) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches of learning until the ledger's moment: each from its beginning to its exit, its end, or the next reset."""
    if delivered_at is None:
        return ()
    days = sorted(days, key=lambda day: day.start)
    begins = [delivered_at, *(entry.event.at for entry in ledger.resets)]
    spans = []
    for begin, following in zip(begins, [*begins[1:], ledger.at], strict=True):
        left_at = _find_exit(begin, days, clock, following)
        spans.append((begin, min(left_at or following, begin + clock.days, following)))
    return tuple(spans)


def _find_state(
    began: datetime, days: Sequence[Day], clock: Clock, at: datetime
) -> tuple[State, datetime | None]:
    left_at = _find_exit(began, days, clock, at)
    if left_at is not None:
        return State.LEFT, left_at
    return (State.STUCK if at - began >= clock.days else State.LEARNING), None


def _find_exit(began: datetime, days: Sequence[Day], clock: Clock, at: datetime) -> datetime | None:
    """When the results were complete, inside a day pro rata; None where they are not yet."""
    missing = Decimal(clock.results)
    for day in days:
        here = day.count_until(began, at)
        if here > 0 and here >= missing:
            begin, end = max(began, day.start), min(day.end, max(day.read_at, day.start), at)
            return begin + (end - begin) * float(missing / here)
        missing -= here
    return None


def _say_cause(event: Event, chance: float) -> str:
    by = f" by {event.by}" if event.by else ""
    sure = "" if chance >= 0.9 else f", a reset in {chance:.0%} of cases"
    return f"{event.what}{by}{sure}"


def _explain(ledger: Ledger, cause: str, days: int) -> str:
    count = f"{ledger.results:.0f} of {ledger.needed} results"
    began, since = _say_time(ledger.began), _say_time(ledger.since)
    match ledger.state:
        case State.NOT_DELIVERING if ledger.unfinished:
            return f"Switched off on {since} inside learning, with {count}. Starting it begins anew."
        case State.NOT_DELIVERING:
            return f"Switched off on {since}, after learning."
        case State.LEFT:
            return f"It learned from {began} ({cause}) and had {ledger.needed} results on {since}."
        case State.STUCK:
            said = f"the {days} days are over with {count}"
            return (
                f"It learned from {began} ({cause}); {said}. It is open; a larger budget or an earlier event "
                "would feed it."
            )
        case State.LEARNING:
            latest = _say_time(ledger.opens_at)
            return f"It learns since {began} ({cause}) and has {count}. The lock opens with the rest, or on {latest}."


def _say_time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "an unknown time"
