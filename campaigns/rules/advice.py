"""Advice with numbers (B3, B5, C5, L1): what the rules of the house would rather see. Nothing here refuses."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from rapidfuzz import fuzz

from campaigns.contract.choices import DAILY
from campaigns.rules.ad import read_texts
from campaigns.rules.budget import count_days
from campaigns.rules.facts import ObjectFacts, PastCost, TreeFacts, list_creatives
from campaigns.rules.findings import FindingLevel, Hit, rule, set_members

DAYS_OF_WEEK = 7


def find_cost(facts: TreeFacts, group: ObjectFacts) -> Decimal | None:
    """What one result is expected to cost: the typed target, else the account's past cost for the event."""
    price = group.get("conversion_bid_price")
    if price is None:
        past = find_past(facts, group)
        price = past.amount if past else None
    return price if price is not None and price > 0 else None


def find_past(facts: TreeFacts, group: ObjectFacts) -> PastCost | None:
    """What conversions of the ad group's event have cost the account."""
    return facts.account.costs.get(str(group.get("optimization_event")))


def _say_cost(facts: TreeFacts, group: ObjectFacts, cost: Decimal) -> str:
    """The cost and where it comes from: a typed target, or how much of the account's past (with its age)."""
    past = find_past(facts, group)
    if group.get("conversion_bid_price") is not None or past is None:
        return f"{facts.say_money(cost)} (your target)"
    return (
        f"{facts.say_money(cost)} (what {past.conversions} conversions of this event have cost the account, "
        f"{past.first:%Y-%m-%d} to {past.last:%Y-%m-%d}, read {past.read_at:%Y-%m-%d %H:%M} UTC)"
    )


def find_day(facts: TreeFacts, group: ObjectFacts) -> Decimal | None:
    """What there is to spend on one day: a daily budget, or a lifetime one spread over its days."""
    amount, mode = facts.budget(group), facts.budget_mode(group)
    if amount is None or amount <= 0:
        return None
    if mode in (DAILY, "BUDGET_MODE_DAY"):
        return amount
    days = count_days(group)
    return amount / days if mode == "BUDGET_MODE_TOTAL" and days else None


@rule(
    "budget-feeds-learning",
    level=FindingLevel.ADVICE,
    sentence="A daily budget of 10 times the cost per result, ten results a day, lets an ad group learn.",
    source="B3",
)
def check_feeding(facts: TreeFacts) -> Iterable[Hit]:
    least, better = _read_times(facts)
    for group in facts.adgroups:
        cost, amount = find_cost(facts, group), find_day(facts, group)
        if cost is None or amount is None or amount >= least * cost:
            continue
        home, results = _find_home(facts, group), facts.policy.number("advice.results_per_day")
        yield Hit(
            home.at("budget"),
            f"{facts.say_money(amount)} a day is {amount / cost:.1f} times the cost per result of "
            f"{_say_cost(facts, group, cost)}. "
            f"{least} times, {facts.say_money(least * cost)}, is the least that lets {group.label} learn (about "
            f"{results} results a day); {better} times, {facts.say_money(better * cost)}, is better.",
        )


@rule(
    "budget-better-for-learning",
    level=FindingLevel.ADVICE,
    sentence="A daily budget of 30 times the cost per result is better than the least.",
    source="B3",
)
def check_better(facts: TreeFacts) -> Iterable[Hit]:
    least, better = _read_times(facts)
    for group in facts.adgroups:
        cost, amount = find_cost(facts, group), find_day(facts, group)
        if cost is None or amount is None or not least * cost <= amount < better * cost:
            continue
        yield Hit(
            _find_home(facts, group).at("budget"),
            f"{facts.say_money(amount)} a day is {amount / cost:.1f} times the cost per result of "
            f"{_say_cost(facts, group, cost)}; "
            f"{better} times, {facts.say_money(better * cost)}, lets {group.label} learn faster.",
        )


def _read_times(facts: TreeFacts) -> tuple[Decimal, Decimal]:
    return (
        facts.policy.number("advice.budget_per_result_least"),
        facts.policy.number("advice.budget_per_result_better"),
    )


def _find_home(facts: TreeFacts, group: ObjectFacts) -> ObjectFacts:
    return facts.campaign if facts.cbo else group


@rule(
    "adgroups-fed",
    level=FindingLevel.ADVICE,
    sentence="The results to expect feed so many ad groups and no more.",
    source="L1, B3",
    wide=True,
)
def check_fed(facts: TreeFacts) -> Iterable[Hit]:
    """With CBO all ad groups share one budget: each needs its results of the first week out of it."""
    if not facts.cbo or len(facts.adgroups) < 2:
        return
    costs = [cost for group in facts.adgroups if (cost := find_cost(facts, group)) is not None]
    amount = find_day(facts, facts.adgroups[0])
    if not costs or amount is None:
        return
    needed = facts.policy.number("learning.results")
    results = DAYS_OF_WEEK * amount / max(costs)
    fed = int(results / needed)
    if fed < len(facts.adgroups):
        yield Hit(
            "adgroups",
            f"{facts.say_money(amount)} a day buys about {results:.0f} results in the first week. An ad group needs {needed} "
            f"to leave learning: that feeds {fed or 'not even one'} of {len(facts.adgroups)}. Fewer ad groups, or "
            "a larger budget.",
        )


@rule(
    "budget-sharing",
    level=FindingLevel.ADVICE,
    sentence="CBO suits overlapping audiences; distinct audiences are served by budgets of their own.",
    source="B5",
    wide=True,
)
def check_sharing(facts: TreeFacts) -> Iterable[Hit]:
    groups = facts.adgroups
    if len(groups) < 2:
        return
    audiences = [_read_audience(group) for group in groups]
    events = {str(group.get("optimization_event")) for group in groups}
    if not facts.cbo and len(events) == 1 and len(set(audiences)) == 1:
        yield Hit(
            "budget_optimize_on",
            f"All {len(groups)} ad groups reach the same audience for the same event. CBO suits that: one budget that TikTok "
            "moves to where it works.",
        )
    places = [place for group in groups for place in set(_read_places(group))]
    if facts.cbo and all(_read_places(group) for group in groups) and len(places) == len(set(places)):
        yield Hit(
            "budget_optimize_on",
            "The ad groups reach different places. With CBO TikTok may spend almost all on one of them; budgets of their own, or "
            "min_budget, guarantee each its share.",
        )


def _read_places(group: ObjectFacts) -> tuple[str, ...]:
    return tuple(group.inner("targeting_spec").get("location_ids") or ())


def _read_audience(group: ObjectFacts) -> str:
    spec: Mapping[str, object] = group.inner("targeting_spec")
    return repr(sorted(spec.items())) + str(group.get("targeting_optimization_mode") or "AUTOMATIC")


@rule(
    "cap-below-adgroups",
    level=FindingLevel.ADVICE,
    sentence="A campaign's cap below the sum of its ad groups' budgets holds them back.",
    source="R25, U19",
    wide=True,
)
def check_cap(facts: TreeFacts) -> Iterable[Hit]:
    mode, cap = facts.campaign.get("budget_mode"), facts.campaign.get("budget")
    wanted = {"BUDGET_MODE_DAY": DAILY, "BUDGET_MODE_TOTAL": "BUDGET_MODE_TOTAL"}.get(str(mode))
    if facts.cbo or wanted is None or cap is None:
        return
    total = sum(
        (group.get("budget") or Decimal(0) for group in facts.adgroups if group.get("budget_mode") == wanted),
        Decimal(0),
    )
    if total > cap:
        yield Hit(
            "budget",
            f"The campaign is capped at {facts.say_money(cap)}; its ad groups have {facts.say_money(total)} "
            "together. Some will "
            "be held back.",
        )


@rule(
    "texts-nearly-equal",
    level=FindingLevel.ADVICE,
    sentence="Texts that say almost the same give no signal.",
    source="C5",
)
def check_near_texts(facts: TreeFacts) -> Iterable[Hit]:
    least = float(facts.policy.number("advice.text_similarity"))
    for _, ad in facts.ads:
        texts = [text.casefold() for text in read_texts(ad.items("ad_text_list"))][:_COMPARED]
        for index, text in enumerate(texts):
            for other, earlier in enumerate(texts[:index]):
                if not text or not earlier or text == earlier:
                    continue
                alike = fuzz.token_sort_ratio(text[:_LONGEST], earlier[:_LONGEST])
                if alike >= least:
                    yield Hit(
                        ad.at("ad_text_list", index, "ad_text"),
                        f"This text is {alike:.0f} % the same as text {other + 1}. Near-duplicates give no signal: say something "
                        "different, or leave it out.",
                    )
                    break


_COMPARED = 5  # P1: an ad holds five texts; more are refused and not compared one with another
_LONGEST = 500  # characters compared; TikTok publishes no length (U6), a sentence is shorter


@rule(
    "variants-per-segment",
    level=FindingLevel.ADVICE,
    sentence="Five to ten creatives per audience give TikTok something to choose from.",
    source="C5",
)
def check_variants(facts: TreeFacts) -> Iterable[Hit]:
    least, most = facts.policy.count("advice.variants_least"), facts.policy.count("advice.variants_most")
    for group in facts.adgroups:
        count = sum(len(list_creatives(ad)) for ad in group.children)
        if count and not least <= count <= most:
            word = "few" if count < least else "many"
            yield Hit(
                group.at("ads"),
                f"{group.label} has {count} creative{'' if count == 1 else 's'}, rather {word}: {least} to {most} per "
                "audience, each with a reason to exist, tell most.",
            )


@rule(
    "interactions-off",
    level=FindingLevel.ADVICE,
    sentence="Comments or shares switched off cost reach.",
    source="C6",
)
def check_interactions(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        off = [name for name in ("comment_disabled", "share_disabled") if group.get(name) is True]
        if len(off) == 2:
            yield Hit(
                group.at("comment_disabled"),
                "Comments and shares are both off: people cannot pass the ad on.",
                set_members("Allow both", *((group.at(name), False) for name in off)),
            )
