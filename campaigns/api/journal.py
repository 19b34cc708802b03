"""The two journals: who decided what, and what TikTok reported. Newest first."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries
from campaigns.api import examples_read, rows
from campaigns.api.gate import GateList
from campaigns.api.moments import MomentFilter
from campaigns.models import Change, Flip


class JournalFilters(django_filters.FilterSet):
    advertiser_id = django_filters.CharFilter(
        field_name="advertiser__advertiser_id", label="TikTok's id of the account"
    )
    campaign = django_filters.NumberFilter(field_name="campaign_ref", label="our id of the campaign")
    since = MomentFilter(field_name="at", lookup_expr="gte", label="not before")
    until = MomentFilter(field_name="at", lookup_expr="lt", label="before")


class ChangeFilters(JournalFilters):
    act = django_filters.ChoiceFilter(choices=Change.Act.choices, label="act")
    actor = django_filters.CharFilter(field_name="actor__username", label="user name of whoever did it")
    door = django_filters.ChoiceFilter(choices=Change.Door.choices, label="by which door")
    target = django_filters.CharFilter(label="`campaign`, `adgroups/12` or `ads/7`")
    token = django_filters.CharFilter(label="how the token begins")


class Changes(GateList):
    serializer_class = rows.ChangeRow
    queryset = Change.objects.none()
    filterset_class = ChangeFilters

    def get_queryset(self) -> QuerySet[Change]:
        return queries.visible_changes(self.person)

    @extend_schema(summary="Who decided what")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class FlipFilters(JournalFilters):
    member = django_filters.CharFilter(
        field_name="member", lookup_expr="startswith", label="member, or how it begins"
    )
    target = django_filters.CharFilter(label="`campaign`, `adgroups/12` or `ads/7`")
    cause = django_filters.ChoiceFilter(choices=Flip.Cause.choices, label="who caused it")


class Flips(GateList):
    serializer_class = rows.FlipRow
    queryset = Flip.objects.none()
    filterset_class = FlipFilters

    def get_queryset(self) -> QuerySet[Flip]:
        return queries.visible_flips(self.person)

    @extend_schema(summary="What TikTok reported", examples=[examples_read.FLIP])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)
