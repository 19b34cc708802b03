"""The charts of the Performance tab: a sentence for each, the numbers for the script, and marks of what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from campaigns.contract.levels import Level
from campaigns.models import Advertiser, Campaign
from campaigns.queries.performance import ASSET, MEASURES, Series
from campaigns.queries.timeline import read_timeline
from campaigns.services.performance import Performance
from campaigns.web.history import Entry, list_entries
from campaigns.web.templatetags.smartplus import money

TOLD = 5  # events of one day that a chart tells
WIDE = 44  # characters of a line in a chart's tooltip
TITLES = {
    "spend": "Spend",
    "results": "Results",
    "cost": "CPA",
    "roas": "ROAS",
    "impressions": "Impressions",
    "clicks": "Clicks",
    "ctr": "CTR",
}
MARKED = ("edit", "switch", "review", "drift")
MARKS = {  # the kind of an event → what a mark of it is called, and its tone
    "reset": ("Learning began anew", "bad"),
    "drift": ("Made elsewhere", "wait"),
    "review": ("Review", "busy"),
    "switch": ("Switch", "quiet"),
    "edit": ("Edit", "good"),
}
MOST_EVENTS = 1_000  # rows of the journals behind one chart


@dataclass(frozen=True, slots=True)
class Mark:
    """One event on a chart. `href` leads to its line in the history."""

    day: date
    kind: str
    word: str
    tone: str
    entry: Entry
    href: str


def find_title(name: str, level: str = "") -> str:
    """What a measure is called: TikTok's creative report counts conversions, not results."""
    return "Conversions" if name == "results" and level == ASSET else TITLES[name]


def say(name: str, value: Decimal | int | None, account: Advertiser) -> str:
    """A number of one measure in the account's writing; "unknown" where it is not known, "–" where nothing divides it."""
    if value is None:
        return "–" if name in ("cost", "roas", "ctr") else "unknown"
    match name:
        case "spend" | "cost":
            return money(value, account)
        case "roas":
            return f"{value:,.2f}"
        case "ctr":
            return f"{value * 100:.2f}\u00a0%"
    return f"{value:,}"


def list_marks(campaign: Campaign, held: Performance, keys: Sequence[str]) -> list[Mark]:
    """What happened to the campaign and the drawn objects, by the account's day. A reset is told as a reset."""
    zone = ZoneInfo(campaign.advertiser.zone)
    since, until = (
        datetime.combine(day, time(), zone) for day in (held.first, held.last + timedelta(days=1))
    )
    timeline = read_timeline(campaign, kinds=MARKED, since=since, before=until, most=MOST_EVENTS)
    resets = {entry.event.ref for standing in held.standings.values() for entry in standing.ledger.resets}
    launch = getattr(campaign, "launch", None)
    about = _list_about(campaign, held, keys)
    found = []
    for entry in list_entries(campaign, timeline):
        drafted = launch is None or entry.at < (launch.live_since or launch.started_at)
        if entry.echo or drafted or (about is not None and not about & set(entry.targets)):
            continue
        kind = "reset" if resets & set(entry.refs) else entry.kind
        word, tone = MARKS[kind]
        at = urlencode({"at": entry.at.isoformat()})
        href = f"?tab=history&{at}#{entry.anchor}"
        found.append(Mark(entry.at.astimezone(zone).date(), kind, word, tone, entry, href))
    return found


def _list_about(campaign: Campaign, held: Performance, keys: Sequence[str]) -> set[str] | None:
    """The objects whose events concern what is drawn: those above, themselves and those below; None: all."""
    if held.level in (Level.CAMPAIGN, ASSET):
        return None
    groups = {item.adgroup_id for item in held.series if item.key in keys}
    about = {"campaign", *keys, *(f"adgroups/{pk}" for pk in groups)}
    if held.level == Level.ADGROUP:
        about |= {
            f"ads/{ad.pk}"
            for group in campaign.adgroups.all()
            if group.pk in groups
            for ad in group.ads.all()
        }
    return about


def describe(name: str, drawn: Sequence[Series], held: Performance, account: Advertiser) -> dict[str, str]:
    """A chart's title, its figure over the range, and what it shows as a sentence."""
    said = []
    for item in drawn:
        known = [
            (day, value)
            for day in held.days
            if day in item.days
            for value in [getattr(item.days[day], name)]
            if value is not None
        ]
        who = f"{item.label}: " if len(drawn) > 1 else ""
        if not known:
            said.append(f"{who}no day is known")
            continue
        low, high = min(known, key=lambda pair: pair[1]), max(known, key=lambda pair: pair[1])
        unknown = len(held.days) - len(known)
        said.append(
            f"{who}least {say(name, low[1], account)} on {low[0]:%d %b}, most {say(name, high[1], account)} on {high[0]:%d %b}"
            + (f", {unknown} day{'' if unknown == 1 else 's'} unknown" if unknown else "")
        )
    total = getattr(drawn[0].total, name) if len(drawn) == 1 else None
    return {
        "name": name,
        "title": find_title(name, held.level),
        "total": say(name, total, account) if len(drawn) == 1 else "",
        "sentence": f"{find_title(name, held.level)} per day, {held.first:%d %b} to {held.last:%d %b %Y}. {'; '.join(said)}.",
    }


def show_charts(
    drawn: Sequence[Series], held: Performance, marks: Sequence[Mark], account: Advertiser
) -> dict[str, Any]:
    """What the script draws: JSON for the browser, every number with its text. None is a gap."""
    places = {day: place for place, day in enumerate(held.days)}
    learning = frozenset[date]().union(*(held.learning[item.key] for item in drawn))
    by_day: dict[date, list[Mark]] = {}
    for mark in marks:
        by_day.setdefault(mark.day, []).append(mark)
    return {
        "days": [f"{day:%d %b}" for day in held.days],
        "today": places.get(held.today),
        "learning": [places[day] for day in held.days if day in learning],
        "marks": [
            {
                "place": places[day],
                "kind": min(own, key=lambda mark: list(MARKS).index(mark.kind)).kind,
                "lines": [line for mark in own[:TOLD] for line in _list_lines(mark)]
                + ([f"and {len(own) - TOLD} more"] if len(own) > TOLD else []),
                "href": own[0].href,
            }
            for day, own in by_day.items()
        ],
        "charts": {
            name: [
                {
                    "label": item.label,
                    "values": [_plain(getattr(item.days.get(day), name, None)) for day in held.days],
                    "texts": [
                        say(name, getattr(item.days.get(day), name, None), account) for day in held.days
                    ],
                }
                for item in drawn
            ]
            for name in MEASURES
        },
    }


def _plain(value: Decimal | int | None) -> float | None:
    return None if value is None else float(value)


def _list_lines(mark: Mark) -> list[str]:
    """What, and the first of what moved: short, for a tooltip cannot be wider than its chart."""
    told = [f"{mark.word}: {mark.entry.title}"]
    for line in mark.entry.lines[:1]:
        told.append(
            f"{line.path} {line.before} → {line.after}" + (f" ({line.percent})" if line.percent else "")
        )
    return [text if len(text) <= WIDE else f"{text[: WIDE - 1]}…" for text in told]
