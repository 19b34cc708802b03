"""Pausing and starting what exists at TikTok. A pause is one press; a start raises spend and asks first."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from campaigns import queries
from campaigns.contract.statuses import DELETE, DISABLE, ENABLE
from campaigns.models import Campaign, Change, Proposal, Thing
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.judging import judge_campaign, measure_worst
from campaigns.services.proposing import switch_or_propose
from campaigns.sync.clock import read_now
from campaigns.web.guard import acts_for, find_campaign, name_decider, page, person_of


@page
@require_http_methods(["GET", "POST"])
def switch_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks whether to start; POST wants an object on or off."""
    person = person_of(request)
    campaign = find_campaign(request, pk, queries.with_tree(queries.visible_campaigns(person)))
    given = request.POST if request.method == "POST" else request.GET
    thing = find_target(campaign, given.get("target", "campaign"))
    if request.method == "GET":
        require(person, campaign.advertiser, Act.START)
        judgement = judge_campaign(campaign=campaign, now=read_now())
        exposure = measure_worst(campaign=campaign, judgement=judgement)
        context = {"campaign": campaign, "account": campaign.advertiser, "thing": thing, "exposure": exposure}
        return render(request, "campaign/start.html", context | {"target": given.get("target", "campaign")})
    status = given.get("status", "")
    done = switch_or_propose(
        actor=person, door=Change.Door.PAGE, things=[thing], status=status, now=read_now()
    )
    if isinstance(done, Proposal):
        messages.success(
            request, f"Starting {thing.label} again waits for {name_decider(person, campaign.advertiser)}."
        )
        return redirect("proposal", pk=done.pk)
    if status == DISABLE:
        back = (
            "" if acts_for(person, campaign.advertiser)[Act.START] else " Starting it again takes a manager."
        )
        what = "pause"
        if thing.wanted_switch == DELETE:  # a stop leaves that as it is
            what, back = "remove", ""
        messages.success(request, f"TikTok is asked, before everything else, to {what} {thing.label}.{back}")
    elif status == ENABLE:
        messages.success(request, f"TikTok is asked to start {thing.label}.")
    return redirect("campaign", pk=campaign.pk)


def find_target(campaign: Campaign, target: str) -> Thing:
    """The object that `campaign`, `adgroups/12` or `ads/7` names; 404 for one of another tree."""
    for thing in queries.list_things(campaign):
        if target == ("campaign" if isinstance(thing, Campaign) else f"{thing.level}s/{thing.pk}"):
            return thing
    raise Http404("no such object in this campaign")
