"""The list of campaigns, with what needs somebody above it. What is shown lives in the address; the list refreshes itself."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import queries
from campaigns.models import Person
from campaigns.models.campaign import CampaignQuerySet, State
from campaigns.queries.attention import count_trouble
from campaigns.queries.pace import read_paces
from campaigns.queries.weeks import read_weeks
from campaigns.rules.authority import Act
from campaigns.services.counting import Tally, count_campaigns
from campaigns.sync.clock import read_real_time
from campaigns.web.context import Shell
from campaigns.web.guard import is_fragment, page, person_of
from campaigns.web.listing import Listing, list_choices, list_heads, narrow, order, read_address
from campaigns.web.rows import Attention, list_attention, make_row
from campaigns.web.words import STATES, say_distance

PAGE = 25
SOON, LATER = 3, 10  # seconds until the list asks again: while something moves, and otherwise
FORM = "filters"  # the filters' own id: what it asks for becomes the address
_KEYS = (
    ("j k", "Next and previous row"),
    ("x", "Choose the row; with Shift all up to it"),
    ("e", "Edit the row"),
)
_TABS = (
    State.LIVE,
    State.LAUNCHING,
    State.PAUSED,
    State.NEEDS_PERSON,
    State.FAILED,
    State.DRAFT,
    State.REMOVED,
)


@page
def show_home(request: HttpRequest) -> HttpResponse:
    """The whole page, or for htmx only the part that moves."""
    context = _read(request)
    if not is_fragment(request):
        return render(request, "home/page.html", context)
    response = render(request, "home/live.html", context)
    if request.headers.get("HX-Trigger") == FORM:
        response["HX-Push-Url"] = f"{request.path}?{context['address']}".rstrip("?")
    return response


def _read(request: HttpRequest) -> dict[str, Any]:
    person = person_of(request)
    shell = Shell(request)
    listing = read_address(request.GET)
    real_now = read_real_time()
    tally = count_campaigns([item.pk for item in shell.accounts], real_now=real_now)
    all_states = queries.sum_states(tally.counts)
    narrowed = narrow(person, listing, now=shell.now)
    states = _count(narrowed, listing, tally, shell) if listing.filtered else all_states
    listed = queries.search_campaigns(narrowed, state=listing.state).with_state()
    ordered = order(listed.select_related("launch"), listing)
    if "created" in listing.columns:
        ordered = ordered.select_related("created_by")
    pages = Paginator(ordered, PAGE)
    pages.count = states.get(listing.state, 0) if listing.state else sum(states.values())  # counted already
    found = pages.get_page(request.GET.get("page"))
    campaigns = list(found.object_list)
    accounts = {item.pk: item for item in shell.accounts}
    for campaign in campaigns:
        if campaign.advertiser_id in accounts:  # read already, and not once for each row
            campaign.advertiser = accounts[campaign.advertiser_id]
    trees = queries.summarise_trees(campaigns)
    changes = queries.read_last_changes(campaigns)
    weeks = read_weeks(campaigns, now=shell.now)
    paces = read_paces(campaigns, real_now=real_now)
    rows = [
        make_row(item, trees[item.pk], changes.get(item.pk), weeks[item.pk], paces.get(item.pk))
        for item in campaigns
    ]
    moving = any(row.moving for row in rows)
    paged = [("page", str(found.number))] if found.number > 1 else []
    return {
        "shell": shell,
        "rows": rows,
        "page": found,
        "total": sum(all_states.values()),
        "listing": listing,
        "kept": [pair for pair in listing.pairs if pair[0] not in ("q", "account")],
        "unchosen": [pair for pair in listing.pairs if pair[0] != "col"],
        "heads": list_heads(listing),
        "choices": list_choices(listing),
        "address": listing.address,
        "here": urlencode([*listing.pairs, *paged]),
        "views": list(queries.visible_views(person)),
        "sharing": [item for item in shell.accounts if shell.allows(item.pk, Act.DRAFT)],
        "stops": any(shell.allows(item.pk, Act.STOP) for item in shell.accounts),
        "starts": any(shell.allows(item.pk, Act.START) for item in shell.accounts),
        "editing": {item.pk for item in shell.accounts if shell.allows(item.pk, Act.EDIT)},
        "deciding": {item.pk for item in shell.accounts if shell.allows(item.pk, Act.DECIDE)},
        "tabs": _tabs(states, listing),
        "counted": say_distance((real_now - tally.at).total_seconds())
        if tally.at and not listing.narrowed
        else "",
        "toggles": _list_toggles(listing),
        "attention": _list_attention(person, shell, all_states),
        "wait": SOON if moving else LATER,
        "moving": moving,
        "page_keys": _KEYS,
    }


def _count(narrowed: CampaignQuerySet, listing: Listing, tally: Tally, shell: Shell) -> dict[str, int]:
    """The states of what the filters leave: of one account they are counted already."""
    if not listing.narrowed:
        account = next((item.pk for item in shell.accounts if item.advertiser_id == listing.account), 0)
        return queries.sum_states(tally.counts, account)
    return queries.sum_states(queries.count_states(narrowed))


def _list_attention(person: Person, shell: Shell, states: dict[str, int]) -> list[Attention]:
    return list_attention(
        states,
        count_trouble(person),
        shell.roles,
        _list_refused(shell),
        shell.news,
    )


def _list_refused(shell: Shell) -> list[str]:
    """Names of connections whose token TikTok refuses, or does not renew."""
    return sorted({item.connection.name for item in shell.accounts if item.needs_connecting})


def _tabs(states: dict[str, int], listing: Listing) -> list[dict[str, Any]]:
    """All, then each state that has campaigns; the chosen one even when it has none."""
    shown = [state for state in _TABS if states.get(state) or state == listing.state]
    tabs = [("All", "", sum(states.values()))] + [
        (STATES[state].text, state.value, states.get(state, 0)) for state in shown
    ]
    return [
        {
            "title": title,
            "count": count,
            "query": replace(listing, state=state).address,
            "current": state == listing.state,
        }
        for title, state, count in tabs
    ]


def _list_toggles(listing: Listing) -> list[dict[str, Any]]:
    return [
        {
            "title": title,
            "on": on,
            "icon": icon,
            "query": replace(listing, **{name: not on}).address,  # type: ignore[arg-type]  # both are bool
        }
        for name, title, on, icon in (
            ("drift", "Held otherwise at TikTok", listing.drift, "git-compare"),
            ("learning", "Learning", listing.learning, "lock"),
        )
    ]
