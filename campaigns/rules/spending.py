"""Rules about minimum spends and automatic increase (B2, R18, R27). Amounts are in the account's currency."""

from collections.abc import Iterable
from decimal import Decimal

from campaigns.contract.choices import DAILY
from campaigns.contract.money import AUTO_INCREASE_STEP, AUTO_INCREASE_STEPS_PER_DAY
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import FindingLevel, Hit, rule, set_members

AUTO_INCREASE = "AUTO_BUDGET_INCREASE"


@rule(
    "min-budget-scope",
    sentence="A minimum spend per ad group counts only with CBO, a dynamic daily budget and maximum delivery.",
    source="B2, R27, C12",
)
def check_min_budget(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        fits = (
            facts.cbo
            and facts.campaign.get("budget_mode") == DAILY
            and group.get("bid_type") == "BID_TYPE_NO_BID"
        )
        if group.get("min_budget") and not fits:
            yield Hit(
                group.at("min_budget"),
                "A minimum spend counts only with CBO on, BUDGET_MODE_DYNAMIC_DAILY_BUDGET and BID_TYPE_NO_BID.",
                set_members("Take it away", (group.at("min_budget"), None)),
            )


@rule(
    "min-budget-range",
    sentence="A minimum spend lies between nothing and the campaign's budget.",
    source="B2, R27",
)
def check_min_range(facts: TreeFacts) -> Iterable[Hit]:
    top = facts.campaign.get("budget")
    for group in facts.adgroups:
        least = group.get("min_budget")
        if least is None:
            continue
        if least < 0:
            yield Hit(
                group.at("min_budget"),
                "A minimum spend cannot be less than nothing.",
                set_members("Take it away", (group.at("min_budget"), None)),
            )
        elif facts.cbo and top is not None and least > top:
            yield Hit(
                group.at("min_budget"),
                f"{group.label} wants to spend at least {facts.say_money(least)}, more than the campaign's budget of "
                f"{facts.say_money(top)}.",
                set_members("Take it away", (group.at("min_budget"), None)),
            )


@rule(
    "min-budgets-fit",
    level=FindingLevel.ADVICE,
    sentence="The minimum spends of all ad groups together fit into the campaign's budget.",
    source="B2, R27: spending a minimum is a goal, not a promise",
    wide=True,
)
def check_min_sum(facts: TreeFacts) -> Iterable[Hit]:
    top = facts.campaign.get("budget")
    total = sum((group.get("min_budget") or Decimal(0) for group in facts.adgroups), Decimal(0))
    if facts.cbo and top is not None and len(facts.adgroups) > 1 and total > top:
        yield Hit(
            "budget",
            f"The ad groups want to spend at least {facts.say_money(total)} together; the campaign has "
            f"{facts.say_money(top)}. Some minimum will be missed.",
        )


@rule(
    "auto-increase-scope",
    sentence="Automatic budget increase needs a dynamic daily budget and a fitting bid strategy.",
    source="R18",
)
def check_increase(facts: TreeFacts) -> Iterable[Hit]:
    if facts.campaign.get("budget_auto_adjust_strategy") == AUTO_INCREASE:
        minis = facts.campaign.get("app_promotion_type") == "MINIS"
        if not facts.cbo or facts.campaign.get("budget_mode") != DAILY or minis:
            yield _refuse_increase(
                facts.campaign, f"on a campaign it needs CBO and {DAILY}, and is not for TikTok Minis"
            )
    for group in facts.adgroups:
        if group.get("budget_auto_adjust_strategy") == AUTO_INCREASE and not _may_increase(facts, group):
            yield _refuse_increase(
                group,
                f"on an ad group it needs CBO off, {DAILY}, and either minimum ROAS over a day-0 window or, for "
                "leads, a cost cap",
            )


def _may_increase(facts: TreeFacts, group: ObjectFacts) -> bool:
    if facts.cbo or group.get("budget_mode") != DAILY:
        return False
    if facts.campaign.get("objective_type") == "LEAD_GENERATION":
        return bool(group.get("bid_type") == "BID_TYPE_CUSTOM")
    return bool(group.get("deep_bid_type") == "VO_MIN_ROAS" and group.get("vbo_window") == "ZERO_DAY")


def _refuse_increase(thing: ObjectFacts, why: str) -> Hit:
    path = thing.at("budget_auto_adjust_strategy")
    return Hit(path, f"{AUTO_INCREASE} does not fit here: {why}.", set_members("Switch it off", (path, None)))


@rule(
    "auto-increase-exposure",
    level=FindingLevel.CONFIRM,
    sentence="Automatic budget increase may raise a day's budget ten times by 20 %.",
    source="R18, design section 5",
)
def check_increase_exposure(facts: TreeFacts) -> Iterable[Hit]:
    for thing in (facts.campaign, *facts.adgroups):
        amount = thing.get("budget")
        if thing.get("budget_auto_adjust_strategy") == AUTO_INCREASE and amount is not None and amount > 0:
            worst = amount * AUTO_INCREASE_STEP**AUTO_INCREASE_STEPS_PER_DAY
            path = thing.at("budget_auto_adjust_strategy")
            yield Hit(
                path,
                f"With automatic increase {facts.say_money(amount)} may grow to {facts.say_money(worst)} on one day.",
                set_members("Switch it off", (path, None)),
            )
