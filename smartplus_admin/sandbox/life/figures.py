"""What a report may say at a moment: sums over what was shown, late as TikTok's are (platform 9.3).

An hour is told half an hour after its end. Spend is a first guess until noon UTC of the next day. A result counts on the day of
its impression, at once if it happened on that day, else from the next noon on; the `real_time` ones count on their own day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from campaigns.contract.reports import CORRECTION_HOUR, LAG_MINUTES, UV_LAG_HOURS
from smartplus_admin.sandbox.clock import to_moment
from smartplus_admin.sandbox.life.calendar import HOUR, floor_hour
from smartplus_admin.sandbox.store import Database, dump_json

COLUMNS = ("advertiser_id", "campaign_id", "adgroup_id", "ad_id", "day", "local_hour")
Key = tuple[str | int, ...]


@dataclass(slots=True)
class Figures:
    """Sums of one row. Money in minor units."""

    spend: int = 0
    impressions: int = 0
    watched: int = 0
    clicks: int = 0
    landed: int = 0
    reached: int = 0
    reached_of: int = 0  # the impressions that `reached` is about
    results: int = 0
    paid: int = 0
    value: int = 0
    by_view: int = 0
    results_now: int = 0  # by their own time
    value_now: int = 0

    def add(self, other: "Figures") -> None:
        for name in NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))


NAMES = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, slots=True)
class Question:
    advertiser_id: str
    columns: tuple[str, ...]  # of COLUMNS
    days: tuple[int, int] | None  # first and last ordinal; None = all
    only: Mapping[str, Sequence[str]]  # column → values


def read_figures(db: Database, question: Question, now: float) -> dict[Key, Figures]:
    """Rows in which something happened, by the values of the question's columns."""
    told = floor_hour(now - LAG_MINUTES * 60) - 1  # the last hour that is told
    people = floor_hour(now - UV_LAG_HOURS * HOUR) - 1
    corrected = to_moment(now - CORRECTION_HOUR * HOUR).toordinal() - 1  # the last day that is
    found: dict[Key, Figures] = {}
    where, values = _restrict(question, "day")
    names = ", ".join(question.columns) or "1"
    for row in db.execute(
        f"SELECT {names}, sum(iif(day <= ?, spend, guess)), sum(impressions), sum(watched), sum(clicks), sum(landed),"
        f" sum(iif(hour <= ?, reached, 0)), sum(iif(hour <= ?, impressions, 0)) FROM shown WHERE {where} AND hour <= ?"
        f" GROUP BY {names}",
        (corrected, people, people, *values, told),
    ):
        *key, spend, impressions, watched, clicks, landed, reached, reached_of = row
        found[tuple(key)] = Figures(spend, impressions, watched, clicks, landed, reached, reached_of)
    for row in db.execute(
        f"SELECT {names}, sum(heard), sum(paid), sum(value), sum(by_view) FROM result"
        f" WHERE {where} AND told <= ? AND heard > 0 GROUP BY {names}",
        (*values, now),
    ):
        *key, results, paid, value, by_view = row
        figures = found.setdefault(tuple(key), Figures())
        figures.results, figures.paid, figures.value, figures.by_view = results, paid, value, by_view
    where, values = _restrict(question, "at_day")
    names = ", ".join(f"at_{name}" if name in ("day", "local_hour") else name for name in question.columns)
    for row in db.execute(
        f"SELECT {names or '1'}, sum(heard), sum(value) FROM result WHERE {where} AND at <= ? AND heard > 0"
        f" GROUP BY {names or '1'}",
        (*values, told),
    ):
        *key, results, value = row
        figures = found.setdefault(tuple(key), Figures())
        figures.results_now, figures.value_now = results, value
    return found


def _restrict(question: Question, day: str) -> tuple[str, list[str | int]]:
    where, values = ["advertiser_id = ?"], list[str | int]([question.advertiser_id])
    if question.days:
        where.append(f"{day} BETWEEN ? AND ?")
        values += question.days
    for column, keys in question.only.items():
        assert column in COLUMNS
        where.append(f"{column} IN (SELECT value FROM json_each(?))")
        values.append(dump_json(list(keys)))
    return " AND ".join(where), values
