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
