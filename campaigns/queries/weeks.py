"""What campaigns spent and brought in the last seven days: TikTok's daily report. A day without a row is unknown."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, When

from campaigns.models import Campaign, Result
from campaigns.models.campaign import CampaignQuerySet, order_measure
from campaigns.models.metrics import WEEK, begin_week

MEASURES = ("spend", "results", "cost")


@dataclass(frozen=True, slots=True)
class Day:
    """One day in the account's zone. None: unknown."""

    day: date
    spend: Decimal | None
    results: int | None


@dataclass(frozen=True, slots=True)
class Week:
    """The last seven days of a campaign, today being the last, in the account's zone and currency."""

    days: tuple[Day, ...]
    read_at: datetime | None  # the oldest reading that a known day rests on

    @property
    def known(self) -> int:
        return sum(day.spend is not None for day in self.days)

    @property
    def spend(self) -> Decimal | None:
        known = [day.spend for day in self.days if day.spend is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def results(self) -> int | None:
        known = [day.results for day in self.days if day.results is not None]
        return sum(known) if known else None

    @property
    def cost(self) -> Decimal | None:
        """Of one result, over the days of which both numbers are known; None also where there was no result."""
        both = [day for day in self.days if day.spend is not None and day.results is not None]
        results = sum(day.results or 0 for day in both)
        return sum((day.spend or Decimal(0) for day in both), Decimal(0)) / results if results else None


def read_weeks(campaigns: Sequence[Campaign], *, now: datetime) -> dict[int, Week]:
    """The week of each campaign, by our id. `campaigns` have their advertiser along. One query for any number."""
    first = {item.pk: begin_week(item.advertiser.zone, now) for item in campaigns}
    rows = Result.objects.filter(campaign__in=first, day__gte=min(first.values(), default=now.date()))
    held: dict[int, dict[date, Any]] = defaultdict(dict)
    for row in rows.order_by().values("campaign", "day", "spend", "results", "read_at"):
        held[row["campaign"]][row["day"]] = row
    return {pk: _make_week(day, held[pk]) for pk, day in first.items()}


def order_by_week(campaigns: CampaignQuerySet, *, measure: str, descending: bool) -> CampaignQuerySet:
    """Orders by `spend`, `results` or `cost` of the week as last summed (`sync.weeks`); what is unknown comes last."""
    return campaigns.order_by(order_measure(f"week_{measure}", descending=descending), "-pk")


def order_drifting(campaigns: CampaignQuerySet) -> CampaignQuerySet:
    """What is gone at TikTok first, for it earns nothing any more; then what spends most."""
    gone = Case(When(vanished_at__isnull=False, then=0), default=1)
    return campaigns.order_by(gone, order_measure("week_spend", descending=True), "-pk")


def _make_week(first: date, held: dict[date, Any]) -> Week:
    days = [first + timedelta(days=number) for number in range(WEEK)]
    rows = [held[day] for day in days if day in held]
    return Week(
        tuple(
            Day(day, held[day]["spend"], held[day]["results"]) if day in held else Day(day, None, None)
            for day in days
        ),
        min((row["read_at"] for row in rows), default=None),
    )
