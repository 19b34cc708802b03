"""Counts with little behind them: a gamma-Poisson pace, and what it says of counts to come. Plain sums, no library.

A pace is a gamma distribution over results per unit of exposure. A count over an exposure is then negative binomial.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

_NORMAL = NormalDist()
_LARGE = 3.0  # from this shape on Wilson and Hilferty's cube is true to two percent


@dataclass(frozen=True, slots=True)
class Pace:
    """Results per day: `shape` is what was seen, `exposure` over how many days' worth. Both above 0."""

    shape: float
    exposure: float

    @property
    def mean(self) -> float:
        return self.shape / self.exposure

    def learn(self, results: float, exposure: float, *, spread: float = 1.0) -> "Pace":
        """The pace after seeing results over an exposure. `spread` ≥ 1 is how much wider than Poisson counts lie."""
        return Pace(self.shape + max(results, 0.0) / spread, self.exposure + max(exposure, 0.0) / spread)

    def forget(self, keep: float) -> "Pace":
        """The same mean, with only so much of its evidence kept (0 < keep ≤ 1)."""
        return Pace(self.shape * keep, self.exposure * keep)


def chance_of(count: float, pace: Pace, exposure: float) -> float:
    """The chance of at least `count` results over an exposure. A part of a result counts as a whole one to come."""
    need = max(0, math.ceil(count - 1e-9))
    return list_chances(need, pace, exposure)[need]


def list_chances(most: int, pace: Pace, exposure: float) -> list[float]:
    """The chances of at least 0, 1 … `most` results over an exposure."""
    if exposure <= 0:
        return [1.0] + [0.0] * most
    share = exposure / (exposure + pace.exposure)
    log_share = math.log(share)
    term = pace.shape * math.log1p(-share)
    chances, below = [1.0], 0.0
    for index in range(1, most + 1):
        below += math.exp(term)
        term += math.log((pace.shape + index - 1) / index) + log_share
        chances.append(min(1.0, max(0.0, 1.0 - below)))
    return chances


def find_crossing(chance: Callable[[float], float], level: float, *, longest: float) -> float | None:
    """The least time at which a growing chance reaches a level, to a thousandth of the longest; None beyond that."""
    if chance(0.0) >= level:
        return 0.0
    if chance(longest) < level:
        return None
    low, high = 0.0, longest
    while high - low > longest / 4096:
        middle = (low + high) / 2
        low, high = (low, middle) if chance(middle) >= level else (middle, high)
    return high


def quantile_of_pace(pace: Pace, level: float) -> float:
    """The pace that is not exceeded with this chance (0 < level < 1)."""
    shape = pace.shape
    if shape >= _LARGE:
        root = 1 - 1 / (9 * shape) + _NORMAL.inv_cdf(level) / (3 * math.sqrt(shape))
        return float(shape * root**3 / pace.exposure)
    longest = shape + 40.0
    found = find_crossing(lambda x: _share_below(shape, x), level, longest=longest)
    return (longest if found is None else found) / pace.exposure


def _share_below(shape: float, x: float) -> float:
    """The gamma distribution of rate 1 up to x, by its power series."""
    if x <= 0:
        return 0.0
    term = total = 1.0
    step = 0
    while term > total * 1e-12:
        step += 1
        term *= x / (shape + step)
        total += term
    return total * math.exp(shape * math.log(x) - x - math.lgamma(shape + 1))
