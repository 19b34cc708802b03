"""Many places of a draft in one act: members set, ad groups and ads added, taken away or moved; and such an act undone.

Each act is one transaction and one line of the journal, whose `before` and `after` name places by paths from the root.
An added object stands in it whole, with nothing before it. What is malformed is kept as typed and becomes a finding.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from campaigns.contract.levels import Level
from campaigns.contract.limits import ADGROUPS_PER_CAMPAIGN, ADS_PER_ADGROUP
from campaigns.contract.paths import find_at
from campaigns.models import Ad, AdGroup, Campaign, Change, Person
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.editing import write_changes
from campaigns.services.errors import WrongState
from campaigns.services.wanted import (
    claim_tree,
    hold,
    locate,
    name_target,
    own_members,
    record,
    require_draft,
    show_raw,
    touch,
    write_wanted,
)

_WHOLE = re.compile(r"adgroups/\d+(/ads/\d+)?")  # the path of an object, not of one of its members
Changes = Sequence[tuple[str, Any]]


def apply_bulk(
    *,
    actor: Person,
    door: str,
    campaign: Campaign,
    version: int,
    changes: Changes = (),
    added: Sequence[tuple[str, Mapping[str, Any]]] = (),
    now: datetime,
) -> Change | None:
    """Sets members by paths from the root, then adds objects at the ends of their lists; None where nothing is asked.

    `added` pairs the path of a list (`adgroups`, `adgroups/3/ads`) with an object as REST takes it. Paths count in the
    tree of `version`. Raises Stale, WrongState where it does not fit or was launched, NotWellFormed for a wrong place.
    """
    require(actor, campaign.advertiser, Act.DRAFT)
    if not changes and not added:
        return None
    with transaction.atomic(durable=True):
        claim_tree(campaign, version, now)
        if added:
            require_draft(campaign)
        groups = list(campaign.adgroups.prefetch_related("ads"))
        before = write_changes(campaign, groups, changes)
        made = _add(campaign, groups, added, now)
        after = {**dict(changes), **made}
        return record(
            campaign,
            actor,
            door,
            Change.Act.EDITED,
            "campaign",
            {**before, **dict.fromkeys(made)},
            after,
            now,
        )


def undo_bulk(*, actor: Person, door: str, campaign: Campaign, change: Change, now: datetime) -> Change:
    """Puts back what one act replaced, as an act of its own, which may be undone in turn: then it is done again.

    Raises WrongState where something of it was changed again since.
    """
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        hold(campaign)
        require_draft(campaign)
        replaced, given = _read_act(change)
        if not given or _was_rebuilt(change):
            raise WrongState("Ad groups or ads came or went since. Look at how it stands, and change that.")
        groups = list(campaign.adgroups.prefetch_related("ads"))
        back: list[tuple[str, Any]] = []
        made: list[AdGroup | Ad] = []
        gone: dict[str, Any] = {}
        for path, value in given.items():
            if _WHOLE.fullmatch(path) and value is None:
                gone[path] = replaced[path]
                continue
            if _WHOLE.fullmatch(path):
                whole = _find_whole(groups, path)
                stands = show_raw(whole) if whole else None
                made += [whole] if whole else []
            else:
                thing, rest = locate(campaign, groups, path)
                stands = find_at(thing.wanted, rest)
                back.append((path, replaced.get(path)))
            if stands != value:
                raise WrongState("It was changed again since. Look at how it stands, and change that.")
        write_changes(campaign, groups, back)
        _take_out(made)
        _put_in(campaign, gone, now)
        if made or gone:
            _number(campaign)
        touch(campaign, now)
        return record(campaign, actor, door, Change.Act.EDITED, "campaign", given, replaced, now)


def remove_children(
    *, actor: Person, door: str, campaign: Campaign, things: Sequence[AdGroup | Ad], now: datetime
) -> Change:
    """Takes ad groups or ads out of a draft; the journal keeps each whole. Raises WrongState."""
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        hold(campaign)
        require_draft(campaign)
        chosen = {(thing.level, thing.pk) for thing in things}
        taken: dict[str, Any] = {}
        for index, group in enumerate(campaign.adgroups.prefetch_related("ads")):
            whole = (group.level, group.pk) in chosen
            taken |= {f"adgroups/{index}": show_raw(group)} if whole else {}
            for place, ad in enumerate(() if whole else group.ads.all()):
                if (ad.level, ad.pk) in chosen:
                    taken[f"adgroups/{index}/ads/{place}"] = show_raw(ad)
        _take_out(things)
        _number(campaign)
        touch(campaign, now)
        return record(campaign, actor, door, Change.Act.EDITED, "campaign", taken, dict.fromkeys(taken), now)


def _take_out(things: Sequence[AdGroup | Ad]) -> None:
    Ad.objects.filter(pk__in=[thing.pk for thing in things if isinstance(thing, Ad)]).delete()
    AdGroup.objects.filter(pk__in=[thing.pk for thing in things if isinstance(thing, AdGroup)]).delete()


def _put_in(campaign: Campaign, wholes: Mapping[str, Any], now: datetime) -> None:
    """Makes what was taken out anew, each at the place that its path names, the first ones first."""
    for path in sorted(wholes, key=_count_path):
        groups = list(campaign.adgroups.prefetch_related("ads"))
        _, index, *rest = path.split("/")
        siblings: list[Any] = list(groups[int(index)].ads.all()) if rest else list(groups)
        place = int(rest[1]) if rest else int(index)
        for later in siblings[place:]:
            later.position += 1
            later.save(update_fields=["position"])
        position = siblings[place].position - 1 if place < len(siblings) else _behind(siblings)
        if rest:
            made: AdGroup | Ad = Ad(adgroup=groups[int(index)], position=position, created_at=now)
            write_wanted(made, wholes[path])
            made.save()
            continue
        made = AdGroup(campaign=campaign, position=position, created_at=now)
        write_wanted(made, own_members(wholes[path], Level.ADGROUP))
        made.save()
        ads = [
            Ad(adgroup=made, position=number, created_at=now)
            for number, _ in enumerate(wholes[path].get("ads") or (), 1)
        ]
        for ad, members in zip(ads, wholes[path].get("ads") or (), strict=True):
            write_wanted(ad, members)
        Ad.objects.bulk_create(ads)


def _behind(siblings: Sequence[Any]) -> int:
    return siblings[-1].position + 1 if siblings else 1


def _count_path(path: str) -> list[int]:
    return [int(part) for part in path.split("/") if part.isdigit()]


def move_children(
    *, actor: Person, door: str, campaign: Campaign, things: Sequence[AdGroup | Ad], by: int, now: datetime
) -> None:
    """Moves ad groups or ads one place up (`by` -1) or down (1) among their siblings; what is at the end stays there."""
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        hold(campaign)
        require_draft(campaign)
        _number(campaign)
        groups = list(campaign.adgroups.prefetch_related("ads"))
        chosen = {(thing.level, thing.pk) for thing in things}
        lists: list[list[Any]] = [list(groups), *(list(group.ads.all()) for group in groups)]
        for siblings in lists:
            for before, after in _shift(siblings, chosen, by):
                after.save(update_fields=["position"])
                place = {"position": before}, {"position": after.position}
                record(campaign, actor, door, Change.Act.EDITED, name_target(after), *place, now)
        touch(campaign, now)


def _shift(siblings: list[Any], chosen: set[tuple[Level, int]], by: int) -> list[tuple[int, Any]]:
    """The siblings whose place changes, each with its place before; those chosen keep their order."""
    order = list(siblings) if by < 0 else list(reversed(siblings))
    for index in range(1, len(order)):
        thing, above = order[index], order[index - 1]
        if (thing.level, thing.pk) in chosen and (above.level, above.pk) not in chosen:
            order[index - 1], order[index] = thing, above
    moved = []
    for place, thing in enumerate(order if by < 0 else reversed(order), 1):
        if thing.position != place:
            before, thing.position = thing.position, place
            moved.append((before, thing))
    return moved


def _add(
    campaign: Campaign,
    groups: list[AdGroup],
    added: Sequence[tuple[str, Mapping[str, Any]]],
    now: datetime,
) -> dict[str, Any]:
    """Writes new objects at the ends of their lists: the path of each → the object as it was given."""
    made: dict[str, Any] = {}
    last = groups[-1].position if groups else 0
    ads: list[Ad] = []
    counts = [len(group.ads.all()) for group in groups]
    places = [max((ad.position for ad in group.ads.all()), default=0) for group in groups]
    for where, raw in added:
        if where == "adgroups":
            if len(groups) >= ADGROUPS_PER_CAMPAIGN:
                raise WrongState(f"A campaign holds at most {ADGROUPS_PER_CAMPAIGN} ad groups (P1).")
            last += 1
            group = AdGroup(campaign=campaign, position=last, created_at=now)
            own, given = own_members(raw, Level.ADGROUP), list(raw.get("ads") or ())
            write_wanted(group, own)
            group.save()
            made[f"adgroups/{len(groups)}"] = {**own, "ads": given}
            groups.append(group)
            counts.append(0)
            places.append(0)
            index = len(groups) - 1
        else:
            index, given = int(where.split("/")[1]), [raw]
            made[f"{where}/{counts[index]}"] = dict(raw)
        for members in given:
            counts[index] += 1
            places[index] += 1
            if counts[index] > ADS_PER_ADGROUP:
                raise WrongState(f"An ad group holds at most {ADS_PER_ADGROUP} ads (R11).")
            ad = Ad(adgroup=groups[index], position=places[index], created_at=now)
            write_wanted(ad, members)
            ads.append(ad)
    Ad.objects.bulk_create(ads)
    return made


def _number(campaign: Campaign) -> None:
    """Places without gaps: what has no name is called by its place."""
    for group in (groups := list(campaign.adgroups.all().prefetch_related("ads"))):
        _close(list(group.ads.all()))
    _close(groups)


def _close(siblings: Sequence[Any]) -> None:
    for place, sibling in enumerate(siblings, 1):
        if sibling.position != place:
            sibling.position = place
            sibling.save(update_fields=["position"])


def _read_act(change: Change) -> tuple[dict[str, Any], dict[str, Any]]:
    """What an act on the whole draft replaced and put there, by path; empty for any other."""
    if change.target != "campaign" or change.act != Change.Act.EDITED:
        return {}, {}
    return change.before or {}, change.after or {}


def _was_rebuilt(change: Change) -> bool:
    """Whether objects came, went or moved after a change, so that its paths may name others by now.

    What was undone since moved nothing: an act and its undoing, or its doing again, cancel each other. Two neighbours
    that changed places are two acts on one object each, and cancel nothing.
    """
    later = Change.objects.filter(campaign_ref=change.campaign_ref, pk__gt=change.pk)
    if later.filter(Q(before=None) | Q(after=None) | ~Q(act=Change.Act.EDITED)).exists():
        return True
    standing: list[tuple[str, dict[str, Any], dict[str, Any]]] = []
    for target, before, after in later.order_by("pk").values_list("target", "before", "after"):
        act = target, _only_wholes(before), _only_wholes(after)
        if not any(act[1:]):
            continue
        if standing and standing[-1] == (target, act[2], act[1]):
            standing.pop()
        else:
            standing.append(act)
    return bool(standing)


def _only_wholes(members: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: value
        for name, value in (members or {}).items()
        if name in ("adgroups", "position") or _WHOLE.fullmatch(name)
    }


def _find_whole(groups: Sequence[AdGroup], path: str) -> AdGroup | Ad | None:
    _, index, *rest = path.split("/")
    if int(index) >= len(groups):
        return None
    group = groups[int(index)]
    ads = list(group.ads.all())
    if not rest:
        return group
    return ads[int(rest[1])] if int(rest[1]) < len(ads) else None
