"""The list of campaigns, with what needs somebody above it. Filters live in the address; the list refreshes itself."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns import queries
from campaigns.models.campaign import State
from campaigns.web.context import Shell
from campaigns.web.guard import is_fragment, page, person_of
from campaigns.web.rows import list_attention, make_row
from campaigns.web.words import STATES

PAGE = 25
SOON, LATER = 3, 10  # seconds until the list asks again: while something moves, and otherwise
STUCK_SHOWN = 100


@page
def show_home(request: HttpRequest) -> HttpResponse:
    """The whole page, or for htmx only the part that moves."""
    return render(request, "home/live.html" if is_fragment(request) else "home/page.html", _read(request))


def _read(request: HttpRequest) -> dict[str, Any]:
    person = person_of(request)
    shell = Shell(request)
    text, state, account = (request.GET.get(name, "").strip()[:200] for name in ("q", "state", "account"))
    everything = queries.visible_campaigns(person)
    narrowed = queries.search_campaigns(everything, text=text, advertiser_id=account)
    all_states = queries.count_states(everything)
    states = queries.count_states(narrowed) if text or account else all_states
    listed = queries.search_campaigns(narrowed, state=state) if state else narrowed
    found = Paginator(listed, PAGE).get_page(request.GET.get("page"))
    campaigns = list(found.object_list)
    trees = queries.summarise_trees(campaigns)
    changes = queries.read_last_changes(campaigns)
    rows = [make_row(campaign, trees[campaign.pk], changes.get(campaign.pk)) for campaign in campaigns]
    moving = any(row.moving for row in rows)
    filters = {name: value for name, value in (("q", text), ("state", state), ("account", account)) if value}
    refused = sorted({item.connection.name for item in shell.accounts if item.connection.refused_at})
    return {
        "shell": shell,
        "rows": rows,
        "page": found,
        "total": sum(all_states.values()),
        "filters": filters,
        "address": urlencode(filters),
        "here": urlencode(filters | ({"page": found.number} if found.number > 1 else {})),
        "tabs": _tabs(states, state, {name: value for name, value in filters.items() if name != "state"}),
        "attention": list_attention(
            all_states,
            list(queries.list_stuck(person)[:STUCK_SHOWN]),
            shell.roles,
            refused,
            drifting=queries.list_drifting(person).count(),
            denied=queries.list_refused_ads(person).count(),
            proposals=shell.news[0],
        ),
        "wait": SOON if moving else LATER,
        "moving": moving,
    }


def _tabs(states: dict[str, int], current: str, rest: dict[str, str]) -> list[dict[str, Any]]:
    """All, then each state that has campaigns; the chosen one even when it has none."""
    tabs = [
        {
            "title": "All",
            "count": sum(states.values()),
            "query": urlencode(rest),
            "current": current not in STATES,
        }
    ]
    for state in (
        State.LIVE,
        State.LAUNCHING,
        State.PAUSED,
        State.NEEDS_PERSON,
        State.FAILED,
        State.DRAFT,
        State.REMOVED,
    ):
        if states.get(state) or state == current:
            query = urlencode(rest | {"state": state.value})
            tabs.append(
                {
                    "title": STATES[state].text,
                    "count": states.get(state, 0),
                    "query": query,
                    "current": state == current,
                }
            )
    return tabs
