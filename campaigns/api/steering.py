"""Steering a launch that is under way. Every answer is its progress; 404 where a cancelled launch left a draft."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api import examples, shapes, shapes_live
from campaigns.api.gate import DOOR, Gate, answer_tree, find_campaign, read_body
from campaigns.api.idempotency import idempotent
from campaigns.api.launching import show_progress
from campaigns.api.problems import malformed
from campaigns.models import Launch
from campaigns.services import launches, reconciling, steering
from campaigns.sync.clock import read_now


class Pause(Gate):
    @extend_schema(
        summary="Make and switch on nothing more for now", request=None, responses={202: shapes.Progress}
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        steering.pause_launch(actor=self.person, door=DOOR, campaign=campaign, now=read_now())
        return Response(show_progress(self.person, pk), status=202)


class Resume(Gate):
    @extend_schema(summary="Go on with a paused launch", request=None, responses={202: shapes.Progress})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        steering.unpause_launch(actor=self.person, door=DOOR, campaign=campaign, now=read_now())
        return Response(show_progress(self.person, pk), status=202)


class Cancel(Gate):
    @extend_schema(
        summary="Cancel a launch; what was made is removed, or kept off",
        description="200 with the draft where nothing had been made.",
        request=shapes_live.CancelOrder,
        responses={200: shapes.Campaign, 202: shapes.Progress},
        examples=[examples.CANCEL],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        created = read_body(request).get("created")
        if created not in ("remove", "keep"):
            raise malformed("created", "write remove or keep")
        steering.cancel_launch(
            actor=self.person, door=DOOR, campaign=campaign, removes=created == "remove", now=read_now()
        )
        if not Launch.objects.filter(campaign=pk).exists():
            return answer_tree(find_campaign(self.person, pk))
        return Response(show_progress(self.person, pk), status=202)


class Looked(Gate):
    @extend_schema(
        summary="A person has looked at what needed one: read the tree back and go on",
        description="Nothing that may exist is made by this. If the tree equals the plan now, it is switched on.",
        request=None,
        responses={202: shapes.Progress},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        launches.resume_launch(actor=self.person, door=DOOR, campaign=campaign, now=read_now())
        return Response(show_progress(self.person, pk), status=202)


class Reconcile(Gate):
    @extend_schema(
        summary="Decide what was read back otherwise than planned, and read it back again",
        description="Each step's `error` lists the `differences`; their paths count from the tree's root here.",
        request=shapes_live.ReconcileOrder,
        responses={202: shapes.Progress},
        examples=[examples.RECONCILE],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        body = read_body(request)
        theirs, yes = body.get("theirs", []), body.get("raises_exposure", False)
        if not isinstance(theirs, list) or not all(isinstance(path, str) for path in theirs):
            raise malformed("theirs", "write a list of paths, as in adgroups/0/budget, or leave it out")
        if not isinstance(yes, bool):
            raise malformed("raises_exposure", "write true or false")
        reconciling.reconcile_launch(
            actor=self.person,
            door=DOOR,
            campaign=campaign,
            theirs=theirs,
            raises_exposure=yes,
            now=read_now(),
        )
        return Response(show_progress(self.person, pk), status=202)


class Remake(Gate):
    @extend_schema(
        summary="Make again what was deleted at TikTok during the launch",
        request=None,
        responses={202: shapes.Progress},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        steering.remake_lost(actor=self.person, door=DOOR, campaign=campaign, now=read_now())
        return Response(show_progress(self.person, pk), status=202)
