"""A launch, object by object, as it happens. The fragment asks again by itself until nothing moves any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from campaigns import queries
from campaigns.contract.levels import Level
from campaigns.models import Campaign, Change, Push
from campaigns.models.campaign import State
from campaigns.queries import ProgressStep
from campaigns.rules.authority import Act
from campaigns.services.launches import resume_launch
from campaigns.sync.clock import read_now
from campaigns.web.builder_tree import find_mending
from campaigns.web.guard import acts_for, find_campaign, is_fragment, page, person_of


@dataclass(frozen=True, slots=True)
class StepWord:
    icon: str
    tone: str


_STEPS = {
    Push.State.WAITING: StepWord("circle-dashed", "quiet"),
    Push.State.SENT: StepWord("loader", "busy"),
    Push.State.UNSURE: StepWord("hourglass", "wait"),
    Push.State.DONE: StepWord("circle-check", "good"),
    Push.State.REFUSED: StepWord("circle-x", "bad"),
    Push.State.NEEDS_PERSON: StepWord("hand-stop", "bad"),
}

_MADE = StepWord("check", "quiet")


@page
@require_http_methods(["GET", "POST"])
def show_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page, or for htmx only the fragment. POST: a person has looked, the launch goes on."""
    person = person_of(request)
    if request.method == "POST":
        return _resume(request, find_campaign(request, pk))
    campaign = find_campaign(request, pk, queries.with_tree(queries.visible_campaigns(person)))
    progress = queries.read_progress(campaign)
    if progress is None:
        raise Http404("not launched yet")
    acts = acts_for(person, campaign.advertiser)
    context = {
        "campaign": campaign,
        "account": campaign.advertiser,
        "launch": campaign.launch,
        "progress": progress,
        "steps": [(step, _word(step)) for step in progress.steps],
        "made": sum(step.remote_id is not None for step in progress.steps),
        "through": sum(
            (step.remote_id is not None) + (step.state == Push.State.DONE) for step in progress.steps
        ),
        "whole": 2 * progress.total,  # every object is made, and then switched
        "moving": progress.moving or has_more_to_do(progress.steps),
        "over": progress.state in (State.LIVE, State.PAUSED, State.REMOVED),
        "may_mend": acts[Act.DRAFT],
        "mend_href": find_mending(campaign) if progress.state == State.FAILED else "",
        "may_resume": acts[Act.LAUNCH],
    }
    name = "campaign/progress_live.html" if is_fragment(request) else "campaign/progress.html"
    return render(request, name, context)


def _resume(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    if request.POST.get("looked") == "yes":
        resume_launch(actor=person_of(request), door=Change.Door.PAGE, campaign=campaign, now=read_now())
        messages.success(request, "The launch goes on: the tree is read back now.")
    else:
        messages.error(request, "Look at it at TikTok first, and say so by the tick.")
    return redirect("launch-progress", pk=campaign.pk)


def _word(step: ProgressStep) -> StepWord:
    if step.state == Push.State.WAITING and step.remote_id is not None:
        return _MADE
    return _STEPS[Push.State(step.state)]


def has_more_to_do(steps: Sequence[ProgressStep]) -> bool:
    """Whether a stopped launch still has calls under way: siblings of what was refused are made to the end."""
    parents: dict[Level, bool] = {}
    for step in steps:
        there = step.remote_id is not None
        ready = step.level.parent is None or parents.get(step.level.parent, False)
        parents[step.level] = there
        if step.state in (Push.State.SENT, Push.State.UNSURE):
            return True
        if step.state == Push.State.WAITING and ready and not there:
            return True
    return False
