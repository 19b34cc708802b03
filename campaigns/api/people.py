"""Who is a member of one's accounts over REST. Only people who are signed in change it: no scope of a token holds that."""

from decimal import Decimal
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from campaigns import queries
from campaigns.api import examples
from campaigns.api.gate import DOOR, Gate, GateList, find_account, read_body
from campaigns.api.idempotency import idempotent
from campaigns.api.problems import malformed, not_found
from campaigns.api.shapes import AMOUNT, NUMBER, TEXT, TEXT_OR_NULL, Shape, words
from campaigns.contract.limits import MAX_INT64
from campaigns.contract.shape import read_money
from campaigns.models import Membership
from campaigns.rules.authority import Role
from campaigns.services import people
from campaigns.sync.clock import read_real_time

ROLE = words(*Role)
LIMIT = {**AMOUNT, "type": ["string", "null"]}


class MemberRow(Shape):
    about = "One person's role for one account. `largest_raise`: beyond it a manager has to agree; null: no limit."
    members = {
        "id": NUMBER,
        "username": TEXT,
        "name": TEXT,
        "advertiser_id": TEXT,
        "role": ROLE,
        "largest_raise": LIMIT,
    }

    def to_representation(self, row: Membership) -> dict[str, Any]:
        limit = row.largest_raise
        return {
            "id": row.pk,
            "username": row.person.username,
            "name": row.person.display_name,
            "advertiser_id": row.advertiser.advertiser_id,
            "role": row.role,
            "largest_raise": None if limit is None else row.advertiser.money.write(limit),
        }


class Invited(Shape):
    about = (
        "`invitation`: where they choose a password, within three days; hand it over. It is told once: a repeat with the same "
        "Idempotency-Key has null in its place, and so has somebody who can sign in already."
    )
    members = {**MemberRow.members, "invitation": TEXT_OR_NULL}


class Invitation(Shape):
    members = {"advertiser_id": TEXT, "username": TEXT, "email": TEXT, "role": ROLE}


class MemberChange(Shape):
    about = "What is left out stays. `largest_raise` null takes the limit away."
    members = {"role": ROLE, "largest_raise": {"type": ["string", "number", "null"]}}
    optional = ("role", "largest_raise")


class MemberFilters(django_filters.FilterSet):
    advertiser_id = django_filters.CharFilter(
        field_name="advertiser__advertiser_id", label="TikTok's id of the account"
    )


class People(GateList):
    serializer_class = MemberRow
    queryset = Membership.objects.none()
    filterset_class = MemberFilters
    told_once = ("invitation",)

    def get_queryset(self) -> "QuerySet[Membership]":
        return _visible(self)

    @extend_schema(summary="Who is a member of your accounts, and as what")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        summary="Make somebody a member; administrators who are signed in only",
        request=Invitation,
        responses={201: Invited},
        examples=[examples.INVITATION],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        body = read_body(request)
        account = find_account(self.person, body)
        given = {name: _read_text(body, name) for name in ("username", "email", "role")}
        member, path = people.invite(
            actor=self.person, door=DOOR, advertiser=account, now=read_real_time(), **given
        )
        where = path and reverse("join", args=path.split("/"), request=request)
        return Response({**MemberRow().to_representation(member), "invitation": where}, status=201)


class OneMember(Gate):
    @extend_schema(
        summary="Set a member's role or limit; administrators who are signed in only",
        request=MemberChange,
        responses={200: MemberRow},
        examples=[examples.MEMBER_LIMITED],
    )
    def patch(self, request: Request, pk: int) -> Response:
        member, body = _find(self, pk), read_body(request)
        for name in body:
            if name not in MemberChange.members:
                raise malformed(name, f"this knows {', '.join(MemberChange.members)}")
        people.change_member(
            actor=self.person,
            door=DOOR,
            membership=member,
            role=_read_text(body, "role") if "role" in body else member.role,
            largest_raise=_read_limit(body) if "largest_raise" in body else member.largest_raise,
            now=read_real_time(),
        )
        return Response(MemberRow().to_representation(_find(self, pk)))

    @extend_schema(summary="Take somebody out; what they did stays", request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        people.remove_member(actor=self.person, door=DOOR, membership=_find(self, pk), now=read_real_time())
        return Response(status=204)


def _visible(view: Gate) -> "QuerySet[Membership]":
    found = Membership.objects.filter(advertiser__in=queries.visible_to(view.person))
    return found.select_related("person", "advertiser")


def _find(view: Gate, pk: int) -> Membership:
    found = _visible(view).filter(pk=pk).first() if pk <= MAX_INT64 else None
    if found is None:
        raise not_found("There is no such member of your accounts.")
    return found


def _read_text(body: dict[str, Any], name: str) -> str:
    given = body.get(name)
    if not isinstance(given, str):
        raise malformed(name, "write text")
    return given


def _read_limit(body: dict[str, Any]) -> Decimal | None:
    if body["largest_raise"] is None:
        return None
    try:
        return read_money(body["largest_raise"])
    except ValueError as error:
        raise malformed("largest_raise", str(error)) from error
