"""How true the forecast of the exit is: coverage of its interval, and the chance to leave in seven days."""

import random
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from campaigns.analysis.forecast import Forecast, forecast_exit
from campaigns.rules.policy import house_policy
from campaigns.services.learning import read_habits, read_need, read_prior
from tests.calibrate.lives import Life, draw_campaign, live, moment

READ_ON = (1, 3, 5)  # days after the first delivery
CENSORED = 14  # days
SCENARIOS = ("none", "mixed")


@dataclass(frozen=True, slots=True)
class Reading:
    """One ad group at one reading. Hours count from the first delivery; None = not within the days looked at."""

    day: int
    exit: int | None
    low: float | None
    high: float | None
    in_time: float
    by_cost: float  # what the 10×/30× rule says

    @property
    def covered(self) -> bool:
        end = CENSORED * 24
        if self.exit is None:
            return self.high is None or self.high >= end
        return (self.low is not None and self.low <= self.exit) and (
            self.high is None or self.exit <= self.high
        )

    @property
    def sooner(self) -> bool:
        return not self.covered and self.exit is not None and (self.low is None or self.exit < self.low)

    @property
    def gone(self) -> bool:
        """Whether it had left already, which nobody is told."""
        return self.exit is not None and self.exit <= self.day * 24

    @property
    def left_in_time(self) -> bool:
        return self.exit is not None and self.exit <= 7 * 24


def read_life(job: tuple[int, int]) -> list[Reading]:
    """Lives one ad group, drawn from a seed and a number, and reads it on each of the days."""
    seed, number = job
    draw = random.Random(f"{seed}/{number}")
    picture = draw_campaign(draw, number)
    life = live(picture, seed=draw.randrange(2**31), scenario=SCENARIOS[number % 2], days=CENSORED + 1)
    exit = None if life.left is None or life.left - life.begun > CENSORED * 24 else life.left - life.begun
    return [_read(life, day, exit, picture.groups[0].budget.amount / 100) for day in READ_ON]


def forecast(life: Life, hours: int) -> Forecast:
    policy = house_policy()
    return forecast_exit(
        days=life.report(life.begun + hours),
        began=moment(life.begun),
        now=moment(life.begun + hours),
        need=read_need(policy),
        within=timedelta(days=7),
        zone=ZoneInfo(life.zone),
        habits=read_habits(policy),
        prior=read_prior(policy),
    )


def _read(life: Life, day: int, exit: int | None, budget: float) -> Reading:
    found, begun = forecast(life, day * 24), moment(life.begun)
    low, high = (edge and (edge - begun) / timedelta(hours=1) for edge in (found.exit.low, found.exit.high))
    results, spend = sum(life.results[: day * 24]), sum(life.spend[: day * 24])
    times = budget * results / spend if spend else 0.0  # the daily budget in costs per result
    return Reading(day, exit, low, high, found.in_time, 1.0 if times >= 30 else 0.5 if times >= 10 else 0.0)


def report(readings: list[Reading]) -> list[str]:
    def share(rows: list[Reading]) -> str:
        return f"{100 * sum(row.covered for row in rows) / len(rows):.1f} %" if rows else "–"

    def brier(chances: list[float]) -> float:
        return sum(
            (chance - row.left_in_time) ** 2 for chance, row in zip(chances, readings, strict=True)
        ) / len(readings)

    by_day = ", ".join(f"day {day}: {share([row for row in readings if row.day == day])}" for day in READ_ON)
    return [
        f"coverage: {share(readings)} of {len(readings)} intervals (aim 77–83 %; {by_day})",
        f"  of those that had not left yet: {share([row for row in readings if not row.gone])}",
        f"  outside: {100 * sum(row.sooner for row in readings) / len(readings):.1f} % left sooner, the rest later",
        f"leaves in 7 days, Brier score: {brier([row.in_time for row in readings]):.3f}"
        f" · always after seven days {brier([1.0] * len(readings)):.3f}"
        f" · the 10×/30× rule {brier([row.by_cost for row in readings]):.3f}"
        f" · never knowing (half) {brier([0.5] * len(readings)):.3f}",
    ]
