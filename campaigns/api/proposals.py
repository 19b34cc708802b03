"""Proposals: asked for, listed, and answered by a manager or by whoever asked."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from campaigns import queries
from campaigns.api import examples, shapes_proposals
from campaigns.api.gate import DOOR, Gate, GateList, find_thing, read_body, read_version
from campaigns.api.idempotency import idempotent
from campaigns.api.problems import malformed, not_found
from campaigns.contract.levels import Level
from campaigns.contract.limits import MAX_INT64
from campaigns.contract.shape import read_moment
from campaigns.models import Person, Proposal
from campaigns.services import deciding, proposing
from campaigns.services.desk import read_card, read_cards
from campaigns.services.edits import Edit
from campaigns.services.wanted import campaign_of
from campaigns.sync.clock import read_now


class ProposalFilters(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=Proposal.State.choices, label="state")
    advertiser_id = django_filters.CharFilter(
        field_name="advertiser__advertiser_id", label="TikTok's id of the account"
    )
    campaign = django_filters.NumberFilter(method="narrow_campaign", label="our id of the campaign")

    def narrow_campaign(self, rows: "QuerySet[Proposal]", name: str, value: Any) -> "QuerySet[Proposal]":
        return rows.filter(items__campaign=value).distinct()


class Proposals(GateList):
    serializer_class = shapes_proposals.ProposalRow
    queryset = Proposal.objects.none()
    filterset_class = ProposalFilters

    def get_queryset(self) -> "QuerySet[Proposal]":
        return queries.visible_proposals(self.person)

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        return read_cards(cast(list[Proposal], super().paginate_queryset(queryset)))

    @extend_schema(summary="What was asked for, and what became of it")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        summary="Ask a manager for a change, or for a bundle of them",
        request=shapes_proposals.ProposalOrder,
        responses={201: shapes_proposals.ProposalRow},
        examples=[examples.ASK_BUDGET],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = read_body(request)
        edits = _read_items(self.person, body.get("items"))
        proposal = proposing.propose(
            actor=self.person,
            door=DOOR,
            advertiser=campaign_of(edits[0].thing).advertiser,
            edits=edits,
            reason=_read_text(body, "reason"),
            valid_until=_read_time(body.get("valid_until"), "valid_until"),
            bounds=_read_bounds(body),
            now=read_now(),
        )
        where = reverse("api-proposal", args=[proposal.pk], request=request)
        return Response(show_proposal(self.person, proposal.pk), status=201, headers={"Location": where})


class OneProposal(Gate):
    @extend_schema(summary="One proposal", responses={200: shapes_proposals.ProposalRow})
    def get(self, request: Request, pk: int) -> Response:
        shown = show_proposal(self.person, pk)
        return Response(shown, headers={"ETag": f'"{shown["version"]}"'})


class Answering(Gate):
    """An answer to a proposal, at the version that was looked at."""

    versioned = True
    takes: ClassVar[tuple[str, ...]] = ()

    def answer(self, request: Request, pk: int, service: Any, **given: Any) -> Response:
        body = read_body(request)
        for name in body:
            if name not in ("version", *self.takes):
                raise malformed(name, f"this answer knows {', '.join(('version', *self.takes))}")
        if "comment" in self.takes:
            given["comment"] = _read_text(body, "comment")
        if "bounds" in self.takes:
            given["bounds"] = _read_bounds(body)
        if "counter" in self.takes:
            given["counters"] = _read_counters(body.get("counter"))
        service(
            actor=self.person,
            door=DOOR,
            proposal=_find(self.person, pk),
            version=read_version(request, body),
            now=read_now(),
            **given,
        )
        return Response(show_proposal(self.person, pk))


class Approval(Answering):
    takes = ("comment", "bounds")

    @extend_schema(
        summary="Let it go out, now or within bounds; a receipt for each item",
        request=shapes_proposals.Answer,
        responses={200: shapes_proposals.ProposalRow},
        examples=[examples.APPROVE_WITHIN],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return self.answer(request, pk, deciding.approve)


class Return(Answering):
    takes = ("comment", "counter")

    @extend_schema(
        summary="Return it with a comment, or with other values that whoever asked may accept",
        request=shapes_proposals.Answer,
        responses={200: shapes_proposals.ProposalRow},
        examples=[examples.RETURN_LESS],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return self.answer(request, pk, deciding.send_back)


class Refusal(Answering):
    takes = ("comment",)

    @extend_schema(
        summary="Refuse it, saying why",
        request=shapes_proposals.Answer,
        responses={200: shapes_proposals.ProposalRow},
        examples=[examples.REFUSE],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return self.answer(request, pk, deciding.refuse)


class Wait(Answering):
    takes = ("comment",)

    @extend_schema(
        summary="Let it go by itself when the lock opens, judged again then",
        request=shapes_proposals.Answer,
        responses={200: shapes_proposals.ProposalRow},
        examples=[examples.LOOKED_AT],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return self.answer(request, pk, deciding.wait)


class Acceptance(Answering):
    @extend_schema(
        summary="Take the other value that a manager offered",
        request=shapes_proposals.Answer,
        responses={200: shapes_proposals.ProposalRow},
        examples=[examples.LOOKED_AT],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return self.answer(request, pk, deciding.accept)


class Withdrawal(Answering):
    @extend_schema(
        summary="Take back what you asked for",
        request=shapes_proposals.Answer,
        responses={200: shapes_proposals.ProposalRow},
        examples=[examples.LOOKED_AT],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return self.answer(request, pk, deciding.withdraw)


def show_proposal(person: Person, pk: int) -> dict[str, Any]:
    return shapes_proposals.show_card(read_card(_find(person, pk)))


def _find(person: Person, pk: int) -> Proposal:
    proposal = queries.visible_proposals(person).filter(pk=pk).first() if pk <= MAX_INT64 else None
    if proposal is None:
        raise not_found()
    return proposal


def _read_items(person: Person, given: Any) -> list[Edit]:
    if not isinstance(given, list) or not 0 < len(given) <= proposing.MOST_ITEMS:
        raise malformed("items", f"write a list of 1 to {proposing.MOST_ITEMS} changes")
    return [_read_item(person, f"items/{index}", item) for index, item in enumerate(given)]


def _read_item(person: Person, where: str, item: Any) -> Edit:
    match item:
        case {"level": str(level), "id": int(pk), "changes": dict(changes)} if level in list(Level):
            version = item.get("version")
            if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
                raise malformed(f"{where}/version", "write a whole number")
            found = abs(pk) <= MAX_INT64 and not isinstance(pk, bool)
            return Edit(find_thing(person, Level(level), pk if found else 0), changes, version)
        case _:
            raise malformed(where, 'write {"level": "campaign", "id": 4, "changes": {"budget": "120.00"}}')


def _read_counters(given: Any) -> dict[int, Mapping[str, Any]] | None:
    if given is None:
        return None
    if not isinstance(given, list):
        raise malformed("counter", "write a list, [ … ]")
    counters: dict[int, Mapping[str, Any]] = {}
    for index, entry in enumerate(given):
        match entry:
            case {"item": int(position), "changes": dict(changes)} if not isinstance(position, bool):
                counters[position] = changes
            case _:
                raise malformed(f"counter/{index}", 'write {"item": 0, "changes": {"budget": "110.00"}}')
    return counters


def _read_bounds(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    given = body.get("bounds")
    if given is not None and not isinstance(given, dict):
        raise malformed("bounds", "write an object, { … }")
    return given or None


def _read_text(body: Mapping[str, Any], name: str) -> str:
    given = body.get(name)
    if given is not None and not isinstance(given, str):
        raise malformed(name, "write text")
    return given or ""


def _read_time(given: Any, name: str) -> datetime | None:
    if given in (None, ""):
        return None
    try:
        return read_moment(given)
    except ValueError as error:
        raise malformed(name, str(error)) from error
