"""The Performance tab: daily numbers as charts and as the same table, with what happened on those days."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.utils.dateparse import parse_date

from campaigns import queries
from campaigns.models import Advertiser, Campaign
from campaigns.queries.performance import ASSET, MEASURES, RATIOS, Numbers, Series
from campaigns.services.performance import (
    LONGEST,
    Comparison,
    Performance,
    compare,
    find_today,
    read_performance,
)
from campaigns.sync.clock import read_now
from campaigns.web.guard import find_campaign, page, person_of
from campaigns.web.performance_charts import describe, find_title, list_marks, say, show_charts
from campaigns.web.sheets import CSV, write_csv

RANGES = (7, 14, 28)
USUAL = 14
DRAWN = 5  # objects of one chart: as many colours as can be told apart
SHOWN = 50  # objects of one page of the table
LEVELS = {"campaign": "The campaign", "adgroup": "Ad groups", "ad": "Ads", ASSET: "Creatives"}
HEADS = (
    "level",
    "id",
    "tiktok_id",
    "name",
    "day",
    "zone",
    "currency",
    *MEASURES,
    "value",
    "learning",
    "read_at",
)


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for."""

    level: str
    first: date
    last: date
    days: int  # one of RANGES, or 0 for an own range
    picked: tuple[str, ...]

    @property
    def address(self) -> str:
        span = (
            [("days", str(self.days))]
            if self.days
            else [("since", self.first.isoformat()), ("until", self.last.isoformat())]
        )
        return urlencode([("level", self.level), *span, *(("pick", key) for key in self.picked)])


@dataclass(frozen=True, slots=True)
class Cell:
    title: str
    text: str
    known: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: an object's day, or its whole range."""

    series: Series
    day: date | None
    cells: tuple[Cell, ...]
    numbers: Numbers
    learning: int  # days of it that are from learning
    picked: bool = False


def read_question(
    given: QueryDict, account: Advertiser, *, now: datetime, problems: dict[str, str]
) -> Question:
    """Unknown words fall back to the usual; what is no day, or no range, is said in `problems`."""
    level = given.get("level", "")
    today = find_today(account, now)
    days = next((number for number in RANGES if given.get("days") == str(number)), USUAL)
    first, last = today - timedelta(days=days - 1), today
    if given.get("since") or given.get("until"):
        since, until = (_read_day(given.get(name, ""), name, problems) for name in ("since", "until"))
        own_first, own_last = since or (until or last) - timedelta(days=days - 1), until or last
        if own_last < own_first:
            problems["until"] = "The last day lies before the first."
        elif (own_last - own_first).days >= LONGEST:
            problems["since"] = f"A range has at most {LONGEST} days."
        elif not problems:
            first, last, days = own_first, own_last, 0
    return Question(
        level if level in LEVELS else "campaign",
        first,
        last,
        days,
        tuple(dict.fromkeys(given.getlist("pick")))[:DRAWN],
    )


def read_tab(campaign: Campaign, given: QueryDict, *, now: datetime) -> dict[str, Any]:
    """What the tab shows. `campaign` has its tree along; the number of queries does not grow with it."""
    problems: dict[str, str] = {}
    account = campaign.advertiser
    question = read_question(given, account, now=now, problems=problems)
    held = read_performance(
        campaign=campaign, level=question.level, first=question.first, last=question.last, now=now
    )
    ordered = sorted(held.series, key=lambda item: (-(item.total.spend or Decimal(-1)), item.label))
    drawn = held.find(question.picked) or ordered[:DRAWN]
    keys = [item.key for item in drawn]
    marks = list_marks(campaign, held, keys)
    found = Paginator(ordered, SHOWN).get_page(given.get("page"))
    comparison = compare(held, drawn) if question.level != "campaign" and len(drawn) > 1 else None
    return {
        "question": question,
        "problems": problems,
        "performance": held,
        "measures": [(name, find_title(name, question.level)) for name in MEASURES],
        "levels": LEVELS,
        "refused": queries.read_refusal(campaign) if question.level == ASSET else "",
        "ranges": RANGES,
        "rows": [_make_total(item, held, account, item.key in keys) for item in found.object_list],
        "page": found,
        "address": f"tab=performance&{question.address}",
        "days": [row for item in drawn for row in _list_days(item, held, account)],
        "drawn": drawn,
        "marks": marks,
        "charts": [describe(name, drawn, held, account) for name in MEASURES],
        "chart_data": show_charts(drawn, held, marks, account),
        "comparison": _show_comparison(comparison, account),
        "learned": any(held.learning[key] & set(held.days) for key in keys),
        "oldest": min((item.total.read_at for item in drawn if item.total.read_at), default=None),
        "newest": max(
            (day.read_at for item in drawn for day in item.days.values() if day.read_at), default=None
        ),
    }


@page
def export_performance(request: HttpRequest, pk: int) -> HttpResponse:
    """The days of every object of the level as CSV, with whether each is from learning. An empty cell is unknown."""
    campaign = find_campaign(request, pk, queries.with_tree(queries.visible_campaigns(person_of(request))))
    now = read_now()
    question = read_question(request.GET, campaign.advertiser, now=now, problems={})
    held = read_performance(
        campaign=campaign, level=question.level, first=question.first, last=question.last, now=now
    )
    chosen = held.find(question.picked) or list(held.series)
    response = StreamingHttpResponse(write_csv(HEADS, _list_cells(campaign, chosen, held)), content_type=CSV)
    response["Content-Disposition"] = f'attachment; filename="performance-{campaign.pk}.csv"'
    return cast(HttpResponse, response)  # what is asked of it here a stream answers too


def _read_day(text: str, name: str, problems: dict[str, str]) -> date | None:
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        problems[name] = f"“{text[:40]}” is no day; write one such as 2026-03-12."
    return day


def _make_cells(numbers: Numbers, account: Advertiser) -> tuple[Cell, ...]:
    if not numbers.known:
        return tuple(Cell(find_title(name), "unknown", False) for name in MEASURES)
    return tuple(
        Cell(find_title(name), say(name, value, account), value is not None)
        for name in MEASURES
        for value in [getattr(numbers, name)]
    )


def _make_total(item: Series, held: Performance, account: Advertiser, picked: bool) -> Row:
    learning = len(held.learning[item.key] & set(item.days))
    return Row(item, None, _make_cells(item.total, account), item.total, learning, picked)


def _list_days(item: Series, held: Performance, account: Advertiser) -> list[Row]:
    """Newest first; days without a row too."""
    return [
        Row(item, day, _make_cells(numbers, account), numbers, int(day in held.learning[item.key]))
        for day in reversed(held.days)
        for numbers in [item.days.get(day, Numbers())]
    ]


def _show_comparison(comparison: Comparison | None, account: Advertiser) -> dict[str, Any] | None:
    """Each object over the fair days, beside how far it lies from the first."""
    if comparison is None or comparison.refused:
        return {"held": comparison, "rows": []} if comparison else None
    [(_, base), *_] = comparison.totals
    rows = []
    for series, numbers in comparison.totals:
        cells = []
        for name, value in ((name, getattr(numbers, name)) for name in MEASURES):
            ground = getattr(base, name)
            far = (
                f"{(value - ground) / ground * 100:+.0f} %"
                if value is not None and ground and numbers is not base
                else ""
            )
            cells.append((find_title(name), say(name, value, account), far))
        rows.append((series, cells))
    return {"held": comparison, "rows": rows}


def _list_cells(campaign: Campaign, chosen: Sequence[Series], held: Performance) -> Iterator[Sequence[Any]]:
    account = campaign.advertiser
    for item in chosen:
        for day in held.days:
            numbers = item.days.get(day, Numbers())
            yield (
                held.level,
                item.key,
                item.remote_id,
                item.label,
                day.isoformat(),
                account.zone,
                account.currency,
                *(_round(name, numbers) for name in MEASURES),
                numbers.value,
                "yes" if day in held.learning[item.key] else "no",
                numbers.read_at,
            )


def _round(name: str, numbers: Numbers) -> Decimal | int | None:
    value = getattr(numbers, name)
    return round(value, 6) if name in RATIOS and value is not None else value
