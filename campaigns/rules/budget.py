"""Rules about budgets (B1, R20-R23, R25, R26, R28). Amounts are in the account's currency."""

from collections.abc import Iterable
from decimal import Decimal

from campaigns.contract.choices import (
    ADGROUP_BUDGET_MODES,
    ALL_MODES,
    CAMPAIGN_BUDGET_MODE_DEFAULT,
    CAMPAIGN_BUDGET_MODES,
    DAILY,
)
from campaigns.contract.levels import Level
from campaigns.contract.members import members_below
from campaigns.contract.money import (
    ADGROUP_DAILY_MINIMUM,
    ADGROUP_LIFETIME_MINIMUM_PER_DAY,
    CAMPAIGN_MINIMUM,
    MAXIMUM_EXCLUSIVE,
)
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import Hit, rule, set_members

_MONEY = {
    level: tuple(
        name for name, member in members_below(level, "").items() if member.type == "money" and member.writes
    )
    for level in Level
}


@rule(
    "campaign-budget-mode",
    sentence="With CBO a campaign's budget is daily (dynamic) or lifetime; without it unlimited, daily or lifetime.",
    source="B1, R25",
)
def check_campaign_mode(facts: TreeFacts) -> Iterable[Hit]:
    mode, allowed = facts.campaign.get("budget_mode"), CAMPAIGN_BUDGET_MODES[facts.cbo]
    if mode in ALL_MODES and mode not in allowed:
        default = CAMPAIGN_BUDGET_MODE_DEFAULT[facts.cbo]
        cbo = "on" if facts.cbo else "off"
        yield Hit(
            "budget_mode",
            f"{mode} does not go with CBO {cbo}. Use {' or '.join(allowed)}.",
            set_members(f"Use {default}", ("budget_mode", default)),
        )


@rule(
    "campaign-budget-required", sentence="Every budget mode but INFINITE needs an amount.", source="B1, R23"
)
def check_campaign_budget(facts: TreeFacts) -> Iterable[Hit]:
    mode = facts.campaign.get("budget_mode")
    if mode != "BUDGET_MODE_INFINITE" and facts.is_missing(facts.campaign, "budget"):
        least = facts.account.currency.scale(CAMPAIGN_MINIMUM)
        yield Hit(
            "budget",
            f"The budget is missing: the campaign's budget mode is {mode}, and every mode but BUDGET_MODE_INFINITE "
            f"needs an amount. Enter one of at least {facts.say_money(least)}.",
        )


@rule("campaign-budget-unwanted", sentence="An unlimited campaign carries no amount.", source="R23")
def check_infinite(facts: TreeFacts) -> Iterable[Hit]:
    if (
        facts.campaign.get("budget_mode") == "BUDGET_MODE_INFINITE"
        and facts.campaign.get("budget") is not None
    ):
        yield Hit(
            "budget",
            "BUDGET_MODE_INFINITE takes no amount. Take it away, or choose BUDGET_MODE_DAY or BUDGET_MODE_TOTAL as a cap.",
            set_members("Take the amount away", ("budget", None)),
        )


@rule(
    "campaign-budget-range",
    sentence="A campaign's budget lies between TikTok's bounds for the currency.",
    source="R20",
)
def check_campaign_range(facts: TreeFacts) -> Iterable[Hit]:
    amount = facts.campaign.get("budget")
    if amount is not None and facts.campaign.get("budget_mode") != "BUDGET_MODE_INFINITE":
        yield from _check_range(facts, facts.campaign, amount, facts.account.currency.scale(CAMPAIGN_MINIMUM))


@rule(
    "adgroup-budget-required",
    sentence="Without CBO every ad group carries its own mode and budget.",
    source="B1, R26",
)
def check_adgroup_budget(facts: TreeFacts) -> Iterable[Hit]:
    if facts.cbo:
        return
    for group in facts.adgroups:
        if facts.is_missing(group, "budget_mode"):
            yield Hit(
                group.at("budget_mode"),
                f"CBO is off, so {group.label} needs a budget mode of its own.",
                set_members("Use a daily budget", (group.at("budget_mode"), DAILY)),
            )
        if facts.is_missing(group, "budget"):
            least = facts.say_money(facts.account.currency.scale(ADGROUP_DAILY_MINIMUM))
            yield Hit(
                group.at("budget"),
                f"The budget is missing: CBO is off, so {group.label} needs an amount of its own, at least {least} a day.",
            )


@rule(
    "adgroup-budget-mode",
    sentence="An ad group's own budget is daily (dynamic) or lifetime.",
    source="R26, C10",
)
def check_adgroup_mode(facts: TreeFacts) -> Iterable[Hit]:
    for group in () if facts.cbo else facts.adgroups:
        mode = group.get("budget_mode")
        if mode in ALL_MODES and mode not in ADGROUP_BUDGET_MODES:
            yield Hit(
                group.at("budget_mode"),
                f"An ad group cannot use {mode}. Use {' or '.join(ADGROUP_BUDGET_MODES)}.",
                set_members("Use a daily budget", (group.at("budget_mode"), DAILY)),
            )


@rule(
    "adgroup-budget-range",
    sentence="An ad group's budget lies between TikTok's bounds for the currency.",
    source="R21",
)
def check_adgroup_range(facts: TreeFacts) -> Iterable[Hit]:
    for group in () if facts.cbo else facts.adgroups:
        amount = group.get("budget")
        if amount is None:
            continue
        least = facts.account.currency.scale(ADGROUP_DAILY_MINIMUM)
        if group.get("budget_mode") == "BUDGET_MODE_TOTAL":
            least = facts.account.currency.scale(ADGROUP_LIFETIME_MINIMUM_PER_DAY) * (count_days(group) or 1)
        yield from _check_range(facts, group, amount, least)


@rule("money-precision", sentence="Amounts have no more decimals than the currency takes.", source="R22")
def check_precision(facts: TreeFacts) -> Iterable[Hit]:
    currency = facts.account.currency
    for thing in facts.objects:
        for name in _MONEY[thing.level]:
            amount = thing.get(name)
            # compared with integers: quantize would raise on amounts beyond the context's digits
            if isinstance(amount, Decimal) and (amount / currency.step) % 1:
                unit = "whole units" if currency.decimals == 0 else f"{currency.decimals} decimals"
                rounded = currency.write(amount)
                yield Hit(
                    thing.at(name),
                    f"{str(amount)[:40]} is finer than {currency.code} takes ({unit}).",
                    set_members(f"Round to {rounded}", (thing.at(name), rounded)),
                )


@rule("campaign-day-cap", sentence="Under a daily campaign cap, ad groups use daily budgets.", source="R28")
def check_day_cap(facts: TreeFacts) -> Iterable[Hit]:
    if facts.cbo or facts.campaign.get("budget_mode") != "BUDGET_MODE_DAY":
        return
    for group in facts.adgroups:
        if group.get("budget_mode") == "BUDGET_MODE_TOTAL":
            yield Hit(
                group.at("budget_mode"),
                "The campaign is capped by the day, so its ad groups cannot have lifetime budgets.",
                set_members("Use a daily budget", (group.at("budget_mode"), DAILY)),
            )


def count_days(group: ObjectFacts) -> int | None:
    """Days an ad group is scheduled for, begun days counted (U14: TikTok does not say how it rounds)."""
    start, end = group.get("schedule_start_time"), group.get("schedule_end_time")
    if start is None or end is None or end <= start:
        return None
    seconds = int((end - start).total_seconds())
    return -(-seconds // 86_400)


def _check_range(facts: TreeFacts, thing: ObjectFacts, amount: Decimal, least: Decimal) -> Iterable[Hit]:
    top = facts.account.currency.scale(MAXIMUM_EXCLUSIVE)
    if amount < least:
        yield Hit(
            thing.at("budget"),
            f"{thing.label} has {facts.say_money(amount)}, below TikTok's minimum of {facts.say_money(least)}.",
            set_members(
                f"Use {facts.say_money(least)}", (thing.at("budget"), facts.account.currency.write(least))
            ),
        )
    if amount >= top:
        yield Hit(
            thing.at("budget"),
            f"{facts.say_money(amount)} is too much: TikTok takes amounts below {facts.say_money(top)}.",
        )
