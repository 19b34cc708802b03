"""Chance that repeats: every draw is a function of the seed, an object and an hour, never of what was drawn before.

So one seed can be lived twice, with and without an edit, and differs only in what the edit causes: counts are quantiles of
one uniform number, so a mean that rises a little never lets a count fall.
"""

import math
import struct
from hashlib import blake2b
from statistics import NormalDist

_STANDARD = NormalDist()
_SMALL = 20.0  # below this mean a count is read off the exact distribution, above it off the normal one
_UNPACK = struct.Struct("<8I").unpack
_SCALE = 1.0 / 2**32


def draw(seed: int, key: str, hour: int = -1) -> tuple[float, ...]:
    """Eight numbers between 0 and 1, both excluded."""
    digest = blake2b(f"{seed}/{key}/{hour}".encode(), digest_size=32).digest()
    return tuple([(number + 0.5) * _SCALE for number in _UNPACK(digest)])


def spread(chance: float, sigma: float) -> float:
    """A factor around 1 (log-normal, median 1)."""
    return math.exp(sigma * _STANDARD.inv_cdf(chance))


def count(mean: float, chance: float) -> int:
    """A whole number with this mean (Poisson)."""
    if mean <= 0:
        return 0
    if mean > _SMALL:
        return max(0, round(mean + math.sqrt(mean) * _STANDARD.inv_cdf(chance)))
    term = total = math.exp(-mean)
    number = 0
    while total < chance and number < 200:
        number += 1
        term *= mean / number
        total += term
    return number


def choose(number: int, share: float, chance: float) -> int:
    """How many of so many, where each one is chosen with this probability (binomial)."""
    if number <= 0 or share <= 0:
        return 0
    if share > 0.5:  # the rarer of the two is counted, so that no power vanishes
        return number - choose(number, 1 - share, 1 - chance)
    if number * share > _SMALL:
        sigma = math.sqrt(number * share * (1 - share))
        return min(number, max(0, round(number * share + sigma * _STANDARD.inv_cdf(chance))))
    odds = share / (1 - share)
    term = total = (1 - share) ** number
    chosen = 0
    while total < chance and chosen < number:
        term *= odds * (number - chosen) / (chosen + 1)
        chosen += 1
        total += term
    return chosen
