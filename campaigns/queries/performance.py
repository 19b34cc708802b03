"""What a campaign, its ad groups and its ads brought in day by day: TikTok's report as last read. Unknown is not 0.

A ratio is taken over the days of which both of its numbers are known. Amounts are in the account's currency.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from campaigns.contract.levels import Level
from campaigns.models import AdGroup, AssetResult, Campaign, Result

COUNTED = ("spend", "impressions", "clicks", "results", "value")
RATIOS = {  # measure → what is divided by what
    "cost": ("spend", "results"),
    "roas": ("value", "spend"),
    "ctr": ("clicks", "impressions"),
}
ASSET = "asset"  # beside the three levels: each creative of a campaign, over all ads that show it
MEASURES = ("spend", "results", "cost", "roas", "impressions", "clicks", "ctr")


@dataclass(frozen=True, slots=True)
class Numbers:
    """One day, or several together. None: unknown; a ratio also where nothing divides it.

    `read_at` is the oldest reading that they rest on; `known` counts the days of which TikTok sent a row.
    """

    spend: Decimal | None = None
    impressions: int | None = None
    clicks: int | None = None
    results: int | None = None
    value: Decimal | None = None
    cost: Decimal | None = None  # of one result
    roas: Decimal | None = None
    ctr: Decimal | None = None  # clicks by impressions; 0.01 is one percent
    read_at: datetime | None = None
    known: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """One object's days. `key` names it as the journals do: `campaign`, `adgroups/12`, `ads/7`; a creative by TikTok's id.

    A creative has no id of ours; its `results` are conversions, for TikTok's creative report knows no other.
    """

    key: str
    pk: int | None
    label: str
    remote_id: str
    adgroup_id: int | None  # ours: of the ad group itself, or of the ad's
    days: Mapping[date, Numbers]
    total: Numbers
    type: str = ""  # of a creative, in TikTok's word


def list_days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def sum_up(days: Iterable[Numbers]) -> Numbers:
    """Days as one. A day whose ratio cannot be told adds to the sums alone."""
    return _measure(
        [{name: getattr(day, name) for name in (*COUNTED, "read_at")} for day in days if day.known]
    )


def read_series(campaign: Campaign, level: str, *, first: date, last: date) -> list[Series]:
    """Every object of one level that TikTok holds or has counted, in the tree's order. `campaign` has its tree along.

    One query for any number of objects.
    """
    if level == ASSET:
        return _read_assets(campaign, first, last)
    things = _list_things(campaign, level)
    column = f"{level}_id"
    rows = Result.objects.filter(**{f"{column}__in": [item.pk for item, _, _ in things]})
    held: dict[int, dict[date, Any]] = defaultdict(dict)
    for row in (
        rows.filter(day__gte=first, day__lte=last).order_by().values(column, "day", "read_at", *COUNTED)
    ):
        held[row[column]][row["day"]] = row
    found = []
    for thing, key, adgroup in things:
        own = held[thing.pk]
        if thing.remote_id or own:
            days = {day: _measure([row]) for day, row in own.items()}
            found.append(
                Series(
                    key,
                    thing.pk,
                    thing.label,
                    thing.remote_id or "",
                    adgroup,
                    days,
                    _measure(list(own.values())),
                )
            )
    return found


def _read_assets(campaign: Campaign, first: date, last: date) -> list[Series]:
    rows = AssetResult.objects.filter(campaign=campaign, day__gte=first, day__lte=last).order_by("day", "pk")
    counted = [name for name in COUNTED if name != "results"]
    held: dict[tuple[str, str], dict[date, Any]] = defaultdict(dict)
    names: dict[tuple[str, str], str] = {}
    for row in rows.values("material_type", "material_id", "name", "day", "read_at", "conversions", *counted):
        key = (row["material_type"], row["material_id"])
        held[key][row["day"]] = row | {"results": row["conversions"]}
        names[key] = row["name"] or row["material_id"]
    places = _place_creatives(campaign)
    videos = campaign.advertiser.videos.filter(video_id__in=set(names.values()))
    titles = dict(videos.values_list("video_id", "name"))
    return [
        Series(
            f"assets/{kind}/{pk}",
            None,
            _name_creative(titles.get(names[kind, pk]) or names[kind, pk], places.get(pk)),
            pk,
            places[pk].pk if pk in places else None,
            {day: _measure([row]) for day, row in own.items()},
            _measure(list(own.values())),
            kind,
        )
        for (kind, pk), own in held.items()
    ]


def _place_creatives(campaign: Campaign) -> dict[str, AdGroup]:
    """The ad group of each creative that stands in one ad alone, by TikTok's id. A post has one id wherever it is shown."""
    return {
        str(item.get("ad_material_id")): group
        for group in campaign.adgroups.all()
        for ad in group.ads.all()
        for item in (ad.remote or {}).get("creative_list") or ()
    }


def _name_creative(name: str, group: AdGroup | None) -> str:
    return f"{name} · {group.label}" if group else name


def _list_things(campaign: Campaign, level: str) -> list[tuple[Any, str, int | None]]:
    match level:
        case Level.CAMPAIGN:
            return [(campaign, "campaign", None)]
        case Level.ADGROUP:
            return [(group, f"adgroups/{group.pk}", group.pk) for group in campaign.adgroups.all()]
    return [(ad, f"ads/{ad.pk}", group.pk) for group in campaign.adgroups.all() for ad in group.ads.all()]


def _measure(rows: Sequence[Mapping[str, Any]]) -> Numbers:
    given: dict[str, Any] = {name: _sum(row[name] for row in rows) for name in COUNTED}
    given |= {name: _divide(rows, *pair) for name, pair in RATIOS.items()}
    return Numbers(
        **given,
        read_at=min((row["read_at"] for row in rows), default=None),
        known=len(rows),
    )


def _sum(values: Iterable[Any]) -> Any:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _divide(rows: Sequence[Mapping[str, Any]], above: str, below: str) -> Decimal | None:
    both = [(row[above], row[below]) for row in rows if row[above] is not None and row[below] is not None]
    under = sum(pair[1] for pair in both)
    return Decimal(sum(pair[0] for pair in both)) / under if under else None
