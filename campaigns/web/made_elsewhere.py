"""One object that no row of ours holds: what it is, and its two ways out, each named. Works without script."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from campaigns import queries
from campaigns.models import Change, Person, Stranger
from campaigns.rules.authority import Act
from campaigns.services.errors import Unconfirmed, WrongState
from campaigns.services.made_elsewhere import adopt_stranger, judge_removals, remove_stranger
from campaigns.sync.clock import read_now
from campaigns.web.guard import acts_for, page, person_of
from campaigns.web.words import say_status

REMOVE, ADOPT = "remove", "adopt"


@page
@require_http_methods(["GET", "POST"])
def decide_stranger(request: HttpRequest, pk: int) -> HttpResponse:
    """POST does what was pressed; a removal only with its box ticked: it cannot be taken back."""
    person = person_of(request)
    stranger = queries.visible_strangers(person).filter(pk=pk).first()
    if stranger is None:
        raise Http404("no such object among the person's accounts")
    act = request.POST.get("act", "")
    given: dict[str, Any] = {
        "actor": person,
        "door": Change.Door.PAGE,
        "stranger": stranger,
        "now": read_now(),
    }
    if act == REMOVE:
        asked = judge_removals(stranger.advertiser, [stranger], given["now"])
        yes = (
            frozenset((finding.rule, finding.path) for finding in asked)
            if "yes" in request.POST
            else frozenset()
        )
        try:
            remove_stranger(acknowledged=yes, **given)
        except Unconfirmed:
            said = "Tick that it is to be removed: nothing brings it back."
            return render(
                request, "drift/stranger.html", _read(person, stranger) | {"problem": said}, status=422
            )
        messages.success(request, f"{stranger.label} is being removed at TikTok.")
    elif act == ADOPT:
        try:
            adopt_stranger(**given)
        except WrongState as error:
            shown = _read(person, stranger) | {"problem": error.message}
            return render(request, "drift/stranger.html", shown, status=409)
        messages.success(request, f"{stranger.label} is ours from now on, as it stands at TikTok.")
    else:
        return render(request, "drift/stranger.html", _read(person, stranger))
    return redirect("campaign", stranger.campaign_id) if stranger.campaign_id else redirect("elsewhere")


def _read(person: Person, stranger: Stranger) -> dict[str, Any]:
    acts = acts_for(person, stranger.advertiser)
    return {
        "stranger": stranger,
        "account": stranger.advertiser,
        "campaign": stranger.campaign,
        "word": say_status(stranger.level, stranger.secondary_status),
        "may_remove": acts[Act.EDIT] and (stranger.twin or stranger.campaign is not None),
        "may_adopt": acts[Act.EDIT] and stranger.campaign is not None,
    }
