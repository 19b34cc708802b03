"""GET /report/integrated/get/: the synchronous report (platform section 9), for BASIC questions about Smart+ objects.

Not here: other report types, dimensions beyond ids, days and hours, and several advertisers in one call; each is refused by name.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from campaigns.contract import reports
from campaigns.contract.levels import Level
from campaigns.contract.money import CURRENCIES
from smartplus_admin.sandbox.calls.report_filters import Filters, read_filters
from smartplus_admin.sandbox.calls.report_metrics import (
    NOT_ADDABLE,
    Row,
    needs_results,
    needs_results_now,
    read_number,
    write_metric,
)
from smartplus_admin.sandbox.calls.report_objects import ATTRIBUTES, Objects
from smartplus_admin.sandbox.errors import refuse_missing, refuse_parameter
from smartplus_admin.sandbox.life.figures import Figures, Key, Question, read_figures
from smartplus_admin.sandbox.life.part_figures import divide_figures
from smartplus_admin.sandbox.life.parts import MATERIAL
from smartplus_admin.sandbox.wire import Call, cut_page

COLUMNS = {
    "advertiser_id": "advertiser_id",
    "campaign_id": "campaign_id",
    "adgroup_id": "adgroup_id",
    "ad_id_v2": "ad_id",
    "ad_id": "creative_id",
}
LEVEL_OF = {
    "campaign_id": Level.CAMPAIGN,
    "adgroup_id": Level.ADGROUP,
    "ad_id_v2": Level.AD,
    "ad_id": Level.AD,
}


@dataclass(frozen=True, slots=True)
class Ask:
    """A report that may be asked for."""

    dimensions: tuple[str, ...]
    subject: str  # the id dimension, or ""
    metrics: tuple[str, ...]
    days: tuple[int, int] | None
    filters: Filters = field(default_factory=Filters)

    @property
    def by_hour(self) -> bool:
        return "stat_time_hour" in self.dimensions

    @property
    def by_day(self) -> bool:
        return "stat_time_day" in self.dimensions


def get_integrated_report(call: Call) -> dict[str, Any]:
    ask = _read_ask(call)
    objects = Objects(call, LEVEL_OF.get(ask.subject))
    found = _find_creatives(call, ask, objects) if ask.subject == "ad_id" else _find(call, ask)
    if ask.subject in LEVEL_OF:
        kept = objects.keep([str(key[0]) for key in found], ask.filters.statuses)
        found = {key: figures for key, figures in found.items() if key[0] in kept}
    currency = CURRENCIES[str(call.account["currency"])]
    rows = []
    for key in sorted(found, reverse=True):
        row = Row(found[key], currency)
        if ask.filters.fits(row):
            rows.append((key, row))
    _order(call, rows)
    page, size = call.page(most=reports.PAGE_SIZE, default=reports.PAGE_SIZE_DEFAULT)
    result = cut_page(rows, page, size)
    result["list"] = [
        {"dimensions": _name(ask, key), "metrics": _measure(ask, objects, key, row)}
        for key, row in result["list"]
    ]
    if call.flag("enable_total_metrics") and page == 1:
        total = Figures()
        for _, row in rows:
            total.add(row.figures)
        result["total_metrics"] = {
            name: NOT_ADDABLE
            if name in ATTRIBUTES or name in reports.UV_METRICS
            else write_metric(name, Row(total, currency))
            for name in ask.metrics
        }
    return result


def _find(call: Call, ask: Ask) -> dict[Key, Figures]:
    columns = (
        *([COLUMNS[ask.subject]] if ask.subject else []),
        *(["day"] if ask.by_day or ask.by_hour else []),
        *(["local_hour"] if ask.by_hour else []),
    )
    return read_figures(call.db, _question(call, ask, columns), call.now)


def _question(call: Call, ask: Ask, columns: tuple[str, ...] = ()) -> Question:
    names = (*ask.metrics, *(bound.metric for bound in ask.filters.bounds), call.text("order_field"))
    return Question(
        call.advertiser_id,
        str(call.account["timezone"]),
        columns,
        ask.days,
        ask.filters.only,
        results=needs_results(names),
        results_now=needs_results_now(names),
    )


def _find_creatives(call: Call, ask: Ask, objects: Objects) -> dict[Key, Figures]:
    """By creative inside its ad. Which number TikTok calls its ad_id is not known: its ad_material_id here."""
    found: dict[Key, Figures] = {}
    for row in divide_figures(call.db, _question(call, ask), [MATERIAL], call.now, by_hour=ask.by_hour):
        [creative] = row.parts
        if ask.filters.creatives and creative.id not in ask.filters.creatives:
            continue
        objects.owners[creative.id] = row.ad_id
        times = (row.day, row.hour) if ask.by_hour else (row.day,) if ask.by_day else ()
        found.setdefault((creative.id, *times), Figures()).add(row.figures)
    return found


def _read_ask(call: Call) -> Ask:
    kind = call.text("report_type", required=True)
    if kind not in reports.REPORT_TYPES:
        raise refuse_parameter("report_type", f"{kind} is not a valid value.")
    if kind != "BASIC":
        raise refuse_parameter("report_type", f"{kind} reports are not served by this sandbox.")
    if call.text("service_type") not in ("", "AUCTION"):
        raise refuse_parameter("service_type", "must be AUCTION.")
    level = call.text("data_level", required=True)
    if level not in reports.LEVELS:
        raise refuse_parameter("data_level", f"{level} is not a valid value.")
    dimensions = call.texts("dimensions", required=True)
    subject = _check_dimensions(level, dimensions)
    metrics = call.texts("metrics", most=10**3) or list(reports.METRICS_DEFAULT)
    unknown = [name for name in metrics if name not in reports.list_metrics()]
    if unknown:
        raise refuse_parameter("metrics", f"Invalid metric fields: {unknown}")
    lifetime = call.flag("query_lifetime")
    times = [name for name in dimensions if name in reports.TIME_DIMENSIONS]
    if lifetime and times:
        raise refuse_parameter("query_lifetime", f"cannot be used with {times[0]}.")
    most = (
        reports.DAYS_BY_HOUR if "stat_time_hour" in times else reports.DAYS_BY_DAY if times else reports.DAYS
    )
    days = None if lifetime else read_days(call, most)
    filters = read_filters(call, level)
    if filters.creatives and subject != "ad_id":
        raise refuse_parameter("filtering", "ad_ids needs the dimension ad_id.")
    if "ad_id" in filters.only and subject == "ad_id":
        raise refuse_parameter("filtering", "ad_ids_v2 cannot be used with ad_id.")
    return Ask(tuple(dimensions), subject, tuple(metrics), days, filters)


def _check_dimensions(level: str, dimensions: list[str]) -> str:
    """The id dimension among them, "" for none. One at most, of the level, with day or hour."""
    ids = [name for names in reports.LEVELS.values() for name in names]
    for name in dimensions:
        if name not in ids and name not in reports.TIME_DIMENSIONS:
            raise refuse_parameter("dimensions", f"Invalid dimension fields: ['{name}']")
    chosen = [name for name in dimensions if name in ids]
    if len(chosen) > 1:
        raise refuse_parameter("dimensions", f"{chosen[1]} cannot be used with {chosen[0]}.")
    if chosen and chosen[0] not in reports.LEVELS[level]:
        raise refuse_parameter("dimensions", f"{chosen[0]} is not supported when data_level is {level}.")
    if len(dimensions) - len(chosen) > 1:
        raise refuse_parameter("dimensions", "stat_time_day cannot be used with stat_time_hour.")
    return chosen[0] if chosen else ""


def read_days(call: Call, most: int) -> tuple[int, int]:
    """First and last day, both inclusive, at most so many; in the account's time zone."""
    for name in ("start_date", "end_date"):
        if not call.text(name):
            raise refuse_missing(name)
    days = []
    for name in ("start_date", "end_date"):
        try:
            days.append(date.fromisoformat(call.text(name)).toordinal())
        except ValueError as error:
            raise refuse_parameter(name, "must be YYYY-MM-DD.") from error
    first, last = days
    if last < first:
        raise refuse_parameter("end_date", "must not be earlier than start_date.")
    if last - first + 1 > most:
        raise refuse_parameter("end_date", f"The date range must not exceed {most} day{'s'[: most != 1]}.")
    return first, last


def _name(ask: Ask, key: Key) -> dict[str, str]:
    names: dict[str, str] = {ask.subject: str(key[0])} if ask.subject else {}
    times = key[1:] if ask.subject else key
    if ask.by_day:
        names["stat_time_day"] = f"{date.fromordinal(int(times[0]))} 00:00:00"
    if ask.by_hour:
        names["stat_time_hour"] = f"{date.fromordinal(int(times[0]))} {int(times[1]):02d}:00:00"
    return names


def _measure(ask: Ask, objects: Objects, key: Key, row: Row) -> dict[str, Any]:
    metrics: dict[str, Any] = {}
    for name in ask.metrics:
        if name in ATTRIBUTES:
            metrics |= objects.describe(name, str(key[0]) if ask.subject else "")
        else:
            metrics[name] = write_metric(name, row)
    return metrics


def _order(call: Call, rows: list[tuple[Key, Row]]) -> None:
    """By a metric; unsorted if none is named, which here means newest first."""
    name = call.text("order_field")
    if not name:
        return
    if name not in reports.list_metrics() or name in ATTRIBUTES:
        raise refuse_parameter("order_field", f"{name} is not a metric to order by.")
    direction = call.text("order_type") or "DESC"
    if direction not in ("ASC", "DESC"):
        raise refuse_parameter("order_type", "must be ASC or DESC.")
    measure: Callable[[Any], float] = lambda pair: read_number(write_metric(name, pair[1]))  # noqa: E731
    rows.sort(key=measure, reverse=direction == "DESC")
