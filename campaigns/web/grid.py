"""The grid: all ad groups, or all ads, of a draft as one table, saved cell by cell or as one plain form."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from campaigns import queries
from campaigns.contract.levels import Level
from campaigns.models import Campaign
from campaigns.services.errors import Forbidden, ServiceError, WrongState, count_things
from campaigns.services.presence import BEAT
from campaigns.services.speakers import KIND
from campaigns.sync.clock import read_now
from campaigns.web.builder_actions import apply_fix
from campaigns.web.builder_library import read_library
from campaigns.web.builder_repair import GRID
from campaigns.web.builder_screen import find_tree
from campaigns.web.grid_cells import Names
from campaigns.web.grid_layout import find_names
from campaigns.web.grid_piles import pile_up
from campaigns.web.grid_saving import Outcome, save_cells
from campaigns.web.grid_screen import AT, LISTED, MEND, GridScreen, address_of, draw_grid
from campaigns.web.guard import is_fragment, page, person_of, status_of

KEYS = (
    ("↑ ↓ ← →", "Move among the cells; with Shift choose a range"),
    ("↵", "Edit the cell, then go down; Tab goes right"),
    ("⌘ ↵", "Open the row by itself"),
    ("Esc", "Leave the cell as it was"),
    ("⌘ C  ⌘ V", "Copy and paste, to and from a spreadsheet too"),
    ("⌘ D", "Fill the range down"),
    ("⌘ Z  ⌘ ⇧ Z", "Undo what was changed here, and do it again"),
    ("⌫", "Empty the range"),
    ("Space", "Tick the row; with Shift those between"),
    ("⌥ ⇧ ↑ ↓", "Move the row"),
)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def show_adgroups(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, pk, Level.ADGROUP)


@page
@require_http_methods(["GET", "HEAD", "POST"])
def show_ads(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, pk, Level.AD)


def _show(request: HttpRequest, pk: int, level: Level) -> HttpResponse:
    now = read_now()
    campaign = find_tree(request, pk)
    if request.method == "POST":
        return _save(request, campaign, level, now)
    screen = draw_grid(request, campaign, level, now)
    context = read_context(request, screen) | {"goto": _find_goto(request, screen)}
    return render(request, "grid/page.html", context)


def _find_goto(request: HttpRequest, screen: GridScreen) -> str:
    """The cell where the act shows that somebody comes from."""
    number = request.GET.get(AT, "")
    if not (number.isascii() and number.isdigit()):
        return ""
    acts = queries.visible_changes(person_of(request)).filter(campaign_ref=screen.campaign.pk)
    act = acts.filter(pk=int(number)).first()
    return screen.find_changed(act.after or {}) if act else ""


def _save(request: HttpRequest, campaign: Campaign, level: Level, now: datetime) -> HttpResponse:
    action = request.POST.get("action", "")
    outcome, error = Outcome(), None
    try:
        outcome = save_cells(
            actor=person_of(request),
            campaign=campaign,
            level=level,
            posted=request.POST,
            keys=list(request.POST),
            names=find_names(read_library(campaign.advertiser, level)),
            choice=action if action.startswith(("keep:", "take:")) else "",
            now=now,
        )
        if action.startswith("fix:") and not outcome.conflicts:
            fixed = apply_fix(
                person_of(request), find_tree(request, campaign.pk), action.removeprefix("fix:"), now
            )
            outcome.act = fixed or outcome.act
    except Forbidden:
        raise
    except ServiceError as raised:
        error = raised
        outcome = Outcome({key: str(text) for key, text in request.POST.items() if ":" in key})
    screen = draw_grid(request, find_tree(request, campaign.pk), level, now, typed=outcome.typed)
    return _answer(request, screen, outcome, error)


def _answer(
    request: HttpRequest, screen: GridScreen, outcome: Outcome, error: ServiceError | None
) -> HttpResponse:
    status = status_of(error) if error else 409 if outcome.conflicts else 200
    if isinstance(error, WrongState):
        status = 422
    context = {**read_context(request, screen), "error": error, "outcome": outcome}
    if is_fragment(request):
        redraw = request.POST.get("shape") != screen.grid.shape or bool(request.POST.get("action"))
        act = outcome.act
        context |= {"fragment": True, "redraw": redraw, "act": act.pk if act else ""}
        if redraw:
            context["goto"] = screen.find_changed(act.after or {}) if act else ""
        else:
            context["texts"] = _read_texts(request, screen)
        return render(request, "grid/redrawn.html" if redraw else "grid/saved.html", context, status=status)
    if error or outcome.conflicts:
        return render(request, "grid/page.html", context, status=status)
    messages.success(request, _say_saved(outcome, request.POST.get("action", "")))
    return redirect(request.get_full_path())


def _say_saved(outcome: Outcome, action: str) -> str:
    if outcome.saved:
        return f"Saved {count_things(outcome.saved, 'cell')}."
    return "Done." if action else "Nothing was changed."


def _read_texts(request: HttpRequest, screen: GridScreen) -> dict[str, str]:
    """What stands now in the rows that were saved, for the script: another person's cells too."""
    rows = {key.partition(":")[0] for key in request.POST if ":" in key}
    return {
        cell.key: cell.text
        for row in screen.grid.rows
        for cell in row.cells
        if cell is not None and (row.key in rows or cell.of > 1)
    }


def _offer(items: Mapping[str, str], names: Names | None) -> dict[str, str]:
    """What a cell can be given: a name where it means one alone, with what else is known of it."""
    called = names.called if names else {}
    return {
        called.get(value, value): label.removeprefix(called.get(value, "")).strip(" ,") or value
        for value, label in items.items()
    }


def read_context(request: HttpRequest, screen: GridScreen) -> dict[str, Any]:
    grid, campaign = screen.grid, screen.campaign
    given = request.GET.copy()
    given.pop(AT, None)
    query = given.urlencode()
    narrower, wider = given.copy(), given.copy()
    narrower["only"] = MEND
    wider.pop("only", None)
    for turned in (narrower, wider):
        turned.pop("page", None)
    pages = {}
    for word, number in (("before", screen.page - 1), ("after", screen.page + 1)):
        turned = given.copy()
        turned["page"] = str(number)
        pages[word] = turned.urlencode()
    anchors: set[str] = set()
    said, advice = pile_up(screen.weighty, anchors), pile_up(screen.advice, anchors)
    lists = {
        f"list-{column.id}": {option.value: option.label for option in column.field.options}
        for column in grid.columns
        if grid.level is Level.AD and column.field.kind == "word" and column.member != KIND
    }
    asked = {column.field.suggest for column in grid.columns if column.field.kind in ("text", "word")}
    lists |= {
        f"list-{kind}": _offer(items, screen.names.get(kind))
        for kind, items in screen.library.lists.items()
        if kind in asked
    }
    return {
        "screen": screen,
        "grid": grid,
        "campaign": campaign,
        "account": campaign.advertiser,
        "tree": screen.tree,
        "place": screen.tree.root,
        "repair_from": f"{grid.level.value}{GRID}{query}",
        "company_beat": int(BEAT.total_seconds()),
        "plan": screen.plan,
        "here": f"{address_of(grid.level, campaign.pk)}{'?' if query else ''}{query}",
        "query": query,
        "narrower": narrower.urlencode(),
        "wider": wider.urlencode(),
        "pages": pages,
        "lists": lists,
        "said": said[:LISTED],
        "advice": advice[:LISTED],
        "unsaid": max(0, len(said) - LISTED) + max(0, len(advice) - LISTED),
        "counts": {
            "adgroup": len(screen.tree.root.children),
            "ad": sum(len(group.children) for group in screen.tree.root.children),
        },
        "bare": sum(not group.children for group in screen.tree.root.children),
        "noun": "ad group" if grid.level is Level.ADGROUP else "ad",
        "page_keys": KEYS,
    }
