"""Adding to a live campaign: an ad, or an ad group with its ads, typed over a copy of a live one, looked at, then sent."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from campaigns import queries
from campaigns.models import AdGroup, Campaign, Change, Person, Proposal
from campaigns.rules.authority import Act
from campaigns.rules.findings import FindingLevel
from campaigns.services.access import require
from campaigns.services.errors import NotWellFormed, Refused, ServiceError, Stale, Unconfirmed, WrongState
from campaigns.services.growing import foresee_growth
from campaigns.services.judging import is_going
from campaigns.services.proposing import grow_or_propose
from campaigns.sync.clock import read_now
from campaigns.web.builder_tree import find_mending
from campaigns.web.growing_form import Growth, begin_growth, draw_growth, list_refusals, read_growth
from campaigns.web.guard import find_campaign, page, person_of, status_of
from campaigns.web.switches import find_target


@page
@require_http_methods(["GET", "POST"])
def grow_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks what is to be like, or draws its form; POST draws it again with what is said of it, or sends it."""
    person = person_of(request)
    campaign = find_campaign(request, pk, queries.with_tree(queries.visible_campaigns(person)))
    require(person, campaign.advertiser, Act.LAUNCH)
    if not campaign.remote_id or campaign.is_removed:
        raise Http404("it is not at TikTok")
    given = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and not given.get("source"):
        return render(request, "campaign/grow.html", _read_context(campaign))
    source = find_target(campaign, given.get("source", ""))
    if isinstance(source, Campaign) or not source.remote_id or source.is_removed or source.is_leaving:
        raise Http404("only a live ad group or ad can be begun from")
    if request.method != "POST":
        return _draw(request, person, campaign, begin_growth(source))
    growth = read_growth(source, request.POST, read_now())
    moved = _find_moved(campaign, growth, request.POST)
    if moved or given.get("act") != "send":
        return _draw(request, person, campaign, growth, moved)
    return _send(request, person, campaign, growth)


def _find_moved(campaign: Campaign, growth: Growth, given: QueryDict) -> Stale | None:
    """What to say where somebody changed the campaign since it was drawn. A growth whose ad began as a copy of what stands no
    more is not sent, however often it is looked at: its creatives would be laid over others."""
    if _fits(growth, given):
        if given.get("version") == str(campaign.tree_version):
            return None
        said = "What you add is judged against what stands now."
    else:
        said = "What you typed stands below, over a copy of what is otherwise now, so nothing of it is sent."
    return Stale(f"{campaign.label} was changed meanwhile. {said}", campaign.tree_version)


def _fits(growth: Growth, given: QueryDict) -> bool:
    return given.get("begun", "") == growth.begun


def _send(request: HttpRequest, person: Person, campaign: Campaign, growth: Growth) -> HttpResponse:
    given = request.POST
    version = given.get("version", "")
    ticked = given.getlist("confirm")
    try:
        grown = grow_or_propose(
            actor=person,
            door=Change.Door.PAGE,
            parent=growth.parent,
            children=[growth.child],
            version=int(version) if version.isascii() and version.isdigit() else 0,
            acknowledged=frozenset((rule, path) for rule, _, path in (key.partition("@") for key in ticked)),
            reason=given.get("reason", "").strip(),
            now=read_now(),
        )
    except (Refused, Unconfirmed, WrongState, NotWellFormed, Stale) as error:
        campaign = find_campaign(request, campaign.pk, queries.with_tree(queries.visible_campaigns(person)))
        return _draw(request, person, campaign, growth, error)
    if isinstance(grown, Proposal):
        messages.success(request, "A manager has to agree, so what you add waits for one.")
        return redirect("proposal", pk=grown.pk)
    messages.success(request, "It is on its way: made switched off, read back, then switched on.")
    return redirect("launch-progress", pk=campaign.pk)


def _draw(
    request: HttpRequest,
    person: Person,
    campaign: Campaign,
    growth: Growth,
    error: ServiceError | None = None,
) -> HttpResponse:
    now, ticked = read_now(), request.POST.getlist("confirm")
    foreseen = foresee_growth(campaign=campaign, parent=growth.parent, children=[growth.child], now=now)
    drawn = draw_growth(growth, campaign, foreseen, person)
    levels = {item.level for item in foreseen.findings}
    fits = request.method != "POST" or _fits(growth, request.POST)
    group = growth.source if isinstance(growth.source, AdGroup) else growth.source.adgroup
    context = {
        **_read_context(campaign),
        **drawn,
        "growth": growth,
        "source": growth.source,
        "version": campaign.tree_version if fits else request.POST.get("version", ""),
        "begun": growth.begun if fits else request.POST.get("begun", ""),
        "anew": not fits,
        "key": f"{growth.source.level}s/{growth.source.pk}",
        "elsewhere": [item for item in drawn["elsewhere"] if item.level is not FindingLevel.CONFIRM],
        "mend": list_refusals(drawn["parts"]),
        "refused": FindingLevel.REFUSE in levels,
        "escalates": FindingLevel.ESCALATE in levels,
        "confirms": [
            (key := f"{item.rule}@{item.path}", item, key in ticked)
            for item in foreseen.findings
            if item.level is FindingLevel.CONFIRM
        ],
        "exposure_before": foreseen.before.plan.exposure,
        "exposure_after": foreseen.after.plan.exposure,
        "reason": request.POST.get("reason", ""),
        "error": error.message if error else "",
        "screen": {"plain": True, "targets": reverse("builder-targets", args=[campaign.pk, group.pk])},
    }
    status = 200
    if request.method == "POST" and (error or context["refused"]):
        status = 409 if error is not None and status_of(error) == 409 else 422
    return render(request, "campaign/grow_form.html", context, status=status)


def _read_context(campaign: Campaign) -> dict[str, Any]:
    return {
        "campaign": campaign,
        "account": campaign.advertiser,
        "sources": _list_sources(campaign),
        "mend_href": find_mending(campaign) if campaign.mends else "",  # nothing is added before that
    }


def _list_sources(campaign: Campaign) -> list[tuple[str, str]]:
    """What can be copied: the live ad groups with their ads, and the live ads."""
    sources = []
    for group in campaign.adgroups.all():
        if group.remote_id and not (group.is_removed or group.is_leaving):
            sources.append((f"adgroups/{group.pk}", f"Ad group {group.label}, with its ads"))
            sources += [
                (f"ads/{ad.pk}", f"Ad {ad.name}, in {group.label}" if ad.name else ad.label)
                for ad in group.ads.all()
                if ad.remote_id and not is_going(ad)
            ]
    return sources
