"""The others who have the same campaign open in the builder: faces beside the plan line, each leading to where they are."""

import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns import queries
from campaigns.contract.levels import Level
from campaigns.models import Campaign, Person, Presence
from campaigns.services.presence import meet
from campaigns.sync.clock import read_real_time
from campaigns.web.context import write_initials
from campaigns.web.guard import find_campaign, page, person_of

PLACE = re.compile(r"campaign|grid|(?:adgroups|ads)/\d{1,18}")


@dataclass(frozen=True, slots=True)
class Companion:
    person: Person
    initials: str
    where: str
    href: str


@page
@require_POST
def meet_company(request: HttpRequest, pk: int) -> HttpResponse:
    """An open page tells where it is and asks who else is there. Whoever may see the campaign may be seen in it."""
    campaign = find_campaign(request, pk)
    place = request.POST.get("place", "")
    others = meet(
        actor=person_of(request),
        campaign=campaign,
        place=place if PLACE.fullmatch(place) else "campaign",
        now=read_real_time(),
    )
    names = _name_places(campaign) if others else {}
    company = [_introduce(item, names, campaign) for item in others]
    return render(request, "builder/company.html", {"company": company})


def _name_places(campaign: Campaign) -> dict[str, tuple[str, str]]:
    """By place: its name and address."""
    found = {
        "campaign": ("the campaign", reverse("builder", args=[campaign.pk])),
        "grid": ("the grid", reverse("grid", args=[campaign.pk])),
    }
    addresses = {Level.ADGROUP: "builder-adgroup", Level.AD: "builder-ad"}
    for thing in queries.list_things(campaign):
        if name := addresses.get(thing.level):
            found[f"{thing.level}s/{thing.pk}"] = (
                f"“{thing.label}”",
                reverse(name, args=[campaign.pk, thing.pk]),
            )
    return found


def _introduce(item: Presence, names: dict[str, tuple[str, str]], campaign: Campaign) -> Companion:
    where, href = names.get(item.place, names["campaign"])  # what they had open may be gone since
    return Companion(item.person, write_initials(item.person.display_name), where, href)
