"""One live campaign once more: what broke off of it tried again."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api import shapes_read
from campaigns.api.gate import DOOR, Gate, find_campaign
from campaigns.api.idempotency import idempotent
from campaigns.api.rows import show_change
from campaigns.services.retrying import try_again
from campaigns.sync.clock import read_now


class Retry(Gate):
    @extend_schema(
        summary="Try again the changes of a live campaign that broke off by a fault of ours",
        description="Each object is looked at first, and only what differs still is sent. 409 where nothing waits for a person; "
        "a launch that does goes on by `launch/looked/`.",
        request=None,
        responses={202: shapes_read.Retried},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        booked = try_again(actor=self.person, door=DOOR, campaign=campaign, now=read_now())
        return Response({"changes": [show_change(item) for item in booked]}, status=202)
