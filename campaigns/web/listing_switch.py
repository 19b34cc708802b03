"""Pausing and starting what was chosen in the list, in one act: all or none, and each that stands in the way says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from campaigns import queries
from campaigns.analysis.exposure import Exposure
from campaigns.contract.statuses import DISABLE, ENABLE
from campaigns.models import Campaign, Change, Person
from campaigns.rules.authority import Act, Role, may
from campaigns.rules.findings import FindingLevel
from campaigns.rules.lifecycle import SWITCH
from campaigns.services.edits import Edit, judge_edits
from campaigns.services.errors import ServiceError, count_things
from campaigns.services.judging import judge_campaign, measure_worst
from campaigns.services.switches import set_switches
from campaigns.sync.clock import read_now
from campaigns.web.guard import page, person_of, status_of
from campaigns.web.views import lead_to

MOST = 100  # campaigns of one act: a page and its neighbours; a start judges each whole tree


@dataclass(frozen=True, slots=True)
class Item:
    """A chosen campaign. `problem`: why it cannot be switched; `exposure` only where it would be started."""

    campaign: Campaign
    problem: str
    exposure: Exposure | None


@page
@require_POST
def switch_many(request: HttpRequest) -> HttpResponse:
    """A pause goes out at once; a start says first what can be spent and wants a yes."""
    person = person_of(request)
    back = lead_to(request.POST.get("back", ""))
    status = request.POST.get("status", "")
    chosen = read_chosen(request, queries.with_tree(queries.visible_campaigns(person)))
    if not chosen or status not in (ENABLE, DISABLE):
        messages.warning(request, "Nothing was chosen: tick the campaigns first.")
        return redirect(back)
    items = _look(person, chosen, status)
    context: dict[str, Any] = {
        "items": items,
        "status": status,
        "starts": status == ENABLE,
        "back": back,
        "address": request.POST.get("back", ""),
        "able": [item.campaign for item in items if not item.problem],
        "refused": any(item.problem for item in items),
    }
    if context["refused"]:
        return render(request, "home/switch.html", context, status=409)
    if status == ENABLE and not request.POST.get("yes"):
        return render(request, "home/switch.html", context)
    try:
        set_switches(actor=person, door=Change.Door.PAGE, things=chosen, status=status, now=read_now())
    except ServiceError as error:  # it moved since it was looked at, or a limit is reached
        return render(
            request, "home/switch.html", context | {"error": error.message}, status=status_of(error)
        )
    what = count_things(len(chosen), "campaign")
    said = "is asked to start" if status == ENABLE else "is asked, before everything else, to pause"
    messages.success(request, f"TikTok {said} {what}.")
    return redirect(back)


def read_chosen(request: HttpRequest, campaigns: Any) -> list[Campaign]:
    """Those of `campaigns` that were ticked, at most MOST."""
    ids = [int(word) for word in request.POST.getlist("pick") if word.isascii() and word.isdigit()]
    return list(campaigns.filter(pk__in=[pk for pk in ids if pk < 2**63][:MOST]))


def _look(person: Person, campaigns: Sequence[Campaign], status: str) -> list[Item]:
    roles = queries.roles_of(person)
    return [_look_at(item, roles.get(item.advertiser_id), status) for item in campaigns]


def _look_at(campaign: Campaign, role: Role | None, status: str) -> Item:
    starts = status == ENABLE
    if not campaign.remote_id or campaign.is_removed:
        said = "TikTok removed it." if campaign.is_removed else "It is not at TikTok: nothing to switch."
        return Item(campaign, said, None)
    if role is None or not may(role, Act.START if starts else Act.STOP):
        who = "a manager" if starts else "a buyer or manager"
        return Item(campaign, f"This takes {who} of {campaign.advertiser.name}.", None)
    if not starts:
        return Item(campaign, "", None)
    now = read_now()
    try:
        judgement = judge_edits(campaign=campaign, edits=[Edit(campaign, {SWITCH: ENABLE})], now=now)
    except ServiceError as error:
        return Item(campaign, error.message, None)
    stops = (FindingLevel.REFUSE, FindingLevel.ESCALATE)
    problem = next((item.message for item in judgement.findings if item.level in stops), "")
    worst = measure_worst(campaign=campaign, judgement=judge_campaign(campaign=campaign, now=now))
    return Item(campaign, problem, worst)
