"""Learning, ad group by ad group: where it stands, until when, and what happened to it."""

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries
from campaigns.api import shapes_learning
from campaigns.api.gate import GateList
from campaigns.models import AdGroup
from campaigns.services.learning import read_standings
from campaigns.sync.clock import read_now


class LearningFilters(django_filters.FilterSet):
    advertiser_id = django_filters.CharFilter(
        field_name="campaign__advertiser__advertiser_id", label="TikTok's id of the account"
    )
    campaign = django_filters.NumberFilter(field_name="campaign_id", label="our id of the campaign")
    adgroup_id = django_filters.CharFilter(field_name="remote_id", label="TikTok's id of the ad group")


class Learning(GateList):
    serializer_class = shapes_learning.LearningRow
    queryset = AdGroup.objects.none()
    filterset_class = LearningFilters

    def get_queryset(self) -> QuerySet[AdGroup]:
        return queries.learning_adgroups(self.person)

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        """A page of ad groups, each with its standing: all of them in the same few queries."""
        page = cast(list[AdGroup], super().paginate_queryset(queryset))
        standings = read_standings(adgroups=page, now=read_now())
        return [standings[group.pk] for group in page]

    @extend_schema(summary="Where each ad group stands in learning")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)
