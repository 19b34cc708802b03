"""Budgets of campaigns and ad groups (R18-R29)."""

import math
from decimal import Decimal

from campaigns.contract import money
from campaigns.contract.choices import ADGROUP_BUDGET_MODES, CAMPAIGN_BUDGET_MODES, DAILY
from smartplus_admin.sandbox.judge.case import Case, Problem, Problems, missing, read_amount, read_moment

DAY_SECONDS = 86_400
AUTO_INCREASE = "AUTO_BUDGET_INCREASE"


def check_campaign_budget(case: Case) -> Problems:
    mode, amount = str(case.body.get("budget_mode")), read_amount(case.body, "budget")
    if mode not in CAMPAIGN_BUDGET_MODES[case.pooled]:
        yield Problem(
            "budget_mode", f"{mode} cannot be used when budget_optimize_on is {str(case.pooled).lower()}."
        )  # R25
    elif mode == "BUDGET_MODE_INFINITE":
        if amount is not None:
            yield Problem("budget", "must be left out when budget_mode is BUDGET_MODE_INFINITE.")  # R23
    elif amount is None:
        yield missing("budget")  # R23
    elif case.touches("budget"):
        yield from check_amount(case, "budget", amount, case.currency.scale(money.CAMPAIGN_MINIMUM))
        yield from _check_spent(case, amount)
        for sibling in case.siblings:
            for name in ("bid_price", "conversion_bid_price"):
                price = read_amount(sibling.body, name)
                if price is not None and price >= amount:
                    yield Problem(
                        "budget", f"must be higher than the {name} of ad group {sibling.id}."
                    )  # R45
    yield from _check_campaign_increase(case)


def check_adgroup_budget(case: Case) -> Problems:
    if not case.pooled:
        yield from _check_own_budget(case)
    elif case.body.get("budget_auto_adjust_strategy") == AUTO_INCREASE:
        yield Problem(
            "budget_auto_adjust_strategy", "is set on the campaign when it optimizes its budget."
        )  # R18
    if case.touches("min_budget"):
        yield from _check_minimum(case)


def check_amount(case: Case, field: str, amount: Decimal, least: Decimal) -> Problems:
    """Range and precision per currency (R20-R22)."""
    code = case.currency.code
    if amount < least:
        yield Problem(field, f"must be at least {least} {code}.")
    if amount >= case.currency.scale(money.MAXIMUM_EXCLUSIVE):
        yield Problem(field, f"must be less than {case.currency.scale(money.MAXIMUM_EXCLUSIVE)} {code}.")
    yield from check_precision(case, field, amount)


def check_precision(case: Case, field: str, amount: Decimal) -> Problems:
    exponent = amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > case.currency.decimals:
        yield Problem(field, f"has more decimals than {case.currency.code} allows.")  # R22


def _check_spent(case: Case, amount: Decimal) -> Problems:
    floor = Decimal(str(case.spent)) * money.UPDATE_FLOOR_SHARE_OF_SPEND
    if not case.creating and amount < floor:
        yield Problem("budget", f"must be at least 105% of the current spend ({case.spent:.12g}).")  # R24


def _check_campaign_increase(case: Case) -> Problems:
    if case.body.get("budget_auto_adjust_strategy") != AUTO_INCREASE:
        return
    if not case.pooled or not case.daily or case.body.get("app_promotion_type") == "MINIS":
        yield Problem(
            "budget_auto_adjust_strategy", "needs campaign budget optimization and a dynamic daily budget."
        )  # R18


def _check_own_budget(case: Case) -> Problems:
    mode, amount = case.body.get("budget_mode"), read_amount(case.body, "budget")
    if not mode:
        yield missing("budget_mode")  # R26
        return
    if amount is None:
        yield missing("budget")  # R26
        return
    if mode not in ADGROUP_BUDGET_MODES:
        yield Problem("budget_mode", f"{mode} is not a valid value.")
    if case.campaign.get("budget_mode") == "BUDGET_MODE_DAY" and mode != DAILY:
        yield Problem("budget_mode", f"must be {DAILY} when the campaign uses BUDGET_MODE_DAY.")  # R28
    if mode == "BUDGET_MODE_TOTAL" and case.body.get("schedule_type") != "SCHEDULE_START_END":
        yield Problem(
            "schedule_type", "must be SCHEDULE_START_END when budget_mode is BUDGET_MODE_TOTAL."
        )  # R29
    if case.touches("budget", "schedule_start_time", "schedule_end_time"):
        yield from check_amount(case, "budget", amount, _least(case))
        yield from _check_spent(case, amount)
    if case.body.get("budget_auto_adjust_strategy") == AUTO_INCREASE and not _may_increase(case):
        yield Problem("budget_auto_adjust_strategy", "is not available for this bidding strategy.")  # R18


def _least(case: Case) -> Decimal:
    """20 a day, also for every scheduled day of a lifetime budget; days are rounded up (R21, U14)."""
    if case.body.get("budget_mode") != "BUDGET_MODE_TOTAL":
        return case.currency.scale(money.ADGROUP_DAILY_MINIMUM)
    start, end = read_moment(case.body, "schedule_start_time"), read_moment(case.body, "schedule_end_time")
    days = max(1, math.ceil((end - start) / DAY_SECONDS)) if start is not None and end is not None else 1
    return case.currency.scale(money.ADGROUP_LIFETIME_MINIMUM_PER_DAY) * days


def _may_increase(case: Case) -> bool:
    body = case.body
    if body.get("budget_mode") != DAILY:
        return False
    if case.campaign.get("objective_type") == "LEAD_GENERATION":
        return body.get("bid_type") == "BID_TYPE_CUSTOM"
    return body.get("deep_bid_type") == "VO_MIN_ROAS" and body.get("vbo_window") == "ZERO_DAY"


def _check_minimum(case: Case) -> Problems:
    """min_budget counts only under CBO, dynamic daily, without a bid (R27, C12: the API page's side)."""
    amount = read_amount(case.body, "min_budget")
    if not amount or case.lenient:
        return
    if not case.pooled or not case.daily or case.body.get("bid_type") != "BID_TYPE_NO_BID":
        yield Problem("min_budget", "needs a dynamic daily campaign budget and BID_TYPE_NO_BID.")
    yield from check_precision(case, "min_budget", amount)
    total = read_amount(case.campaign, "budget")
    if amount < 0 or (total is not None and amount > total):
        yield Problem("min_budget", "must be between 0 and the campaign budget.")
