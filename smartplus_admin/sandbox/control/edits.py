"""Edits from outside the API: what a person does in Ads Manager, and what happens to objects without anyone's doing.

No judge stands here: a test may make any state. Each edit is one change inside the caller's transaction.
"""

import math
from typing import Any

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.changes import BY_HAND, record_change, record_deletion, record_verdict
from smartplus_admin.sandbox.entities import Entity, find_entities, save_entity
from smartplus_admin.sandbox.store import Database

CHANGES = ("operation_status", "budget", "budget_exceeded", "spend", "name", "body")
VERDICTS = {  # how the change log calls them; the first and third observed (code)
    "approved": "Approved",
    "denied": "Not approved",
    "pending": "In review",
    "auto": "By the clock",
}
SWITCHES = ("ENABLE", "DISABLE", "FROZEN", "DELETE")


def find_any(db: Database, level: Level, key: str) -> Entity:
    """Raises KeyError when there is none, whoever owns it."""
    found = find_entities(db, level, [key])
    if not found:
        raise KeyError(f"{level.id_member} {key}")
    return found[0]


def set_verdict(db: Database, ad: Entity, verdict: str, now: float, reason: str = "") -> None:
    """`auto` lets the review run by the clock again. Raises ValueError for any other word than the four."""
    if verdict not in VERDICTS:
        raise ValueError(f"verdict: one of {', '.join(VERDICTS)}")
    before = str(ad.facts.pop("verdict", "auto"))
    ad.facts.pop("reason", None)
    if verdict != "auto":
        ad.facts["verdict"] = verdict
    if reason:
        ad.facts["reason"] = reason
    save_entity(db, ad)
    if verdict != before:
        record_verdict(db, ad, BY_HAND, now, VERDICTS[before], VERDICTS[verdict])


def set_material_verdict(
    db: Database, ad: Entity, verdict: str, keys: list[str], now: float, reason: str = ""
) -> None:
    """Denies some creatives alone, or takes that back with any other verdict. Raises KeyError for one the ad does not hold."""
    held = {item["ad_material_id"] for item in ad.body.get("creative_list", ())}
    for key in keys:
        if key not in held:
            raise KeyError(f"ad_material_id {key}")
    denied = set(ad.facts.get("denied_materials", ()))
    ad.facts["denied_materials"] = sorted(denied | set(keys) if verdict == "denied" else denied - set(keys))
    set_verdict(db, ad, "auto", now, reason)


def edit_object(db: Database, entity: Entity, changes: dict[str, Any], now: float) -> None:
    """Raises ValueError naming the member that is wrong."""
    entity.modified_at = now
    for name, value in changes.items():
        match name:
            case "operation_status":
                if value not in SWITCHES:
                    raise ValueError(f"operation_status: one of {', '.join(SWITCHES)}")
                if value == "DELETE":
                    record_deletion(db, entity, BY_HAND, now)
                else:
                    entity.operation_status = value
            case "budget":
                entity.body["budget"] = read_amount(name, value)
            case "budget_exceeded":
                entity.facts["budget_exceeded"] = bool(value)
            case "spend":
                entity.facts["spend"] = read_amount(name, value)
            case "name":
                entity.name = str(value)
            case "body" if isinstance(value, dict):
                entity.body = {
                    name: item for name, item in {**entity.body, **value}.items() if item is not None
                }
            case _:
                raise ValueError(f"{name}: cannot be changed this way")
    record_change(db, entity, BY_HAND, now)


def read_amount(name: str, value: Any) -> float:
    """Raises ValueError naming the member."""
    try:
        amount = float(value)
    except (TypeError, ValueError):
        amount = math.nan
    if not math.isfinite(amount) or amount < 0:
        raise ValueError(f"{name}: a number, 0 or more")
    return amount
