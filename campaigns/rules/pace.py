"""Rules about how fast money may change on something live (L3, B4, R24)."""

from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from campaigns.contract.money import UPDATE_FLOOR_SHARE_OF_SPEND
from campaigns.rules.edits import EditFacts, Phase
from campaigns.rules.findings import FindingLevel, Hit, rule, set_members

PRICES = ("bid_price", "conversion_bid_price", "roas_bid")
PERCENT = 100


@rule(
    "bid-step-size",
    level=FindingLevel.ESCALATE,
    sentence="After learning a bid moves by at most 15 % at once; a larger step starts learning anew.",
    source="L3",
)
def check_bid_size(facts: EditFacts) -> Iterable[Hit]:
    most = facts.policy.number("pace.bid_step")
    for name in PRICES if _has_learned(facts) else ():
        step = facts.read_step(name)
        if step is None:
            continue
        old, new = step
        share = abs(new - old) / old * PERCENT
        if share > most:
            nearest = _reach(facts, name, old, new, most)
            say = str if name == "roas_bid" else facts.say_money
            yield Hit(
                facts.at(name),
                f"From {say(old)} to {say(new)} is a step of {share:.0f} %; more than {most} % at once starts learning "
                f"anew. Go to {say(nearest)} now, or ask a manager.",
                set_members(f"Go to {say(nearest)}", (facts.at(name), str(nearest))),
            )


@rule(
    "bid-step-apart",
    level=FindingLevel.ESCALATE,
    sentence="Two steps of a bid lie at least two days apart; more frequent ones start learning anew.",
    source="L3",
)
def check_bid_apart(facts: EditFacts) -> Iterable[Hit]:
    apart = facts.policy.days("pace.bid_step_apart")
    for name in PRICES if _has_learned(facts) else ():
        last = max((step.at for step in facts.steps if step.name == name), default=None)
        if name in facts.names and last is not None and facts.now - last < apart:
            yield Hit(
                facts.at(name),
                f"{name} was changed on {last:%Y-%m-%d %H:%M} UTC. Wait until {last + apart:%Y-%m-%d %H:%M} UTC: steps less than "
                f"{apart.days} days apart start learning anew.",
            )


def _has_learned(facts: EditFacts) -> bool:
    """Inside learning the lock decides; before delivery there is nothing to lose."""
    return facts.lock.phase in (Phase.LEFT, Phase.STUCK)


def _reach(facts: EditFacts, name: str, old: Decimal, new: Decimal, most: Decimal) -> Decimal:
    """The value nearest to the wanted one that is still a small step, in steps of the currency."""
    grain = Decimal("0.01") if name == "roas_bid" else facts.currency.step
    edge = old * (1 + most / PERCENT) if new > old else old * (1 - most / PERCENT)
    return edge.quantize(grain, ROUND_FLOOR if new > old else ROUND_CEILING)


@rule(
    "budget-raise-size",
    level=FindingLevel.CONFIRM,
    sentence="A budget raised by more than 30 % at once is not safe.",
    source="B4",
)
def check_raise(facts: EditFacts) -> Iterable[Hit]:
    step, most = facts.read_step("budget"), facts.policy.number("pace.budget_raise")
    if step is None or step[1] <= step[0] * (1 + most / PERCENT):
        return
    old, new = step
    say = facts.say_money
    top = (old * (1 + most / PERCENT)).quantize(facts.currency.step, ROUND_FLOOR)
    yield Hit(
        facts.at("budget"),
        f"From {say(old)} to {say(new)} is a raise of {(new - old) / old * PERCENT:.0f} %; up to {most} % is safe once "
        f"the budget is used up. Raise to {say(top)} first.",
        set_members(f"Raise to {say(top)}", (facts.at("budget"), str(top))),
    )


@rule(
    "budget-raise-unspent",
    level=FindingLevel.ADVICE,
    sentence="A budget that is not used up needs no raise.",
    source="B4",
)
def check_unspent(facts: EditFacts) -> Iterable[Hit]:
    step, used = facts.read_step("budget"), facts.policy.number("pace.budget_spent")
    days = facts.policy.count("pace.budget_spent_days")
    last = facts.spent_share[-days:]
    if step is not None and step[1] > step[0] and last and min(last) * PERCENT < used:
        yield Hit(
            facts.at("budget"),
            f"Over the last {len(last)} days as little as {min(last) * PERCENT:.0f} % of the budget was spent; a "
            "raise helps once it "
            f"is {used} % or more day after day.",
        )


@rule(
    "budget-may-rise",
    level=FindingLevel.ADVICE,
    sentence="A daily budget used up day after day may be raised by up to 30 %.",
    source="B4",
)
def check_may_rise(facts: EditFacts) -> Iterable[Hit]:
    used, most = facts.policy.number("pace.budget_spent"), facts.policy.number("pace.budget_raise")
    days = facts.policy.count("pace.budget_spent_days")
    last, amount = facts.spent_share[-days:], facts.settings.get("budget")
    if "budget" in facts.names or len(last) < days or min(last, default=Decimal(0)) * PERCENT < used:
        return
    if isinstance(amount, Decimal) and amount > 0:
        top = (amount * (1 + most / PERCENT)).quantize(facts.currency.step, ROUND_FLOOR)
        yield Hit(
            facts.at("budget"),
            f"At least {used} % of the budget was spent on each of the last {days} days. A raise of up to {most} %, to "
            f"{facts.say_money(top)}, is safe.",
            set_members(f"Raise to {facts.say_money(top)}", (facts.at("budget"), str(top))),
        )


@rule(
    "budget-covers-spend",
    sentence="A new budget is at least 105 % of what is spent already.",
    source="R24; the period is not published (U14)",
)
def check_spent(facts: EditFacts) -> Iterable[Hit]:
    amount = facts.after.get("budget")
    if "budget" not in facts.names or facts.spent is None or not isinstance(amount, Decimal):
        return
    floor = (facts.spent * UPDATE_FLOOR_SHARE_OF_SPEND).quantize(facts.currency.step, ROUND_CEILING)
    if amount < floor:
        say = facts.say_money
        yield Hit(
            facts.at("budget"),
            f"{say(facts.spent)} are spent already; TikTok takes no budget below 105 % of that, {say(floor)}. To spend less, "
            "switch it off.",
            set_members(f"Use {say(floor)}", (facts.at("budget"), str(floor))),
        )
