"""`filtering` of the integrated report: [{field_name, filter_type, filter_value}], the value always a text (platform 9)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from campaigns.contract import reports
from smartplus_admin.sandbox.calls.report_metrics import Row, read_number, write_metric
from smartplus_admin.sandbox.errors import refuse_parameter
from smartplus_admin.sandbox.wire import Call

ID_FIELDS = {
    "campaign_ids": "campaign_id",
    "adgroup_ids": "adgroup_id",
    "ad_ids_v2": "ad_id",
}
STATUS_FIELDS = {
    "AUCTION_CAMPAIGN": "campaign_status",
    "AUCTION_ADGROUP": "adgroup_status",
    "AUCTION_AD": "ad_status",
}
UPGRADED = "UPGRADED_SMART_PLUS"
NUMBER_TYPES = ("GREATER_EQUAL", "GREATER_THAN", "LOWER_EQUAL", "LOWER_THAN", "BETWEEN")


@dataclass(frozen=True, slots=True)
class Bound:
    metric: str
    kind: str
    numbers: tuple[float, ...]

    def holds(self, row: Row) -> bool:
        number, first = read_number(write_metric(self.metric, row)), self.numbers[0]
        match self.kind:
            case "GREATER_EQUAL":
                return number >= first
            case "GREATER_THAN":
                return number > first
            case "LOWER_EQUAL":
                return number <= first
            case "LOWER_THAN":
                return number < first
            case _:
                return first <= number <= self.numbers[1]


@dataclass(frozen=True, slots=True)
class Filters:
    only: Mapping[str, list[str]] = field(default_factory=dict)  # column → ids
    statuses: tuple[str, ...] = ("STATUS_NOT_DELETE",)  # platform 9: the default at the queried level
    bounds: tuple[Bound, ...] = ()
    creatives: tuple[str, ...] = ()  # of ads, by the dimension ad_id
    nothing: bool = False  # asks for products that this sandbox has none of

    def fits(self, row: Row) -> bool:
        return not self.nothing and all(bound.holds(row) for bound in self.bounds)


def read_filters(call: Call, level: str) -> Filters:
    raw = call.read("filtering")
    if raw is None:
        return Filters()
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        raise refuse_parameter("filtering", "must be a list of objects.")
    only: dict[str, list[str]] = {}
    statuses = Filters().statuses
    bounds = []
    creatives: tuple[str, ...] = ()
    nothing = False
    for item in raw:
        name, kind, value = (item.get(key) for key in ("field_name", "filter_type", "filter_value"))
        if kind not in reports.FILTER_TYPES:
            raise refuse_parameter("filtering.filter_type", f"{kind} is not a valid value.")
        if not isinstance(value, str):
            raise refuse_parameter("filtering.filter_value", "must be a string.")
        if name in ID_FIELDS:
            only[ID_FIELDS[name]] = _read_list(name, kind, value)
        elif name == "ad_ids":
            creatives = tuple(_read_list(name, kind, value))
        elif name == STATUS_FIELDS.get(level):
            statuses = tuple(_read_list(name, kind, value))
        elif name == "campaign_automation_type":
            nothing = nothing or UPGRADED not in _read_list(name, kind, value)
        elif name in reports.list_metrics() and kind in NUMBER_TYPES:
            bounds.append(Bound(name, kind, _read_numbers(name, kind, value)))
        else:
            raise refuse_parameter(
                "filtering.field_name", f"{name} is not supported with {level} and {kind}."
            )
    if creatives and "ad_id" in only:
        raise refuse_parameter("filtering", "ad_ids_v2 cannot be used with ad_ids.")
    return Filters(only, statuses, tuple(bounds), creatives, nothing)


def _read_list(name: str, kind: str, value: str) -> list[str]:
    if kind != "IN":
        raise refuse_parameter("filtering.filter_type", f"must be IN for {name}.")
    items = _read_json(name, value)
    if not isinstance(items, list) or not items:
        raise refuse_parameter("filtering.filter_value", f"must be a JSON array of strings for {name}.")
    if len(items) > reports.FILTER_IDS:
        raise refuse_parameter("filtering.filter_value", f"must hold at most {reports.FILTER_IDS} {name}.")
    return [str(item) for item in items]


def _read_numbers(name: str, kind: str, value: str) -> tuple[float, ...]:
    items = _read_json(name, value)
    numbers = items if isinstance(items, list) else [items]
    try:
        found = tuple(float(number) for number in numbers)
    except (TypeError, ValueError) as error:
        raise refuse_parameter("filtering.filter_value", f"must be a number for {name}.") from error
    if len(found) != (2 if kind == "BETWEEN" else 1):
        raise refuse_parameter("filtering.filter_value", f"needs two numbers for BETWEEN, else one ({name}).")
    return found


def _read_json(name: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError as error:
        raise refuse_parameter("filtering.filter_value", f"must be JSON text for {name}.") from error
