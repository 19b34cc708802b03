"""Launching a campaign and watching it; stopping and starting what exists at TikTok."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from campaigns import queries
from campaigns.api import examples, shapes, shapes_live
from campaigns.api.gate import (
    DOOR,
    Gate,
    find_campaign,
    find_thing,
    read_acknowledged,
    read_body,
    read_version,
)
from campaigns.api.idempotency import idempotent
from campaigns.api.problems import Problem, malformed
from campaigns.api.proposals import show_proposal
from campaigns.contract.levels import Level
from campaigns.contract.limits import MAX_INT64
from campaigns.contract.statuses import DISABLE, ENABLE
from campaigns.models import Person, Proposal, Push, Thing
from campaigns.services import launches, proposing
from campaigns.sync.clock import read_now, read_real_time

MOST_SWITCHED = 1000  # objects of one order; each is looked up


class CampaignLaunch(Gate):
    versioned = True

    @extend_schema(
        summary="Send a draft, or a mended launch, on its way",
        request=shapes.LaunchOrder,
        responses={202: shapes.Progress},
        examples=[examples.ORDER, examples.PROGRESS],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        campaign = find_campaign(self.person, pk)
        order = read_body(request)
        launches.start_launch(
            actor=self.person,
            door=DOOR,
            campaign=campaign,
            version=read_version(request, order),
            acknowledged=read_acknowledged(order.get("acknowledge")),
            now=read_now(),
        )
        where = reverse("api-launch", args=[pk], request=request)
        return Response(show_progress(self.person, pk), status=202, headers={"Location": where})

    @extend_schema(
        summary="How far the launch is, object by object",
        responses={200: shapes.Progress},
        examples=[examples.PROGRESS],
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(show_progress(self.person, pk))


class Status(Gate):
    """The switch of one object; `level` says of which kind."""

    level: ClassVar[Level]

    @extend_schema(
        summary="Switch on or off; stops are never locked",
        request=shapes.SwitchOrder,
        responses={202: shapes_live.SwitchedOrProposal},
        examples=[examples.STOP, examples.SWITCHED],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        thing = find_thing(self.person, self.level, pk)
        status = _read_status(read_body(request))
        done = proposing.switch_or_propose(
            actor=self.person, door=DOOR, things=[thing], status=status, now=read_now()
        )
        if isinstance(done, Proposal):
            return Response({"proposal": show_proposal(self.person, done.pk)}, status=202)
        return Response(_show_switch(thing, done[0], status), status=202)


class CampaignStatus(Status):
    level = Level.CAMPAIGN


class AdGroupStatus(Status):
    level = Level.ADGROUP


class AdStatus(Status):
    level = Level.AD


class ManyStatuses(Gate):
    @extend_schema(
        summary="Switch many objects on or off, all or none; stops are never locked",
        request=shapes_live.ManySwitches,
        responses={202: shapes_live.ManySwitched},
        examples=[examples.STOP_MANY],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = read_body(request)
        status = _read_status(body)
        things = _read_things(self.person, body.get("objects"))
        pushes = proposing.switch_or_propose(
            actor=self.person, door=DOOR, things=things, status=status, now=read_now()
        )
        if isinstance(pushes, Proposal):
            return Response({"proposal": show_proposal(self.person, pushes.pk)}, status=202)
        shown = [_show_switch(thing, push, status) for thing, push in zip(things, pushes, strict=True)]
        return Response({"switched": shown}, status=202)


def _read_status(body: Mapping[str, Any]) -> str:
    status = body.get("operation_status")
    if status not in (ENABLE, DISABLE):
        raise malformed("operation_status", f"write {ENABLE} or {DISABLE}")
    return str(status)


def _read_things(person: Person, given: Any) -> list[Thing]:
    if not isinstance(given, list) or not 0 < len(given) <= MOST_SWITCHED:
        raise malformed("objects", f"write a list of 1 to {MOST_SWITCHED} objects")
    things: dict[tuple[str, int], Thing] = {}
    for index, item in enumerate(given):
        match item:
            case {"level": str(level), "id": int(pk)} if level in list(Level) and not isinstance(pk, bool):
                things[(level, pk)] = find_thing(person, Level(level), pk if abs(pk) <= MAX_INT64 else 0)
            case _:
                raise malformed(f"objects/{index}", 'write {"level": "adgroup", "id": 12}')
    return list(things.values())


def _show_switch(thing: Thing, push: Push, status: str) -> dict[str, Any]:
    return {
        "object": thing.pk,
        "level": thing.level.value,
        "operation_status": status,
        "state": push.state,
        "remote_id": thing.remote_id,
        "error": push.error,
    }


def show_progress(person: Person, pk: int) -> Mapping[str, Any]:
    progress = queries.read_progress(find_campaign(person, pk), real_now=read_real_time())
    if progress is None:
        raise Problem(404, "not_launched", "This campaign was never launched, so there is nothing to watch.")
    return {
        "state": progress.state,
        "done": progress.done,
        "total": progress.total,
        "grows": progress.launch.grows,
        "paused": progress.launch.paused_at is not None,
        "cancelled": progress.launch.cancelled_at is not None,
        "calls_left": progress.calls_left,
        "seconds_left": progress.seconds_left,
        "steps": [
            {
                "object": step.object,
                "level": step.level.value,
                "state": step.state,
                "remote_id": step.remote_id,
                "error": step.error,
            }
            for step in progress.steps
        ],
    }
