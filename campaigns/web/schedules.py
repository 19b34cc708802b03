"""When ad groups run, as two moments of a form: an ad group's own, or the one that all of a campaign share.

TikTok keeps schedules at ad groups alone. A campaign whose ad groups run by different ones has none to show.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.contract.shape import read_moment
from campaigns.models import AdGroup, Campaign
from campaigns.services.edits import Edit

START, END, TYPE = "schedule_start_time", "schedule_end_time", "schedule_type"
MEMBERS = frozenset({START, END, TYPE})


def list_running(campaign: Campaign) -> list[AdGroup]:
    """The ad groups that TikTok holds."""
    return [group for group in campaign.adgroups.all() if group.remote_id and not group.is_removed]


def count_schedules(campaign: Campaign) -> int:
    return len({_read(group.wanted) for group in list_running(campaign)})


def list_moments(thing: Campaign | AdGroup, zone: ZoneInfo) -> list[tuple[str, str]]:
    """(member, local time as an input takes it); none of a campaign without one schedule for all."""
    if isinstance(thing, Campaign):
        shared = {_read(group.wanted) for group in list_running(thing)}
        if len(shared) != 1:
            return []
        moments = shared.pop()
    else:
        moments = _read(thing.wanted)
    return [(name, _show(moment, zone)) for name, moment in zip((START, END), moments, strict=True)]


def complete(changes: Mapping[str, Any]) -> dict[str, Any]:
    """With the type that goes with the end (R66): one with an end has START_END, one without runs on from its start."""
    if END not in changes:
        return dict(changes)
    return {**changes, TYPE: "SCHEDULE_START_END" if changes[END] else "SCHEDULE_FROM_NOW"}


def split(campaign: Campaign, changes: Mapping[str, Any]) -> tuple[dict[str, Any], list[Edit]]:
    """What of a campaign's changes is its own, and the edits of the ad groups that its schedule means."""
    own = {name: value for name, value in changes.items() if name not in MEMBERS}
    moved = {name: value for name, value in changes.items() if name in MEMBERS}
    groups = list_running(campaign) if moved else []
    return own, [Edit(group, complete(moved), group.version) for group in groups]


def find_past(shown: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The one schedule of several forms, as it is typed; nothing where they differ."""
    pasts = [{name: fields.get(name, "") for name in (START, END)} for fields in shown]
    return pasts[0] if pasts and all(past == pasts[0] for past in pasts) else {}


def _read(wanted: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Start and end, whichever way they are written; what cannot be read counts as not there."""
    start, end = (_read_moment(wanted.get(name)) for name in (START, END))
    return start, end


def _read_moment(value: object) -> datetime | None:
    try:
        return read_moment(value).astimezone(UTC) if value else None
    except ValueError:
        return None


def _show(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}" if moment else ""
