"""Sums the last seven days of each campaign into its row, so that a list of any length is put in order by an index.

Runs with every reading of results. What stands on the pages is summed from the days themselves (`queries.weeks`); between
the account's midnight and its next reading this order may still be yesterday's.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from campaigns.models import Advertiser, Campaign, Result
from campaigns.models.metrics import begin_week

_NOTHING = (None, None, None)
_COST = Decimal("0.0001")  # the places that an amount has in its column


def sum_weeks(advertiser: Advertiser, *, now: datetime) -> int:
    """Writes the rows whose sums moved, each by itself, so that nobody who holds several campaigns waits in a circle.

    Returns how many were written.
    """
    days = Result.objects.filter(
        advertiser=advertiser, campaign__isnull=False, day__gte=begin_week(advertiser.zone, now)
    )
    both = Q(spend__isnull=False, results__isnull=False)
    found: dict[int, tuple[Any, ...]] = {
        row["campaign"]: (row["spent"], row["brought"], _cost(row["known_spend"], row["known_results"]))
        for row in days.order_by()
        .values("campaign")
        .annotate(
            spent=Sum("spend"),
            brought=Sum("results"),
            known_spend=Sum("spend", filter=both),
            known_results=Sum("results", filter=both),
        )
    }
    columns = ("week_spend", "week_results", "week_cost")
    rows = Campaign.objects.filter(advertiser=advertiser).order_by()
    held = {pk: tuple(rest) for pk, *rest in rows.exclude(_none(columns)).values_list("pk", *columns)}
    moved = [
        pk for pk in sorted(found.keys() | held.keys()) if found.get(pk, _NOTHING) != held.get(pk, _NOTHING)
    ]
    for pk in moved:
        Campaign.objects.filter(pk=pk).update(**dict(zip(columns, found.get(pk, _NOTHING), strict=True)))
    return len(moved)


def _cost(spent: Decimal | None, brought: int | None) -> Decimal | None:
    return (spent / brought).quantize(_COST) if spent is not None and brought else None


def _none(columns: tuple[str, ...]) -> Q:
    return Q(**{f"{name}__isnull": True for name in columns})
