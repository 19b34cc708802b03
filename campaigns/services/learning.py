"""Where ad groups stand in learning, until when, and what an edit would cost: the ledger and its forecast over our rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.analysis.counting import Pace
from campaigns.analysis.forecast import (
    Forecast,
    Habits,
    Moments,
    Need,
    ResetCost,
    forecast_exit,
    price_reset,
)
from campaigns.analysis.learning import Clock, Ledger, State, fold
from campaigns.models import AdGroup, Change, Flip, Result, policies_of
from campaigns.rules.policy import Policy, house_policy
from campaigns.services.histories import WEIGHTY, History, gather_histories

PERCENT = 100
# A guess of nothing known: worth half a result at the pace that articles C and D plan for
PRIOR_RESULTS = 0.5


@dataclass(frozen=True, slots=True)
class Standing:
    """One ad group: its ledger, and the forecast of TikTok's own exit and of our lock, None where it does not learn."""

    adgroup: AdGroup
    ledger: Ledger
    history: History
    policy: Policy
    exit: Forecast | None
    lock_opens: Moments | None

    @property
    def spend_per_day(self) -> Decimal | None:
        return self.history.spend_per_day


def list_begun(groups: "QuerySet[AdGroup]", *, since: datetime) -> "QuerySet[AdGroup]":
    """Those of which a learning can have begun since a moment: they first delivered then, or were touched.

    A ledger is thousands of rows of journal, and of an account's ad groups few learn.
    """
    since -= timedelta(days=1)  # an account's day begins before ours or after it
    delivered = Result.objects.filter(Q(spend__gt=0) | Q(impressions__gt=0), adgroup=OuterRef("pk"))
    found = Flip.objects.filter(WEIGHTY, at__gte=since).values("campaign_ref")
    decided = Change.objects.filter(act=Change.Act.EDITED, campaign_ref__isnull=False, at__gte=since)
    touched = Q(campaign__in=found) | Q(campaign__in=decided.values("campaign_ref"))
    return groups.filter(Exists(delivered), touched | ~Exists(delivered.filter(day__lt=since.date())))


def longest_learning() -> timedelta:
    """What any account may set for it."""
    days = house_policy().figures["learning.days"]
    return timedelta(days=float(days.most or days.value))


def read_standings(*, adgroups: Iterable[AdGroup], now: datetime) -> dict[int, Standing]:
    """The standing of each ad group, by our id. `adgroups` have campaign and advertiser along. Seven queries for any number."""
    groups = list(adgroups)
    if not groups:
        return {}
    policies = policies_of({group.campaign.advertiser_id for group in groups})
    histories = gather_histories(adgroups=groups, policies=policies, now=now)
    return {
        group.pk: stand(group, histories[group.pk], policies[group.campaign.advertiser_id], now)
        for group in groups
    }


def read_standing(*, adgroup: AdGroup, now: datetime) -> Standing:
    return read_standings(adgroups=[adgroup], now=now)[adgroup.pk]


def stand(group: AdGroup, history: History, policy: Policy, now: datetime) -> Standing:
    ledger = fold(
        delivered_at=history.delivered_at,
        events=history.events,
        days=history.days,
        clock=read_clock(policy),
        now=now,
    )
    if ledger.state is not State.LEARNING or ledger.began is None:
        return Standing(group, ledger, history, policy, None, None)
    exit = _forecast(group, ledger, history, policy, read_need(policy))
    ours = Need(ledger.needed, ledger.needed, float(policy.number("learning.days")), 0)
    lock = _forecast(group, ledger, history, policy, ours).exit
    return Standing(group, ledger, history, policy, exit, _cut(lock, ledger))


def price(*, standing: Standing, chance: float) -> ResetCost:
    """What an edit costs that starts learning anew with this chance."""
    ledger, policy = standing.ledger, standing.policy
    pace = standing.exit.pace if standing.exit else _learn_late(standing)
    return price_reset(
        chance=chance,
        pace=pace,
        gathered=float(ledger.results),
        lived=ledger.at - ledger.began if ledger.began else timedelta(0),
        learning=ledger.state is State.LEARNING,
        need=read_need(policy),
        spend_per_day=standing.spend_per_day,
        habits=read_habits(policy),
    )


def read_clock(policy: Policy) -> Clock:
    return Clock(
        policy.count("learning.results"),
        policy.days("learning.days"),
        float(policy.number("learning.booked")) / PERCENT,
    )


def read_need(policy: Policy) -> Need:
    return Need(
        policy.count("forecast.results_least"),
        policy.count("forecast.results_most"),
        float(policy.number("learning.days")),
        float(policy.number("forecast.days_scatter")),
    )


def read_habits(policy: Policy) -> Habits:
    return Habits(
        lag=timedelta(hours=float(policy.number("forecast.lag"))),
        spread=float(policy.number("forecast.spread")),
        keep=float(policy.number("forecast.keep")) / PERCENT,
        premium=float(policy.number("forecast.premium")) / PERCENT,
        horizon=policy.days("forecast.horizon"),
    )


def read_prior(policy: Policy) -> Pace:
    return Pace(PRIOR_RESULTS, PRIOR_RESULTS / float(policy.number("advice.results_per_day")))


def _forecast(group: AdGroup, ledger: Ledger, history: History, policy: Policy, need: Need) -> Forecast:
    assert ledger.began is not None
    return forecast_exit(
        days=history.days,
        began=ledger.began,
        now=ledger.at,
        need=need,
        within=policy.days("learning.days"),
        zone=ZoneInfo(group.campaign.advertiser.zone),
        habits=read_habits(policy),
        prior=read_prior(policy),
    )


def _cut(moments: Moments, ledger: Ledger) -> Moments:
    """Our lock opens at the latest when the days are over, and not before now."""
    latest = ledger.opens_at or ledger.at
    low, middle, high = (
        min(max(moment, ledger.at), latest) if moment else latest
        for moment in (moments.low, moments.middle, moments.high)
    )
    return Moments(low, middle, high)


def _learn_late(standing: Standing) -> Pace:
    """The pace of an ad group that does not learn: of its last seven days."""
    recent: Sequence[float] = [float(day.results) for day in standing.history.days[-7:]]
    habits = read_habits(standing.policy)
    seen = read_prior(standing.policy).learn(sum(recent), float(len(recent)), spread=habits.spread)
    return seen.forget(habits.keep)
