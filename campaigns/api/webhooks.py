"""Webhooks over REST: where an account's notices are carried to, each message's story, and a test."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries
from campaigns.api import examples
from campaigns.api.gate import DOOR, Gate, GateList, find_account, read_body
from campaigns.api.idempotency import idempotent
from campaigns.api.moments import MomentFilter
from campaigns.api.problems import malformed, not_found
from campaigns.api.shapes import ANYTHING, NUMBER, TEXT, TEXT_OR_NULL, TIME, TIME_OR_NULL, Shape, Words, words
from campaigns.api.trees import show_time
from campaigns.models import Delivery, Notice, Webhook
from campaigns.services import webhooks
from campaigns.sync.clock import read_real_time


class NoticeKind(Words):
    about = "What can happen that somebody may be waiting for."
    known = tuple(Notice.Kind.values)


class NoticeRow(Shape):
    about = "Something that happened and that somebody may be waiting for. Webhooks carry the same."
    members = {
        "id": NUMBER,
        "kind": NoticeKind,
        "advertiser_id": TEXT,
        "campaign": {"type": ["integer", "null"]},
        "target": TEXT,
        "text": TEXT,
        "data": {"type": "object", "additionalProperties": ANYTHING},
        "at": TIME,
    }

    def to_representation(self, row: Notice) -> dict[str, Any]:
        return {
            "id": row.pk,
            "kind": row.kind,
            "advertiser_id": row.advertiser.advertiser_id,
            "campaign": row.campaign_ref,
            "target": row.target,
            "text": row.text,
            "data": row.data,
            "at": show_time(row.at),
        }


class WebhookRow(Shape):
    about = (
        "Each message is a POST of a notice with an `id` of its own, signed in `Smartplus-Signature`: `t=…,v1=…`, "
        "the HMAC-SHA256 of `{t}.{body}` with the secret. Answer 2xx within ten seconds; anything else is tried again "
        "for a day, under the same `id`. 410 stops the webhook."
    )
    members = {
        "id": NUMBER,
        "advertiser_id": TEXT,
        "address": {"type": "string", "format": "uri"},
        "kinds": [NoticeKind],
        "owner": TEXT,
        "made_at": TIME,
        "stopped_at": TIME_OR_NULL,
    }

    def to_representation(self, row: Webhook) -> dict[str, Any]:
        return {
            "id": row.pk,
            "advertiser_id": row.advertiser.advertiser_id,
            "address": row.address,
            "kinds": row.kinds,
            "owner": row.owner.username,
            "made_at": show_time(row.made_at),
            "stopped_at": row.stopped_at and show_time(row.stopped_at),
        }


class WebhookOrder(Shape):
    members = {
        "advertiser_id": TEXT,
        "address": {"type": "string", "format": "uri"},
        "kinds": [NoticeKind],
    }


class FreshWebhook(Shape):
    about = "The one time the secret is told: a repeat with the same Idempotency-Key has null in its place."
    members = {**WebhookRow.members, "secret": TEXT_OR_NULL}


class DeliveryRow(Shape):
    about = "One message. `status` is the receiver's last answer, null where there was none; `said` how it began, or why."
    members = {
        "id": {"type": "string", "format": "uuid"},
        "kind": TEXT,
        "state": words(*Delivery.State.values),
        "attempts": NUMBER,
        "status": {"type": ["integer", "null"]},
        "said": TEXT,
        "body": {"type": "object", "additionalProperties": ANYTHING},
        "made_at": TIME,
        "tried_at": TIME_OR_NULL,
        "next_at": TIME_OR_NULL,
    }

    def to_representation(self, row: Delivery) -> dict[str, Any]:
        waits = row.state == Delivery.State.WAITING
        return {
            "id": str(row.key),
            "kind": row.kind,
            "state": row.state,
            "attempts": row.attempts,
            "status": row.status,
            "said": row.said,
            "body": row.body,
            "made_at": show_time(row.made_at),
            "tried_at": row.tried_at and show_time(row.tried_at),
            "next_at": show_time(row.not_before) if waits else None,
        }


class NoticeFilters(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=Notice.Kind.choices, label="kind")
    advertiser_id = django_filters.CharFilter(
        field_name="advertiser__advertiser_id", label="TikTok's id of the account"
    )
    campaign = django_filters.NumberFilter(field_name="campaign_ref", label="our id of the campaign")
    since = MomentFilter(field_name="at", lookup_expr="gte", label="not before")


class Notices(GateList):
    serializer_class = NoticeRow
    queryset = Notice.objects.none()
    filterset_class = NoticeFilters

    def get_queryset(self) -> QuerySet[Notice]:
        return queries.visible_notices(self.person)

    @extend_schema(summary="What happened that somebody may be waiting for")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class Webhooks(GateList):
    serializer_class = WebhookRow
    queryset = Webhook.objects.none()
    told_once = ("secret",)

    def get_queryset(self) -> QuerySet[Webhook]:
        return queries.visible_webhooks(self.person)

    @extend_schema(summary="Webhooks of the accounts whose webhooks you may set")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        summary="Set a webhook",
        request=WebhookOrder,
        responses={201: FreshWebhook},
        examples=[examples.WEBHOOK],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = read_body(request)
        address, kinds = body.get("address"), body.get("kinds")
        if not isinstance(address, str):
            raise malformed("address", "write an address as text")
        if not isinstance(kinds, list) or not all(isinstance(item, str) for item in kinds):
            raise malformed("kinds", "write a list of kinds")
        webhook, secret = webhooks.set_webhook(
            actor=self.person,
            door=DOOR,
            advertiser=find_account(self.person, body),
            address=address,
            kinds=kinds,
            now=read_real_time(),
        )
        return Response({**WebhookRow().to_representation(webhook), "secret": secret}, status=201)


class WebhookGate(Gate):
    def find(self, pk: int) -> Webhook:
        webhook = queries.visible_webhooks(self.person).filter(pk=pk).first()
        if webhook is None:
            raise not_found("There is no such webhook among the accounts whose webhooks you may set.")
        return webhook


class OneWebhook(WebhookGate):
    @extend_schema(summary="Remove a webhook", responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        webhooks.remove_webhook(actor=self.person, door=DOOR, webhook=self.find(pk), now=read_real_time())
        return Response(status=204)


class WebhookTest(WebhookGate):
    @extend_schema(
        summary="Send a message of kind `test`; a stopped webhook starts again",
        request=None,
        responses={202: DeliveryRow},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        sent = webhooks.send_test(actor=self.person, webhook=self.find(pk), now=read_real_time())
        return Response(DeliveryRow().to_representation(sent), status=202)


class Deliveries(GateList):
    serializer_class = DeliveryRow
    queryset = Delivery.objects.none()

    def get_queryset(self) -> QuerySet[Delivery]:
        return queries.visible_deliveries(self.person).filter(webhook=self.kwargs.get("pk"))

    @extend_schema(summary="The messages of a webhook, the newest first")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class Redelivery(Gate):
    @extend_schema(
        summary="Send a message again, under its old id", request=None, responses={202: DeliveryRow}
    )
    @idempotent
    def post(self, request: Request, key: str) -> Response:
        found = queries.visible_deliveries(self.person).filter(key=key).first()
        if found is None:
            raise not_found("There is no such message.")
        sent = webhooks.send_again(actor=self.person, delivery=found, now=read_real_time())
        return Response(DeliveryRow().to_representation(sent), status=202)
