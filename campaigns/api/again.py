"""One live campaign once more: read back now, and what broke off of it tried again."""

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api import shapes, shapes_read
from campaigns.api.gate import DOOR, Gate, find_campaign
from campaigns.api.idempotency import idempotent
from campaigns.api.problems import PROBLEM_JSON
from campaigns.api.rows import show_change
from campaigns.api.trees import show_time
from campaigns.services.reading_again import read_again
from campaigns.services.retrying import try_again
from campaigns.sync.clock import read_now


class Retry(Gate):
    @extend_schema(
        summary="Try again the changes of a live campaign that broke off by a fault of ours",
        description="Each object is looked at first, and only what differs still is sent. 409 where nothing waits for a "
        "person; a launch that does goes on by `launch/looked/`.",
        request=None,
        responses={202: shapes_read.Retried},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        booked = try_again(actor=self.person, door=DOOR, campaign=campaign, now=read_now())
        return Response({"changes": [show_change(item) for item in booked]}, status=202)


class Look(Gate):
    @extend_schema(
        summary="Read a campaign's tree back from TikTok now; takes a second or some",
        description="What moved is booked, and drift with it, as by every reading: `GET campaigns/{id}/` shows it. One campaign "
        "can be read once in `pull.again_apart` seconds, and readings go behind what is sent: 429 says when to try again.",
        request=None,
        responses={
            200: shapes_read.CampaignRead,
            (502, PROBLEM_JSON): OpenApiResponse(shapes.Problem, "TikTok did not answer as it should"),
        },
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        done = read_again(actor=self.person, campaign=campaign, now=read_now())
        told = {"read_at": show_time(done.at), "moved": done.moved, "shown": done.shown, "gone": done.gone}
        return Response(told)
