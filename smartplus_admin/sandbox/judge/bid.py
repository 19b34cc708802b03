"""Bids, prices and value bidding (R40-R46)."""

from campaigns.contract.choices import CONVERSION_PRICE_GOALS
from campaigns.contract.money import CPC_BID_CAP_EXCLUSIVE
from smartplus_admin.sandbox.judge.budget import check_precision
from smartplus_admin.sandbox.judge.case import Case, Problem, Problems, missing, read_amount

PRICES = ("bid_price", "conversion_bid_price")


def check_bid(case: Case) -> Problems:
    body, goal = case.body, case.body.get("optimization_goal")
    custom = body.get("bid_type") == "BID_TYPE_CUSTOM"
    wanted = "bid_price" if goal == "CLICK" else "conversion_bid_price"
    needed = custom and (goal == "CLICK" or goal in CONVERSION_PRICE_GOALS)  # R42; leads may have one (R18)
    for name in PRICES:
        price = read_amount(body, name)
        if price is None:
            if needed and name == wanted:
                yield missing(name)  # R42
        elif not custom or name != wanted or goal == "VALUE":
            yield Problem(name, "is not supported for this bid_type and optimization_goal.")  # R42, R43
        else:
            yield from _check_price(case, name)
    if (custom or body.get("deep_bid_type") == "VO_MIN_ROAS") and not case.daily:
        yield Problem("bid_type", "needs a dynamic daily budget.")  # R40
    if (
        custom
        and goal == "TRAFFIC_LANDING_PAGE_VIEW"
        and case.catalog
        and case.campaign.get("catalog_type") == "ECOMMERCE"
    ):
        yield Problem("bid_type", "must be BID_TYPE_NO_BID in e-commerce catalog campaigns.")  # R46


def check_value_bid(case: Case) -> Problems:
    body, deep = case.body, case.body.get("deep_bid_type")
    if body.get("optimization_goal") == "VALUE":
        if deep not in ("VO_HIGHEST_VALUE", "VO_MIN_ROAS"):
            yield (
                missing("deep_bid_type")
                if not deep
                else Problem("deep_bid_type", f"{deep} does not fit VALUE.")
            )  # R43
        if body.get("bid_type") != "BID_TYPE_NO_BID":
            yield Problem("bid_type", "must be BID_TYPE_NO_BID for the optimization_goal VALUE.")  # R43
        if deep == "VO_MIN_ROAS" and body.get("roas_bid") is None:
            yield missing("roas_bid")  # R43
    elif deep not in (None, "DEFAULT") and not (
        deep == "AEO" and body.get("optimization_goal") == "IN_APP_EVENT"
    ):
        yield Problem("deep_bid_type", f"{deep} needs the optimization_goal VALUE.")  # R43, field notes
    if body.get("roas_bid") is not None and deep != "VO_MIN_ROAS":
        yield Problem("roas_bid", "needs the deep_bid_type VO_MIN_ROAS.")  # R43


def _check_price(case: Case, name: str) -> Problems:
    price = read_amount(case.body, name)
    if price is None or not case.touches(name, "budget"):
        return
    if price <= 0:
        yield Problem(name, "must be higher than 0.")
    yield from check_precision(case, name, price)
    for holder in (case.campaign, *(() if case.pooled else (case.adgroup,))):
        budget = read_amount(holder, "budget")
        if budget is not None and price >= budget:
            yield Problem(name, "must be lower than the budget.")  # R45
    cap = case.currency.scale(CPC_BID_CAP_EXCLUSIVE)
    if name == "bid_price" and price >= cap:
        yield Problem(name, f"must be lower than {cap} {case.currency.code}.")  # R45
