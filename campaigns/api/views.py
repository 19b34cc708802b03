"""Saved views of the list of campaigns: what stands behind the `?` of the page's address, under a name."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries
from campaigns.api import examples
from campaigns.api.gate import Gate, GateList, find_account, read_body
from campaigns.api.idempotency import idempotent
from campaigns.api.problems import malformed, not_found
from campaigns.api.shapes import NUMBER, TEXT, TEXT_OR_NULL, TIME, Shape
from campaigns.api.trees import show_time
from campaigns.contract.limits import MAX_INT64
from campaigns.models import SavedView
from campaigns.services import views
from campaigns.sync.clock import read_now


class ViewRow(Shape):
    about = "`advertiser_id`: shared with this account's people; null: its owner's own."
    members = {
        "id": NUMBER,
        "name": TEXT,
        "address": TEXT,
        "advertiser_id": TEXT_OR_NULL,
        "owner": TEXT,
        "created_at": TIME,
    }

    def to_representation(self, row: SavedView) -> dict[str, Any]:
        return {
            "id": row.pk,
            "name": row.name,
            "address": row.address,
            "advertiser_id": row.advertiser.advertiser_id if row.advertiser else None,
            "owner": row.owner.username,
            "created_at": show_time(row.created_at),
        }


class ViewOrder(Shape):
    about = "Your view of that name is replaced. Shared where `advertiser_id` is given."
    members = {"name": TEXT, "address": TEXT, "advertiser_id": TEXT_OR_NULL}
    optional = ("advertiser_id",)


class Views(GateList):
    serializer_class = ViewRow
    queryset = SavedView.objects.none()

    def get_queryset(self) -> "QuerySet[SavedView]":
        return queries.visible_views(self.person)

    @extend_schema(summary="Your saved views of the list, and those shared with you")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        summary="Save a view",
        request=ViewOrder,
        responses={201: ViewRow},
        examples=[examples.VIEW],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = read_body(request)
        name, address = body.get("name"), body.get("address")
        if not isinstance(name, str):
            raise malformed("name", "write text")
        limit = SavedView._meta.get_field("address").max_length or 0
        if not isinstance(address, str) or len(address) > limit:
            raise malformed("address", f"write what stands behind the ?, at most {limit} characters")
        shared = None if body.get("advertiser_id") is None else find_account(self.person, body)
        view = views.save_view(
            owner=self.person, name=name, address=address, advertiser=shared, now=read_now()
        )
        return Response(ViewRow().to_representation(view), status=201)


class OneView(Gate):
    @extend_schema(summary="Take a view away", request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        found = queries.visible_views(self.person).filter(pk=pk).first() if pk <= MAX_INT64 else None
        if found is None:
            raise not_found("There is no such view of yours.")
        views.remove_view(actor=self.person, view=found)
        return Response(status=204)
