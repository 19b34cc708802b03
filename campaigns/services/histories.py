"""What happened to ad groups, gathered from the journals and the daily results: the events that the ledger folds.

Our own edits are read from what was decided (Change), edits made elsewhere from what was found (Flip) and, where TikTok's
change log names them, with who and when. A constant number of queries for any number of ad groups.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from campaigns.analysis.learning import Day, Event, Kind
from campaigns.contract.levels import Level
from campaigns.contract.members import members_below
from campaigns.contract.statuses import ENABLE
from campaigns.models import Ad, AdGroup, Change, Flip, Launch, RemoteEdit, Result
from campaigns.rules.policy import Policy
from campaigns.rules.significance import SWITCH, weigh, weigh_all

BODY = "body:"
SOMEBODY = "somebody elsewhere"  # nobody knows who: not by us
CONVERSION_GOALS = ("CONVERT", "VALUE", "IN_APP_EVENT", "INSTALL")
WEIGHTY = (
    Q(member=SWITCH) | Q(member="existence") | Q(member__startswith=BODY)
)  # flips that may begin learning
CLOCKS_DIFFER = timedelta(minutes=5)  # between TikTok's change log and our reading


@dataclass(frozen=True, slots=True)
class History:
    """One ad group's past. `days` hold the results that learning counts by; `spend_per_day` is None where unknown."""

    delivered_at: datetime | None
    events: tuple[Event, ...]
    days: tuple[Day, ...]

    @property
    def spend_per_day(self) -> Decimal | None:
        """The mean over the last seven days with spend, the day under way left out unless it is the only one."""
        whole = [day for day in self.days if day.read_at >= day.end] or list(self.days)
        spent = [day.spend for day in whole if day.spend > 0][-7:]
        return sum(spent, Decimal(0)) / len(spent) if spent else None


@dataclass(slots=True)
class _Rows:
    """What was read, by our id of the campaign or ad group."""

    results: dict[int, list[Result]] = field(default_factory=lambda: defaultdict(list))
    flips: dict[int, list[Flip]] = field(default_factory=lambda: defaultdict(list))
    changes: dict[int, list[Change]] = field(default_factory=lambda: defaultdict(list))
    log: dict[int, list[RemoteEdit]] = field(default_factory=lambda: defaultdict(list))
    launched: dict[int, datetime | None] = field(default_factory=dict)
    ads: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True, slots=True)
class _Deed:
    """Members of one object that were set at one moment."""

    at: datetime
    kind: Kind
    target: str
    changes: Mapping[str, tuple[Any, Any]]
    by: str
    ref: str


def gather_histories(
    *, adgroups: Sequence[AdGroup], policies: Mapping[int, Policy], now: datetime
) -> dict[int, History]:
    """The history of each ad group, by our id. `adgroups` have their campaign and its advertiser along. Six queries."""
    rows = _read_rows(adgroups)
    return {
        group.pk: _write_history(group, rows, policies[group.campaign.advertiser_id], now)
        for group in adgroups
    }


def describe(changes: Mapping[str, tuple[Any, Any]]) -> str:
    """What was set, in words: "budget 100.00 → 130.00 (+30 %)"; long values are left out."""
    return ", ".join(_describe_one(name, old, new) for name, (old, new) in changes.items())


def _read_rows(adgroups: Sequence[AdGroup]) -> _Rows:
    rows = _Rows()
    groups = [group.pk for group in adgroups]
    campaigns = {group.campaign_id for group in adgroups}
    for result in Result.objects.filter(adgroup__in=groups).order_by("day"):
        rows.results[result.adgroup_id or 0].append(result)
    for flip in Flip.objects.filter(WEIGHTY, campaign_ref__in=campaigns).order_by("at", "pk"):
        rows.flips[flip.campaign_ref].append(flip)
    decided = Change.objects.filter(campaign_ref__in=campaigns, act=Change.Act.EDITED)
    for change in decided.select_related("actor").order_by("at", "pk"):
        rows.changes[change.campaign_ref or 0].append(change)
    for line in RemoteEdit.objects.filter(campaign_ref__in=campaigns).order_by("at", "pk"):
        rows.log[line.campaign_ref or 0].append(line)
    launches = Launch.objects.filter(campaign__in=campaigns)
    rows.launched = dict(launches.values_list("campaign_id", "live_since"))
    for pk, group in Ad.objects.filter(adgroup__in=groups).values_list("pk", "adgroup_id"):
        rows.ads[group].add(f"ads/{pk}")
    return rows


def _write_history(group: AdGroup, rows: _Rows, policy: Policy, now: datetime) -> History:
    launched = rows.launched.get(group.campaign_id)
    delivered_at, days = _read_days(group, rows.results[group.pk], launched)
    about = {"campaign", f"adgroups/{group.pk}"} | rows.ads[group.pk]
    flips = [flip for flip in rows.flips[group.campaign_id] if flip.target in about]
    deeds = list(_list_decided(rows.changes[group.campaign_id], about, launched))
    deeds += _list_found(flips, deeds, rows.log[group.campaign_id])
    deeds.sort(key=lambda deed: deed.at)
    events = [*_weigh_deeds(deeds, policy), *_list_switchings(group, flips, policy)]
    events.sort(key=lambda event: event.at)
    # what the launch itself did is no edit
    own = tuple(event for event in events if launched is not None and launched < event.at <= now)
    return History(delivered_at, own, days)


def _read_days(
    group: AdGroup, results: Iterable[Result], launched: datetime | None
) -> tuple[datetime | None, tuple[Day, ...]]:
    """When delivery began, and the results of each day. The first day counts from the launch on, if that was in it."""
    zone = ZoneInfo(group.campaign.advertiser.zone)
    counted_by_event = group.wanted.get("optimization_goal") in (None, *CONVERSION_GOALS)
    delivered_at: datetime | None = None
    days: list[Day] = []
    for row in results:
        start, end = (
            datetime.combine(row.day + timedelta(days=more), time(), zone).astimezone(row.read_at.tzinfo)
            for more in (0, 1)
        )
        if delivered_at is None:
            if not (row.spend or row.impressions):
                continue
            delivered_at = launched if launched and start < launched < end else start
            start = delivered_at
        given = (row.real_time_conversions, row.results, row.conversions)
        counts = [count for count in (given if counted_by_event else given[1:]) if count is not None]
        days.append(
            Day(start, end, Decimal(counts[0] if counts else 0), row.spend or Decimal(0), row.read_at)
        )
    return delivered_at, tuple(days)


def _list_decided(changes: Iterable[Change], about: set[str], launched: datetime | None) -> Iterator[_Deed]:
    """Our own edits of what is live. What was typed before the launch was through is no edit."""
    for change in changes:
        if change.target not in about or launched is None or change.at < launched:
            continue
        before, after = change.before or {}, change.after or {}
        members = _members_of(change.target)
        values = {
            name: (_type(members, name, before.get(name)), _type(members, name, after.get(name)))
            for name in {**before, **after}
            if before.get(name) != after.get(name) and name != SWITCH
        }
        if values:
            by = change.actor.display_name if change.actor else "the product"
            yield _Deed(change.at, Kind.EDITED, change.target, values, by, f"changes/{change.pk}")


def _list_found(
    flips: Iterable[Flip], decided: Sequence[_Deed], log: Sequence[RemoteEdit]
) -> Iterator[_Deed]:
    """What moved at TikTok and stands in no decision of ours: edits made elsewhere, and what TikTok carried along."""
    groups: dict[tuple[datetime, str, str], list[Flip]] = defaultdict(list)
    for flip in flips:
        moved_by_somebody = flip.member.startswith(BODY) and flip.cause != Flip.Cause.TIKTOK
        new_ad = flip.member == "existence" and not flip.before and flip.target.startswith("ads/")
        if moved_by_somebody or new_ad:
            groups[(flip.at, flip.target, flip.cause)].append(flip)
    for (at, target, cause), moved in groups.items():
        members = _members_of(target)
        values = {
            _name(flip): (_read(members, flip, flip.before), _read(members, flip, flip.after))
            for flip in moved
        }
        if cause == Flip.Cause.OURS:
            known = {
                name.split("/")[0] for deed in decided if deed.target == target and deed.at <= at
                for name in deed.changes
            }  # fmt: skip
            values = {name: pair for name, pair in values.items() if name.split("/")[0] not in known}
            if values:
                yield _Deed(at, Kind.EDITED, target, values, "", f"flips/{moved[0].pk}")
        else:
            line = _find_line(log, moved[0])
            yield _Deed(
                line.at if line else at,
                Kind.FOUND,
                target,
                values,
                (line.operator if line else "") or SOMEBODY,
                f"flips/{moved[0].pk}",
            )


def _find_line(log: Sequence[RemoteEdit], flip: Flip) -> RemoteEdit | None:
    """The line of TikTok's change log that tells of a flip: the last about the object before it was read."""
    fits = [
        line
        for line in log
        if line.target == flip.target
        and line.at <= flip.at + CLOCKS_DIFFER
        and (flip.since is None or line.at >= flip.since - CLOCKS_DIFFER)
    ]
    return fits[-1] if fits else None


def _weigh_deeds(deeds: Iterable[_Deed], policy: Policy) -> Iterator[Event]:
    last: dict[tuple[str, str], datetime] = {}
    for deed in deeds:
        steps = {name: last[key] for name in deed.changes if (key := (deed.target, name)) in last}
        weight = weigh_all(deed.changes, policy=policy, at=deed.at, last_steps=steps)
        last |= {(deed.target, name): deed.at for name in deed.changes}
        yield Event(
            at=deed.at,
            kind=deed.kind,
            what=describe(deed.changes),
            by=deed.by,
            ref=deed.ref,
            inside=weight.inside,
            after=weight.after,
            significant=weight.significant,
        )


def _list_switchings(group: AdGroup, flips: Sequence[Flip], policy: Policy) -> Iterator[Event]:
    """When the ad group could no longer deliver and when it could again: it needs its own switch and the campaign's."""
    own = f"adgroups/{group.pk}"
    moves = [flip for flip in flips if flip.member == SWITCH and flip.target in ("campaign", own)]
    on = {
        target: next((flip.before == ENABLE for flip in moves if flip.target == target), True)
        for target in ("campaign", own)
    }
    stopped_at: datetime | None = None
    for flip in moves:
        was = all(on.values())
        on[flip.target] = flip.after == ENABLE
        if all(on.values()) == was:
            continue
        kind = Kind.STOPPED if was else Kind.STARTED
        off_for = flip.at - stopped_at if stopped_at and not was else None
        weight = weigh(SWITCH, flip.before, flip.after, policy=policy, off_for=off_for)
        event = Event(
            at=flip.at,
            kind=kind,
            what=f"{'switched off' if was else 'switched on'} ({flip.target.partition('/')[0].removesuffix('s')})",
            by=SOMEBODY if flip.cause == Flip.Cause.ELSEWHERE else "",
            ref=f"flips/{flip.pk}",
            inside=weight.inside,
            after=weight.after,
            significant=weight.significant,
        )
        if was:
            stopped_at = flip.at
            # what was never on before has nothing to begin anew
        yield event if was or stopped_at else replace(event, inside=0.0, after=0.0, significant=False)


def _name(flip: Flip) -> str:
    return flip.member.removeprefix(BODY) if flip.member.startswith(BODY) else "ads"


def _members_of(target: str) -> Mapping[str, Any]:
    return members_below(Level(target.partition("/")[0].removesuffix("s")), "")


def _type(members: Mapping[str, Any], name: str, value: Any) -> Any:
    """A stored value with its amounts as Decimal."""
    member = members.get(name)
    if member is None or member.type not in ("money", "number") or isinstance(value, bool):
        return value
    return None if value in (None, "") else Decimal(str(value))


def _read(members: Mapping[str, Any], flip: Flip, text: str) -> Any:
    """A value that a flip of a body's member holds as JSON text."""
    if not text or not flip.member.startswith(BODY):
        return text or None
    return _type(members, _name(flip), json.loads(text, parse_float=Decimal))


def _describe_one(name: str, old: Any, new: Any) -> str:
    if isinstance(old, Decimal) and isinstance(new, Decimal):
        share = f" ({(new - old) / old * 100:+.0f} %)" if old else ""
        return f"{name} {old.normalize():f} → {new.normalize():f}{share}"
    short = all(item is None or isinstance(item, str | Decimal | int) for item in (old, new))
    if short and len(f"{old}{new}") <= 60:
        return f"{name} {'none' if old is None else old} → {'none' if new is None else new}"
    return f"{name} changed"
