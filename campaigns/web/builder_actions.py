"""What the small buttons of a form do after it was saved: a fix, a creative more or less, a member taken away."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from campaigns.contract.paths import find_at
from campaigns.models import Campaign, Person, Thing
from campaigns.services import editing
from campaigns.services.judging import judge_campaign

ROWS = "creative_list"  # the list whose rows have buttons
_SHARED = ("identity_type", "identity_id", "identity_authorized_bc_id")


def act_on(*, actor: Person, campaign: Campaign, thing: Thing, action: str, now: datetime) -> str | None:
    """Does it; answers the path where the reader goes on, None when it was no such action. Raises ServiceErrors."""
    verb, _, what = action.partition(":")
    match verb:
        case "fix":
            apply_fix(actor, campaign, what, now)
            return _within(what.partition("|")[2])
        case "add" | "copy" | "remove":
            rows = _change_rows(find_at(thing.wanted, ROWS), verb, what.rpartition("/")[2])
            changes = {ROWS: rows}
            editing.save_members(
                actor=actor, door="page", thing=thing, version=thing.version, changes=changes, now=now
            )
            return (
                ""
                if verb == "remove" or not rows
                else f"{ROWS}/{_made(rows, verb, what)}/creative_info/ad_format"
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


def _made(rows: list[Any], verb: str, what: str) -> int:
    place = what.rpartition("/")[2]
    return int(place) + 1 if verb == "copy" and place.isdigit() else len(rows) - 1


def apply_fix(actor: Person, campaign: Campaign, what: str, now: datetime) -> None:
    """Does the fix named `rule|path`: the fix of the finding that still stands; one that is gone needs none."""
    rule, _, path = what.partition("|")
    findings = judge_campaign(campaign=campaign, now=now).findings
    found = next((item for item in findings if item.fix and item.rule == rule and item.path == path), None)
    if found is not None and found.fix is not None:
        changes = [(change.path, change.value) for change in found.fix.changes]
        editing.apply_changes(
            actor=actor,
            door="page",
            campaign=campaign,
            version=campaign.tree_version,
            changes=changes,
            now=now,
        )


def read_rows(ad: Thing) -> list[Any]:
    """The creatives of an ad as they stand."""
    stored = find_at(ad.wanted, ROWS)
    return list(stored) if isinstance(stored, list) else []


def read_shared(rows: list[Any]) -> dict[str, Any]:
    """Under whose name the next creative appears: the last one's."""
    last = rows[-1].get("creative_info") if rows and isinstance(rows[-1], Mapping) else None
    return {name: last[name] for name in _SHARED if name in last} if isinstance(last, Mapping) else {}


def _change_rows(stored: Any, verb: str, place: str) -> list[Any] | None:
    rows = list(stored) if isinstance(stored, list) else []
    index = int(place) if place.isdigit() and int(place) < len(rows) else None
    if verb == "add":
        rows.append({"creative_info": {"ad_format": "SINGLE_VIDEO", **read_shared(rows)}})
    elif verb == "copy" and index is not None:
        rows.insert(index + 1, rows[index])
    elif verb == "remove" and index is not None:
        rows.pop(index)
    return rows or None
