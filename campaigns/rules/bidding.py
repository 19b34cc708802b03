"""Rules about bids (G2, G3, R40-R45). Prices are in the account's currency."""

from collections.abc import Iterable

from campaigns.contract.choices import ALL_MODES, CONVERSION_PRICE_GOALS, DAILY
from campaigns.contract.limits import ADGROUPS_PER_CAMPAIGN
from campaigns.contract.money import CPC_BID_CAP_EXCLUSIVE
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import Hit, rule, set_members

PRICES = ("bid_price", "conversion_bid_price")


def price_member(group: ObjectFacts) -> str | None:
    """The member that a cost cap needs for the ad group's goal (R42)."""
    goal = group.get("optimization_goal")
    if goal == "CLICK":
        return "bid_price"
    return "conversion_bid_price" if goal in CONVERSION_PRICE_GOALS else None


@rule("cost-cap-price-required", sentence="A cost cap needs its price.", source="G2, R42")
def check_price_given(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        member = price_member(group)
        if member and facts.is_missing(group, member) and group.get("bid_type") == "BID_TYPE_CUSTOM":
            yield Hit(
                group.at(member),
                f"{member} is missing: BID_TYPE_CUSTOM (cost cap) with the goal {group.get('optimization_goal')} needs the "
                "price to keep to. Enter it, or choose BID_TYPE_NO_BID (maximum delivery).",
                set_members("Use maximum delivery", (group.at("bid_type"), "BID_TYPE_NO_BID")),
            )


@rule(
    "price-unwanted",
    sentence="Only a cost cap takes a price, and only the one of its goal.",
    source="G2, R42, R43",
)
def check_price_absent(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        custom = group.get("bid_type") == "BID_TYPE_CUSTOM"
        for name in PRICES:
            if (
                group.get(name) is not None
                and group.get("bid_type")
                and not (custom and name == price_member(group))
            ):
                yield Hit(
                    group.at(name),
                    f"{name} goes with BID_TYPE_CUSTOM and its own goal only; here are {group.get('bid_type')} and "
                    f"{group.get('optimization_goal')}.",
                    set_members("Take the price away", (group.at(name), None)),
                )


@rule("price-positive", sentence="A price is more than nothing.", source="R45")
def check_price_positive(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        for name in PRICES:
            if group.get(name) is not None and group.get(name) <= 0:
                yield Hit(group.at(name), "A price must be more than zero.")


@rule(
    "cost-cap-needs-daily",
    sentence="A cost cap works with dynamic daily budgets only.",
    source="G3, R40",
    wide=True,
)
def check_daily(facts: TreeFacts) -> Iterable[Hit]:
    # without CBO all ad groups share their budget mode (U2), so one press sets them all
    homes = (facts.campaign,) if facts.cbo else facts.adgroups
    lifetime = [home.at("budget_mode") for home in homes if home.get("budget_mode") not in (None, DAILY)]
    fix = set_members("Use a daily budget", *((path, DAILY) for path in lifetime))
    for group in facts.adgroups:
        capped = group.get("bid_type") == "BID_TYPE_CUSTOM" or group.get("deep_bid_type") == "VO_MIN_ROAS"
        mode = facts.budget_mode(group)
        if capped and mode in ALL_MODES and mode != DAILY:
            home = facts.campaign if facts.cbo else group
            yield Hit(
                home.at("budget_mode"),
                f"{group.label} has a cost cap, which works with {DAILY} only; here is {mode}. Use a daily budget, or "
                "BID_TYPE_NO_BID (maximum delivery).",
                fix if len(lifetime) <= ADGROUPS_PER_CAMPAIGN else None,
            )


@rule("price-below-budget", sentence="A price is lower than the budget it is paid from.", source="R45")
def check_price_below(facts: TreeFacts) -> Iterable[Hit]:
    say = facts.say_money
    for group in facts.adgroups:
        budgets = [(facts.campaign, "the campaign's budget"), (group, "its own budget")]
        for home, said in budgets[:1] if facts.cbo else budgets:
            amount = home.get("budget")
            for name in PRICES:
                price = group.get(name)
                if price is not None and amount is not None and price >= amount > 0:
                    yield Hit(
                        group.at(name),
                        f"{say(price)} is not below {said} of {say(amount)}; TikTok refuses that. Lower the price or raise "
                        "the budget.",
                    )


@rule(
    "click-price-cap", sentence="A price per click stays below TikTok's cap for the currency.", source="R45"
)
def check_click_cap(facts: TreeFacts) -> Iterable[Hit]:
    top = facts.account.currency.scale(CPC_BID_CAP_EXCLUSIVE)
    for group in facts.adgroups:
        if group.get("bid_price") is not None and group.get("bid_price") >= top:
            yield Hit(
                group.at("bid_price"),
                f"TikTok takes prices per click below {facts.say_money(top)}.",
            )


@rule("value-needs-deep-bid", sentence="The goal VALUE needs highest value or minimum ROAS.", source="R43")
def check_deep_bid(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        if group.get("optimization_goal") != "VALUE":
            continue
        if group.get("deep_bid_type") not in ("VO_HIGHEST_VALUE", "VO_MIN_ROAS"):
            yield Hit(
                group.at("deep_bid_type"),
                "The goal VALUE needs deep_bid_type VO_HIGHEST_VALUE or VO_MIN_ROAS.",
                set_members("Use highest value", (group.at("deep_bid_type"), "VO_HIGHEST_VALUE")),
            )
        if group.get("bid_type") == "BID_TYPE_CUSTOM":
            yield Hit(
                group.at("bid_type"),
                "The goal VALUE goes with BID_TYPE_NO_BID; its target is roas_bid.",
                set_members("Use BID_TYPE_NO_BID", (group.at("bid_type"), "BID_TYPE_NO_BID")),
            )
        if group.get("deep_bid_type") == "VO_MIN_ROAS" and facts.is_missing(group, "roas_bid"):
            yield Hit(
                group.at("roas_bid"), "Minimum ROAS needs its target: enter roas_bid, between 0.01 and 1000."
            )


@rule(
    "deep-bid-unwanted",
    sentence="Only the goal VALUE takes value bidding, only minimum ROAS a target.",
    source="R43 as corrected in section 13",
)
def check_no_deep_bid(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        goal, deep = group.get("optimization_goal"), group.get("deep_bid_type")
        allowed = ("DEFAULT", None) + (("AEO",) if goal == "IN_APP_EVENT" else ())
        if goal is not None and goal != "VALUE" and deep not in allowed:
            yield Hit(
                group.at("deep_bid_type"),
                f"{deep} is value bidding; the goal {goal} takes none.",
                set_members("Take it away", (group.at("deep_bid_type"), None)),
            )
        if group.get("roas_bid") is not None and deep != "VO_MIN_ROAS":
            yield Hit(
                group.at("roas_bid"),
                f"roas_bid goes with deep_bid_type VO_MIN_ROAS (minimum ROAS) only; here is {deep or 'none'}.",
                set_members("Take it away", (group.at("roas_bid"), None)),
            )
