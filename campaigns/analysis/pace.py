"""How far an amount may move now without starting learning anew, and when the next step is due (L3, B4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Step:
    """The bounds of the next step, in the grain of the amount, and from when on it is free; at `now` where it is."""

    least: Decimal
    most: Decimal
    free_at: datetime


def find_step(
    *,
    value: Decimal,
    percent_down: Decimal,
    percent_up: Decimal,
    apart: timedelta,
    last_at: datetime | None,
    now: datetime,
    grain: Decimal,
) -> Step:
    """`last_at` is the last step of anybody's. Rounded inwards, so that the bounds themselves are allowed."""
    low = (value * (1 - percent_down / PERCENT)).quantize(grain, ROUND_CEILING)
    high = (value * (1 + percent_up / PERCENT)).quantize(grain, ROUND_FLOOR)
    return Step(low, high, now if last_at is None else max(now, last_at + apart))
