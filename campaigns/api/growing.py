"""Adding an ad group or an ad: to a draft (201), or to a live campaign, where it is made at once (202)."""

from typing import Any

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
    read_reason,
    read_version,
)
from campaigns.api.idempotency import idempotent
from campaigns.api.proposals import show_proposal
from campaigns.api.trees import show_object, strip_branch
from campaigns.contract.levels import Level
from campaigns.models import AdGroup, Campaign, Proposal
from campaigns.models.campaign import State
from campaigns.services import proposing
from campaigns.services.wanted import campaign_of
from campaigns.sync.clock import read_now

ABOUT = (
    "201: the draft grew. 202: it is made switched off, read back, and switched on under the campaign as it stands; watch it at "
    "`campaigns/{id}/launch/`; or it waits for a manager as `proposal`. The campaign's version may stand in If-Match."
)


class Growth(Gate):
    versioned = True

    def grow(self, request: Request, parent: Campaign | AdGroup, child: Level) -> Response:
        body = read_body(request)
        # a branch that comes from GET carries a version of its own, which says nothing here
        looked_at = read_version(request, {}) if "If-Match" in request.headers else None
        grown = proposing.grow_or_propose(
            actor=self.person,
            door=DOOR,
            parent=parent,
            children=[strip_branch(child, body)],
            version=looked_at,
            acknowledged=read_acknowledged(body.get("acknowledge")),
            reason=read_reason(body, "reason"),
            now=read_now(),
        )
        if isinstance(grown, Proposal):
            return Response({"proposal": show_proposal(self.person, grown.pk)}, status=202)
        (made,) = grown
        thing = find_thing(self.person, child, made.pk)
        assert not isinstance(thing, Campaign), "a child"
        campaign = find_campaign(self.person, campaign_of(parent).pk)
        shown = show_object(thing, queries.find_states(campaign))
        draft = campaign.state == State.DRAFT
        headers = {"ETag": f'"{campaign.tree_version}"'}
        if not draft:
            headers["Location"] = reverse("api-launch", args=[campaign.pk], request=request)
        return Response(shown, status=201 if draft else 202, headers=headers)


class NewAdGroup(Growth):
    @extend_schema(
        summary="Add an ad group with its ads",
        description=ABOUT,
        request=shapes_live.NewAdGroup,
        responses={201: shapes.AdGroup, 202: shapes_live.GrownOrProposal},
        examples=[examples.ADGROUP_ADDED],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return self.grow(request, find_campaign(self.person, pk), Level.ADGROUP)


class NewAd(Growth):
    @extend_schema(
        summary="Add an ad",
        description=ABOUT,
        request=shapes_live.NewAd,
        responses={201: shapes.Ad, 202: shapes_live.GrownOrProposal},
        examples=[examples.AD_ADDED],
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        parent: Any = find_thing(self.person, Level.ADGROUP, pk)
        return self.grow(request, parent, Level.AD)
