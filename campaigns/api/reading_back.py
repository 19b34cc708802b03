"""What was read back: daily results, drift with its two ways out, and surprises."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries
from campaigns.api import examples_read, shapes_read
from campaigns.api.gate import DOOR, Gate, GateList, find_campaign, read_acknowledged, read_body, read_reason
from campaigns.api.idempotency import idempotent
from campaigns.api.problems import malformed, show_findings
from campaigns.api.proposals import show_proposal
from campaigns.api.rows import show_change
from campaigns.api.trees import show_time
from campaigns.contract.levels import Level
from campaigns.models import Campaign, Result, Surprise
from campaigns.models.campaign import CampaignQuerySet
from campaigns.services import drifting
from campaigns.sync.attribution import attribute_drift
from campaigns.sync.clock import read_now
from campaigns.sync.drift import find_drift

_LEVELS = [(level.value, level.label) for level in Level]


class ResultFilters(django_filters.FilterSet):
    advertiser_id = django_filters.CharFilter(
        field_name="advertiser__advertiser_id", label="TikTok's id of the account"
    )
    level = django_filters.ChoiceFilter(choices=_LEVELS, method="narrow_level", label="level")
    campaign = django_filters.NumberFilter(
        method="narrow_campaign", label="our id of the campaign: itself and all below it"
    )
    adgroup = django_filters.NumberFilter(field_name="adgroup", label="our id of the ad group")
    ad = django_filters.NumberFilter(field_name="ad", label="our id of the ad")
    since = django_filters.DateFilter(field_name="day", lookup_expr="gte", label="first day")
    until = django_filters.DateFilter(field_name="day", lookup_expr="lte", label="last day")

    def narrow_level(self, rows: "QuerySet[Result]", name: str, value: str) -> "QuerySet[Result]":
        return rows.filter(**{f"{value}__isnull": False})

    def narrow_campaign(self, rows: "QuerySet[Result]", name: str, value: Any) -> "QuerySet[Result]":
        return queries.narrow_results(rows, campaign=int(value))


class Results(GateList):
    serializer_class = shapes_read.ResultRow
    queryset = Result.objects.none()
    filterset_class = ResultFilters

    def get_queryset(self) -> "QuerySet[Result]":
        return queries.visible_results(self.person)

    @extend_schema(
        summary="Daily numbers of campaigns, ad groups and ads, as last read", examples=[examples_read.RESULT]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class DriftFilters(django_filters.FilterSet):
    advertiser_id = django_filters.CharFilter(
        field_name="advertiser__advertiser_id", label="TikTok's id of the account"
    )
    campaign = django_filters.NumberFilter(field_name="pk", label="our id of the campaign")


class DriftRow(shapes_read.DriftingCampaign):
    """Shown with everything that differs: a page of campaigns costs some queries for each."""

    def to_representation(self, row: Campaign) -> dict[str, Any]:
        drifts = find_drift(row)
        origins = attribute_drift(row, drifts)
        return {
            "id": row.pk,
            "campaign_id": row.remote_id,
            "campaign_name": row.name,
            "advertiser_id": row.advertiser.advertiser_id,
            "since": show_time(row.drifting_since) if row.drifting_since else None,
            "differences": [
                shapes_read.show_difference(item, origins.get(item.path), row.advertiser.money)
                for item in drifts
            ],
        }


class Drifts(GateList):
    serializer_class = DriftRow
    queryset = Campaign.objects.none()
    filterset_class = DriftFilters

    def get_queryset(self) -> CampaignQuerySet:
        return queries.with_tree(queries.list_drifting(self.person))

    @extend_schema(
        summary="What TikTok holds otherwise than wanted, by campaign, with who may have done it",
        examples=[examples_read.DRIFT],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class DriftKeep(Gate):
    @extend_schema(
        summary="Keep ours: TikTok is brought back to what is wanted",
        description="Judged and gated like any edit of something live: what the gate does not let through waits for a manager as "
        "`proposal`. What was made elsewhere in our tree is removed at TikTok where its path is named, and only with a yes to "
        "`removes-for-good`. What cannot be kept is told in `left`; 409 where nothing can be.",
        request=shapes_read.DriftOrder,
        responses={202: shapes_read.DriftKept},
        examples=[examples_read.DRIFT_ORDER],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = read_body(request)
        kept = drifting.keep_ours(
            actor=self.person,
            door=DOOR,
            campaign=_find_campaign(self, body),
            paths=_read_paths(body),
            acknowledged=read_acknowledged(body.get("acknowledge")),
            reason=read_reason(body, "reason"),
            now=read_now(),
        )
        answer: dict[str, Any] = {
            "changes": [show_change(change) for change in kept.changes],
            "left": shapes_read.show_left(kept.left),
        }
        if kept.proposal:
            answer["proposal"] = show_proposal(self.person, kept.proposal.pk)
        return Response(answer, status=202)


class DriftTake(Gate):
    @extend_schema(
        summary="Take theirs: what TikTok holds is wanted from now on; nothing is sent",
        description="What was removed there is wanted no longer. What was made elsewhere in our tree becomes ours where its path "
        "is named, and is told in `left` where it is not.",
        request=shapes_read.DriftOrder,
        responses={200: shapes_read.DriftTaken},
        examples=[examples_read.DRIFT_ORDER],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = read_body(request)
        taken = drifting.take_theirs(
            actor=self.person,
            door=DOOR,
            campaign=_find_campaign(self, body),
            paths=_read_paths(body),
            now=read_now(),
        )
        changes = [show_change(change) for change in taken.changes]
        left = shapes_read.show_left(taken.left)
        return Response({"changes": changes, "findings": show_findings(taken.findings), "left": left})


class SurpriseFilters(django_filters.FilterSet):
    advertiser_id = django_filters.CharFilter(
        field_name="advertiser__advertiser_id", label="TikTok's id of the account"
    )
    campaign = django_filters.NumberFilter(field_name="campaign_ref", label="our id of the campaign")
    kind = django_filters.ChoiceFilter(choices=Surprise.Kind.choices, label="kind")


class Surprises(GateList):
    serializer_class = shapes_read.SurpriseRow
    queryset = Surprise.objects.none()
    filterset_class = SurpriseFilters

    def get_queryset(self) -> "QuerySet[Surprise]":
        return queries.visible_surprises(self.person)

    @extend_schema(summary="Where TikTok and our rules disagreed", examples=[examples_read.SURPRISE])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


def _find_campaign(view: Gate, body: dict[str, Any]) -> Campaign:
    given = body.get("campaign")
    if isinstance(given, bool) or not isinstance(given, int):
        raise malformed("campaign", "write our id of the campaign, as in GET drift/")
    return find_campaign(view.person, given)


def _read_paths(body: dict[str, Any]) -> list[str] | None:
    given = body.get("paths")
    if given is None:
        return None
    if not isinstance(given, list) or not given or not all(isinstance(item, str) for item in given):
        raise malformed("paths", "write a list of paths, as in GET drift/, or leave it out")
    return given
