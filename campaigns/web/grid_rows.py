"""The rows of the grid as such: which are ticked, and adding, removing and moving them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from campaigns.contract.levels import Level
from campaigns.models import Ad, AdGroup, Campaign, Change
from campaigns.rules.authority import Act
from campaigns.services import branches, bulk
from campaigns.services.access import require
from campaigns.services.bulk import Changes
from campaigns.services.errors import ServiceError, Stale, WrongState, count_things
from campaigns.services.wanted import EMPTY_AD
from campaigns.sync.clock import read_now
from campaigns.web.builder_screen import find_tree
from campaigns.web.grid_columns import choose_columns, list_columns
from campaigns.web.grid_layout import list_things, plain_scene
from campaigns.web.grid_screen import AT, address_of
from campaigns.web.guard import page, person_of


def read_level(given: QueryDict) -> Level:
    return Level.AD if given.get("level") == Level.AD.value else Level.ADGROUP


def apply_bulk(
    request: HttpRequest,
    campaign: Campaign,
    version: str,
    said: str,
    *,
    changes: Changes = (),
    added: Sequence[tuple[str, Mapping[str, Any]]] = (),
) -> tuple[Change | None, ServiceError | None]:
    """Does it, with `said` and a way back as the message; the act, or what stood in the way, where it can be looked at again."""
    try:
        change = bulk.apply_bulk(
            actor=person_of(request),
            door=Change.Door.PAGE,
            campaign=campaign,
            version=int(version) if version.isascii() and version.isdigit() else 0,
            changes=changes,
            added=added,
            now=read_now(),
        )
    except (Stale, WrongState) as error:
        return None, error
    tell_act(request, said, change)
    return change, None


def tell_act(request: HttpRequest, said: str, change: Change | None) -> None:
    """The message of an act, with its way back."""
    messages.success(request, said, extra_tags=reverse("change-undo", args=[change.pk]) if change else "")


def say_noun(level: Level) -> str:
    return "ad group" if level is Level.ADGROUP else "ad"


def read_picked(request: HttpRequest, campaign: Campaign, level: Level) -> list[AdGroup | Ad]:
    """The rows that were ticked, or those of all pages, in the order of the tree."""
    picked, every = set(request.POST.getlist("pick")), "every" in request.POST
    return [
        thing
        for thing in list_things(campaign, level)
        if (every or str(thing.pk) in picked) and not isinstance(thing, Campaign)
    ]


def find_back(request: HttpRequest, campaign: Campaign, level: Level) -> str:
    """The grid with the columns that were seen."""
    query = request.POST.get("query", "") or request.GET.get("query", "")
    return f"{address_of(level, campaign.pk)}{'?' if query else ''}{query}"


def show_columns(campaign: Campaign, level: Level, back: str, paths: Iterable[str]) -> str:
    """The grid with these columns too, where they are not seen."""
    address, _, query = back.partition("?")
    asked = QueryDict(query, mutable=True)
    things = list_things(campaign, level)
    rows = [(thing.wanted, plain_scene(campaign, thing)) for thing in things]
    every = list_columns(level, things, rows[0][1] if rows else plain_scene(campaign, campaign))
    seen = [column.path for column in choose_columns(every, asked.getlist("col"), rows)]
    hidden = [path for path in dict.fromkeys(paths) if path not in seen]
    if hidden:
        asked.setlist("col", [*seen[1:], *hidden])
    return f"{address}?{asked.urlencode()}" if asked else address


def lead_to(back: str, change: Change | None) -> str:
    """The same, where an act shows."""
    return f"{back}{'&' if '?' in back else '?'}{AT}={change.pk}" if change else back


@page
@require_POST
def change_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds, removes and moves rows: those ticked, or one named by `id`."""
    now, actor = read_now(), person_of(request)
    campaign = find_tree(request, pk)
    require(actor, campaign.advertiser, Act.DRAFT)
    level, act = read_level(request.POST), request.POST.get("act", "")
    back = redirect(find_back(request, campaign, level))
    if act == "add":
        branches.add_adgroup(actor=actor, door=Change.Door.PAGE, campaign=campaign, now=now)
        return back
    if act == "fill":
        groups = enumerate(campaign.adgroups.all())
        bare = [(f"adgroups/{index}/ads", EMPTY_AD) for index, group in groups if not group.ads.all()]
        filled = bulk.apply_bulk(
            actor=actor,
            door=Change.Door.PAGE,
            campaign=campaign,
            version=campaign.tree_version,
            added=bare,
            now=now,
        )
        tell_act(request, f"Added {count_things(len(bare), 'ad')}.", filled)
        return back
    picked = read_picked(request, campaign, level)
    if act not in ("up", "down", "remove"):
        raise Http404("no such act")
    if not picked:
        messages.warning(request, "Nothing was chosen: tick the rows first.")
        return back
    if act == "remove":
        taken = bulk.remove_children(
            actor=actor, door=Change.Door.PAGE, campaign=campaign, things=picked, now=now
        )
        removed = count_things(len(picked), say_noun(level))
        tell_act(request, f"Removed {removed}. The journal keeps what it was.", taken)
        return back
    by = -1 if act == "up" else 1
    bulk.move_children(actor=actor, door=Change.Door.PAGE, campaign=campaign, things=picked, by=by, now=now)
    return back
