"""Whether the exposure is the most that can be spent: a greedy delivery may not exceed it, and comes close."""

import random
from dataclasses import replace
from decimal import Decimal

from campaigns.analysis.exposure import BudgetLine, measure_line
from smartplus_admin.sandbox.life.calendar import find_local
from smartplus_admin.sandbox.life.purse import DAY, DYNAMIC, TOTAL, Budget
from tests.calibrate.lives import draw_campaign, live

DAYS = 21


def measure(job: tuple[int, int]) -> tuple[str, float, float]:
    """The mode of a budget, and how much of its worst day and of its worst week was really spent."""
    seed, number = job
    draw = random.Random(f"exposure/{seed}/{number}")
    picture = draw_campaign(draw, number)
    (group,) = picture.groups
    mode, increases = draw.choice(((DYNAMIC, False), (DYNAMIC, True), (DAY, False), (TOTAL, False)))
    budget = Budget(mode, round(draw.uniform(20, 200) * 100), increases)
    hungry = replace(group, budget=budget, bid=0.0, targeted_by_hand=False)
    life = live(replace(picture, groups=(hungry,)), seed=draw.randrange(2**31), scenario="greedy", days=DAYS)
    days: dict[int, float] = {}
    for place, amount in enumerate(life.spend):
        day = find_local(life.zone, life.begun + place).day
        days[day] = days.get(day, 0.0) + amount
    row = [days.get(day, 0.0) for day in range(min(days), max(days) + 1)]
    week = max(sum(row[start : start + 7]) for start in range(len(row)))
    bound = measure_line(BudgetLine(mode, Decimal(budget.amount) / 100, None, increases))
    assert bound.day is not None and bound.week is not None, "a bounded mode"
    name = f"{mode} with automatic increase" if increases else mode
    return name, max(row) / float(bound.day), week / float(bound.week)


def report(rows: list[tuple[str, float, float]]) -> list[str]:
    lines = ["exposure: budget · most of a worst day · of a worst week (never above 100 %, aim ≥ 95 %)"]
    for mode in sorted({row[0] for row in rows}):
        days, weeks = ([row[place] for row in rows if row[0] == mode] for place in (1, 2))
        lines.append(f"  {mode}: {100 * max(days):.1f} % · {100 * max(weeks):.1f} % ({len(days)} lived)")
    return lines
