"""What a reset costs: each ad group is lived twice from the same seed, with the edit and without."""

import random
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from campaigns.analysis.forecast import learn_pace, price_reset
from campaigns.rules.policy import house_policy
from campaigns.rules.significance import weigh
from campaigns.services.learning import read_habits, read_need, read_prior
from tests.calibrate.lives import change_budget, change_targeting, draw_campaign, live, moment

LIVED = 24  # days: long enough for both to have learned


@dataclass(frozen=True, slots=True)
class Pair:
    """One edit: the chance that was told and what came; money in dollars, `None` where the edit itself moves the spend."""

    kind: str
    chance: float
    reset: bool
    expected: float
    lost: float | None
    expected_days: float
    days: float | None


def live_pair(job: tuple[int, int]) -> Pair | None:
    """None where nothing was delivered, or the one without the edit was reset too."""
    seed, number = job
    draw = random.Random(f"pair/{seed}/{number}")
    picture, chance_seed = draw_campaign(draw, number), draw.randrange(2**31)
    day = draw.randint(2, 8)
    factor = draw.choice((1.1, 1.25, 1.4, 1.55, 1.8, 0.7))
    kind = "targeting" if number % 2 else f"budget {round((factor - 1) * 100):+d} %"
    edit = change_targeting if number % 2 else change_budget(factor)
    life = {"seed": chance_seed, "scenario": "none", "days": LIVED}
    kept = live(picture, **life)
    changed = live(picture, **life, edits={day * 24: edit})
    reports = kept.report(kept.begun + day * 24)
    if not reports or kept.resets:
        return None
    policy = house_policy()
    need, habits = read_need(policy), read_habits(policy)
    pace, gathered, _ = learn_pace(
        days=reports, began=moment(kept.begun), zone=ZoneInfo(kept.zone), habits=habits, need=need,
        prior=read_prior(policy),
    )  # fmt: skip
    amount = Decimal(picture.groups[0].budget.amount) / 100
    chance = (
        weigh("targeting_spec", None, None, policy=policy)
        if number % 2
        else weigh("budget", amount, amount * Decimal(str(factor)), policy=policy)
    ).inside
    spend = sum(kept.spend[: day * 24]) / day
    cost = price_reset(
        chance=chance,
        pace=pace,
        gathered=gathered,
        lived=timedelta(days=day),
        learning=gathered < need.mean and day < 7,
        need=need,
        spend_per_day=Decimal(str(round(spend, 2))),
        habits=habits,
    )
    late = slice(-7 * 24, None)
    per_result = sum(kept.spend[late]) / max(1, sum(kept.results[late]))
    lost = None
    if number % 2:
        lost = (sum(kept.results) - sum(changed.results)) * per_result
        lost += sum(changed.spend) - sum(kept.spend)
    days = None
    if number % 2 and kept.left and changed.left:
        # learning that had ended before the edit begins anew with it
        days = (changed.left - max(kept.left, changed.resets[0])) / 24 if changed.resets else 0.0
    return Pair(
        kind, chance, bool(changed.resets), float(cost.expected_money or 0), lost, cost.expected_days, days
    )


def report(pairs: list[Pair]) -> list[str]:
    lines = ["reset: edit · told · came · of"]
    for kind in sorted({pair.kind for pair in pairs}):
        own = [pair for pair in pairs if pair.kind == kind]
        told, came = (
            100 * sum(values) / len(own)
            for values in ([pair.chance for pair in own], [pair.reset for pair in own])
        )
        lines.append(f"  {kind}: {told:.0f} % · {came:.0f} % · {len(own)}")
    priced = [pair for pair in pairs if pair.lost is not None]
    expected, lost = (
        sum(values) for values in ([p.expected for p in priced], [p.lost or 0.0 for p in priced])
    )
    dated = [pair for pair in priced if pair.days is not None]
    told_days, came_days = (
        sum(values) / max(1, len(dated))
        for values in ([p.expected_days for p in dated], [p.days or 0.0 for p in dated])
    )
    off = f"{100 * (expected / lost - 1):+.0f} %" if lost > 0 else "not to be said"
    return [
        *lines,
        f"reset cost: expected {expected:,.0f}, lived {lost:,.0f} dollars over {len(priced)} pairs: {off} (aim ±20 %)",
        f"  longer in learning: expected {told_days:.1f}, lived {came_days:.1f} days on average of {len(dated)}",
    ]
