"""When an ad group leaves learning, how likely in time, and what beginning anew would cost. Numbers in, intervals out.

Results are counted as gamma-Poisson: little data gives wide intervals, none gives those of the prior. Counts are corrected
for what is not reported yet (attribution lag) and for the day of the week. Chances lie between 0 and 1, times are aware,
money is in the account's currency. Knows no row and no policy file: the figures come in as `Habits`.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal

from campaigns.analysis.counting import Pace, find_crossing, list_chances, quantile_of_pace
from campaigns.analysis.learning import Day, count_results

DAY = 86_400.0
LOW, HIGH = 0.1, 0.9  # the ends of an 80 % interval
EVEN_WEEK = (1.0,) * 7
_GRID = tuple((index + 0.5) / 40 for index in range(40))  # levels at which an uncertain pace is looked at


@dataclass(frozen=True, slots=True)
class Habits:
    """How results come in: measured figures, handed in from policy.

    `lag`: mean time until a result is reported. `spread`: how much wider than Poisson daily counts lie. `keep`: how much of
    the evidence still speaks for the days to come. `week`: weights from Monday on, of mean 1. `premium`: by how much a
    result is dearer inside learning. `horizon`: nothing is said beyond it.
    """

    lag: timedelta
    spread: float
    keep: float
    premium: float
    horizon: timedelta
    week: tuple[float, ...] = EVEN_WEEK


@dataclass(frozen=True, slots=True)
class Need:
    """What TikTok asks for before it lets an ad group leave learning: nobody knows, so each number is a range.

    It leaves with all results, `least` to `most` of them; about `days` ± `scatter` after the beginning half of them do.
    """

    least: int
    most: int
    days: float
    scatter: float

    @property
    def mean(self) -> float:
        return (self.least + self.most) / 2

    def find_chance(self, at_least: Sequence[float], gathered: float, day: float) -> float:
        """The chance to have left by a day, where `at_least[k]` is the chance of k more results than were gathered."""
        half_will_do = self._find_over(day)
        counts = range(self.least, self.most + 1)
        whole = sum(at_least[_missing(count, gathered)] for count in counts)
        half = sum(at_least[_missing(count / 2, gathered)] for count in counts) if half_will_do else 0.0
        return (whole * (1 - half_will_do) + half * half_will_do) / len(counts)

    def _find_over(self, day: float) -> float:
        """The chance that the days are over."""
        if not self.scatter:
            return float(day >= self.days)
        return min(1.0, max(0.0, (day - self.days + self.scatter) / (2 * self.scatter)))


@dataclass(frozen=True, slots=True)
class Span:
    """An 80 % interval with its median. None: beyond the horizon, or without bound."""

    low: float | None
    middle: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Moments:
    """An 80 % interval in time with its median; None beyond the horizon."""

    low: datetime | None
    middle: datetime | None
    high: datetime | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """`per_day`: results a day. `exit`: when learning ends at TikTok, in the past too: nobody is told that it did.

    `by_now`: the chance that it has ended already; `in_time`: that it ends within the days asked about.
    """

    pace: Pace
    per_day: Span
    exit: Moments
    by_now: float
    in_time: float


@dataclass(frozen=True, slots=True)
class ResetCost:
    """What an edit costs in learning: with the chance of a reset in `expected_*`, if it resets in the spans."""

    chance: float
    expected_days: float
    days: Span
    expected_money: Decimal | None
    money: tuple[Decimal, Decimal] | None


def learn_pace(
    *, days: Sequence[Day], began: datetime, now: datetime, zone: tzinfo, habits: Habits, prior: Pace
) -> tuple[Pace, float, float]:
    """The pace since `began`, the results counted, and the exposure of results that are not reported yet (in days)."""
    counted = reported = hidden = 0.0
    for day in days:
        begin, end = max(day.start, began), min(day.end, now, max(day.read_at, day.start))
        if end <= begin:
            continue
        weight = habits.week[day.start.astimezone(zone).weekday()]
        exposure = weight * (end - begin).total_seconds() / DAY
        share = _share_reported(begin, end, day.read_at, habits.lag)
        counted += float(day.count_until(began, now))
        reported += exposure * share
        hidden += exposure * (1 - share)
    read = max((day.read_at for day in days), default=began)
    hidden += measure_exposure(max(read, began), now, zone, habits.week) if now > read else 0.0
    return prior.learn(counted, reported, spread=habits.spread).forget(habits.keep), counted, hidden


def forecast_exit(
    *,
    days: Sequence[Day],
    began: datetime,
    now: datetime,
    need: Need,
    within: timedelta,
    zone: tzinfo,
    habits: Habits,
    prior: Pace,
) -> Forecast:
    """The forecast of an ad group that learns since `began`; `within` is the time of which `in_time` speaks."""
    pace, counted, hidden = learn_pace(days=days, began=began, now=now, zone=zone, habits=habits, prior=prior)
    lived = (now - began).total_seconds()
    ahead = _Ahead(now, habits.horizon, zone, habits.week)

    def chance(seconds: float) -> float:
        if seconds <= lived:
            gathered = float(count_results(days, began, began + timedelta(seconds=seconds)))
            return need.find_chance([1.0] + [0.0] * need.most, gathered, seconds / DAY)
        exposure = hidden + ahead.exposure(seconds - lived)
        return need.find_chance(list_chances(need.most, pace, exposure), counted, seconds / DAY)

    longest = lived + habits.horizon.total_seconds()

    def cross(level: float) -> datetime | None:
        seconds = find_crossing(chance, level, longest=longest)
        return None if seconds is None else began + timedelta(seconds=seconds)

    return Forecast(
        pace=pace,
        per_day=span_of_pace(pace),
        exit=Moments(cross(LOW), cross(0.5), cross(HIGH)),
        by_now=chance(lived),
        in_time=chance(min(within.total_seconds(), longest)),
    )


def price_reset(
    *,
    chance: float,
    pace: Pace,
    gathered: float,
    lived: timedelta,
    learning: bool,
    need: Need,
    spend_per_day: Decimal | None,
    habits: Habits,
) -> ResetCost:
    """What an edit costs that begins anew with this chance, against letting learning end after `gathered` and `lived`.

    Nothing is left to end where the ad group is not `learning`. Money is None where nobody knows the spend.
    """
    most = habits.horizon.total_seconds() / DAY
    longer = sorted(
        _last(rate, 0.0, 0.0, need, most)
        - (_last(rate, gathered, lived.total_seconds() / DAY, need, most) if learning else 0.0)
        for rate in (quantile_of_pace(pace, level) for level in _GRID)
    )
    span = Span(longer[int(LOW * len(longer))], longer[len(longer) // 2], longer[int(HIGH * len(longer))])
    expected = chance * sum(longer) / len(longer)
    if spend_per_day is None:
        return ResetCost(chance, expected, span, None, None)
    wasted = float(spend_per_day) * habits.premium / (1 + habits.premium)
    low, high = (round(Decimal((edge or 0.0) * wasted), 2) for edge in (span.low, span.high))
    return ResetCost(chance, expected, span, round(Decimal(expected * wasted), 2), (low, high))


def expect_pace(*, budget_per_day: Decimal, cost_per_result: Decimal, adgroups: int, trust: float) -> Pace:
    """The pace to expect of each ad group before anything was delivered; `trust` is how many results the guess is worth."""
    per_day = float(budget_per_day) / float(cost_per_result) / adgroups
    return Pace(trust, trust / per_day)


def forecast_launch(*, pace: Pace, need: Need, within: timedelta) -> float:
    """The chance that an ad group with this pace leaves learning in time: what the builder says before launch."""
    day = within.total_seconds() / DAY
    return need.find_chance(list_chances(need.most, pace, day), 0.0, day)


def span_of_pace(pace: Pace) -> Span:
    return Span(*(quantile_of_pace(pace, level) for level in (LOW, 0.5, HIGH)))


def measure_exposure(begin: datetime, end: datetime, zone: tzinfo, week: tuple[float, ...]) -> float:
    """Days between two moments, each weighed by its weekday in the account's zone."""
    if end <= begin:
        return 0.0
    return _Ahead(begin, end - begin, zone, week).exposure((end - begin).total_seconds())


class _Ahead:
    """The exposure gathered from a moment on, prepared once for many questions."""

    def __init__(self, now: datetime, horizon: timedelta, zone: tzinfo, week: tuple[float, ...]) -> None:
        self.at, self.sums, self.weights = [0.0], [0.0], []
        moment, end = now, now + horizon
        while moment < end:
            local = moment.astimezone(zone)
            midnight = datetime.combine(local.date() + timedelta(days=1), time(), zone).astimezone(now.tzinfo)
            until = min(midnight, end)
            self.weights.append(week[local.weekday()])
            self.at.append((until - now).total_seconds())
            self.sums.append(self.sums[-1] + self.weights[-1] * (until - moment).total_seconds() / DAY)
            moment = until

    def exposure(self, seconds: float) -> float:
        place = min(bisect_right(self.at, seconds), len(self.weights)) - 1
        if place < 0:
            return 0.0
        return self.sums[place] + self.weights[place] * (seconds - self.at[place]) / DAY


def _share_reported(begin: datetime, end: datetime, read_at: datetime, lag: timedelta) -> float:
    """The part of what happened between two moments that was reported when it was read, for an exponential lag."""
    mean, length = lag.total_seconds(), (end - begin).total_seconds()
    if mean <= 0 or length <= 0:
        return 1.0
    old, young = (read_at - begin).total_seconds(), max((read_at - end).total_seconds(), 0.0)
    return max(0.0, 1 - mean / length * (math.exp(-young / mean) - math.exp(-old / mean)))


def _missing(needed: float, gathered: float) -> int:
    return max(0, math.ceil(needed - gathered - 1e-9))


def _last(rate: float, gathered: float, lived: float, need: Need, most: float) -> float:
    """How many days learning still lasts at one pace; `most` at the longest."""
    rate = max(rate, 1e-9)
    whole = max(need.mean - gathered, 0.0) / rate
    half = max(need.mean / 2 - gathered, 0.0) / rate
    return min(whole, max(half, need.days - lived, 0.0), most)
