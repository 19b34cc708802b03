"""Daily results of every campaign, ad group and ad, from the integrated report (platform section 9).

Always asked day by day, so that no sum of several days can be taken for one. A row that TikTok does not send stays
unknown; one that was there before keeps its numbers and the time they were read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Max, Min, Sum

from campaigns.contract import reports
from campaigns.contract.levels import Level
from campaigns.models import Advertiser, Campaign, Result
from campaigns.rules.policy import house_policy
from campaigns.sync.gateway import Gateway
from campaigns.sync.rows import find_by_remote, rows_of
from campaigns.tiktok.errors import Meaning, TikTokError

ENDPOINT = "report/integrated/get/"
METRICS = {  # our column → TikTok's metric (platform 9.2)
    "spend": "spend",
    "impressions": "impressions",
    "clicks": "clicks",
    "results": "result",
    "conversions": "conversion",
    "real_time_conversions": "real_time_conversion",
    "value": "total_complete_payment_rate",  # misnamed: it is the total value
}
AMOUNTS = ("spend", "value")
DIMENSIONS = {Level.CAMPAIGN: "campaign_id", Level.ADGROUP: "adgroup_id", Level.AD: "ad_id_v2"}  # 9.1
MOST_ADS = 20_000  # platform 9: a report names so many ads, the newest, and leaves the others out
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Span:
    """Days of the account's zone, both inclusive."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def choose_span(advertiser: Advertiser, corrected_until: datetime | None, *, now: datetime) -> Span:
    """Which days to read: the last two, the trailing ones once after each correction, at first as many as one report takes."""
    today = now.astimezone(ZoneInfo(advertiser.zone)).date()
    if corrected_until is None:
        days = reports.DAYS_BY_DAY
    elif corrected_until < find_correction(now):
        days = house_policy().count("results.trailing") + 1
    else:
        days = 2
    return Span(today - timedelta(days=days - 1), today)


def find_correction(now: datetime) -> datetime:
    """The last noon UTC: TikTok then corrects the day before (platform 9.3)."""
    noon = datetime.combine(now.astimezone(UTC).date(), time(reports.CORRECTION_HOUR), UTC)
    return noon if noon <= now else noon - timedelta(days=1)


def read_results(gateway: Gateway, span: Span, *, now: datetime) -> int:
    """Reads the days of all three levels into their rows; returns how many rows TikTok sent. Raises TikTokError.

    An account with nothing at TikTok costs no call.
    """
    ours = [
        str(item)
        for item in Campaign.objects.filter(
            advertiser=gateway.advertiser, remote_id__isnull=False
        ).values_list("remote_id", flat=True)
    ]
    if not ours:
        return 0
    crowded = rows_of(Level.AD, gateway.advertiser).filter(remote_id__isnull=False).count() > MOST_ADS
    count = 0
    for level in Level:
        for ids in _cut(ours) if crowded and level is Level.AD else (None,):
            seen: set[tuple[str, date]] = set()
            for page in gateway.walk_report(_compose(level, span, ids)):
                rows = [_read_row(level, row, span, seen) for row in page.rows]
                _store(gateway.advertiser, level, rows, now=now)
                count += len(rows)
    return count


def _compose(level: Level, span: Span, campaigns: Sequence[str] | None) -> dict[str, Any]:
    filtering = [_only(f"{level}_status", ["STATUS_ALL"])]  # deleted ones have spent too
    if campaigns is not None:
        filtering.append(_only("campaign_ids", campaigns))
    return {
        "report_type": "BASIC",
        "data_level": f"AUCTION_{level.upper()}",
        "dimensions": [DIMENSIONS[level], "stat_time_day"],
        "metrics": list(METRICS.values()),
        "start_date": span.first.isoformat(),
        "end_date": span.last.isoformat(),
        "filtering": filtering,
    }


def _only(name: str, values: Sequence[str]) -> dict[str, str]:
    text = ", ".join(f'"{value}"' for value in values)
    return {"field_name": name, "filter_type": "IN", "filter_value": f"[{text}]"}


def _cut(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), reports.FILTER_IDS):
        yield ids[start : start + reports.FILTER_IDS]


def _read_row(
    level: Level, row: Mapping[str, Any], span: Span, seen: set[tuple[str, date]]
) -> tuple[str, date, dict[str, Any]]:
    """TikTok's id, the day and the numbers. Raises TikTokError for a row that is not one object's one day."""
    dimensions, metrics = row.get("dimensions") or {}, row.get("metrics") or {}
    remote_id = str(dimensions.get(DIMENSIONS[level]) or "")
    try:
        day = date.fromisoformat(str(dimensions.get("stat_time_day") or "")[:10])
    except ValueError as error:
        raise _refuse("a row names no day") from error
    if not remote_id or day not in span:
        raise _refuse(f"a row is about {remote_id or 'nothing'} on {day}, which was not asked")
    if (remote_id, day) in seen:
        raise _refuse(f"{remote_id} came twice for {day}")
    seen.add((remote_id, day))
    return remote_id, day, {name: read_number(name, metrics.get(metric)) for name, metric in METRICS.items()}


def read_number(name: str, value: Any) -> Decimal | int | None:
    """TikTok writes numbers as text; "-" and nothing at all are no number."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    return number.quantize(Decimal("0.0001")) if name in AMOUNTS else int(number)


def _refuse(said: str) -> TikTokError:
    return TikTokError(Meaning.UNSURE, said, endpoint=ENDPOINT)


def _store(
    advertiser: Advertiser, level: Level, rows: Iterable[tuple[str, date, dict[str, Any]]], *, now: datetime
) -> None:
    """Rows of objects that are not ours are left out; what says the same as before only learns when it was read."""
    given = list(rows)
    ids = {item[0] for item in given}
    known = dict(find_by_remote(level, advertiser, ids, "remote_id", "pk"))
    column = f"{level}_id"
    held = {
        (getattr(row, column), row.day): row
        for row in Result.objects.filter(
            **{f"{column}__in": known.values(), "day__in": {item[1] for item in given}}
        )
    }
    same: list[int] = []
    fresh: list[Result] = []
    for remote_id, day, numbers in given:
        if remote_id not in known:
            continue
        standing = held.get((known[remote_id], day))
        if standing and all(getattr(standing, name) == value for name, value in numbers.items()):
            same.append(standing.pk)
        else:
            place = {column: known[remote_id], "day": day}
            fresh.append(Result(advertiser=advertiser, read_at=now, **place, **numbers))
    Result.objects.filter(pk__in=same).update(read_at=now)
    Result.objects.bulk_create(
        fresh,
        batch_size=ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=[level.value, "day"],
        update_fields=[*METRICS, "read_at"],
    )


def measure_costs(advertiser: Advertiser) -> dict[str, dict[str, Any]]:
    """What a conversion has cost by optimization event, over the newest days that were read, as JSON of PastCost.

    An event with too few conversions for a price is left out: unknown.
    """
    policy = house_policy()
    rows = Result.objects.filter(advertiser=advertiser, adgroup__isnull=False)
    newest = rows.aggregate(day=Max("day"))["day"]
    if newest is None:
        return {}
    recent = rows.filter(day__gt=newest - timedelta(days=policy.count("results.cost_days")))
    sums = recent.order_by().values(event=F("adgroup__remote__optimization_event"))
    found = sums.annotate(
        spent=Sum("spend"), count=Sum("conversions"), first=Min("day"), last=Max("day"), read=Max("read_at")
    )
    return {
        row["event"]: {
            "amount": str((row["spent"] / row["count"]).quantize(Decimal("0.0001"))),
            "conversions": row["count"],
            "first": row["first"].isoformat(),
            "last": row["last"].isoformat(),
            "read_at": row["read"].isoformat(),
        }
        for row in found
        if row["event"] and row["spent"] and (row["count"] or 0) >= policy.count("results.cost_least")
    }
