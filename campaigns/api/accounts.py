"""Accounts the token may see: how far each is ready, asking TikTok again, and disconnecting."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries
from campaigns.api import examples, rows
from campaigns.api.gate import DOOR, Gate, GateList, find_account, read_body
from campaigns.api.idempotency import idempotent
from campaigns.api.problems import malformed
from campaigns.models import Advertiser, Person
from campaigns.services import disconnecting, readiness
from campaigns.sync.clock import read_now


class Advertisers(GateList):
    serializer_class = rows.Account
    queryset = Advertiser.objects.none()

    @extend_schema(summary="Accounts you are a member of")
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Advertiser]:
        return queries.accounts_with_role(self.person)


class OneAdvertiser(Gate):
    @extend_schema(summary="One account, with what may be missing", responses={200: rows.Account})
    def get(self, request: Request, advertiser_id: str) -> Response:
        return _show(self.person, advertiser_id)


class Look(Gate):
    @extend_schema(
        summary="Ask TikTok again what the account owns and may do; takes some seconds",
        request=None,
        responses={200: rows.Account},
    )
    @idempotent
    def post(self, request: Request, advertiser_id: str) -> Response:
        account = find_account(self.person, {"advertiser_id": advertiser_id})
        readiness.look_again(actor=self.person, advertiser=account, now=read_now())
        return _show(self.person, advertiser_id)


class Disconnection(Gate):
    @extend_schema(
        summary="Send and read nothing of the account any more; by administrators in person, never by a token",
        description="What is known of it stays. 409 while a campaign is live, unless `leave_running` is true.",
        request=rows.DisconnectionOrder,
        responses={200: rows.Account},
        examples=[examples.DISCONNECT],
    )
    @idempotent
    def post(self, request: Request, advertiser_id: str) -> Response:
        account = find_account(self.person, {"advertiser_id": advertiser_id})
        leave_running = read_body(request).get("leave_running", False)
        if not isinstance(leave_running, bool):
            raise malformed("leave_running", "write true or false")
        disconnecting.disconnect(
            actor=self.person,
            door=DOOR,
            advertiser=account,
            leave_running=leave_running,
            now=read_now(),
        )
        return _show(self.person, advertiser_id)


def _show(person: Person, advertiser_id: str) -> Response:
    find_account(person, {"advertiser_id": advertiser_id})
    row = queries.accounts_with_role(person).get(advertiser_id=advertiser_id)
    return Response(rows.Account().to_representation(row))
