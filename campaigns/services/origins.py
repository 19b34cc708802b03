"""A campaign made from another one: the copy, where it differs from it by now, and what is taken from it again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.contract.paths import find_at
from campaigns.models import Campaign, Change, Person
from campaigns.rules.facts import ObjectFacts
from campaigns.services.bulk import apply_bulk
from campaigns.services.drafts import create_draft
from campaigns.services.judging import is_going, is_unwanted, judge_campaign, list_removed

# What is a campaign's own: its name, when it begins (a start long past is refused, R65), and whether it is on.
OWN = frozenset({"campaign_name", "schedule_start_time", "operation_status"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that the two hold otherwise, in TikTok's words as they would be sent. `path` leads to it in the copy.

    A whole ad group or ad that only one of them has is one difference, with `member` empty.
    """

    path: str
    label: str
    member: str
    theirs: Any
    ours: Any
    taken: Any = None  # what is written where theirs is taken: as it was typed there
    may_take: bool = False


def copy_campaign(*, actor: Person, door: str, campaign: Campaign, now: datetime) -> Campaign:
    """A draft with the tree of a campaign, which it remembers. What is gone at TikTok, or to be removed, is left out; of a
    campaign that is gone itself, with all below it, only what was to be removed before.

    Raises NotWellFormed where a value of it could not be kept, Forbidden.
    """
    leaves = is_unwanted if campaign.is_removed else is_going
    tree = {**_strip(campaign.wanted), "campaign_name": f"{campaign.name or campaign.label} (copy)"}
    tree["adgroups"] = [
        {**_strip(group.wanted), "ads": [_strip(ad.wanted) for ad in group.ads.all() if not leaves(ad)]}
        for group in campaign.adgroups.all()
        if not leaves(group)
    ]
    return create_draft(
        actor=actor,
        door=door,
        advertiser=campaign.advertiser,
        tree=tree,
        made_from=campaign,
        now=now,
    )


def list_differences(*, campaign: Campaign, now: datetime) -> list[Difference]:
    """Where a campaign differs from the one it was made from; nothing where that one is gone. Both with their trees."""
    source = campaign.made_from
    if source is None:
        return []
    ours, theirs = (
        judge_campaign(campaign=one, now=now).facts.without(list_removed(one)) for one in (campaign, source)
    )
    return list(_compare(ours.campaign, theirs.campaign, source.raw_tree()))


def take_again(
    *, actor: Person, door: str, campaign: Campaign, version: int, paths: Collection[str], now: datetime
) -> Change | None:
    """Sets fields of a draft to what the campaign holds that it was made from: one act. None where nothing differs there.

    Raises Stale, WrongState for what was launched, Forbidden.
    """
    found = list_differences(campaign=campaign, now=now)
    changes = [(item.path, item.taken) for item in found if item.may_take and item.path in paths]
    return apply_bulk(actor=actor, door=door, campaign=campaign, version=version, changes=changes, now=now)


def _compare(ours: ObjectFacts, theirs: ObjectFacts, typed: Mapping[str, Any]) -> Iterable[Difference]:
    """An object and all below it, children paired by their places. `typed`: the other tree as its rows hold it."""
    left, right = _flatten(ours.members), _flatten(theirs.members)
    for member in sorted({*left, *right}):
        if left.get(member) == right.get(member) or member in OWN:
            continue
        taken = find_at(typed, theirs.at(member))
        yield Difference(
            ours.at(member), ours.label, member, right.get(member), left.get(member), taken, True
        )
    own, others = ours.children, theirs.children
    for child, other in zip(own, others, strict=False):
        yield from _compare(child, other, typed)
    for child in own[len(others) :]:
        yield Difference(child.path, child.label, "", None, child.label)
    for other in others[len(own) :]:
        yield Difference(other.path, other.label, "", other.label, None)


def _flatten(members: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Values by their paths; what is empty counts as not there, and a list is one value."""
    found: dict[str, Any] = {}
    for name, value in members.items():
        path = f"{above}{name}"
        if isinstance(value, Mapping):
            found |= _flatten(value, f"{path}/")
        elif value not in (None, "", [], ()):
            found[path] = value
    return found


def _strip(wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if name not in OWN}
