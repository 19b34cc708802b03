"""Figures of the parts of ads: each ad's day divided among its creatives, texts or calls to action, or their combinations.

The parts of one kind add up to the ad. Whole numbers stay whole: what is shown is divided by impressions, the rest by clicks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

from smartplus_admin.sandbox.life.figures import NAMES, Figures, Question, read_figures
from smartplus_admin.sandbox.store import Database

SHOWN_BY = ("spend", "impressions", "watched", "reached", "reached_of")  # the rest goes by clicks
BASE = ("campaign_id", "adgroup_id", "ad_id", "day")


@dataclass(frozen=True, slots=True)
class PartRow:
    kind: str
    id: str
    entity_id: str
    type: str
    name: str
    shown: int
    clicked: int


class Divided(NamedTuple):
    """A combination of parts of one ad, and what it has of a day (or an hour of it)."""

    campaign_id: str
    adgroup_id: str
    ad_id: str
    day: int
    hour: int  # of the account's clock; -1 where not asked for
    parts: tuple[PartRow, ...]
    figures: Figures


def divide_figures(
    db: Database, question: Question, kinds: Sequence[str], now: float, *, by_hour: bool = False
) -> Iterator[Divided]:
    """`question.columns` do not matter. Ads without parts of one of the kinds are left out."""
    columns = (*BASE, "local_hour") if by_hour else BASE
    asked = replace(question, columns=columns)
    found = read_figures(db, asked, now)
    last = max((int(key[3]) for key in found), default=0)
    known = _read_parts(db, question.advertiser_id, kinds, last)
    for (campaign_id, adgroup_id, ad_id, day, *rest), figures in sorted(found.items()):
        groups = [_find_latest(known.get((str(ad_id), kind), {}), int(day)) for kind in kinds]
        if not all(groups):
            continue
        combinations = list(product(*groups))
        for parts, share in zip(combinations, _divide(figures, combinations), strict=True):
            hour = int(rest[0]) if rest else -1
            yield Divided(str(campaign_id), str(adgroup_id), str(ad_id), int(day), hour, parts, share)


Days = dict[int, list[PartRow]]


def _read_parts(
    db: Database, advertiser_id: str, kinds: Sequence[str], last: int
) -> dict[tuple[str, str], Days]:
    rows = db.execute(
        "SELECT * FROM part WHERE advertiser_id = ? AND day <= ? ORDER BY day, ad_id, kind, id",
        (advertiser_id, last),
    )
    found: dict[tuple[str, str], Days] = {}
    for row in rows:
        if row["kind"] in kinds:
            names = (row[name] for name in ("kind", "id", "entity_id", "type", "name", "shown", "clicked"))
            found.setdefault((row["ad_id"], row["kind"]), {}).setdefault(row["day"], []).append(
                PartRow(*names)
            )
    return found


def _find_latest(days: Days, day: int) -> list[PartRow]:
    """The parts of that day; of the last day before it for results that came after the ad was shown."""
    if day in days:
        return days[day]
    before = [known for known in days if known < day]
    return days[max(before)] if before else []


def _divide(figures: Figures, combinations: Sequence[tuple[PartRow, ...]]) -> list[Figures]:
    by_shown = [_multiply(part.shown for part in parts) for parts in combinations]
    by_clicked = [_multiply(part.clicked for part in parts) for parts in combinations]
    shares = [Figures() for _ in combinations]
    for name in NAMES:
        weights = by_shown if name in SHOWN_BY or not sum(by_clicked) else by_clicked
        for share, number in zip(shares, _allot(getattr(figures, name), weights), strict=True):
            setattr(share, name, number)
    return shares


def _multiply(numbers: Iterable[int]) -> int:
    result = 1
    for number in numbers:
        result *= number
    return result


def _allot(total: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers in proportion to the weights, with exactly this sum."""
    whole, run, given, numbers = sum(weights), 0, 0, []
    for weight in weights:
        run += weight
        upto = total * run // whole if whole else 0
        numbers.append(upto - given)
        given = upto
    return numbers
