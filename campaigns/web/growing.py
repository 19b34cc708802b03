"""Adding to a live campaign on a plain page: a copy of one of its ad groups or ads, under a name of its own."""

import copy
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from campaigns import queries
from campaigns.models import Ad, AdGroup, Campaign, Change, Proposal
from campaigns.rules.authority import Act
from campaigns.rules.lifecycle import SWITCH
from campaigns.services.access import require
from campaigns.services.errors import Refused, Unconfirmed, WrongState
from campaigns.services.proposing import grow_or_propose
from campaigns.services.wanted import show_raw
from campaigns.sync.clock import read_now
from campaigns.web.builder_tree import find_mending
from campaigns.web.guard import find_campaign, page, person_of, status_of
from campaigns.web.switches import find_target

_SCHEDULE = ("schedule_start_time",)  # the copy starts now: a start long past is refused (R65)


@page
@require_http_methods(["GET", "POST"])
def grow_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """GET draws the form; POST makes it, or draws it again with what must be mended or said yes to."""
    person = person_of(request)
    campaign = find_campaign(request, pk, queries.with_tree(queries.visible_campaigns(person)))
    require(person, campaign.advertiser, Act.LAUNCH)
    if not campaign.remote_id or campaign.is_removed:
        raise Http404("it is not at TikTok")
    context: dict[str, Any] = {
        "campaign": campaign,
        "sources": _list_sources(campaign),
        "mend_href": find_mending(campaign) if campaign.mends else "",  # nothing is added before that
    }
    if request.method != "POST":
        return render(request, "campaign/grow.html", context | {"name": "", "source": ""})
    given = request.POST
    context |= {name: given.get(name, "") for name in ("source", "name", "texts", "reason")}
    ticked = frozenset(given.getlist("confirm"))
    source = find_target(campaign, context["source"])
    if isinstance(source, Campaign):
        raise Http404("a campaign is no part of itself")
    try:
        grown = grow_or_propose(
            actor=person,
            door=Change.Door.PAGE,
            parent=source.parent,
            children=[_copy(source, context["name"].strip(), context["texts"])],
            acknowledged=frozenset((rule, path) for rule, _, path in (key.partition("@") for key in ticked)),
            reason=context["reason"].strip(),
            now=read_now(),
        )
    except (Refused, Unconfirmed, WrongState) as error:
        context["error"] = error.message
        if isinstance(error, Refused):
            context["findings"] = error.findings
        elif isinstance(error, Unconfirmed):
            context["confirms"] = [(f"{item.rule}@{item.path}", item, False) for item in error.findings]
            context["said"] = sorted(ticked)
        return render(request, "campaign/grow.html", context, status=409 if status_of(error) == 409 else 422)
    if isinstance(grown, Proposal):
        messages.success(request, "The campaign is learning, so what you add waits for a manager.")
        return redirect("proposal", pk=grown.pk)
    messages.success(request, "It is on its way: made switched off, read back, then switched on.")
    return redirect("launch-progress", pk=campaign.pk)


def _list_sources(campaign: Campaign) -> list[tuple[str, str]]:
    """What can be copied: the live ad groups with their ads, and the live ads."""
    sources = []
    for group in campaign.adgroups.all():
        if group.remote_id and not group.is_removed:
            sources.append((f"adgroups/{group.pk}", f"Ad group {group.label}, with its ads"))
            sources += [
                (f"ads/{ad.pk}", f"Ad {ad.name}, in {group.label}" if ad.name else ad.label)
                for ad in group.ads.all()
                if ad.remote_id and not ad.is_removed
            ]
    return sources


def _copy(source: AdGroup | Ad, name: str, texts: str) -> dict[str, Any]:
    """The object as wanted, under another name; switched on, and beginning now."""
    made = copy.deepcopy(show_raw(source))
    for item in (made, *made.get("ads", [])):
        item.pop(SWITCH, None)
        for member in _SCHEDULE:
            item.pop(member, None)
    made[source.level.name_member] = name
    lines = [line.strip() for line in texts.splitlines() if line.strip()]
    if lines and isinstance(source, Ad):
        made["ad_text_list"] = [{"ad_text": line} for line in lines]
    return made
