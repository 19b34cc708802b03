"""Changing one object: a draft's members as typed, or what exists at TikTok through the gate."""

from collections.abc import Mapping
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import queries
from campaigns.api import examples, shapes, shapes_live
from campaigns.api.gate import (
    DOOR,
    Gate,
    answer_tree,
    find_campaign,
    find_thing,
    read_acknowledged,
    read_body,
    read_reason,
    read_version,
)
from campaigns.api.problems import malformed
from campaigns.api.proposals import show_proposal
from campaigns.api.rows import show_change
from campaigns.api.trees import FRAME, ROOT_FRAME, show_object
from campaigns.contract.levels import Level
from campaigns.contract.members import members_below
from campaigns.contract.shape import read_members
from campaigns.models import Campaign, Change, Proposal, Thing
from campaigns.services import editing, proposing
from campaigns.services.edits import Edit
from campaigns.services.errors import NotWellFormed
from campaigns.services.wanted import campaign_of
from campaigns.sync.clock import read_now

ABOUT = (
    "200: a draft was changed, or nothing differs. 202: the change is on its way, or waits for a manager as `proposal`. "
    "Null takes a member away."
)


class OneObject(Gate):
    """PATCH of one object; `level` says of which kind."""

    level: ClassVar[Level]
    versioned = True

    def change(self, request: Request, pk: int) -> Response:
        thing = find_thing(self.person, self.level, pk)
        body = read_body(request)
        members = _read_members(self.level, body)
        version = read_version(request, body)
        if thing.remote_id is None:
            self._save_draft(thing, version, members)
            return self._show(thing.pk)
        booked = proposing.change_or_propose(
            actor=self.person,
            door=DOOR,
            edits=[Edit(thing, members, version)],
            acknowledged=read_acknowledged(body.get("acknowledge")),
            reason=read_reason(body, "reason"),
            emergency=read_reason(body, "emergency"),
            now=read_now(),
        )
        if isinstance(booked, Proposal):
            return Response({"proposal": show_proposal(self.person, booked.pk)}, status=202)
        return Response(self._show_booked(thing, booked), status=202) if booked else self._show(thing.pk)

    def _save_draft(self, thing: Thing, version: int, members: Mapping[str, Any]) -> None:
        problems = read_members(self.level, members).malformed
        if problems:
            raise NotWellFormed(f"{problems[0].path}: {problems[0].message}.", problems)
        given: dict[str, Any] = {"actor": self.person, "door": DOOR, "now": read_now(), "version": version}
        if isinstance(thing, Campaign):
            editing.apply_changes(campaign=thing, changes=list(members.items()), **given)
        else:
            editing.save_members(thing=thing, changes=members, **given)

    def _show(self, pk: int) -> Response:
        if self.level is Level.CAMPAIGN:
            return answer_tree(find_campaign(self.person, pk))
        thing = find_thing(self.person, self.level, pk)
        assert not isinstance(thing, Campaign), "its level is another one"
        states = queries.find_states(find_campaign(self.person, campaign_of(thing).pk))
        return Response(show_object(thing, states), headers={"ETag": f'"{thing.version}"'})

    def _show_booked(self, thing: Thing, booked: list[Change]) -> dict[str, Any]:
        fresh = find_thing(self.person, self.level, thing.pk)
        own, *spread = booked
        return {
            "change": show_change(own),
            "spread": [show_change(item) for item in spread],
            "version": fresh.tree_version if isinstance(fresh, Campaign) else fresh.version,
        }


class OneAdGroup(OneObject):
    level = Level.ADGROUP

    @extend_schema(summary="One ad group with its ads", responses={200: shapes.AdGroup})
    def get(self, request: Request, pk: int) -> Response:
        return self._show(pk)

    @extend_schema(
        summary="Change an ad group",
        description=ABOUT,
        request=shapes_live.AdGroupChange,
        responses={200: shapes.AdGroup, 202: shapes_live.ChangeOrProposal},
        examples=[examples.NEW_PRICE],
    )
    def patch(self, request: Request, pk: int) -> Response:
        return self.change(request, pk)


class OneAd(OneObject):
    level = Level.AD

    @extend_schema(summary="One ad", responses={200: shapes.Ad})
    def get(self, request: Request, pk: int) -> Response:
        return self._show(pk)

    @extend_schema(
        summary="Change an ad",
        description=ABOUT,
        request=shapes_live.AdChange,
        responses={200: shapes.Ad, 202: shapes_live.ChangeOrProposal},
        examples=[examples.NEW_TEXTS],
    )
    def patch(self, request: Request, pk: int) -> Response:
        return self.change(request, pk)


def _read_members(level: Level, body: Mapping[str, Any]) -> dict[str, Any]:
    """The members that a body changes: nothing of ours, nothing that no request of TikTok's has."""
    ours = {"version", "acknowledge", "reason", "emergency"}
    frame = {level.id_member, *(ROOT_FRAME if level is Level.CAMPAIGN else FRAME), "advertiser_id"}
    known = members_below(level, "")
    members = {name: value for name, value in body.items() if name not in ours}
    for name in members:
        if name in frame or name not in known or not known[name].writes:
            raise malformed(name, "this cannot be changed here")
    return members
