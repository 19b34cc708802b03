"""A launch, object by object, as it happens. The fragment asks again by itself until nothing moves any more."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from campaigns import queries
from campaigns.contract.levels import Level
from campaigns.models import Campaign, Change, Launch, Push
from campaigns.models.campaign import State
from campaigns.queries import Progress
from campaigns.rules.authority import Act
from campaigns.services import steering
from campaigns.services.launches import resume_launch
from campaigns.sync.clock import read_now, read_real_time
from campaigns.web.builder_tree import find_mending
from campaigns.web.guard import acts_for, find_campaign, is_fragment, page, person_of
from campaigns.web.launch_held import THEIRS, decide_held, show_held
from campaigns.web.launch_words import find_word, list_troubled, say_headline, say_outcome


@page
@require_http_methods(["GET", "POST"])
def show_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page, or for htmx only the fragment. POST: an act about the launch as a whole."""
    person = person_of(request)
    if request.method == "POST":
        return _act(request, find_campaign(request, pk))
    campaign = find_campaign(request, pk, queries.with_tree(queries.visible_campaigns(person)))
    progress = queries.read_progress(campaign, real_now=read_real_time())
    if progress is None:
        raise Http404("not launched yet")
    acts = acts_for(person, campaign.advertiser)
    headline = say_headline(progress)
    context = {
        "campaign": campaign,
        "account": campaign.advertiser,
        "launch": campaign.launch,
        "progress": progress,
        "headline": headline,
        # read out once when it changes, and not each second with everything below it
        "announced": is_fragment(request) and request.GET.get("said") != headline.text,
        "troubled": list_troubled(progress),
        "steps": [(step, find_word(step)) for step in progress.steps],
        "made": sum(step.remote_id is not None for step in progress.steps),
        "through": sum(
            (step.remote_id is not None) + (step.state == Push.State.DONE) for step in progress.steps
        ),
        "whole": 2 * progress.total,  # every object is made, and then switched
        "moving": progress.moving or has_more_to_do(progress),
        "over": campaign.launch.finished_at is not None,
        "outcome": say_outcome(progress) if campaign.launch.cancelled_at else "",
        "may_stop": acts[Act.STOP],
        "may_mend": acts[Act.DRAFT],
        "mend_href": find_mending(campaign) if progress.state == State.FAILED else "",
        "may_resume": acts[Act.LAUNCH],
    }
    if progress.state == State.NEEDS_PERSON:
        context |= show_held(campaign, progress, request.GET.getlist(THEIRS))
    if request.GET.get("ask") == "cancel" and campaign.launch.finished_at is None:
        return render(request, "campaign/cancel.html", context)
    name = "campaign/progress_live.html" if is_fragment(request) else "campaign/progress.html"
    return render(request, name, context)


def _act(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """One press about the launch as a whole. What was made is removed only by a press that says so."""
    given: dict[str, Any] = {
        "actor": person_of(request),
        "door": Change.Door.PAGE,
        "campaign": campaign,
        "now": read_now(),
    }
    match request.POST.get("act", "looked"):
        case "pause":
            steering.pause_launch(**given)
            messages.success(request, "Paused: nothing more is made or switched on until you go on.")
        case "resume":
            steering.unpause_launch(**given)
            messages.success(request, "The launch goes on where it stood.")
        case "remake":
            steering.remake_lost(**given)
            messages.success(request, "What was deleted at TikTok is made again, then all is read back.")
        case "reconcile":
            return decide_held(request, given)
        case "remove" | "keep" as created:
            steering.cancel_launch(**given, removes=created == "remove")
            if not Launch.objects.filter(campaign=campaign.pk).exists():
                messages.success(request, "Cancelled. Nothing had been made, so it is a draft again.")
                return redirect("campaign", pk=campaign.pk)
            launch = Launch.objects.get(campaign=campaign.pk)
            if launch.grows and not launch.pushes.exists():
                messages.success(request, "Cancelled: nothing was added. What is live runs on.")
                return redirect("campaign", pk=campaign.pk)
            done = "is being removed at TikTok" if created == "remove" else "stays there, switched off"
            messages.success(request, f"Cancelled: nothing more is made, and what was made {done}.")
        case _ if request.POST.get("looked") == "yes":
            resume_launch(**given)
            messages.success(request, "The launch goes on: the tree is read back now.")
        case _:
            messages.error(request, "Look at it at TikTok first, and say so by the tick.")
    return redirect("launch-progress", pk=campaign.pk)


def has_more_to_do(progress: Progress) -> bool:
    """Whether a stopped launch still has calls under way: siblings of what was refused are made to the end."""
    rests = progress.launch.paused_at is not None or progress.launch.cancelled_at is not None
    parents: dict[Level, bool] = {}
    for step in progress.steps:
        there = step.remote_id is not None
        ready = step.level.parent is None or parents.get(step.level.parent, progress.launch.grows)
        parents[step.level] = there
        if step.state in (Push.State.SENT, Push.State.UNSURE):
            return True
        if step.state == Push.State.WAITING and ready and not there and not rests:
            return True
    return False
