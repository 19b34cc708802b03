"""The list taken along: what the filters leave, or what was ticked, with its week, as CSV or XLSX."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.views.decorators.http import require_http_methods

from campaigns import queries
from campaigns.models import Campaign
from campaigns.models.campaign import CampaignQuerySet
from campaigns.queries.weeks import read_weeks
from campaigns.services.errors import WrongState
from campaigns.sync.clock import read_now
from campaigns.web.guard import page, person_of
from campaigns.web.listing import narrow, order, read_address
from campaigns.web.listing_switch import read_chosen
from campaigns.web.rows import read_amount, read_budget
from campaigns.web.sheets import CSV, XLSX, write_csv, write_xlsx
from campaigns.web.words import STATES

TOGETHER = 500  # campaigns that are read with one set of queries
MOST_XLSX = 100_000  # rows: the file is made before it is sent; CSV has no such end
HEADS = (
    "campaign_id",
    "name",
    "state",
    "advertiser_id",
    "account",
    "currency",
    "budget",
    "budget_mode",
    "spend_7_days",
    "results_7_days",
    "cost_per_result_7_days",
    "days_known",
    "numbers_read_at",
    "adgroups",
    "ads",
    "changed_at",
)


@page
@require_http_methods(["GET", "POST"])
def export_campaigns(request: HttpRequest, kind: str) -> HttpResponse:
    """GET takes what the address shows; POST what was ticked of it. Times are in UTC; an empty cell is unknown."""
    person, now = person_of(request), read_now()
    given = request.GET if request.method == "GET" else QueryDict(request.POST.get("back", ""))
    listing = read_address(given)
    found = queries.search_campaigns(narrow(person, listing, now=now), state=listing.state)
    if request.method == "POST":
        found = found.filter(pk__in=[item.pk for item in read_chosen(request, found)])
    found = order(found, listing)
    rows = _list_rows(found, now)
    if kind == "xlsx":
        if found[MOST_XLSX : MOST_XLSX + 1].exists():
            raise WrongState(f"An XLSX holds {MOST_XLSX:,} campaigns here. Narrow the list, or take the CSV.")
        response = HttpResponse(write_xlsx(HEADS, rows), content_type=XLSX)
    else:
        response = cast(HttpResponse, StreamingHttpResponse(write_csv(HEADS, rows), content_type=CSV))
    response["Content-Disposition"] = f'attachment; filename="campaigns.{kind}"'
    return response


def _list_rows(campaigns: CampaignQuerySet, now: datetime) -> Iterator[Sequence[Any]]:
    ids = list(campaigns.values_list("pk", flat=True))  # the order stands still while it is written
    for start in range(0, len(ids), TOGETHER):
        part = ids[start : start + TOGETHER]
        held = Campaign.objects.with_state().select_related("advertiser").in_bulk(part)
        there = [held[pk] for pk in part if pk in held]
        weeks, trees = read_weeks(there, now=now), queries.summarise_trees(there)
        for campaign in there:
            week, tree, budget = weeks[campaign.pk], trees[campaign.pk], read_budget(campaign)
            yield (
                campaign.remote_id,
                campaign.name,
                STATES[campaign.state].text,
                campaign.advertiser.advertiser_id,
                campaign.advertiser.name,
                campaign.advertiser.currency,
                read_amount(budget.amount),
                budget.mode,
                week.spend,
                week.results,
                None if week.cost is None else round(week.cost, 4),
                week.known,
                week.read_at,
                tree.adgroup_count,
                tree.ad_count,
                campaign.changed_at,
            )
