"""Who may have done what was found otherwise at TikTok: the change log's word, our own Change, or nobody known."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from campaigns.models import Campaign, Change, Flip, Reading, RemoteEdit
from campaigns.rules.policy import house_policy
from campaigns.sync.drift import EXISTENCE, STRANGER, SWITCH, Drift


@dataclass(frozen=True, slots=True)
class Origin:
    """`who` "" = unknown. It happened between `since` and `at`; None where that was not seen either.

    `unread`: TikTok's change log was not asked since, so that nobody can be known yet.
    """

    who: str
    how: str  # the tool, in TikTok's words, or ours
    since: datetime | None
    at: datetime | None
    ours: bool = False
    unread: bool = False


UNKNOWN = Origin("", "", None, None)


def attribute_drift(campaign: Campaign, drifts: Iterable[Drift]) -> dict[str, Origin]:
    """The origin of each difference by its path. Four queries for a campaign."""
    asked = list(drifts)
    if not asked:
        return {}
    flips: dict[tuple[str, str], Flip] = {}
    for row in Flip.objects.filter(campaign_ref=campaign.pk, cause=Flip.Cause.ELSEWHERE).order_by("at", "pk"):
        flips[row.target, row.member.partition("/")[0]] = row
    edits = list(RemoteEdit.objects.filter(campaign_ref=campaign.pk))
    changes = list(Change.objects.filter(campaign_ref=campaign.pk).select_related("actor"))
    read_until = read_log_until(campaign)
    found: dict[str, Origin] = {}
    for item in asked:
        flip = flips.get((item.target, _name(item)))
        origin = _find(item, flip, edits, changes)
        at = flip.at if flip else campaign.drifting_since
        unread = not origin.who and at is not None and (read_until is None or read_until < at)
        found[item.path] = replace(origin, unread=unread)
    return found


def read_log_until(campaign: Campaign) -> datetime | None:
    """Until when TikTok's change log of the campaign's account was read; None: never."""
    reading = Reading.objects.filter(advertiser=campaign.advertiser_id, kind=Reading.Kind.CHANGELOG).first()
    until = reading.state.get("until") if reading else None
    return datetime.fromisoformat(until) if until else None


def attribute_flip(flip: Flip, edits: Iterable[RemoteEdit]) -> Origin:
    """The change log's word about one flip that was not our doing; the newest line of its time, nearest before it was read."""
    slack = house_policy().seconds("changelog.slack")
    since = flip.since - slack if flip.since else None
    fitting = [
        edit
        for edit in edits
        if edit.target == flip.target and edit.at <= flip.at + slack and (since is None or edit.at >= since)
    ]
    if not fitting:
        return Origin("", "", flip.since, flip.at)
    edit = max(fitting, key=lambda item: item.at)
    return Origin(edit.operator or "somebody", edit.source or "TikTok", flip.since, edit.at)


def _name(item: Drift) -> str:
    return item.member if item.member in (EXISTENCE, STRANGER, SWITCH) else f"body:{item.member}"


def _find(item: Drift, flip: Flip | None, edits: list[RemoteEdit], changes: list[Change]) -> Origin:
    if flip is not None:
        return attribute_flip(flip, edits)
    # nothing moved there: then what is wanted was moved here, and TikTok was not brought to it
    own = [change for change in changes if change.target == item.target and change.actor is not None]
    if own and item.member != STRANGER:
        newest = max(own, key=lambda change: change.at)
        who = newest.actor.display_name if newest.actor else ""
        return Origin(who, "Smart+ Admin", None, newest.at, ours=True)
    return UNKNOWN
