"""A campaign's objects as they were at a moment: what was wanted and what TikTok held, folded back from the journals.

TikTok's side is only known as it was read: what moved between two readings is placed at the later one. Members that no
reading ever saw move are taken to have been what they are.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from campaigns.contract.paths import find_at, set_at
from campaigns.models import Campaign, Change, Flip, ProposalItem, Thing
from campaigns.queries.lists import list_changes, list_flips
from campaigns.queries.progress import list_things

Act = Change.Act
_WRITES = (
    Act.CREATED,
    Act.EDITED,
    Act.LAUNCHED,
    Act.TOOK,
    Act.STOPPED,
    Act.STARTED,
    Act.DISCARDED,
    Act.REMOVED,
)
_BODY = "body:"
_MOVED = Q(member__startswith=_BODY) | Q(member__in=["operation_status", "existence"])
_BEFORE = timedelta(microseconds=1)


@dataclass(slots=True)
class Then:
    """One object at the moment. `remote` is None where TikTok held none of it yet, or no more."""

    thing: Thing
    key: str  # as the journals name it: `campaign`, `adgroups/12`, `ads/7`
    there: bool
    wanted: dict[str, Any]
    remote: dict[str, Any] | None
    operation_status: str
    secondary_status: str


@dataclass(frozen=True, slots=True)
class Blame:
    """Who set a member last, and under which approval; `launched`: it stands since the launch."""

    change: Change
    proposal: int | None
    launched: bool = False


def read_as_of(campaign: Campaign, at: datetime) -> list[Then]:
    """Every object of the tree at that moment, in its order. `campaign` has its tree along. Two queries."""
    places, thens = {}, {}
    for thing, path in _list_places(campaign):
        key = name_thing(thing)
        there = thing.created_at <= at
        thens[key] = Then(
            thing,
            key,
            there,
            dict(thing.wanted),
            thing.remote,
            thing.operation_status,
            thing.secondary_status,
        )
        places[path] = thens[key]
    for flip in list_flips(campaign).filter(at__gt=at).order_by("-at", "-pk"):
        if flip.target in thens:
            _undo_flip(thens[flip.target], flip)
    for change in list_changes(campaign).filter(at__gt=at, act__in=_WRITES).order_by("-at", "-pk"):
        if change.act == Act.DISCARDED:
            places = _make_room(places, str((change.before or {}).get("path", "")))
        else:
            _undo_change(change, places, thens)
    return list(thens.values())


def find_steps(campaign: Campaign, key: str, at: datetime) -> tuple[datetime | None, datetime | None]:
    """When one object last stood otherwise than at a moment, and when it moves next; None: never. Two queries."""
    changes = list_changes(campaign).filter(target=key, act__in=_WRITES).values_list("at", flat=True)
    flips = list_flips(campaign).filter(_MOVED, target=key).values_list("at", flat=True)
    moments = sorted({*changes, *flips})
    begun = [moment for moment in moments if moment <= at]
    later = [moment for moment in moments if moment > at]
    return (begun[-1] - _BEFORE if begun else None), (later[0] if later else None)


def read_blame(campaign: Campaign, key: str, at: datetime) -> dict[str, Blame]:
    """Who set each member of one object, by its name, as far as the journal up to a moment tells. Two queries."""
    changes = list_changes(campaign).filter(at__lte=at, target__in=[key, "campaign"], act__in=_WRITES)
    newest = list(changes.order_by("-at", "-pk"))
    items = ProposalItem.objects.filter(change__in=[change.pk for change in newest])
    proposals = dict(items.values_list("change_id", "proposal_id"))
    found: dict[str, Blame] = {}
    for change in newest:
        before, after = change.before or {}, change.after or {}
        if change.act == Act.LAUNCHED:
            found.setdefault("", Blame(change, None, launched=True))
            break
        if change.target != key or change.act == Act.CREATED or "adgroups" in after:
            continue
        for path in after:
            if before.get(path) != after[path]:
                found.setdefault(path.partition("/")[0], Blame(change, proposals.get(change.pk)))
    return found


def name_thing(thing: Thing) -> str:
    return "campaign" if isinstance(thing, Campaign) else f"{thing.level}s/{thing.pk}"


def _list_places(campaign: Campaign) -> list[tuple[Thing, str]]:
    """Each object with its path from the root, as drafts are written by."""
    paths = [""]
    for index, group in enumerate(campaign.adgroups.all()):
        paths.append(f"adgroups/{index}/")
        paths += [f"adgroups/{index}/ads/{place}/" for place, _ in enumerate(group.ads.all())]
    return list(zip(list_things(campaign), paths, strict=True))


def _make_room(places: Mapping[str, Then], path: str) -> dict[str, Then]:
    """What was never made stood here until it left the tree: what stands after it stood one place further."""
    stem, _, index = path.rpartition("/")
    moved = {}
    for name, then in places.items():
        place, _, rest = name.removeprefix(f"{stem}/").partition("/")
        if name.startswith(f"{stem}/") and place.isdigit() and int(place) >= int(index or 0):
            name = f"{stem}/{int(place) + 1}/{rest}"
        moved[name] = then
    return moved


def _undo_change(change: Change, places: Mapping[str, Then], thens: Mapping[str, Then]) -> None:
    before, after = change.before or {}, change.after or {}
    if change.act == Act.LAUNCHED or "adgroups" in before:
        _put_tree(before, places)
        return
    if change.act == Act.CREATED:
        return
    own = thens.get(change.target or "campaign")
    for path in dict.fromkeys([*before, *after]):
        then, rest = own, path
        if own is not None and own.key == "campaign" and path.startswith("adgroups/"):
            place = max((name for name in places if name and path.startswith(name)), key=len, default=None)
            then, rest = (places[place], path.removeprefix(place)) if place else (None, path)
        if then is not None:
            then.wanted = set_at(then.wanted, rest, before.get(path))


def _put_tree(tree: Mapping[str, Any], places: Mapping[str, Then]) -> None:
    """What was typed, before a launch settled it or another tree took its place."""
    for path, then in places.items():
        own = tree if not path else find_at(tree, path.removesuffix("/"))
        if isinstance(own, Mapping):
            then.wanted = {
                name: value for name, value in own.items() if name not in ("adgroups", "ads", "id")
            }
        else:
            then.there = False


def _undo_flip(then: Then, flip: Flip) -> None:
    if flip.member.startswith(_BODY):
        then.remote = set_at(then.remote or {}, flip.member.removeprefix(_BODY), _read(flip.before))
    elif flip.member in ("operation_status", "secondary_status"):
        setattr(then, flip.member, flip.before)
        if flip.member == "operation_status" and then.remote is not None:
            then.remote = set_at(then.remote, flip.member, flip.before or None)
    elif flip.member == "existence" and flip.before != "there":
        then.remote = None if not flip.before else then.remote


def _read(text: str) -> Any:
    return json.loads(text) if text else None


def list_members(then: Then) -> Sequence[str]:
    """The members that either side holds, ours first."""
    return list(dict.fromkeys([*then.wanted, *(name for name in then.remote or {} if name in then.wanted)]))
