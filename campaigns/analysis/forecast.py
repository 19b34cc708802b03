"""When an ad group leaves learning, how likely in time, and what beginning anew would cost. Numbers in, intervals out.

Results are counted as gamma-Poisson: little data gives wide intervals, none gives those of the prior. Counts are corrected
for what is not reported yet (attribution lag) and for the day of the week. Chances lie between 0 and 1, times are aware,
money is in the account's currency. Knows no row and no policy file: the figures come in as `Habits`.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
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

    `lag`: mean time from what is shown to its result. `spread`: how much wider than Poisson daily counts lie. `keep`: how much of
    the evidence still speaks for the days to come. `week`: weights from Monday on, of mean 1. `premium`: by how much a
    result is dearer when learning begins. `horizon`: nothing is said beyond it.
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
    """What an edit costs in learning: with the chance of a reset in `expected_*`, if it resets in the intervals.

    `days` by which learning lasts longer; `money` that buys no results because of it.
    """

    chance: float
    expected_days: float
    days: Span
    expected_money: Decimal | None
    money: tuple[Decimal, Decimal] | None


def learn_pace(
    *, days: Sequence[Day], began: datetime, zone: tzinfo, habits: Habits, need: Need, prior: Pace
) -> tuple[Pace, float, datetime]:
    """The pace that an ad group has once it has learned, the results counted, and until when they were read."""
    read = max((min(day.end, day.read_at) for day in days), default=began)
    ahead = _Ahead(began, began, max(read - began, timedelta(0)), zone, habits)
    counted = float(count_results(days, began, read))
    exposure = ahead.exposure(read) * efficiency(0.0, counted / need.mean, habits.premium)
    return prior.learn(counted, exposure, spread=habits.spread).forget(habits.keep), counted, read


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
    pace, counted, read = learn_pace(days=days, began=began, zone=zone, habits=habits, need=need, prior=prior)
    lived = (now - began).total_seconds()
    longest = lived + habits.horizon.total_seconds()
    ahead = _Ahead(began, read, now - read + habits.horizon, zone, habits)
    faster = efficiency(counted / need.mean, 1.0, habits.premium)

    def chance(seconds: float) -> float:
        at = began + timedelta(seconds=seconds)
        if at <= read:
            gathered = float(count_results(days, began, at))
            return need.find_chance([1.0] + [0.0] * need.most, gathered, seconds / DAY)
        exposure = ahead.exposure(at) * faster
        return need.find_chance(list_chances(need.most, pace, exposure), counted, seconds / DAY)

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

    Nothing is left to end where the ad group is not `learning`. Money is what learning has cost so far and would cost again:
    None where nobody knows the spend.
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
    way = min(1.0, gathered / need.mean) if learning else 1.0
    # results that the money spent on learning would have bought besides, had it gone to an ad group that has learned
    lost = need.mean * way * (1 / efficiency(0.0, way, habits.premium) - 1) if way > 0 else 0.0
    mean, low, high = (
        round(Decimal(lost * float(spend_per_day) / max(rate, 1e-9)), 2)
        for rate in (pace.mean, quantile_of_pace(pace, HIGH), quantile_of_pace(pace, LOW))
    )
    return ResetCost(chance, expected, span, round(Decimal(chance) * mean, 2), (low, high))


def expect_pace(*, budget_per_day: Decimal, cost_per_result: Decimal, adgroups: int, trust: float) -> Pace:
    """The pace to expect of each ad group before anything was delivered; `trust` is how many results the guess is worth."""
    # whatever was typed, a pace lies above nothing and below everything
    per_day = min(max(float(budget_per_day / cost_per_result / adgroups), 1e-9), 1e9)
    return Pace(trust, trust / per_day)


def forecast_launch(*, pace: Pace, need: Need, within: timedelta) -> float:
    """The chance that an ad group with this pace leaves learning in time: what the builder says before launch."""
    day = within.total_seconds() / DAY
    return need.find_chance(list_chances(need.most, pace, day), 0.0, day)


def span_of_pace(pace: Pace) -> Span:
    return Span(*(quantile_of_pace(pace, level) for level in (LOW, 0.5, HIGH)))


def efficiency(begin: float, end: float, premium: float) -> float:
    """Results per exposure against those after learning, between two parts of the way through it (0 to 1).

    At the beginning a result is dearer by `premium`; that goes with the square root of the way.
    """
    low, high = (math.sqrt(min(max(part, 0.0), 1.0)) for part in (begin, end))
    first = 1 / (1 + premium)
    if premium <= 0 or high <= low:
        return first + (1 - first) * low
    slope = 1 - first
    work = 2 / slope * (high - low - first / slope * math.log((first + slope * high) / (first + slope * low)))
    return (high**2 - low**2) / work


class _Ahead:
    """The exposure gathered from a moment on, in days: weighed by the weekday, and by the lag since learning began.

    Results follow what was shown with an exponential lag, so that the first hours bring few. Prepared once for many questions.
    """

    def __init__(
        self, began: datetime, since: datetime, length: timedelta, zone: tzinfo, habits: Habits
    ) -> None:
        self.began, self.since, self.lag = began, since, habits.lag.total_seconds()
        self.at, self.sums = [0.0], [0.0]
        self.weights: list[float] = []
        moment, end = since, since + length
        while moment < end:
            local = moment.astimezone(zone)
            midnight = datetime.combine(local.date() + timedelta(days=1), time(), zone).astimezone(UTC)
            until = min(midnight, end)
            self.weights.append(habits.week[local.weekday()])
            self.at.append((until - since).total_seconds())
            self.sums.append(self.sums[-1] + self.weights[-1] * self._matured(moment, until))
            moment = until

    def exposure(self, until: datetime) -> float:
        seconds = (until - self.since).total_seconds()
        place = min(bisect_right(self.at, seconds), len(self.weights)) - 1
        if place < 0:
            return 0.0
        start = self.since + timedelta(seconds=self.at[place])
        return self.sums[place] + self.weights[place] * self._matured(start, until)

    def _matured(self, begin: datetime, end: datetime) -> float:
        """Days between two moments, less what was shown in them and has not brought its results yet."""
        young, old = ((moment - self.began).total_seconds() for moment in (begin, end))
        if self.lag <= 0:
            return (old - young) / DAY
        held = self.lag * (math.exp(-young / self.lag) - math.exp(-old / self.lag))
        return (old - young - held) / DAY


def _missing(needed: float, gathered: float) -> int:
    return max(0, math.ceil(needed - gathered - 1e-9))


def _last(rate: float, gathered: float, lived: float, need: Need, most: float) -> float:
    """How many days learning still lasts at one pace; `most` at the longest."""
    rate = max(rate, 1e-9)
    whole = max(need.mean - gathered, 0.0) / rate
    half = max(need.mean / 2 - gathered, 0.0) / rate
    return min(whole, max(half, need.days - lived, 0.0), most)
