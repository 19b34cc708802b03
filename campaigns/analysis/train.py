"""Edit trains: which waiting edits of one ad group leave together, and when. Knows no row; times are aware."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Ask:
    """One edit somebody wants. `sets` names the members it sets, so that rivals are told."""

    key: int
    at: datetime
    sets: frozenset[Hashable] = frozenset()


@dataclass(frozen=True, slots=True)
class Passenger:
    """An edit aboard. `rivals` are the keys of others aboard that set the same; the last of them stands in the end."""

    ask: Ask
    rivals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Train:
    leaves: datetime
    passengers: tuple[Passenger, ...]


def find_slot(
    *, at: datetime, opens_at: datetime | None, last_at: datetime | None, apart: timedelta
) -> datetime:
    """The next safe moment for an edit asked for at `at`: when the lock is open and the last train is long enough ago."""
    slot = at if opens_at is None else max(at, opens_at)
    return slot if last_at is None else max(slot, last_at + apart)


def board(asks: Iterable[Ask], leaves: datetime) -> Train:
    """All that was asked for until a train leaves, in the order of asking."""
    aboard = sorted((ask for ask in asks if ask.at <= leaves), key=lambda ask: (ask.at, ask.key))
    return Train(leaves, tuple(Passenger(ask, _list_rivals(ask, aboard)) for ask in aboard))


def run_trains(
    asks: Sequence[Ask], *, locked_until: datetime, locks_for: timedelta, apart: timedelta
) -> list[Train]:
    """All trains of a stream of edits, where each train that leaves locks the ad group anew."""
    waiting = sorted(asks, key=lambda ask: (ask.at, ask.key))
    opens_at, last_at, trains = locked_until, None, []
    while waiting:
        leaves = find_slot(at=waiting[0].at, opens_at=opens_at, last_at=last_at, apart=apart)
        train = board(waiting, leaves)
        trains.append(train)
        waiting = waiting[len(train.passengers) :]
        opens_at, last_at = leaves + locks_for, leaves
    return trains


def _list_rivals(ask: Ask, aboard: Sequence[Ask]) -> tuple[int, ...]:
    return tuple(other.key for other in aboard if other.key != ask.key and other.sets & ask.sets)
