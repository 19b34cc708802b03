"""Duplicating what was ticked: how often or where to, the names looked at first, then made in one act."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from campaigns.contract.levels import Level
from campaigns.contract.paths import find_at
from campaigns.models import Ad, AdGroup, Campaign
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.errors import ServiceError, count_things
from campaigns.services.wanted import require_draft
from campaigns.web.builder_library import read_library
from campaigns.web.builder_screen import find_tree
from campaigns.web.forms import Scene
from campaigns.web.grid_cells import write_cell
from campaigns.web.grid_columns import Column, choose_columns
from campaigns.web.grid_copying import (
    MOST_TIMES,
    PLACEHOLDERS,
    USUAL_PATTERN,
    Copies,
    Wish,
    copy_adgroups,
    copy_ads,
)
from campaigns.web.grid_layout import find_names
from campaigns.web.grid_rows import apply_bulk, find_back, lead_to, read_level, read_picked, say_noun
from campaigns.web.grid_saving import Sheet
from campaigns.web.guard import page, person_of, status_of


@page
@require_POST
def copy_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Without `act` draws the question; `look` the names; `apply` makes the copies."""
    campaign = find_tree(request, pk)
    require(person_of(request), campaign.advertiser, Act.DRAFT)
    require_draft(campaign)
    given, level = request.POST, read_level(request.POST)
    picked, back = read_picked(request, campaign, level), find_back(request, campaign, level)
    if not picked:
        messages.warning(request, "Nothing was chosen: tick the rows first.")
        return redirect(back)
    sheet = Sheet.of(campaign, level, {})
    times, pattern = given.get("times", ""), given.get("pattern", USUAL_PATTERN)
    values = tuple(line.strip() for line in given.get("values", "").splitlines() if line.strip())
    wish = Wish(
        pattern,
        int(times) if times.isascii() and times.isdigit() and len(times) < 5 else 1,
        sheet.columns.get(given.get("column", "")),
        values,
    )
    into = [group for group in campaign.adgroups.all() if str(group.pk) in given.getlist("into")]
    context: dict[str, Any] = {
        "campaign": campaign,
        "account": campaign.advertiser,
        "level": level.value,
        "noun": say_noun(level),
        "picked": picked,
        "query": given.get("query", ""),
        "wish": wish,
        "values": given.get("values", ""),
        "into": into,
        "groups": list(campaign.adgroups.all()),
        "columns": list(sheet.columns.values())[1:],
        "placeholders": {
            word: said for word, said in PLACEHOLDERS.items() if level is Level.AD or word != "group"
        },
        "most": MOST_TIMES,
        "back": back,
    }
    if not given.get("act"):
        return render(request, "grid/copies.html", context)
    copies = _plan(campaign, level, picked, into, wish)
    error: ServiceError | None = None
    if given.get("act") == "apply" and copies.added:
        said = f"Made {count_things(len(copies.added), say_noun(level))}."
        act, error = apply_bulk(request, campaign, given.get("version", ""), said, added=copies.added)
        if error is None:
            return redirect(lead_to(back, act))
    context |= {"copies": copies, "error": error, **_preview(campaign, sheet, copies, wish)}
    return render(request, "grid/copies.html", context, status=status_of(error) if error else 200)


SHOWN = 60  # copies of the preview that are written out


def _preview(campaign: Campaign, sheet: Sheet, copies: Copies, wish: Wish) -> dict[str, Any]:
    """What each copy would hold, in the columns that one sees first and the one that differs."""
    names = find_names(read_library(campaign.advertiser, Level.ADGROUP)) | find_names(
        read_library(campaign.advertiser, Level.AD)
    )
    columns = list(sheet.columns.values())
    rows = [(copy.raw, sheet.scenes[str(copy.source.pk)]) for copy in copies.made]
    asked = [column.path for column in choose_columns(columns, (), rows)]
    asked += [wish.column.path] if wish.column and wish.column.path not in asked else []
    seen = [column for column in columns[1:] if column.path in asked]

    def write(column: Column, raw: Mapping[str, Any], scene: Scene) -> str:
        text = write_cell(column.field, find_at(raw, column.path), scene, names.get(column.field.suggest))
        labels = {option.value: option.label for option in column.field.options}
        return ", ".join(labels.get(part, part) for part in text.split(", "))

    lines = [
        (copy, [(column, write(column, raw, scene), column == wish.column) for column in seen])
        for copy, (raw, scene) in zip(copies.made[:SHOWN], rows, strict=False)
    ]
    return {"held": seen, "lines": lines, "more": max(0, len(copies.made) - SHOWN)}


def _plan(
    campaign: Campaign, level: Level, picked: list[AdGroup | Ad], into: list[AdGroup], wish: Wish
) -> Copies:
    places = read_library(campaign.advertiser, Level.ADGROUP)
    names = find_names(places) | find_names(read_library(campaign.advertiser, level))
    if level is Level.ADGROUP:
        groups = [thing for thing in picked if isinstance(thing, AdGroup)]
        return copy_adgroups(campaign=campaign, picked=groups, wish=wish, names=names, library=places)
    ads = [thing for thing in picked if isinstance(thing, Ad)]
    return copy_ads(campaign=campaign, picked=ads, into=into, wish=wish, names=names, library=places)
