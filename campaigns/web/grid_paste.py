"""Pasting rows: straight into the cells with a way back, or into a field with a preview before anything is changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from campaigns.contract.levels import Level
from campaigns.models import Campaign, Change
from campaigns.rules.authority import Act
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.services.access import require
from campaigns.services.errors import ServiceError, count_things
from campaigns.services.judging import Judgement
from campaigns.services.wanted import require_draft
from campaigns.sync.clock import read_now
from campaigns.web.builder_library import read_library
from campaigns.web.builder_screen import find_tree
from campaigns.web.grid import read_context
from campaigns.web.grid_cells import Names
from campaigns.web.grid_columns import Column, choose_columns, list_columns
from campaigns.web.grid_layout import find_names, list_things, plain_scene
from campaigns.web.grid_pasting import NEW, Line, Paste, judge_paste, plan_paste
from campaigns.web.grid_rows import apply_bulk, find_back, lead_to, read_level
from campaigns.web.grid_screen import draw_grid
from campaigns.web.grid_table import MOST_TEXT, Table, read_table
from campaigns.web.guard import is_fragment, page, person_of, status_of

SHOWN = 60  # rows of the preview that are written out


@dataclass(frozen=True, slots=True)
class Shown:
    """A pasted row with what would be said of it."""

    line: Line
    findings: list[Finding]


@page
@require_http_methods(["GET", "HEAD", "POST"])
def paste_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and the first POST draw the form; the second POST pastes. Cells pasted into the grid go at once."""
    now = read_now()
    campaign = find_tree(request, pk)
    require(person_of(request), campaign.advertiser, Act.DRAFT)
    require_draft(campaign)
    given = request.POST if request.method == "POST" else request.GET
    level = read_level(given)
    if request.method != "POST":
        return _draw(request, campaign, level, {"start": _first_row(campaign, level)})
    text, start = given.get("text", ""), given.get("start", NEW)
    table, paste = _plan(request, campaign, level, text, start, now)
    context: dict[str, Any] = {"text": text, "start": start, "table": table, "paste": paste}
    error: ServiceError | None = None
    made: Change | None = None
    act = given.get("act", "")
    if act in ("apply", "cells") and not paste.empty:
        # cells go into the grid as it stands; what was previewed goes only into what it was previewed against
        version = given.get("version", "") if act == "apply" else str(campaign.tree_version)
        said = say_paste(paste)
        made, error = apply_bulk(request, campaign, version, said, changes=paste.changes, added=paste.added)
    if act == "cells" or (act == "apply" and error is None and not paste.empty):
        for sentence in [error.message] if error else paste.left:
            messages.warning(request, sentence)
        return _show_cells(request, campaign, level, now, made)
    judgement = judge_paste(campaign=campaign, paste=paste, now=now)
    context |= _preview(paste, judgement) | {"error": error}
    return _draw(request, campaign, level, context, status=status_of(error) if error else 200)


def _show_cells(
    request: HttpRequest, campaign: Campaign, level: Level, now: datetime, made: Change | None
) -> HttpResponse:
    back = find_back(request, campaign, level)
    if not is_fragment(request):
        return redirect(lead_to(back, made))
    request.GET = QueryDict(back.partition("?")[2])
    screen = draw_grid(request, find_tree(request, campaign.pk), level, now)
    context = read_context(request, screen) | {"fragment": True, "act": made.pk if made else ""}
    return render(request, "grid/redrawn.html", context)


def _plan(
    request: HttpRequest, campaign: Campaign, level: Level, text: str, start: str, now: datetime
) -> tuple[Table, Paste]:
    given = request.POST
    heads, names = list_heads(campaign, level)
    own = [column for column in heads if column.level is level]
    things = list_things(campaign, level)
    seen: Sequence[Column] = own
    if given.get("act") == "cells":
        asked = QueryDict(given.get("query", "")).getlist("col")
        rows = [(thing.wanted, plain_scene(campaign, thing)) for thing in things]
        shown = given.getlist("col")  # as the page was drawn
        seen = choose_columns(own, shown or asked, rows)
        paths = [column.path for column in seen]
        seen = seen[paths.index(given["column"]) :] if given.get("column") in paths else seen
    paste = plan_paste(
        campaign=campaign,
        level=level,
        table=(table := read_table(text, heads)),
        start=start,
        columns=seen,
        names=names,
        now=now,
        rows=_read_count(given.get("rows", "")),
        width=_read_count(given.get("width", "")),
    )
    if len(text) > MOST_TEXT:
        paste.left.append(f"Only the first {MOST_TEXT:,} characters were read.")
    return table, paste


def list_heads(campaign: Campaign, level: Level) -> tuple[list[Column], dict[str, Names]]:
    """The columns that a head may name, those of the level first, and what ids are called."""
    found: dict[Level, tuple[Column, ...]] = {}
    names: dict[str, Names] = {}
    for kind in (Level.ADGROUP, Level.AD):
        things = list_things(campaign, kind)
        found[kind] = list_columns(kind, things, plain_scene(campaign, things[0] if things else campaign))
        names |= find_names(read_library(campaign.advertiser, kind))
    if level is Level.ADGROUP:
        return [*found[Level.ADGROUP], *found[Level.AD]], names
    return [*found[Level.AD], found[Level.ADGROUP][0]], names


def _preview(paste: Paste, judgement: Judgement) -> dict[str, Any]:
    lines = [Shown(line, _find_said(line, judgement)) for line in paste.lines[:SHOWN]]
    return {
        "lines": lines,
        "more": max(0, len(paste.lines) - SHOWN),
        "columns": list(dict.fromkeys(column for line in paste.lines for column, _, _ in line.changes)),
        "mend": judgement.count(FindingLevel.REFUSE),
        "confirm": judgement.count(FindingLevel.CONFIRM),
        "worst": judgement.plan.exposure.day,
    }


def _find_said(line: Line, judgement: Judgement) -> list[Finding]:
    """What would be said of the members that the row brings."""
    paths = [f"{line.path}/{column.path}" for column, _, _ in line.changes]
    return [
        item
        for item in judgement.findings
        if item.level is not FindingLevel.ADVICE
        and any(item.path == path or item.path.startswith(f"{path}/") for path in paths)
    ]


def say_paste(paste: Paste) -> str:
    groups, ads = paste.made
    parts = [count_things(groups, "ad group") + " made"] if groups else []
    parts += [count_things(ads, "ad") + " made"] if ads else []
    parts += [count_things(len(paste.changes), "cell") + " changed"] if paste.changes else []
    return f"Pasted: {', '.join(parts)}."


def _draw(
    request: HttpRequest, campaign: Campaign, level: Level, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context |= {
        "campaign": campaign,
        "account": campaign.advertiser,
        "level": level.value,
        "noun": "ad group" if level is Level.ADGROUP else "ad",
        "things": list_things(campaign, level),
        "heads": list_heads(campaign, level)[0],
        "back": find_back(request, campaign, level),
        "query": request.POST.get("query", "") or request.GET.get("query", ""),
    }
    return render(request, "grid/paste.html", context, status=status)


def _first_row(campaign: Campaign, level: Level) -> str:
    things = list_things(campaign, level)
    return str(things[0].pk) if things else NEW


def _read_count(text: str) -> int:
    return min(int(text), 1_000) if text.isascii() and text.isdigit() and len(text) < 5 else 1
