"""A campaign's daily numbers beside its learning: which days are from learning, and what may be compared. Never writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from campaigns.analysis.learning import list_spans
from campaigns.models import Advertiser, Campaign
from campaigns.queries.performance import Numbers, Series, list_days, read_series, sum_up
from campaigns.services.desk import read_campaign
from campaigns.services.learning import Standing, read_clock

LONGEST = 366  # days of one question


@dataclass(frozen=True, slots=True)
class Performance:
    """`learning` holds the days from learning by the series' key; `standings` the ledgers by our id of the ad group."""

    first: date
    last: date
    today: date
    level: str  # campaign, adgroup, ad or asset
    series: tuple[Series, ...]
    learning: Mapping[str, frozenset[date]]
    standings: Mapping[int, Standing]

    @property
    def days(self) -> list[date]:
        return list_days(self.first, self.last)

    def find(self, keys: Sequence[str]) -> list[Series]:
        return [item for item in self.series if item.key in keys]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Objects over the same days: those that all of them had past learning. Without any it is refused (L4)."""

    days: tuple[date, ...]
    left_out: int  # days of learning of one or another
    totals: tuple[tuple[Series, Numbers], ...]

    @property
    def refused(self) -> bool:
        return not self.days


def read_performance(
    *, campaign: Campaign, level: str, first: date, last: date, now: datetime
) -> Performance:
    """`campaign` has its tree and account along. A constant number of queries for any number of objects."""
    series = read_series(campaign, level, first=first, last=last)
    standings = read_campaign(campaign, now=now)
    by_group = {pk: _list_learning(item, campaign.advertiser) for pk, item in standings.items()}
    whole = frozenset[date]().union(*by_group.values())
    return Performance(
        first,
        last,
        find_today(campaign.advertiser, now),
        level,
        tuple(series),
        {
            item.key: whole if item.adgroup_id is None else by_group.get(item.adgroup_id, frozenset())
            for item in series
        },
        standings,
    )


def find_today(account: Advertiser, now: datetime) -> date:
    return now.astimezone(ZoneInfo(account.zone)).date()


def compare(performance: Performance, chosen: Sequence[Series]) -> Comparison:
    """Whole days only: the day under way is left out too."""
    shared = [
        day
        for day in performance.days
        if day < performance.today and all(day in item.days for item in chosen)
    ]
    learned = frozenset[date]().union(*(performance.learning[item.key] for item in chosen))
    fair = tuple(day for day in shared if day not in learned)
    totals = tuple((item, sum_up(item.days[day] for day in fair)) for item in chosen)
    return Comparison(fair, len(shared) - len(fair), totals)


def _list_learning(standing: Standing, account: Advertiser) -> frozenset[date]:
    """The days of the account's zone of which any part lay in learning."""
    zone = ZoneInfo(account.zone)
    spans = list_spans(
        standing.ledger,
        delivered_at=standing.history.delivered_at,
        days=standing.history.days,
        clock=read_clock(standing.policy),
    )
    found: set[date] = set()
    for begin, end in spans:
        first, last = begin.astimezone(zone).date(), end.astimezone(zone).date()
        touched = datetime.combine(last, time(), zone) == end.astimezone(zone)  # ends with the day before
        found.update(list_days(first, last - timedelta(days=1) if touched and last > first else last))
    return frozenset(found)
