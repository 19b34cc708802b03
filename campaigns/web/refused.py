"""Changes of what is live that came to rest: those that TikTok refused, and those that broke off by a fault of ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from campaigns import queries
from campaigns.models import Campaign, Change, Push, Thing
from campaigns.rules.authority import Act
from campaigns.services.retrying import try_again
from campaigns.services.wanted import campaign_of, name_target
from campaigns.sync.bodies import list_pictures
from campaigns.sync.clock import read_now
from campaigns.sync.drift import SWITCH, compare
from campaigns.web.context import Shell
from campaigns.web.guard import find_campaign, page, person_of
from campaigns.web.saying import say_field
from campaigns.web.values import say_sides

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One change that came to rest: `sides` are what it would have moved, as (field, wanted, at TikTok) in words."""

    push: Push
    thing: Thing
    campaign: Campaign
    target: str
    sides: tuple[tuple[str, str, str], ...]
    adds: bool  # it was about something new


@page
def show_refused(request: HttpRequest) -> HttpResponse:
    """All that TikTok refused of what is live and that nobody has mended yet, newest first."""
    shell = Shell(request)
    shown = Paginator(queries.list_refused_calls(person_of(request)), PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"lines": list_lines(shown), "page": shown, "tab": "refused"}
    return render(request, "drift/refused.html", context | {"editing": list_editing(shell)})


@page
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Tries again what broke off of a live campaign. Raises WrongState where nothing did."""
    person = person_of(request)
    campaign = find_campaign(request, pk)
    try_again(actor=person, door=Change.Door.PAGE, campaign=campaign, now=read_now())
    messages.success(request, f"{campaign.label}: we look at TikTok first, and send what differs still.")
    return redirect("today") if "from_home" in request.POST else redirect("campaign", pk=pk)


def list_lines(pushes: Iterable[Push]) -> list[Line]:
    """What was refused of each object, beside why. One query for each, so for a page of them."""
    return [_make_line(push, differs=True) for push in pushes]


def list_broken(pushes: Iterable[Push]) -> list[Line]:
    """The same of what broke off; what it would have moved is not said, for comparing may be where the fault lies."""
    return [_make_line(push, differs=False) for push in pushes]


def list_editing(shell: Shell) -> set[int]:
    """Our ids of the accounts in which the person may change what is live."""
    return {item.pk for item in shell.accounts if shell.allows(item.pk, Act.EDIT)}


def _make_line(push: Push, *, differs: bool) -> Line:
    thing, adds = push.target, push.launch_id is not None
    campaign = campaign_of(thing)
    drifts = compare(thing, "", list_pictures(push.advertiser_id, [thing])) if differs and not adds else ()
    switches = push.aspect == Push.Aspect.SWITCH
    sides = tuple(
        (say_field(item.member), *say_sides(item, campaign.advertiser))
        for item in drifts
        if (item.member == SWITCH) == switches
    )
    return Line(push, thing, campaign, name_target(thing), sides, adds)
