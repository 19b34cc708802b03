"""The lock calendar: what learns, until when, and how sure that is; the soonest opening first."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import queries
from campaigns.models import AdGroup, Person, Proposal
from campaigns.services.desk import list_calendar
from campaigns.services.learning import Standing
from campaigns.sync.clock import read_now
from campaigns.web.guard import page, person_of
from campaigns.web.learning_calendar import Bar, draw_bar, draw_scale

PAGE = 50
KEYS = (("j k", "Next and previous ad group"), ("o", "Open its ledger"))


@dataclass(frozen=True, slots=True)
class Row:
    standing: Standing
    bar: Bar
    waiting: int  # proposals that go together when it opens

    @property
    def edits(self) -> int:
        return len(self.standing.ledger.entries) - len(self.standing.ledger.resets)


@page
def show_calendar(request: HttpRequest) -> HttpResponse:
    """The filters stand in the address."""
    person, now = person_of(request), read_now()
    given = {name: request.GET.get(name, "").strip()[:150] for name in ("account", "buyer")}
    learning = list_calendar(person, now=now, advertiser_id=given["account"], buyer=given["buyer"])
    found = Paginator(learning, PAGE).get_page(request.GET.get("page"))
    standings = list(found.object_list)
    scale = draw_scale(standings, now=now, zone=person.time_zone)
    waiting = _count_waiting(person, [item.adgroup for item in standings])
    context: dict[str, Any] = {
        "rows": [Row(item, draw_bar(item, scale), waiting.get(item.adgroup.pk, 0)) for item in standings],
        "scale": scale,
        "page": found,
        "filters": given,
        "address": urlencode({name: value for name, value in given.items() if value}),
        "buyers": _list_buyers(person),
        "page_keys": KEYS,
    }
    return render(request, "learning/page.html", context)


def _count_waiting(person: Person, groups: Sequence[AdGroup]) -> dict[int, int]:
    """How many proposals wait for the lock of each ad group, by our id."""
    rows = queries.visible_proposals(person).filter(state=Proposal.State.WAITING)
    boarding: dict[int, set[int]] = defaultdict(set)
    for proposal in rows.filter(items__campaign__in={group.campaign_id for group in groups}).distinct():
        for item in proposal.items.all():
            for group in _touched(groups, item.campaign_id, item.adgroup_id):
                boarding[group].add(proposal.pk)
    return {group: len(proposals) for group, proposals in boarding.items()}


def _touched(groups: Iterable[AdGroup], campaign: int, adgroup: int | None) -> list[int]:
    return [group.pk for group in groups if group.campaign_id == campaign and adgroup in (None, group.pk)]


def _list_buyers(person: Person) -> list[Person]:
    """Who made the campaigns of the person's accounts."""
    made = queries.visible_campaigns(person).order_by().values("created_by")
    return list(Person.objects.filter(pk__in=made).order_by("username"))
