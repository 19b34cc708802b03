"""Launching a campaign and watching it; stopping and starting what exists at TikTok."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from campaigns import queries
from campaigns.api import examples, shapes
from campaigns.api.gate import DOOR, Gate, find_campaign, read_body, read_version
from campaigns.api.idempotency import idempotent
from campaigns.api.problems import Problem, malformed, not_found
from campaigns.contract.levels import Level
from campaigns.contract.statuses import DISABLE, ENABLE
from campaigns.models import Ad, AdGroup, Campaign, Person
from campaigns.services import launches, switches
from campaigns.sync.clock import read_now


class CampaignLaunch(Gate):
    versioned = True

    @extend_schema(
        summary="Send a draft, or a mended launch, on its way",
        request=shapes.LaunchOrder,
        responses={202: shapes.Progress},
        examples=[examples.ORDER],
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
        return Response(_show_progress(self.person, pk), status=202, headers={"Location": where})

    @extend_schema(summary="How far the launch is, object by object", responses={200: shapes.Progress})
    def get(self, request: Request, pk: int) -> Response:
        return Response(_show_progress(self.person, pk))


class Status(Gate):
    """The switch of one object; `level` says of which kind."""

    level: ClassVar[Level]

    @extend_schema(
        summary="Switch on or off; stops are never locked",
        request=shapes.SwitchOrder,
        responses={202: shapes.Switched},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        thing = _find_thing(self.person, self.level, pk)
        status = read_body(request).get("operation_status")
        if status not in (ENABLE, DISABLE):
            raise malformed("operation_status", f"write {ENABLE} or {DISABLE}")
        push = switches.set_switch(actor=self.person, door=DOOR, thing=thing, status=status, now=read_now())
        shown = {
            "object": thing.pk,
            "level": thing.level.value,
            "operation_status": status,
            "state": push.state,
            "remote_id": thing.remote_id,
            "error": push.error,
        }
        return Response(shown, status=202)


class CampaignStatus(Status):
    level = Level.CAMPAIGN


class AdGroupStatus(Status):
    level = Level.ADGROUP


class AdStatus(Status):
    level = Level.AD


def read_acknowledged(given: Any) -> launches.Acknowledged:
    """What the caller says yes to: pairs of rule and path, or bare rule ids, which mean every path."""
    if given is None:
        return frozenset()
    if not isinstance(given, list):
        raise malformed("acknowledge", "write a list, [ … ]")
    return frozenset(_read_acknowledgement(f"acknowledge/{index}", item) for index, item in enumerate(given))


def _read_acknowledgement(where: str, item: Any) -> tuple[str, str | None]:
    match item:
        case str():
            return item, None
        case {"rule": str(rule), "path": str(path)}:
            return rule, path
        case _:
            raise malformed(where, 'write a rule id, or {"rule": …, "path": …}')


def _find_thing(person: Person, level: Level, pk: int) -> Campaign | AdGroup | Ad:
    thing: Campaign | AdGroup | Ad | None
    match level:
        case Level.CAMPAIGN:
            thing = queries.visible_campaigns(person).filter(pk=pk).first()
        case Level.ADGROUP:
            thing = queries.visible_adgroups(person).filter(pk=pk).first()
        case Level.AD:
            thing = queries.visible_ads(person).filter(pk=pk).first()
    if thing is None:
        raise not_found()
    return thing


def _show_progress(person: Person, pk: int) -> Mapping[str, Any]:
    progress = queries.read_progress(find_campaign(person, pk))
    if progress is None:
        raise Problem(404, "not_launched", "This campaign was never launched, so there is nothing to watch.")
    return {
        "state": progress.state,
        "done": progress.done,
        "total": progress.total,
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
