"""What REST says of a campaign that is looked at: its days, and its objects as they were."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from campaigns.api.shapes import (
    AMOUNT_OR_NULL,
    ANYTHING,
    NUMBER,
    TEXT,
    TEXT_OR_NULL,
    TIME,
    TIME_OR_NULL,
    ObjectLevel,
    Shape,
    words,
)
from campaigns.api.shapes_read import COUNT, DAY
from campaigns.api.trees import show_members, show_time, write_bound
from campaigns.contract.levels import Level
from campaigns.contract.money import Currency
from campaigns.models import Advertiser
from campaigns.queries.asof import Then
from campaigns.queries.performance import ASSET, Numbers
from campaigns.services.performance import Performance

RATIO = {"type": ["string", "null"], "description": "a decimal number as text; null where nothing divides it"}
SERIES_LEVEL = words(*(level.value for level in Level), ASSET)
_NUMBERS = {
    "spend": AMOUNT_OR_NULL,
    "results": COUNT,
    "cost": {**AMOUNT_OR_NULL, "description": "of one result, over the days of which both are known"},
    "roas": {**RATIO, "description": "value by spend"},
    "impressions": COUNT,
    "clicks": COUNT,
    "ctr": {**RATIO, "description": "clicks by impressions: 0.01 is one percent"},
    "value": AMOUNT_OR_NULL,
    "read_at": {**TIME_OR_NULL, "description": "the oldest reading that it rests on; null: never read"},
}


class PerformanceDay(Shape):
    about = "One day of the account's zone. All null: unknown, which is not 0. Numbers from learning are no verdict."
    members = {"day": DAY, "learning": {"type": "boolean"}, **_NUMBERS}


class PerformanceTotal(Shape):
    members = {"known": {**NUMBER, "description": "days with a row"}, **_NUMBERS}


class PerformanceObject(Shape):
    about = "A creative (`asset`) is named by TikTok's id alone; its results are conversions."
    members = {
        "level": SERIES_LEVEL,
        "object": {**COUNT, "description": "our id; null for a creative"},
        "remote_id": TEXT_OR_NULL,
        "type": {**TEXT_OR_NULL, "description": "of a creative, in TikTok's word"},
        "label": TEXT,
        "total": PerformanceTotal,
        "days": [PerformanceDay],
    }


class PerformanceShape(Shape):
    members = {
        "level": SERIES_LEVEL,
        "since": DAY,
        "until": DAY,
        "zone": TEXT,
        "currency": TEXT,
        "objects": [PerformanceObject],
    }


class ObjectThen(Shape):
    about = "`exists` false: it was not made yet. What moved at TikTok between two readings is placed at the later one."
    members = {
        "level": ObjectLevel,
        "object": {**NUMBER, "description": "our id"},
        "label": TEXT,
        "exists": {"type": "boolean"},
        "wanted": ANYTHING,
        "remote": {**ANYTHING, "description": "null: TikTok held none of it"},
        "operation_status": TEXT,
        "badge": TEXT_OR_NULL,
    }


class AsOfShape(Shape):
    members = {"at": TIME, "objects": [ObjectThen]}


def show_performance(held: Performance, account: Advertiser) -> dict[str, Any]:
    money = account.money
    return {
        "level": held.level,
        "since": held.first.isoformat(),
        "until": held.last.isoformat(),
        "zone": account.zone,
        "currency": money.code,
        "objects": [
            {
                "level": held.level,
                "object": item.pk,
                "remote_id": item.remote_id or None,
                "type": item.type or None,
                "label": item.label,
                "total": {"known": item.total.known, **_show_numbers(item.total, money)},
                "days": [
                    _show_day(day, item.days.get(day, Numbers()), day in held.learning[item.key], money)
                    for day in held.days
                ],
            }
            for item in held.series
        ],
    }


def show_as_of(thens: Sequence[Then], at: datetime, money: Currency) -> dict[str, Any]:
    return {
        "at": show_time(at),
        "objects": [
            {
                "level": then.thing.level.value,
                "object": then.thing.pk,
                "label": then.thing.label,
                "exists": then.there,
                "wanted": show_members(then.thing.level, then.wanted, money) if then.there else {},
                "remote": None if then.remote is None else show_members(then.thing.level, then.remote, money),
                "operation_status": then.operation_status,
                "badge": then.secondary_status or None,
            }
            for then in thens
        ],
    }


def _show_day(day: date, numbers: Numbers, learning: bool, money: Currency) -> dict[str, Any]:
    return {"day": day.isoformat(), "learning": learning, **_show_numbers(numbers, money)}


def _show_numbers(numbers: Numbers, money: Currency) -> dict[str, Any]:
    return {
        "spend": write_bound(money, numbers.spend),
        "results": numbers.results,
        "cost": write_bound(money, numbers.cost),
        "roas": _write(numbers.roas),
        "impressions": numbers.impressions,
        "clicks": numbers.clicks,
        "ctr": _write(numbers.ctr),
        "value": write_bound(money, numbers.value),
        "read_at": show_time(numbers.read_at) if numbers.read_at else None,
    }


def _write(ratio: Decimal | None) -> str | None:
    return None if ratio is None else f"{ratio:.6f}"
