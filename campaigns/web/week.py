"""The hours of a week: TikTok's 336 characters, a person's times for each day, and words (S2, R68).

Knows half hours and days, no zone: TikTok's pages do not say in which zone the hours of a Smart+ ad group stand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from campaigns.contract.limits import DAYPARTING_SLOTS

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SLOTS = DAYPARTING_SLOTS // len(DAYS)  # half hours of a day
WORKDAYS = 5

Window = tuple[int, int]  # half hours of a day, the end not among them


@dataclass(frozen=True, slots=True)
class DayTimes:
    """One day as two times; a day with several stretches shows the first start and the last end."""

    day: str
    start: str
    end: str
    split: bool


def is_week(text: str) -> bool:
    return len(text) == DAYPARTING_SLOTS and not set(text) - {"0", "1"}


def list_windows(text: str) -> list[list[Window]]:
    """The stretches of each day. What is no week counts as all hours, as TikTok takes a member that is left out."""
    slots = text if is_week(text) else "1" * DAYPARTING_SLOTS
    return [list(_stretches(slots[day * SLOTS : (day + 1) * SLOTS])) for day in range(len(DAYS))]


def _stretches(slots: str) -> Iterator[Window]:
    at = 0
    for on, run in groupby(slots):
        length = len(list(run))
        if on == "1":
            yield at, at + length
        at += length


def list_times(text: str) -> list[DayTimes]:
    return [
        DayTimes(name, _say(windows[0][0]), _say(windows[-1][1] % SLOTS), len(windows) > 1)
        if windows
        else DayTimes(name, "", "", False)
        for name, windows in zip(DAYS, list_windows(text), strict=True)
    ]


def read_times(starts: Sequence[str], ends: Sequence[str], drawn: str) -> str:
    """The week that the times mean. A day whose times stand as they were drawn keeps its stretches.

    An end at or before its start lies on the next day; a day without a start and an end has no hours.
    """
    was = list_times(drawn)
    if [*zip(starts, ends, strict=False)] == [(day.start, day.end) for day in was]:
        return drawn
    days = [list(day) for day in _cut(drawn if is_week(drawn) else "1" * DAYPARTING_SLOTS)]
    later: list[tuple[int, int]] = []
    for place, (start, end) in enumerate(zip(starts, ends, strict=False)):
        if place >= len(DAYS) or (start, end) == (was[place].start, was[place].end):
            continue
        first, last = _read(start), _read(end, up=True)
        days[place] = ["0"] * SLOTS
        if first is None and last is None:
            continue
        first, last = first or 0, SLOTS if last is None else last
        if last <= first:
            later.append(((place + 1) % len(DAYS), last))
            last = SLOTS
        days[place][first:last] = "1" * (last - first)
    for place, last in later:
        days[place][:last] = "1" * last
    return write_week("".join("".join(day) for day in days))


def write_week(slots: str) -> str:
    """All hours are what a member that is left out means (R68)."""
    return "" if set(slots) == {"1"} else slots


def say_week(text: str) -> str:
    """Such as `Mon–Fri 08:00–20:00, Sat 10:00–14:00`; neighbouring days with the same hours are said once."""
    if not text or set(text) == {"1"} and is_week(text):
        return "All hours of the week"
    if not is_week(text):
        return f"{text[:24]}{'…' if len(text) > 24 else ''} (as typed)"
    if "1" not in text:
        return "No hour of the week"
    said = []
    place = 0
    for windows, run in groupby(list_windows(text)):
        last = place + len(list(run)) - 1
        if windows:
            days = DAYS[place][:3] if last == place else f"{DAYS[place][:3]}–{DAYS[last][:3]}"
            hours = " and ".join(f"{_say(start)}–{_say(end)}" for start, end in windows)
            said.append(f"{days} {'all day' if windows == [(0, SLOTS)] else hours}")
        place = last + 1
    return ", ".join(said)


def count_hours(text: str) -> float:
    return (text.count("1") if is_week(text) else DAYPARTING_SLOTS) / 2


def _cut(slots: str) -> list[str]:
    return [slots[day * SLOTS : (day + 1) * SLOTS] for day in range(len(DAYS))]


def _say(slot: int) -> str:
    return f"{slot // 2:02d}:{slot % 2 * 30:02d}"


def _read(text: str, *, up: bool = False) -> int | None:
    """The half hour of a time; a time inside one counts the whole of it. None for what is no time."""
    hours, _, minutes = text.strip().partition(":")
    if not (hours.isdecimal() and minutes[:2].isdecimal() and int(hours) <= 24 and int(minutes[:2]) < 60):
        return None
    total = int(hours) * 60 + int(minutes[:2])
    return min(SLOTS, -(-total // 30) if up else total // 30)


def _days(hours: Window, count: int) -> str:
    day = "0" * hours[0] + "1" * (hours[1] - hours[0]) + "0" * (SLOTS - hours[1])
    return day * count + "0" * SLOTS * (len(DAYS) - count)


# What a press fills in, by its word: label and slots. The hours stand on the button: they are an offer, no rule.
PRESETS = {
    "all": ("All hours", ""),
    "weekdays": ("Mon–Fri, all day", _days((0, SLOTS), WORKDAYS)),
    "business": ("Mon–Fri 09:00–18:00", _days((18, 36), WORKDAYS)),
    "evenings": ("Every day 18:00–24:00", _days((36, SLOTS), len(DAYS))),
}
