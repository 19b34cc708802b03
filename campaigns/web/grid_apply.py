"""Applying one change to the rows that were ticked: looked at with before and after first, then done in one act."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from campaigns.rules.authority import Act
from campaigns.rules.findings import FindingLevel
from campaigns.services.access import require
from campaigns.services.errors import ServiceError, count_things
from campaigns.services.judging import judge_campaign, judge_raw
from campaigns.sync.clock import read_now
from campaigns.web.builder_library import read_library
from campaigns.web.builder_screen import find_tree
from campaigns.web.grid_changing import EVERYWHERE, VERBS, Order, foresee, is_amount, is_text, plan_many
from campaigns.web.grid_layout import find_names
from campaigns.web.grid_rows import apply_bulk, find_back, lead_to, read_level, read_picked, say_noun
from campaigns.web.grid_saving import Sheet
from campaigns.web.guard import page, person_of, status_of

SHOWN = 100  # cells of the preview that are written out


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
    verb = given.get("verb", "set")
    order = Order(
        verb if verb in VERBS else "set",
        given.get("column", ""),
        given.get("value", ""),
        given.get("find", ""),
    )
    names = find_names(read_library(campaign.advertiser, level))
    columns = list(Sheet.of(campaign, level, names).columns.values())
    context: dict[str, Any] = {
        "campaign": campaign,
        "account": campaign.advertiser,
        "level": level.value,
        "noun": say_noun(level),
        "picked": picked,
        "query": given.get("query", ""),
        "order": order,
        "verbs": VERBS,
        "columns": [(column, is_text(column), is_amount(column)) for column in columns],
        "everywhere": EVERYWHERE,
        "back": back,
    }
    if not given.get("act"):
        return render(request, "grid/apply.html", context)
    many = plan_many(
        campaign=campaign,
        level=level,
        picked=[str(thing.pk) for thing in picked],
        order=order,
        names=names,
        now=now,
    )
    error: ServiceError | None = None
    if given.get("act") == "apply" and many.changes:
        said = f"Changed {count_things(len(many.steps), 'cell')}."
        act, error = apply_bulk(request, campaign, given.get("version", ""), said, changes=many.changes)
        if error is None:
            return redirect(lead_to(back, act))
    before = judge_campaign(campaign=campaign, now=now)
    after = judge_raw(advertiser=campaign.advertiser, raw=foresee(campaign.raw_tree(), many.changes), now=now)
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
    }
    return render(request, "grid/apply.html", context, status=status_of(error) if error else 200)
