"""A campaign made from another: the copy, the chip that says where it differs, and the list that the chip opens."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns import queries
from campaigns.models import Campaign, Change
from campaigns.models.campaign import State
from campaigns.rules.authority import Act
from campaigns.services.errors import count_things
from campaigns.services.origins import copy_campaign, list_differences, take_again
from campaigns.sync.clock import read_now
from campaigns.web.guard import acts_for, find_campaign, is_fragment, page, person_of


@page
@require_POST
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    campaign = find_campaign(request, pk, queries.with_tree(queries.visible_campaigns(person)))
    copy = copy_campaign(actor=person, door=Change.Door.PAGE, campaign=campaign, now=read_now())
    messages.success(request, f"A draft with the tree of “{campaign.label}”: nothing of it is sent.")
    return redirect("builder", copy.pk)


@page
def show_origin(request: HttpRequest, pk: int) -> HttpResponse:
    """The fields that differ; for htmx the chip alone. POST takes what was pressed from the campaign it was made from."""
    person = person_of(request)
    campaign = find_campaign(request, pk, queries.with_tree(queries.visible_campaigns(person)))
    if campaign.made_from is None:
        raise Http404("it was made from nothing that is still there")
    if request.method == "POST":
        return _take(request, campaign)
    context = read_origin(campaign) | {"campaign": campaign, "account": campaign.advertiser}
    if is_fragment(request):
        return render(request, "campaign/origin_chip.html", context)
    may = acts_for(person, campaign.advertiser)[Act.DRAFT] and campaign.state == State.DRAFT
    return render(request, "campaign/origin.html", context | {"may_take": may})


def read_origin(campaign: Campaign) -> dict[str, Any]:
    return {"differences": list_differences(campaign=campaign, now=read_now()), "source": campaign.made_from}


def _take(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    version = request.POST.get("version", "")
    change = take_again(
        actor=person_of(request),
        door=Change.Door.PAGE,
        campaign=campaign,
        version=int(version) if version.isascii() and version.isdigit() else 0,
        paths=frozenset(request.POST.getlist("path")),
        now=read_now(),
    )
    if change is None:
        messages.warning(request, "Nothing differs there any more.")
    else:
        said = count_things(len(change.after or ()), "field stands", "fields stand")
        messages.success(
            request,
            f"{said} as in the campaign it was made from again.",
            extra_tags=reverse("change-undo", args=[change.pk]),
        )
    return redirect("campaign-origin", pk=campaign.pk)
