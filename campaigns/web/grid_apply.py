"""Applying one change to the rows that were ticked: looked at with before and after first, then done in one act."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from campaigns.rules.authority import Act
from campaigns.rules.findings import FindingLevel
from campaigns.services.access import require
from campaigns.services.errors import ServiceError, count_things
from campaigns.services.judging import Judgement, judge_campaign, judge_raw
from campaigns.sync.clock import read_now
from campaigns.web.builder_library import read_library
from campaigns.web.builder_screen import find_tree
from campaigns.web.builder_tree import read_tree
from campaigns.web.grid_cells import Names
from campaigns.web.grid_changing import EVERYWHERE, VERBS, Order, foresee, is_amount, is_text, plan_many
from campaigns.web.grid_columns import Column
from campaigns.web.grid_layout import find_names
from campaigns.web.grid_rows import (
    apply_bulk,
    find_back,
    lead_to,
    read_level,
    read_picked,
    say_noun,
    show_columns,
)
from campaigns.web.grid_saving import Sheet
from campaigns.web.guard import page, person_of, status_of
from campaigns.web.review import group_alike

SHOWN = 100  # cells of the preview that are written out
MOST_ORDERS = 12  # columns that are changed at once
_LISTED = frozenset(("identities", "pixels", "videos", "pictures"))  # few enough to be read
_NAMES = 12


def _read_orders(given: QueryDict) -> list[Order]:
    """One for each line of the form; a line without a column asks for nothing."""
    names = ("verb", "column", "value", "find")
    columns = {name: given.getlist(name) for name in names}
    count = min(max(map(len, columns.values()), default=0), MOST_ORDERS)
    orders = []
    for index in range(count):
        texts = {name: texts[index] if index < len(texts) else "" for name, texts in columns.items()}
        verb = texts["verb"] if texts["verb"] in VERBS else "set"
        orders.append(Order(verb, texts["column"], texts["value"], texts["find"]))
    return orders or [Order("set", "")]


def compare(campaign: Campaign, before: Judgement, after: Judgement) -> dict[str, Any]:
    """What would be said that is not said now, by its weight, and what would be said no more."""
    tree = read_tree(campaign, ())
    known = {(item.rule, item.path, item.message) for item in before.leaving}
    then = {(item.rule, item.path, item.message) for item in after.leaving}
    fresh = [item for item in after.leaving if (item.rule, item.path, item.message) not in known]
    gone = [
        item
        for item in before.leaving
        if item.level is not FindingLevel.ADVICE and (item.rule, item.path, item.message) not in then
    ]
    by_level = {
        level: group_alike([item for item in fresh if item.level is level], tree) for level in FindingLevel
    }
    return {
        "fresh": by_level[FindingLevel.REFUSE],
        "asked": [*by_level[FindingLevel.ESCALATE], *by_level[FindingLevel.CONFIRM]],
        "told": by_level[FindingLevel.ADVICE],
        "gone": group_alike(gone, tree),
        "confirm": after.count(FindingLevel.CONFIRM),
        "confirm_now": before.count(FindingLevel.CONFIRM),
    }


def _list_choices(columns: Sequence[Column], names: Mapping[str, Names]) -> list[tuple[str, list[str]]]:
    """What may be typed into columns that have a menu elsewhere, by their titles: labels, or the first names of the account."""
    found = []
    for column in columns:
        labels = [option.label for option in column.field.options if option.value and not option.group]
        known = names.get(column.field.suggest)
        if not labels and known and column.field.suggest in _LISTED:
            labels = [*known.called.values()][:_NAMES] + (["…"] if len(known.called) > _NAMES else [])
        if labels:
            found.append((column.title, labels))
    return found


@page
@require_POST
def apply_to_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Without `act` draws the question; `look` the preview; `apply` does it."""
    now, person = read_now(), person_of(request)
    campaign = find_tree(request, pk)
    require(person, campaign.advertiser, Act.DRAFT)
    given, level = request.POST, read_level(request.POST)
    picked, back = read_picked(request, campaign, level), find_back(request, campaign, level)
    if not picked:
        messages.warning(request, "Nothing was chosen: tick the rows first.")
        return redirect(back)
    orders = _read_orders(given)
    names = find_names(read_library(campaign.advertiser, level))
    columns = list(Sheet.of(campaign, level, names).columns.values())
    context: dict[str, Any] = {
        "campaign": campaign,
        "account": campaign.advertiser,
        "level": level.value,
        "noun": say_noun(level),
        "picked": picked,
        "query": given.get("query", ""),
        "orders": orders,
        "matches": any(order.verb == "replace" for order in orders),
        "verbs": VERBS,
        "columns": [(column, is_text(column), is_amount(column)) for column in columns],
        "choices": _list_choices(columns, names),
        "everywhere": EVERYWHERE,
        "back": back,
    }
    if given.get("act") not in ("look", "apply"):
        orders += [Order("set", "")] if given.get("act") == "more" else []
        return render(request, "grid/apply.html", context)
    many = plan_many(
        campaign=campaign,
        level=level,
        picked=[str(thing.pk) for thing in picked],
        orders=orders,
        names=names,
        now=now,
    )
    error: ServiceError | None = None
    if given.get("act") == "apply" and many.changes:
        said = f"Changed {count_things(len(many.steps), 'cell')}."
        act, error = apply_bulk(request, campaign, given.get("version", ""), said, changes=many.changes)
        if error is None:
            shown = show_columns(campaign, level, back, [step.column.path for step in many.steps])
            return redirect(lead_to(shown, act))
    before = judge_campaign(campaign=campaign, now=now)
    after = judge_raw(
        advertiser=campaign.advertiser,
        raw=foresee(campaign.raw_tree(), many.changes),
        made=before.made,
        now=now,
    )
    context |= {
        "many": many,
        "steps": many.steps[:SHOWN],
        "more": max(0, len(many.steps) - SHOWN),
        "left": list(dict.fromkeys(many.left)),
        "mend": after.count(FindingLevel.REFUSE),
        "mend_now": before.count(FindingLevel.REFUSE),
        "worst": after.plan.exposure.day,
        "worst_now": before.plan.exposure.day,
        "error": error,
        **compare(campaign, before, after),
    }
    return render(request, "grid/apply.html", context, status=status_of(error) if error else 200)
