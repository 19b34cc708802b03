"""The journal of all one's accounts: who decided what, when and from where; searched, filtered, and taken along as CSV."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date

from campaigns import queries
from campaigns.models import Campaign, Change, Person
from campaigns.web.guard import page, person_of
from campaigns.web.history import LINES, Line, list_differences
from campaigns.web.sheets import CSV, write_csv
from campaigns.web.words import CHANGES

PAGE = 50
FILTERS = ("q", "account", "act", "who", "since", "until")


HEADS = (
    "at",
    "actor",
    "door",
    "origin",
    "token",
    "act",
    "advertiser_id",
    "campaign",
    "target",
    "note",
    "before",
    "after",
)


@dataclass(frozen=True, slots=True)
class Row:
    change: Change
    what: str
    lines: tuple[Line, ...]
    more: int


@page
def show_audit(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    given = {name: request.GET.get(name, "").strip()[:200] for name in FILTERS}
    problems: dict[str, str] = {}
    found = _narrow(queries.visible_changes(person), given, person, problems)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    names = _name_campaigns(shown.object_list)
    context = {
        "rows": [_make_row(change, names) for change in shown.object_list],
        "page": shown,
        "filters": given,
        "problems": problems,
        "address": urlencode({name: value for name, value in given.items() if value}),
        "acts": [(act.value, CHANGES.get(act.value, act.label)) for act in Change.Act],
    }
    return render(request, "audit/page.html", context, status=422 if problems else 200)


@page
def export_audit(request: HttpRequest) -> HttpResponse:
    """All that the filters leave, as CSV: times in UTC, values as JSON."""
    person = person_of(request)
    given = {name: request.GET.get(name, "").strip()[:200] for name in FILTERS}
    found = _narrow(queries.visible_changes(person), given, person, {})
    response = StreamingHttpResponse(write_csv(HEADS, _list_cells(found)), content_type=CSV)
    response["Content-Disposition"] = 'attachment; filename="journal.csv"'
    return cast(HttpResponse, response)  # what is asked of it here a stream answers too


def _narrow(
    changes: "QuerySet[Change]", given: Mapping[str, str], person: Person, problems: dict[str, str]
) -> "QuerySet[Change]":
    if given["q"]:
        campaigns = Campaign.objects.filter(name__icontains=given["q"]).values("pk")
        text = Q(note__icontains=given["q"]) | Q(campaign_ref__in=campaigns) | Q(target=given["q"])
        changes = changes.filter(text | Q(origin=given["q"]) | Q(token=given["q"]))
    if given["account"]:
        changes = changes.filter(advertiser__advertiser_id=given["account"])
    if given["act"]:
        changes = changes.filter(act=given["act"])
    if given["who"]:
        changes = changes.filter(actor__username=given["who"])
    for name, lookup, add in (("since", "at__gte", 0), ("until", "at__lt", 1)):
        if given[name]:
            if moment := _read_day(given[name], person.time_zone, add):
                changes = changes.filter(**{lookup: moment})
            else:
                problems[name] = f"“{given[name]}” is no day; write one such as 2026-03-12."
    return changes


def _read_day(text: str, zone: str, add: int) -> datetime | None:
    """The beginning of a day in the person's own zone, `add` days later."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return None if day is None else datetime.combine(day + timedelta(days=add), time(), ZoneInfo(zone))


def _name_campaigns(changes: Any) -> dict[int, str]:
    refs = {change.campaign_ref for change in changes if change.campaign_ref}
    return {campaign.pk: campaign.label for campaign in Campaign.objects.filter(pk__in=refs)}


def _make_row(change: Change, names: Mapping[int, str]) -> Row:
    lines = tuple(list_differences(change))
    ref = change.campaign_ref
    what = names.get(ref, f"campaign {ref}, discarded since") if ref else change.advertiser.name
    return Row(change, what, lines[:LINES], max(len(lines) - LINES, 0))


def _list_cells(changes: "QuerySet[Change]") -> Iterator[Sequence[Any]]:
    for change in changes.iterator(chunk_size=500):
        yield (
            change.at,
            change.actor.username if change.actor else "",
            change.door,
            change.origin,
            change.token,
            change.act,
            change.advertiser.advertiser_id,
            change.campaign_ref or "",
            change.target,
            change.note,
            "" if change.before is None else _show(change.before),
            "" if change.after is None else _show(change.after),
        )


def _show(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
