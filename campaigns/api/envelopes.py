"""The envelope of an account: the most it may be exposed to on one day, and what is left of it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api import examples
from campaigns.api.gate import DOOR, Gate, find_account, read_body, read_reason
from campaigns.api.problems import malformed
from campaigns.api.shapes import AMOUNT, AMOUNT_OR_NULL, TEXT, TEXT_OR_NULL, TIME_OR_NULL, Shape
from campaigns.api.trees import show_time, write_bound
from campaigns.contract.shape import read_money
from campaigns.models import Advertiser, Envelope
from campaigns.services.envelopes import measure_account, set_envelope
from campaigns.sync.clock import read_now


class EnvelopeState(Shape):
    about = (
        "`amount`: the most the account may be exposed to on one day, null where none is set. `worst_day`: what is live may "
        "spend; `held`: what approvals wait to add; `room`: what is left. Null = no bound."
    )
    members = {
        "advertiser_id": TEXT,
        "currency": TEXT,
        "amount": AMOUNT_OR_NULL,
        "held": AMOUNT_OR_NULL,
        "worst_day": AMOUNT_OR_NULL,
        "room": AMOUNT_OR_NULL,
        "set_by": TEXT_OR_NULL,
        "set_at": TIME_OR_NULL,
        "reason": TEXT_OR_NULL,
    }


class EnvelopeOrder(Shape):
    members = {"amount": AMOUNT, "reason": TEXT}


class OneEnvelope(Gate):
    @extend_schema(
        summary="What the account may be exposed to on a day, and is",
        responses={200: EnvelopeState},
    )
    def get(self, request: Request, advertiser_id: str) -> Response:
        return Response(_show(find_account(self.person, {"advertiser_id": advertiser_id})))

    @extend_schema(
        summary="Set it; administrators only",
        request=EnvelopeOrder,
        responses={200: EnvelopeState},
        examples=[examples.ENVELOPE],
    )
    def put(self, request: Request, advertiser_id: str) -> Response:
        account = find_account(self.person, {"advertiser_id": advertiser_id})
        body = read_body(request)
        try:
            amount = read_money(body.get("amount"))
        except ValueError as error:
            raise malformed("amount", str(error)) from error
        set_envelope(
            actor=self.person,
            door=DOOR,
            advertiser=account,
            amount=amount,
            reason=read_reason(body, "reason"),
            now=read_now(),
        )
        return Response(_show(account))


def _show(account: Advertiser) -> dict[str, Any]:
    envelope = Envelope.objects.select_related("set_by").filter(advertiser=account).first()
    live, money = measure_account(account, now=read_now()).day, account.money
    room = None if envelope is None or live is None else envelope.amount - envelope.held - live
    return {
        "advertiser_id": account.advertiser_id,
        "currency": account.currency,
        "amount": write_bound(money, envelope.amount if envelope else None),
        "held": write_bound(money, envelope.held if envelope else None),
        "worst_day": write_bound(money, live),
        "room": write_bound(money, room),
        "set_by": envelope.set_by.username if envelope else None,
        "set_at": show_time(envelope.at) if envelope else None,
        "reason": envelope.reason if envelope else None,
    }
