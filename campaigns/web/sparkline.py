"""Seven days as a small drawing: one bar a day, a tick on the ground where a day is unknown. Numbers in, geometry out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

HEIGHT, BAR, STEP = 18, 6, 8


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    height: int
    known: bool


@dataclass(frozen=True, slots=True)
class Sparkline:
    bars: tuple[Bar, ...]

    @property
    def width(self) -> int:
        return len(self.bars) * STEP - (STEP - BAR)

    @property
    def height(self) -> int:
        return HEIGHT


def draw(values: Sequence[Decimal | int | None]) -> Sparkline | None:
    """None where no day is known: there is nothing to draw."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    most = max(*known, 0)
    bars = []
    for place, value in enumerate(values):
        size = round(float(value / most) * (HEIGHT - 1)) + 1 if value and most else 1
        bars.append(Bar(place * STEP, HEIGHT - size, size, value is not None))
    return Sparkline(tuple(bars))
