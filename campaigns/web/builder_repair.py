"""Repairing everything at once: what would change, what it would cost, and one press that does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from campaigns.contract.levels import Level
from campaigns.contract.paths import find_at
from campaigns.models import Campaign
from campaigns.models.campaign import State
from campaigns.rules.findings import FieldChange
from campaigns.services.errors import ServiceError, Stale, Unconfirmed, count_things
from campaigns.services.repairing import Proposal, apply_repair, propose_repair
from campaigns.sync.clock import read_now
from campaigns.web.builder_library import read_library
from campaigns.web.builder_screen import find_tree, may_draft
from campaigns.web.builder_tree import Tree, read_tree
from campaigns.web.grid_screen import AT, address_of
from campaigns.web.guard import is_fragment, page, person_of
from campaigns.web.review import say_value
from campaigns.web.saying import say_message

SHOWN = 10  # findings listed that only a person can mend
GRID = "-grid?"  # parts the level of a grid from its query, where one came from there


@page
@require_http_methods(["GET", "HEAD", "POST"])
def repair_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview as a page, or for htmx as the line under the plan; a press applies what was previewed."""
    campaign = find_tree(request, pk)
    if request.method != "POST":
        return _draw(request, campaign)
    version = request.POST.get("version", "")
    try:
        change = apply_repair(
            actor=person_of(request),
            door="page",
            campaign=campaign,
            version=int(version) if version.isascii() and version.isdigit() else 0,
            key=request.POST.get("key", ""),
            accepts_exposure=request.POST.get("accept") == "yes",
            now=read_now(),
        )
    except (Stale, Unconfirmed) as error:
        return _draw(request, find_tree(request, pk), error=error)
    said = (
        f"Repaired: {count_things(len(change.after or ()), 'change')}. The journal keeps what stood before."
    )
    messages.success(request, said, extra_tags=reverse("change-undo", args=[change.pk]))
    back = _find_back(request, campaign)
    return redirect(
        f"{back.href}{'&' if '?' in back.href else '?'}{AT}={change.pk}" if GRID in back.path else back.href
    )


def _draw(request: HttpRequest, campaign: Campaign, *, error: ServiceError | None = None) -> HttpResponse:
    may = may_draft(person_of(request), campaign) and campaign.state == State.DRAFT
    raw = campaign.raw_tree()
    proposal = (
        propose_repair(advertiser=campaign.advertiser, raw=raw, now=read_now()) if may else Proposal(None)
    )
    tree = read_tree(campaign, ())
    repair = proposal.repair
    changes = sorted(repair.changes, key=_place) if repair else []
    identities: Mapping[str, str] = {}
    if any(item.path.endswith("/identity_id") for item in changes):
        identities = read_library(campaign.advertiser, Level.AD).lists["identities"]
    context: dict[str, Any] = {
        "campaign": campaign,
        "account": campaign.advertiser,
        "may": may,
        "proposal": proposal,
        "repair": repair,
        "lines": [_show_change(raw, tree, item.path, item.value, identities) for item in changes],
        "left": [(tree.owner(item.path), item) for item in proposal.left[:SHOWN]],
        "more": max(0, len(proposal.left) - SHOWN),
        "bounds": _compare(repair.exposure_before, repair.exposure_after) if repair else (),
        "error": error,
        "back": _find_back(request, campaign),
    }
    status = 200 if error is None else 422 if isinstance(error, Unconfirmed) else 409
    template = "builder/repair_offer.html" if is_fragment(request) else "builder/repair.html"
    return render(request, template, context, status=status)


@dataclass(frozen=True, slots=True)
class _Back:
    """Where one came from: an object by its path, or the grid of a level with its columns."""

    path: str
    href: str


def _find_back(request: HttpRequest, campaign: Campaign) -> _Back:
    tree = read_tree(campaign, ())
    path = request.POST.get("from", "") or request.GET.get("from", "")
    level, grid, query = path.partition(GRID)
    if grid and level in (Level.ADGROUP.value, Level.AD.value):
        address = address_of(Level(level), campaign.pk)
        return _Back(path, f"{address}?{QueryDict(query).urlencode()}" if query else address)
    place = tree.by_path.get(path, tree.root)
    return _Back(place.path, place.href)


def _show_change(
    raw: dict[str, Any], tree: Tree, path: str, value: Any, identities: Mapping[str, str]
) -> dict[str, Any]:
    place = tree.owner(path)
    return {
        "place": place,
        "href": place.link_to(path),
        "name": place.relative(path),
        "called": say_message(place.relative(path)).strip("“”"),
        "before": _say(path, find_at(raw, path), identities),
        "after": _say(path, value, identities),
    }


def _say(path: str, value: Any, identities: Mapping[str, str]) -> str | None:
    """As the forms say it: words by their labels, an identity by its name."""
    said = say_value(value)
    if said is not None and path.endswith("/identity_id"):
        return identities.get(said, said)
    return said and say_message(said).strip("“”")


def _place(change: FieldChange) -> list[tuple[int, str]]:
    """Where a change stands, in the order of the tree: ad group 2 before ad group 12."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in change.path.split("/")]


def _compare(before: Any, after: Any) -> list[tuple[str, Any, Any, bool]]:
    """(what, before, after, whether it grows) for the worst day, week and life."""
    names = {"day": "Worst day", "week": "Worst week", "total": "In all"}
    return [
        (title, old, new, old is not None and (new is None or new > old))
        for name, title in names.items()
        for old, new in [(getattr(before, name), getattr(after, name))]
    ]
