"""One campaign looked at: its performance by day beside its learning, and its objects as they were at a moment."""

from datetime import date, timedelta
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api import shapes_look
from campaigns.api.gate import Gate, find_campaign
from campaigns.api.problems import malformed
from campaigns.contract.levels import Level
from campaigns.contract.shape import read_moment
from campaigns.queries.asof import read_as_of
from campaigns.queries.performance import ASSET
from campaigns.services.performance import LONGEST, find_today, read_performance
from campaigns.sync.clock import read_now

LEVELS = [*(level.value for level in Level), ASSET]
USUAL = timedelta(days=13)  # before the last day
RANGE = [
    OpenApiParameter(
        "level",
        str,
        enum=LEVELS,
        description="whose days; the campaign's where absent",
    ),
    OpenApiParameter(
        "since", date, description="first day, of the account's zone; 13 days before the last where absent"
    ),
    OpenApiParameter("until", date, description="last day; today where absent"),
]
MOMENT = OpenApiParameter(
    "at", str, description="the moment, RFC 3339 or TikTok's form in UTC; now where absent"
)


class CampaignPerformance(Gate):
    @extend_schema(
        summary="Days and totals of a campaign, its ad groups, ads or creatives, with what is from learning",
        parameters=RANGE,
        responses={200: shapes_look.PerformanceShape},
    )
    def get(self, request: Request, pk: int) -> Response:
        campaign, now = find_campaign(self.person, pk), read_now()
        given = request.query_params
        if (word := given.get("level", Level.CAMPAIGN.value)) not in LEVELS:
            raise malformed("level", "write campaign, adgroup, ad or asset")
        last = _read_day(request, "until") or find_today(campaign.advertiser, now)
        first = _read_day(request, "since") or last - USUAL
        if not 0 <= (last - first).days < LONGEST:
            raise malformed("since", f"write a day before the last one, and at most {LONGEST} days in all")
        held = read_performance(campaign=campaign, level=word, first=first, last=last, now=now)
        return Response(shapes_look.show_performance(held, campaign.advertiser))


class CampaignAsOf(Gate):
    @extend_schema(
        summary="The tree's objects as they were at a moment, folded back from the journals",
        parameters=[MOMENT],
        responses={200: shapes_look.AsOfShape},
    )
    def get(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        given = request.query_params.get("at")
        try:
            at = read_moment(given) if given else read_now()
        except ValueError as error:
            raise malformed("at", str(error)) from error
        return Response(shapes_look.show_as_of(read_as_of(campaign, at), at, campaign.advertiser.money))


def _read_day(request: Request, name: str) -> date | None:
    given: Any = request.query_params.get(name)
    if not given:
        return None
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        raise malformed(name, "write a day such as 2026-03-12") from error
    if not 2000 < day.year < 3000:
        raise malformed(name, "write a day of this age")
    return day
