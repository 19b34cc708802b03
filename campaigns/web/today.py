"""Home: what needs the person, the gravest first, each line with what can be done about it in its place.

Every kind shows its first few lines, by money or by time, and leads to the page that has them all. What has to be worked out
over every live tree (locks, and what accounts can spend at worst) comes by itself a moment later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import queries
from campaigns.analysis.exposure import Exposure
from campaigns.models import Advertiser, Envelope, Person, Push, Result
from campaigns.models.campaign import CampaignQuerySet, State
from campaigns.queries.reading_back import list_drifting, list_refused_ads
from campaigns.queries.weeks import order_drifting
from campaigns.services.counting import count_campaigns
from campaigns.services.desk import list_calendar, list_queue
from campaigns.services.envelopes import measure_account
from campaigns.sync.clock import read_now, read_real_time
from campaigns.sync.drift import EXISTENCE, STRANGER, SWITCH, find_drift
from campaigns.web.context import Shell
from campaigns.web.drift import make_card
from campaigns.web.guard import is_fragment, page, person_of
from campaigns.web.proposal_cards import UNDECIDED
from campaigns.web.proposals import show_cards
from campaigns.web.refused import Line, list_broken, list_editing, list_lines
from campaigns.web.told import tell_review
from campaigns.web.words import say_status

SHOWN = 5  # lines of a kind; a cut kind says how many there are
NEEDS = (
    "resting",
    "unsure",
    "broken",
    "cards",
    "stopped",
    "paused",
    "turned",
    "refused",
    "drifting",
    "stuck",
    "drafts",
)
CARDS = 3  # a card of a proposal is taller than a line


@dataclass(frozen=True, slots=True)
class Purse:
    """What an account has spent today, beside what it can spend at worst and may. Its own currency and day."""

    account: Advertiser
    spent: Decimal | None  # None: no report of today was read
    worst: Exposure
    envelope: Decimal | None
    held: Decimal

    @property
    def room(self) -> Decimal | None:
        if self.envelope is None or self.worst.day is None:
            return None
        return self.envelope - self.worst.day - self.held


@page
def show_today(request: HttpRequest) -> HttpResponse:
    person, shell = person_of(request), Shell(request)
    campaigns = queries.visible_campaigns(person)
    states = queries.sum_states(
        count_campaigns([item.pk for item in shell.accounts], real_now=read_real_time()).counts
    )
    cards = list_queue(person, states=UNDECIDED) if shell.news.needing else []
    mine = [card for card in show_cards(cards, person) if card.acts]
    drifting = list_drifting(person)
    drafts = queries.search_campaigns(campaigns.filter(created_by=person), state=State.DRAFT)
    refused = list_refused_ads(person)
    stopped = queries.list_mending(person)
    paused = queries.list_paused(person)
    turned = queries.list_refused_calls(person).filter(launch=None)  # what was added stands with the launches
    broken = queries.list_broken_changes(person)
    turned_lines = list_lines(turned[:SHOWN])
    drifting = drifting.exclude(pk__in=_find_told(drifting, turned_lines))
    context: dict[str, Any] = {
        "resting": [item for item in shell.accounts if item.needs_connecting],
        "unsure": queries.search_campaigns(campaigns, state=State.NEEDS_PERSON)[:SHOWN],
        "unsure_count": states.get(State.NEEDS_PERSON, 0),
        "broken": list_broken(broken[:SHOWN]),
        "broken_count": broken.count(),
        "turned": turned_lines,
        "turned_count": turned.count(),
        "stopped": stopped[:SHOWN],
        "stopped_count": stopped.count(),
        "paused": paused[:SHOWN],
        "paused_count": paused.count(),
        "cards": mine[:CARDS],
        "card_count": len(mine),
        "refused": [
            {"ad": ad, "word": say_status(ad.level, ad.secondary_status), **tell_review(ad)}
            for ad in refused[:SHOWN]
        ],
        "refused_count": refused.count(),
        "drifting": [
            card
            for campaign in queries.with_tree(order_drifting(drifting))[:SHOWN]
            if (card := make_card(person, campaign)).lines  # a reading may have ended it since
        ],
        "drifting_count": drifting.count(),
        "drafts": drafts[:SHOWN],
        "draft_count": drafts.count(),
        "stuck": queries.list_stuck(person).count(),
        "editing": list_editing(shell),
        "total": sum(states.values()),
    }
    context["calm"] = not any(context[name] for name in NEEDS)
    return render(request, "today/page.html", context | {"shell": shell})


def _find_told(drifting: CampaignQuerySet, lines: Iterable[Line]) -> list[int]:
    """Our ids of campaigns that drift in nothing but what the lines of refused changes say already."""
    said = {(line.campaign.pk, line.target, line.push.aspect == Push.Aspect.SWITCH) for line in lines}
    asked = drifting.filter(pk__in={pk for pk, _, _ in said})
    return [
        campaign.pk
        for campaign in (queries.with_tree(asked) if said else ())
        if all(
            item.member not in (EXISTENCE, STRANGER)
            and (campaign.pk, item.target, item.member == SWITCH) in said
            for item in find_drift(campaign)
        )
    ]


@page
def show_later(request: HttpRequest) -> HttpResponse:
    """Locks by their opening, and each account's spend beside its exposure: a part of Home, without script a page."""
    person, now = person_of(request), read_now()
    learning = list_calendar(person, now=now)
    context = {
        "learning": learning[:SHOWN],
        "learning_count": len(learning),
        "purses": _read_purses(person, now),
    }
    return render(request, "today/later.html" if is_fragment(request) else "today/worked_out.html", context)


def _read_purses(person: Person, now: datetime) -> list[Purse]:
    accounts = list(queries.visible_to(person).select_related("envelope").order_by("name"))
    days = {item.pk: now.astimezone(ZoneInfo(item.zone)).date() for item in accounts}
    rows = Result.objects.filter(campaign__isnull=False, advertiser__in=days, day__in=set(days.values()))
    spent = {
        (row["advertiser"], row["day"]): row["spent"]
        for row in rows.order_by().values("advertiser", "day").annotate(spent=Sum("spend"))
    }
    purses = []
    for account in accounts:
        envelope: Envelope | None = getattr(account, "envelope", None)
        purses.append(
            Purse(
                account,
                spent.get((account.pk, days[account.pk])),
                measure_account(account, now=now),
                envelope.amount if envelope else None,
                envelope.held if envelope else Decimal(0),
            )
        )
    return purses
