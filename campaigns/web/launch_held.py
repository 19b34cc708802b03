"""What a launch was read back with otherwise than planned, on its page: both values in words, and the choice between them."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from campaigns.models import Advertiser, Campaign, Push
from campaigns.queries import Progress
from campaigns.services.errors import Unconfirmed
from campaigns.services.reconciling import Held, list_held, reconcile_launch
from campaigns.web.saying import say_field
from campaigns.web.values import say_member

WAY, THEIRS = "way:", "theirs"


def show_held(campaign: Campaign, progress: Progress, theirs: Sequence[str]) -> dict[str, Any]:
    """For the page: the values, and whether something needs eyes besides. `theirs`: the paths that were chosen before."""
    found = list_held(campaign)
    return {
        "held": list(_say(found, campaign.advertiser, theirs)),
        "looks": _needs_eyes(found, progress),
    }


def decide_held(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    """What was chosen stays chosen where a yes is missing. `given`: who decides, through which door, of what, when."""
    here = reverse("launch-progress", args=[given["campaign"].pk])
    ways = {name.removeprefix(WAY): way for name, way in request.POST.items() if name.startswith(WAY)}
    theirs = [path for path, way in ways.items() if way == THEIRS]
    try:
        reconcile_launch(**given, theirs=theirs, raises_exposure=request.POST.get("raises") == "yes")
    except Unconfirmed as error:
        messages.warning(request, error.message)
        return redirect(f"{here}?{urlencode({THEIRS: theirs}, doseq=True)}")
    messages.success(request, "Decided: it is brought to that, and all of it is read back again.")
    return redirect(here)


def _say(found: Iterable[Held], account: Advertiser, theirs: Sequence[str]) -> Iterable[dict[str, Any]]:
    for held in found:
        level, member = held.thing.level, held.member
        yield {
            "held": held,
            "taken": held.theirs and (held.path in theirs or not held.ours),
            "level": level,
            "field": say_field(member),
            "wanted": say_member(level, member, held.wanted, account),
            "remote": say_member(level, member, held.remote, account),
        }


def _needs_eyes(found: Sequence[Held], progress: Progress) -> bool:
    """Whether something needs a person that no choice between two values settles."""
    settled = {(held.thing.level, held.thing.pk) for held in found}
    needing = [step for step in progress.steps if step.state == Push.State.NEEDS_PERSON]
    others = any((step.level, step.object) not in settled for step in needing)
    return others or not all(held.ours or held.theirs for held in found)
