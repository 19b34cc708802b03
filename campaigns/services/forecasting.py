"""Before launch: can this budget at this cost feed these ad groups? Asks the database nothing: it is all in the facts."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cache

from campaigns.analysis.counting import find_crossing
from campaigns.analysis.forecast import Need, Span, expect_pace, forecast_launch, span_of_pace
from campaigns.contract.money import Currency
from campaigns.rules.advice import find_cost, find_day, find_past
from campaigns.rules.facts import ObjectFacts, PastCost, TreeFacts
from campaigns.rules.policy import Policy
from campaigns.services.judging import Judgement
from campaigns.services.learning import PERCENT, read_need

WEEK = 7


@dataclass(frozen=True, slots=True)
class Cost:
    """What one result is expected to cost; `past` is what says so, None where it is the target that was typed."""

    amount: Decimal
    past: PastCost | None

    def say_source(self) -> str:
        if self.past is None:
            return "your target"
        past = self.past
        return (
            f"{past.conversions} conversions of this event, {past.first:%Y-%m-%d} to {past.last:%Y-%m-%d}, "
            f"read {past.read_at:%Y-%m-%d %H:%M} UTC"
        )


@dataclass(frozen=True, slots=True)
class GroupOutlook:
    """One ad group; so many share its budget (`shared_by`), evenly as far as anybody can say before.

    `unknown` says what is missing and what would make it known; then the figures are None.
    """

    path: str
    label: str
    shared_by: int
    budget_per_day: Decimal | None
    cost: Cost | None
    per_week: Span | None
    chance: float | None
    enough_per_day: Decimal | None  # the budget from which the chance is what the policy calls enough
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A whole tree; `enough` is the chance from which a budget counts as enough. A sum is None where a part is unknown."""

    adgroups: tuple[GroupOutlook, ...]
    enough: float
    within: timedelta

    @property
    def per_week(self) -> float | None:
        """Results of all ad groups in a week."""
        given = [group.per_week.middle for group in self.adgroups if group.per_week]
        return None if len(given) < len(self.adgroups) else sum(amount or 0.0 for amount in given)

    @property
    def weakest(self) -> GroupOutlook:
        """The ad group whose chance is least."""
        return min(self.adgroups, key=lambda group: 1.0 if group.chance is None else group.chance)

    @property
    def enough_per_day(self) -> Decimal | None:
        """The budgets a day, together, that would be enough for each."""
        given = [group.enough_per_day for group in self.adgroups if group.enough_per_day is not None]
        return None if len(given) < len(self.adgroups) else sum(given, Decimal(0))

    @property
    def unknown(self) -> str:
        return next((group.unknown for group in self.adgroups if group.unknown), "")


def foresee_launch(*, judgement: Judgement) -> Outlook | None:
    """None where there is nothing to say before: no ad group yet, or the campaign is at TikTok and has its ledger."""
    facts = judgement.facts
    if not facts.adgroups or judgement.made:
        return None
    policy = facts.policy
    sharing = len(facts.adgroups) if facts.cbo else 1
    return Outlook(
        adgroups=tuple(_foresee(facts, group, sharing) for group in facts.adgroups),
        enough=float(policy.number("forecast.enough")) / PERCENT,
        within=policy.days("learning.days"),
    )


def _foresee(facts: TreeFacts, group: ObjectFacts, sharing: int) -> GroupOutlook:
    budget, cost = find_day(facts, group), _read_cost(facts, group)
    share = budget / sharing if budget is not None else None
    enough = None if cost is None else _find_enough(facts.policy, cost, facts.account.currency)
    if share is None or cost is None:
        unknown = _say_unknown(facts, group, share, cost)
        return GroupOutlook(group.path, group.label, sharing, share, cost, None, None, enough, unknown)
    policy = facts.policy
    pace = expect_pace(
        budget_per_day=share, cost_per_result=cost.amount, adgroups=1, trust=_read_trust(policy, cost)
    )
    span = span_of_pace(pace)
    week = Span(*(None if edge is None else edge * WEEK for edge in (span.low, span.middle, span.high)))
    chance = forecast_launch(pace=pace, need=read_need(policy), within=policy.days("learning.days"))
    return GroupOutlook(group.path, group.label, sharing, share, cost, week, chance, enough)


def _read_cost(facts: TreeFacts, group: ObjectFacts) -> Cost | None:
    amount = find_cost(facts, group)
    if amount is None:
        return None
    typed = group.get("conversion_bid_price") is not None
    return Cost(amount, None if typed else find_past(facts, group))


def _read_trust(policy: Policy, cost: Cost) -> float:
    """How many results the guess is worth: no more than were seen."""
    trust = float(policy.number("forecast.trust"))
    return trust if cost.past is None else min(trust, max(cost.past.conversions, 1))


def _find_enough(policy: Policy, cost: Cost, money: Currency) -> Decimal | None:
    per_day = _find_enough_results(
        read_need(policy),
        policy.days("learning.days"),
        _read_trust(policy, cost),
        float(policy.number("forecast.enough")) / PERCENT,
    )
    return None if per_day is None else money.quantize(Decimal(per_day) * cost.amount)


@cache
def _find_enough_results(need: Need, within: timedelta, trust: float, level: float) -> float | None:
    """The expected results a day from which the chance is at this level; None where no number is."""

    def chance(per_day: float) -> float:
        pace = expect_pace(
            budget_per_day=Decimal(per_day), cost_per_result=Decimal(1), adgroups=1, trust=trust
        )
        return forecast_launch(pace=pace, need=need, within=within)

    return find_crossing(chance, level, longest=float(need.most) * WEEK)


def _say_unknown(facts: TreeFacts, group: ObjectFacts, share: Decimal | None, cost: Cost | None) -> str:
    if share is None:
        return f"{group.label} has no budget a day yet. Type one, or for a lifetime budget also the end of the schedule."
    event = group.get("optimization_event")
    if not event:
        return f"{group.label} has no event to count results by, so no past cost is known. Choose one, or type a target cost."
    return (
        f"Nobody knows what a result of {group.label} costs: none of {event} was read in this account yet. Type a target cost, "
        "or launch: results that are read make it known."
    )
