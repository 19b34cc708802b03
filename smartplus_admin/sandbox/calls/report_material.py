"""The two creative reports of Smart+ (fact sheet 8, platform section 11): overview per object, breakdown by setting and time.

Entity tables must not be added together: one impression counts for its creative, its text and its call to action.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from campaigns.contract import reports
from campaigns.contract.money import CURRENCIES
from smartplus_admin.sandbox.calls.report import read_days
from smartplus_admin.sandbox.calls.report_lines import (
    ATTRIBUTES,
    KINDS,
    Line,
    describe_line,
    find_ads,
    name_line,
)
from smartplus_admin.sandbox.calls.report_metrics import Row, read_number, write_metric
from smartplus_admin.sandbox.errors import refuse_parameter
from smartplus_admin.sandbox.life.figures import Figures, Question
from smartplus_admin.sandbox.life.part_figures import Divided, PartRow, divide_figures
from smartplus_admin.sandbox.life.parts import MATERIAL
from smartplus_admin.sandbox.wire import Call, cut_page

OBJECT_FILTERS = {"campaign_ids": "campaign_id", "adgroup_ids": "adgroup_id", "smart_plus_ad_ids": "ad_id"}


def get_overview(call: Call) -> dict[str, Any]:
    """Exactly one object and one part of ads; no time."""
    dimensions = call.texts("dimensions", required=True)
    objects = [name for name in dimensions if name in reports.MATERIAL_OBJECTS]
    parts = [name for name in dimensions if name in KINDS]
    if len(dimensions) != 2 or len(objects) != 1 or len(parts) != 1:
        raise refuse_parameter(
            "dimensions",
            f"must be one of {', '.join(reports.MATERIAL_OBJECTS)} and one of {', '.join(KINDS)}.",
        )
    days = None if call.flag("query_lifetime") else read_days(call, reports.DAYS)
    [subject] = objects
    return _answer(call, dimensions, parts, days, key_of=lambda row: (_find_object(call, subject, row),))


def get_breakdown(call: Call) -> dict[str, Any]:
    """Creatives and settings in combination, with at most one unit of time."""
    dimensions = call.texts("dimensions", required=True)
    times = [name for name in dimensions if name in reports.MATERIAL_TIMES]
    parts = [name for name in dimensions if name in KINDS]
    if len(times) + len(parts) != len(dimensions):
        raise refuse_parameter("dimensions", f"must be of {', '.join((*KINDS, *reports.MATERIAL_TIMES))}.")
    if not parts or len(times) > 1:
        raise refuse_parameter(
            "dimensions", "needs one of the entities, and at most one of the stat_time dimensions."
        )
    hourly = times == ["stat_time_hour"]
    days = read_days(call, reports.MATERIAL_DAYS_BY_HOUR if hourly else reports.DAYS)
    write = TIMES[times[0]] if times else None
    return _answer(
        call,
        dimensions,
        parts,
        days,
        key_of=lambda row: (write(row),) if write else (),
        by_hour=hourly,
    )


def _answer(
    call: Call,
    dimensions: list[str],
    parts: list[str],
    days: tuple[int, int] | None,
    *,
    key_of: Callable[[Divided], tuple[str, ...]],
    by_hour: bool = False,
) -> dict[str, Any]:
    metrics = call.texts("metrics", most=10**3) or list(reports.METRICS_DEFAULT)
    unknown = [name for name in metrics if name not in reports.list_material_metrics()]
    if unknown:
        raise refuse_parameter("metrics", f"Invalid metric fields: {unknown}")
    only, keeps = _read_filters(call, parts)
    question = Question(call.advertiser_id, str(call.account["timezone"]), (), days, only)
    kinds = [KINDS[name] for name in parts]
    lines: dict[tuple[str, ...], Line] = {}
    for row in divide_figures(call.db, question, kinds, call.now, by_hour=by_hour):
        if not all(keep(part) for part in row.parts for keep in keeps.get(part.kind, ())):
            continue
        key = (*key_of(row), *(part.entity_id for part in row.parts))
        line = lines.setdefault(key, Line(key, row.parts, {}, Figures()))
        line.figures.add(row.figures)
        line.creatives |= {part.id: row.ad_id for part in row.parts if part.kind == MATERIAL}
    currency = CURRENCIES[str(call.account["currency"])]
    rows = [(line, Row(line.figures, currency)) for line in lines.values() if any_shown(line.figures)]
    _sort(call, rows)
    page, size = call.page(most=reports.MATERIAL_PAGE_SIZE)
    result = cut_page(rows, page, size)
    ads = find_ads(call, [line for line, _ in result["list"]]) if "smart_plus_ad_id" in dimensions else {}
    first = [name for name in dimensions if name not in KINDS]
    result["list"] = [
        {
            "dimensions": name_line(first, parts, line),
            "metrics": {
                **describe_line(call, parts, line, ads),
                **{name: write_metric(name, row) for name in metrics if name not in ATTRIBUTES},
            },
        }
        for line, row in result["list"]
    ]
    return result


def any_shown(figures: Figures) -> bool:
    return bool(figures.impressions or figures.results or figures.results_now)


def _find_object(call: Call, subject: str, row: Divided) -> str:
    return {
        "advertiser_id": call.advertiser_id,
        "campaign_id": row.campaign_id,
        "adgroup_id": row.adgroup_id,
        "smart_plus_ad_id": row.ad_id,
    }[subject]


def _write_hour(row: Divided) -> str:
    return f"{date.fromordinal(row.day)} {row.hour:02d}:00:00"


def _write_day(row: Divided) -> str:
    return f"{date.fromordinal(row.day)} 00:00:00"


def _write_week(row: Divided) -> str:
    """Which day a week begins with is not said: Monday here."""
    day = date.fromordinal(row.day)
    return f"{day - timedelta(days=day.weekday())} 00:00:00"


def _write_month(row: Divided) -> str:
    return f"{date.fromordinal(row.day).replace(day=1)} 00:00:00"


TIMES = dict(zip(reports.MATERIAL_TIMES, (_write_hour, _write_day, _write_week, _write_month), strict=True))

Keeps = dict[str, list[Callable[[PartRow], bool]]]


def _read_filters(call: Call, parts: list[str]) -> tuple[dict[str, list[str]], Keeps]:
    """One list of objects at most; the entities' names in the plural or, as the breakdown's page has them, the singular."""
    filtering = replace(call, params=call.object("filtering"))
    only: dict[str, list[str]] = {}
    for name, column in OBJECT_FILTERS.items():
        keys = filtering.texts(name, most=reports.MATERIAL_FILTER_IDS)
        if keys:
            only[column] = keys
    if len(only) > 1:
        raise refuse_parameter("filtering", f"only one of {', '.join(OBJECT_FILTERS)} can be used.")
    keeps: Keeps = {}
    types = filtering.texts("main_material_types", most=len(reports.MATERIAL_TYPES))
    for word in types:
        if word not in reports.MATERIAL_TYPES:
            raise refuse_parameter("filtering.main_material_types", f"{word} is not a valid value.")
    if types:
        keeps.setdefault(MATERIAL, []).append(lambda part: part.type in types)
    total = 0
    for dimension, kind in KINDS.items():
        keys = filtering.texts(f"{dimension}s", most=reports.MATERIAL_FILTER_ENTITIES)
        keys = keys or filtering.texts(dimension, most=reports.MATERIAL_FILTER_ENTITIES)
        total += len(keys)
        if keys and dimension == "main_material_id" and len(types) != 1:
            raise refuse_parameter(
                "filtering.main_material_types", "needs exactly one value with main_material_ids."
            )
        if keys:
            keeps.setdefault(kind, []).append(lambda part, keys=keys: part.entity_id in keys)  # type: ignore[misc]
    if total > reports.MATERIAL_FILTER_ENTITIES:
        raise refuse_parameter(
            "filtering", f"the entity filters hold at most {reports.MATERIAL_FILTER_ENTITIES} ids together."
        )
    return only, keeps


def _sort(call: Call, rows: list[tuple[Line, Row]]) -> None:
    name = call.text("sort_field") or "spend"
    if name not in reports.list_material_metrics() or name in ATTRIBUTES:
        raise refuse_parameter("sort_field", f"{name} is not a metric to sort by.")
    direction = call.text("sort_type") or "DESC"
    if direction not in ("ASC", "DESC"):
        raise refuse_parameter("sort_type", "must be ASC or DESC.")
    rows.sort(key=lambda pair: pair[0].key)
    rows.sort(key=lambda pair: read_number(write_metric(name, pair[1])), reverse=direction == "DESC")
