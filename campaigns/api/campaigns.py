"""Campaigns: the list, drafts, the whole tree, its plan, and judging a tree that is not saved."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from campaigns import queries
from campaigns.api import examples, shapes, shapes_live
from campaigns.api.changing import ABOUT, OneObject
from campaigns.api.gate import (
    DOOR,
    Gate,
    GateList,
    answer_tree,
    asks_repair,
    find_account,
    find_campaign,
    find_repair,
    read_body,
    read_version,
)
from campaigns.api.idempotency import idempotent
from campaigns.api.plans import show_forecast, show_plan, show_summary
from campaigns.api.problems import show_findings
from campaigns.api.trees import strip_tree
from campaigns.contract.levels import Level
from campaigns.models import Campaign
from campaigns.models.campaign import CampaignQuerySet, State
from campaigns.rules.authority import Act
from campaigns.services import access, drafts, judging
from campaigns.services.forecasting import foresee_launch
from campaigns.sync.clock import read_now

REPAIR = OpenApiParameter(
    "repair",
    str,
    enum=["0", "1"],
    description="1: look for the least change that leaves no refusal; it may take seconds",
)


class CampaignFilters(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=State.choices, method="narrow_state", label="state")
    advertiser_id = django_filters.CharFilter(method="narrow_account", label="TikTok's id of the account")
    q = django_filters.CharFilter(method="narrow_text", label="part of a name, or an id of TikTok's")

    def narrow_state(self, campaigns: CampaignQuerySet, name: str, value: str) -> CampaignQuerySet:
        return queries.search_campaigns(campaigns, state=value)

    def narrow_account(self, campaigns: CampaignQuerySet, name: str, value: str) -> CampaignQuerySet:
        return queries.search_campaigns(campaigns, advertiser_id=value)

    def narrow_text(self, campaigns: CampaignQuerySet, name: str, value: str) -> CampaignQuerySet:
        return queries.search_campaigns(campaigns, text=value)


class Campaigns(GateList):
    serializer_class = shapes.CampaignRow
    queryset = Campaign.objects.none()
    filter_backends = [DjangoFilterBackend, OrderingFilter]
    filterset_class = CampaignFilters
    ordering_fields = ["id", "name", "created_at", "changed_at"]

    def get_queryset(self) -> QuerySet[Campaign]:
        return queries.visible_campaigns(self.person)

    @extend_schema(summary="Campaigns of your accounts")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        summary="Store a tree as a draft; findings do not stop it",
        request=shapes.Campaign,
        responses={201: shapes.Campaign},
        examples=[examples.TREE_SENT],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        tree = read_body(request)
        advertiser = find_account(self.person, tree)
        campaign = drafts.create_draft(
            actor=self.person, door=DOOR, advertiser=advertiser, tree=strip_tree(tree), now=read_now()
        )
        where = reverse("api-campaign", args=[campaign.pk], request=request)
        return answer_tree(find_campaign(self.person, campaign.pk), 201, {"Location": where})


class Validation(Gate):
    @extend_schema(
        summary="Judge a tree: findings and plan; saves and uploads nothing",
        parameters=[REPAIR],
        request=shapes.Campaign,
        responses={200: shapes.Judged},
        examples=[examples.TREE_SENT, examples.JUDGED],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        tree = read_body(request)
        advertiser = find_account(self.person, tree)
        access.require(self.person, advertiser, Act.DRAFT)
        judgement = judging.judge_raw(advertiser=advertiser, raw=strip_tree(tree), now=read_now())
        findings = show_findings(judgement.findings)
        answer: dict[str, Any] = {
            "findings": findings,
            "plan": {
                **show_summary(judgement.plan, advertiser.money),
                "forecast": show_forecast(foresee_launch(judgement=judgement), advertiser.money),
            },
        }
        if asks_repair(request):
            answer["repair"] = find_repair(advertiser, strip_tree(tree))
        return Response(answer)


class OneCampaign(OneObject):
    level = Level.CAMPAIGN

    @extend_schema(summary="The whole tree", parameters=[REPAIR], responses={200: shapes.Campaign})
    def get(self, request: Request, pk: int) -> Response:
        return answer_tree(find_campaign(self.person, pk), repair=asks_repair(request))

    @extend_schema(
        summary="Put another tree in a draft's place",
        request=shapes.Campaign,
        responses={200: shapes.Campaign},
        examples=[examples.TREE_REPLACED],
    )
    def put(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        tree = read_body(request)
        drafts.replace_draft(
            actor=self.person,
            door=DOOR,
            campaign=campaign,
            version=read_version(request, tree),
            tree=strip_tree(tree, replaces=True),
            now=read_now(),
        )
        return answer_tree(find_campaign(self.person, pk))

    @extend_schema(
        summary="Change a campaign",
        description=ABOUT,
        request=shapes_live.CampaignChange,
        responses={200: shapes.Campaign, 202: shapes_live.ChangeOrProposal},
        examples=[examples.NEW_BUDGET, examples.CHANGE_BOOKED],
    )
    def patch(self, request: Request, pk: int) -> Response:
        return self.change(request, pk)

    @extend_schema(summary="Discard a draft", request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        drafts.discard_draft(actor=self.person, door=DOOR, campaign=campaign, now=read_now())
        return Response(status=204)


class CampaignPlan(Gate):
    @extend_schema(summary="Wanted minus remote, as steps", responses={200: shapes.Plan})
    def get(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        judgement = judging.judge_campaign(campaign=campaign, now=read_now())
        return Response(show_plan(judgement.plan, campaign.advertiser.money))
