"""What edit trains save: a stream of edits that go as they come, against the same stream at the next safe slot."""

import random
from datetime import timedelta

from campaigns.analysis.train import Ask, run_trains
from campaigns.rules.policy import house_policy
from tests.calibrate.lives import FIRST_HOUR, moment

PER_DAY, DAYS = 3.0, 14


def draw_stream(draw: random.Random) -> list[Ask]:
    """A Poisson stream of edits of one ad group."""
    asks: list[Ask] = []
    day = draw.expovariate(PER_DAY)
    while day < DAYS:
        asks.append(Ask(len(asks), moment(FIRST_HOUR) + timedelta(days=day)))
        day += draw.expovariate(PER_DAY)
    return asks


def report(seed: int, groups: int) -> list[str]:
    """Every edit here is weighty: as it comes, each one begins learning anew."""
    policy, draw = house_policy(), random.Random(f"train/{seed}")
    week, apart = policy.days("learning.days"), policy.days("pace.bid_step_apart")
    edits = trains = 0
    waited: list[float] = []
    for _ in range(groups):
        asks = draw_stream(draw)
        left = run_trains(asks, locked_until=moment(FIRST_HOUR) + week, locks_for=week, apart=apart)
        edits += len(asks)
        trains += len(left)
        waited += [
            (train.leaves - passenger.ask.at) / timedelta(days=1)
            for train in left
            for passenger in train.passengers
        ]
    waited.sort()
    return [
        f"edit train: {100 * trains / edits:.1f} resets per 100 edits, 100.0 first come, first served "
        f"({PER_DAY:g} edits per ad group and day, {DAYS} days, {groups} ad groups; aim a third)",
        f"  what it costs: {sum(waited) / len(waited):.1f} days of waiting on average, "
        f"{waited[int(0.9 * len(waited))]:.1f} for the slowest tenth",
    ]
