"""What the small buttons of a form do after it was saved: a fix, a creative more or less, a member taken away."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from campaigns.contract.paths import find_at
from campaigns.models import Ad, Campaign, Change, Person, Thing
from campaigns.services import bulk, editing
from campaigns.services.judging import judge_campaign
from campaigns.services.speakers import KIND, MEMBERS, WHOLE_AD, Hearing, find_speaker, set_alone

ROWS = "creative_list"  # the list whose rows have buttons
T = TypeVar("T")
BEGUN: Mapping[str, Any] = {"ad_format": "SINGLE_VIDEO"}  # what most creatives are


def act_on(*, actor: Person, campaign: Campaign, thing: Thing, action: str, now: datetime) -> str | None:
    """Does it; answers the path where the reader goes on, None when it was no such action. Raises ServiceErrors."""
    verb, _, what = action.partition(":")
    match verb:
        case "fix":
            apply_fix(actor, campaign, what, now)
            return _within(what.partition("|")[2])
        case "add" | "copy" | "remove":
            begun = _begin(campaign, thing, now) if verb == "add" and isinstance(thing, Ad) else {}
            place = what.rpartition("/")[2]
            rows: list[Any] = change_rows(read_rows(thing), verb, place, {"creative_info": dict(begun)})
            changes = {ROWS: rows or None}
            editing.save_members(
                actor=actor, door="page", thing=thing, version=thing.version, changes=changes, now=now
            )
            return (
                "" if verb == "remove" or not rows else f"{ROWS}/{find_made(rows, verb, place)}/creative_info"
            )
        case "drop" if find_at(thing.wanted, what) is not None:
            editing.save_members(
                actor=actor, door="page", thing=thing, version=thing.version, changes={what: None}, now=now
            )
            return ""
    return None


def _within(path: str) -> str:
    """A path from the tree's root, counted from its object."""
    parts = path.split("/")
    if parts[0] != "adgroups":
        return path
    return "/".join(parts[4:] if len(parts) > 4 and parts[2] == "ads" else parts[2:])


def apply_fix(actor: Person, campaign: Campaign, what: str, now: datetime) -> Change | None:
    """Does the fix named `rule|path`: the fix of the finding that still stands; one that is gone needs none."""
    rule, _, path = what.partition("|")
    findings = judge_campaign(campaign=campaign, now=now).findings
    found = next((item for item in findings if item.fix and item.rule == rule and item.path == path), None)
    if found is None or found.fix is None:
        return None
    return bulk.apply_bulk(
        actor=actor,
        door="page",
        campaign=campaign,
        version=campaign.tree_version,
        changes=[(change.path, change.value) for change in found.fix.changes],
        now=now,
    )


def read_rows(ad: Thing) -> list[Any]:
    """The creatives of an ad as they stand."""
    stored = find_at(ad.wanted, ROWS)
    return list(stored) if isinstance(stored, list) else []


def list_tracks(campaign: Campaign) -> dict[str, str]:
    """The music of the campaign's carousels: track → the ad that plays it. Names of tracks are not read from TikTok."""
    found: dict[str, str] = {}
    for group in campaign.adgroups.all():
        for ad in group.ads.all():
            for row in read_rows(ad):
                if track := find_at(row, "creative_info/music_info/music_id"):
                    found.setdefault(str(track), f"plays in {ad.label}")
    return found


def read_shared(rows: list[Any]) -> dict[str, Any]:
    """Under whose name the last creative appears."""
    last = rows[-1].get("creative_info") if rows and isinstance(rows[-1], Mapping) else None
    return {name: last[name] for name in MEMBERS if name in last} if isinstance(last, Mapping) else {}


def find_shared(
    hearing: Hearing, tree: Mapping[str, Any], group: Mapping[str, Any], ad: Mapping[str, Any]
) -> dict[str, Any]:
    """Under whose name the next creative of an ad appears: its last one's, that of the campaign's others, or the only
    TikTok account that can; empty where that is a choice, or the ad's own to say."""
    rows = find_at(ad, ROWS)
    if shared := read_shared(rows if isinstance(rows, list) else []):
        return shared
    if rows or find_at(ad, f"{WHOLE_AD}/{KIND}"):
        return {}
    for other in (find_at(tree, "adgroups") or ()) if isinstance(tree.get("adgroups"), list) else ():
        for sibling in find_at(other, "ads") or ():
            entries = find_at(sibling, ROWS)
            if isinstance(entries, list) and entries:
                return read_shared(entries)
    raw, path = set_alone(
        tree, group, {**ad, ROWS: [{"creative_info": dict(BEGUN)}]}, f"{ROWS}/0/creative_info"
    )
    return find_speaker(hearing, raw, path)


def begin_creative(
    hearing: Hearing, tree: Mapping[str, Any], group: Mapping[str, Any], ad: Mapping[str, Any]
) -> dict[str, Any]:
    """What a new creative of an ad begins with."""
    return {**BEGUN, **find_shared(hearing, tree, group, ad)}


def _begin(campaign: Campaign, ad: Ad, now: datetime) -> dict[str, Any]:
    return begin_creative(Hearing.of(campaign, now), campaign.raw_tree(), ad.adgroup.wanted, ad.wanted)


def change_rows(stored: Sequence[T], verb: str, place: str, fresh: T) -> list[T]:
    """A list with one more at its end, a copy behind the one at a place, or without that one."""
    rows = list(stored)
    index = int(place) if place.isascii() and place.isdigit() and int(place) < len(rows) else None
    if verb == "add":
        rows.append(fresh)
    elif verb == "copy" and index is not None:
        rows.insert(index + 1, rows[index])
    elif verb == "remove" and index is not None:
        rows.pop(index)
    return rows


def find_made(rows: Sequence[object], verb: str, place: str) -> int:
    """Where in the changed list the new one stands."""
    return int(place) + 1 if verb == "copy" and place.isdigit() else len(rows) - 1
