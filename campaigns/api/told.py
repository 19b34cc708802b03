"""What else TikTok told us: ads that its review refused, and campaigns that were made elsewhere, or twice by us."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries
from campaigns.api import examples_read, shapes_read
from campaigns.api.gate import DOOR, Gate, GateList, read_acknowledged, read_body
from campaigns.api.idempotency import idempotent
from campaigns.api.problems import not_found
from campaigns.api.rows import show_change
from campaigns.api.shapes import ANYTHING, NUMBER, TEXT, TEXT_OR_NULL, TIME, TIME_OR_NULL, Shape
from campaigns.api.trees import show_members, show_time
from campaigns.contract.levels import Level
from campaigns.models import Ad, Stranger
from campaigns.services.made_elsewhere import remove_stranger
from campaigns.sync.clock import read_now


class RefusedAd(Shape):
    about = "`reasons` null: TikTok's were not read yet. `places`: where it was refused; empty: everywhere, or not said."
    members = {
        "id": {**NUMBER, "description": "our id of the ad"},
        "smart_plus_ad_id": TEXT_OR_NULL,
        "ad_name": TEXT,
        "adgroup": NUMBER,
        "campaign": NUMBER,
        "advertiser_id": TEXT,
        "badge": TEXT,
        "reasons": {"type": ["array", "null"], "items": TEXT},
        "suggestion": TEXT_OR_NULL,
        "places": {"type": "array", "items": TEXT},
        "read_at": TIME_OR_NULL,
    }

    def to_representation(self, row: Ad) -> dict[str, Any]:
        review: dict[str, Any] = row.review or {}
        reasons = [str(reason) for reason in review.get("reasons") or []]
        for material in review.get("materials") or []:
            reasons += [reason for reason in material.get("reasons") or [] if reason not in reasons]
        return {
            "id": row.pk,
            "smart_plus_ad_id": row.remote_id,
            "ad_name": row.name,
            "adgroup": row.adgroup_id,
            "campaign": row.adgroup.campaign_id,
            "advertiser_id": row.adgroup.campaign.advertiser.advertiser_id,
            "badge": row.secondary_status,
            "reasons": reasons or None,
            "suggestion": review.get("suggestion") or None,
            "places": [str(place) for place in review.get("places") or []],
            "read_at": row.review_read_at and show_time(row.review_read_at),
        }


class ReviewFilters(django_filters.FilterSet):
    advertiser_id = django_filters.CharFilter(
        field_name="adgroup__campaign__advertiser__advertiser_id", label="TikTok's id of the account"
    )
    campaign = django_filters.NumberFilter(field_name="adgroup__campaign", label="our id of the campaign")


class Reviews(GateList):
    serializer_class = RefusedAd
    queryset = Ad.objects.none()
    filterset_class = ReviewFilters

    def get_queryset(self) -> "QuerySet[Ad]":
        return queries.list_refused_ads(self.person)

    @extend_schema(
        summary="Ads of live campaigns that TikTok's review refused", examples=[examples_read.REFUSED_AD]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class StrangerRow(Shape):
    about = (
        "A campaign that TikTok holds and nobody made here: told, never touched. `twin`: a call of ours without an answer made "
        "it twice; that one can be removed. `remote` as last read."
    )
    members = {
        "id": NUMBER,
        "campaign_id": TEXT,
        "campaign_name": TEXT,
        "advertiser_id": TEXT,
        "operation_status": TEXT,
        "badge": TEXT,
        "twin": {"type": "boolean"},
        "remote": {"type": "object", "additionalProperties": ANYTHING},
        "seen_at": TIME,
        "read_at": TIME,
    }

    def to_representation(self, row: Stranger) -> dict[str, Any]:
        return {
            "id": row.pk,
            "campaign_id": row.remote_id,
            "campaign_name": row.name,
            "advertiser_id": row.advertiser.advertiser_id,
            "operation_status": row.operation_status,
            "badge": row.secondary_status,
            "twin": row.twin,
            "remote": show_members(Level.CAMPAIGN, row.remote, row.advertiser.money),
            "seen_at": show_time(row.seen_at),
            "read_at": show_time(row.read_at),
        }


class StrangerFilters(django_filters.FilterSet):
    advertiser_id = django_filters.CharFilter(
        field_name="advertiser__advertiser_id", label="TikTok's id of the account"
    )


class Strangers(GateList):
    serializer_class = StrangerRow
    queryset = Stranger.objects.none()
    filterset_class = StrangerFilters

    def get_queryset(self) -> "QuerySet[Stranger]":
        return queries.list_strangers(self.person)

    @extend_schema(
        summary="Campaigns of your accounts that were made elsewhere", examples=[examples_read.STRANGER]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class StrangerRemove(Gate):
    @extend_schema(
        summary="Remove a campaign at TikTok that a call of ours made twice",
        description="Asks for a yes to `removes-for-good`: nothing brings it back. A campaign that others made is answered with "
        "409. What was made elsewhere below a campaign of ours is removed by `drift/keep/` with its path.",
        request=shapes_read.StrangerOrder,
        responses={202: shapes_read.StrangerRemoved},
        examples=[examples_read.STRANGER_ORDER],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        stranger = queries.list_strangers(self.person).filter(pk=pk).first()
        if stranger is None:
            raise not_found()
        change = remove_stranger(
            actor=self.person,
            door=DOOR,
            stranger=stranger,
            acknowledged=read_acknowledged(read_body(request).get("acknowledge")),
            now=read_now(),
        )
        return Response({"changes": [show_change(change)]}, status=202)
