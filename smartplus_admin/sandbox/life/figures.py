"""What a report may say at a moment: sums over what was shown, late as TikTok's are (platform 9.3).

An hour is told half an hour after its end, people 16 hours after the day. Spend is a first guess until noon UTC of the next day.
A result counts on the day of its impression, at once if it happened on that day, else from the next noon on; the `real_time` ones
count on their own day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from campaigns.contract.reports import CORRECTION_HOUR, LAG_MINUTES, UV_LAG_HOURS
from smartplus_admin.sandbox.clock import to_moment
from smartplus_admin.sandbox.life.calendar import HOUR, find_local, floor_hour
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

    def add(self, other: "Figures") -> None:
        for name in NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))


NAMES = tuple(field.name for field in fields(Figures))


@dataclass(frozen=True, slots=True)
class Question:
    advertiser_id: str
    zone: str  # of the account
    columns: tuple[str, ...]  # of COLUMNS
    days: tuple[int, int] | None  # first and last ordinal; None = all
    only: Mapping[str, Sequence[str]]  # column → values
    results: bool = True  # whether results matter
    results_now: bool = True  # and those by their own time: they make rows of days on which nothing was shown


def read_figures(db: Database, question: Question, now: float) -> dict[Key, Figures]:
    """Rows in which something happened, by the values of the question's columns."""
    told = floor_hour(now - LAG_MINUTES * 60) - 1  # the last hour that is told
    found: dict[Key, Figures] = {}
    for key, figures in _list_shown(db, question, now, told):
        known = found.setdefault(key, figures)
        if known is not figures:
            known.add(figures)
    if question.results:
        for key, sums in _list_results(db, question, "day", "told <= ?", now):
            figures = found.setdefault(key, Figures())
            figures.results, figures.paid, figures.value, figures.by_view = sums
    if question.results_now:
        for key, sums in _list_results(db, question, "at_day", "at <= ?", told):
            found.setdefault(key, Figures()).results_now = sums[0]
    return found


def _list_results(
    db: Database, question: Question, day: str, known: str, until: float
) -> Iterator[tuple[Key, tuple[int, int, int, int]]]:
    """By the day of the impression, or by the result's own."""
    where, values = _restrict(question, day)
    own = day == "at_day"
    names = [f"at_{name}" if own and name in ("day", "local_hour") else name for name in question.columns]
    columns = ", ".join(names) or "1"
    for row in db.execute(
        f"SELECT {columns}, sum(heard), sum(paid), sum(value), sum(by_view) FROM result"
        f" WHERE {where} AND {known} AND heard > 0 GROUP BY {columns}",
        (*values, until),
    ):
        *key, heard, paid, value, by_view = row
        yield tuple(key if question.columns else ()), (heard, paid, value, by_view)


def _list_shown(db: Database, question: Question, now: float, told: int) -> Iterator[tuple[Key, Figures]]:
    """Days that are wholly told come from sums by day, what is left from the hours. People are counted by whole days."""
    over = _find_day(question, now - LAG_MINUTES * 60) - 1
    people = _find_day(question, now - UV_LAG_HOURS * HOUR) - 1
    corrected = to_moment(now - CORRECTION_HOUR * HOUR).toordinal() - 1
    where, values = _restrict(question, "day")
    names = ", ".join(question.columns)
    sums = (
        "sum(iif(day <= ?, spend, guess)), sum(impressions), sum(watched), sum(clicks), sum(landed),"
        " sum(iif(day <= ?, reached, 0)), sum(iif(day <= ?, impressions, 0))"
    )
    by_day = (f"shown_day WHERE {where} AND day <= ?", (*values, over))
    by_hour = (f"shown WHERE {where} AND day > ? AND hour <= ?", (*values, over, told))
    all_hours = (f"shown WHERE {where} AND hour <= ?", (*values, told))
    for source, bound in [all_hours] if "local_hour" in question.columns else [by_day, by_hour]:
        for row in db.execute(
            f"SELECT {names or '1'}, {sums} FROM {source} GROUP BY {names or '1'}",
            (corrected, people, people, *bound),
        ):
            *key, spend, impressions, watched, clicks, landed, reached, reached_of = row
            yield (
                tuple(key if question.columns else ()),
                Figures(spend, impressions, watched, clicks, landed, reached, reached_of),
            )


def _find_day(question: Question, second: float) -> int:
    """The account's day at a moment: the one before it is over."""
    return find_local(question.zone, floor_hour(second)).day


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
