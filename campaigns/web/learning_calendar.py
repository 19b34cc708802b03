"""The lock calendar's geometry: ad groups against days, in whole units of a drawing. Numbers in, places out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.analysis.learning import Kind
from campaigns.services.learning import Standing

WIDTH = 1400  # units from the first day's beginning to the last one's end
BEFORE, AFTER = 14, 14  # days around now beyond which nothing is drawn
DAY = timedelta(days=1)
KINDS = {Kind.EDITED: "edit", Kind.FOUND: "found", Kind.STOPPED: "stop", Kind.STARTED: "start"}


@dataclass(frozen=True, slots=True)
class Scale:
    """The days that are drawn, in one zone."""

    start: datetime
    end: datetime
    now: datetime
    days: tuple[datetime, ...]

    def place(self, at: datetime) -> int:
        share = (at - self.start) / (self.end - self.start)
        return round(min(max(share, 0.0), 1.0) * WIDTH)

    @property
    def now_at(self) -> int:
        return self.place(self.now)


@dataclass(frozen=True, slots=True)
class Mark:
    at: int
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Bar:
    """`first`: since delivery began, before the present learning; `solid`: lived; `sure`: until the interval begins; `fading`:
    over the interval. Each is where it begins and how long it is."""

    first: tuple[int, int]
    solid: tuple[int, int]
    sure: tuple[int, int]
    fading: tuple[int, int]
    marks: tuple[Mark, ...]


def draw_scale(standings: Sequence[Standing], *, now: datetime, zone: str) -> Scale:
    """As many days as the bars need, within bounds; days begin at midnight in `zone`."""
    starts = [moment for item in standings if (moment := item.history.delivered_at or item.ledger.began)]
    ends = [moment for item in standings if (moment := _find_end(item))]
    first = max(min(starts, default=now), now - BEFORE * DAY).astimezone(ZoneInfo(zone))
    last = min(max([*ends, now + DAY]), now + AFTER * DAY).astimezone(ZoneInfo(zone))
    day = first.replace(hour=0, minute=0, second=0, microsecond=0)
    days = []
    while day < last:
        days.append(day)
        day = day + DAY  # wall-clock days: those of a change of the clocks stay days
    return Scale(days[0], day, now, tuple(days))


def draw_bar(standing: Standing, scale: Scale) -> Bar:
    ledger, opens = standing.ledger, standing.lock_opens
    began = ledger.began or scale.now
    low = (opens.low if opens else None) or scale.now
    high = (opens.high if opens else None) or ledger.opens_at or low
    points = [scale.place(at) for at in (standing.history.delivered_at or began, began, scale.now, low, high)]
    spans = [(left, max(right - left, 0)) for left, right in zip(points, points[1:], strict=False)]
    marks = tuple(
        Mark(
            scale.place(entry.event.at), "reset" if entry.reset else KINDS[entry.event.kind], entry.event.what
        )
        for entry in ledger.entries
        if scale.start <= entry.event.at <= scale.end
    )
    return Bar(spans[0], spans[1], spans[2], spans[3], marks)


def _find_end(standing: Standing) -> datetime | None:
    opens = standing.lock_opens
    return (opens.high if opens else None) or standing.ledger.opens_at
