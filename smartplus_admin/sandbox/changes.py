"""The log of who changed what: one row per changed member, fed by every write, from the API and by hand (platform 12.4).

The roads by which objects are made, changed and deleted; entities.py alone stores without a trace here, for what nobody did
(spend, reviews that pass).
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.money import CURRENCIES
from smartplus_admin.sandbox.entities import (
    Entity,
    add_entity,
    delete_entity,
    find_entities,
    ripen_budget,
    save_entity,
)
from smartplus_admin.sandbox.library import find_account
from smartplus_admin.sandbox.store import Database

Body = dict[str, Any]
MODULES = {  # words of platform 12.4; which member belongs to which is inferred from their names
    **dict.fromkeys(
        (
            "budget",
            "budget_mode",
            "min_budget",
            "max_budget",
            "scheduled_budget",
            "budget_auto_adjust_strategy",
        ),
        "BUDGET",
    ),
    **dict.fromkeys(
        ("bid_type", "bid_price", "conversion_bid_price", "roas_bid", "deep_bid_type", "optimization_goal"),
        "BIDDING_AND_OPTIMIZATION",
    ),
    **dict.fromkeys(("operation_status", "creative_status"), "STATUS"),
    **dict.fromkeys(
        ("targeting_spec", "targeting_optimization_mode", "suggestion_audience_enabled"), "TARGETING"
    ),
}
AMOUNTS = (
    "budget",
    "min_budget",
    "max_budget",
    "scheduled_budget",
    "bid_price",
    "conversion_bid_price",
)
SWITCH_WORDS = {"ENABLE": "Enabled", "DISABLE": "Paused"}  # observed (code)
KINDS = {Level.CAMPAIGN: "Campaign", Level.ADGROUP: "Ad group", Level.AD: "Ad"}


@dataclass(frozen=True, slots=True)
class Doer:
    """Who did it: a person's name, the tool, and the app when the tool is the API."""

    operator: str
    source: str
    app_id: str = ""


BY_HAND = Doer("Ads Manager user", "TikTok Ads Manager")  # own words; only "Marketing API" is attested


def record_new(db: Database, entity: Entity, by: Doer, now: float) -> None:
    add_entity(db, entity)
    if not entity.name:
        entity.name = entity.id  # "" lets TikTok name the ad after its id (docs)
        save_entity(db, entity)
    _enter(db, entity, by, now, "CREATE", "", [{"action": "Create", "name": KINDS[entity.level]}])


def record_change(db: Database, entity: Entity, by: Doer, now: float) -> None:
    """Stores the object and enters every member that differs from what was stored."""
    [before] = find_entities(db, entity.level, [entity.id])
    ripen_budget(before, now)
    save_entity(db, entity)
    old, new = _picture(before), _picture(entity)
    for member in sorted(old.keys() | new.keys()):
        if old.get(member) != new.get(member):
            operation = "STATUS" if MODULES.get(member) == "STATUS" else "UPDATE"
            texts = [_write_value(db, entity, member, side.get(member)) for side in (old, new)]
            _enter_change(db, entity, by, now, operation, member, *texts)


def record_deletion(db: Database, entity: Entity, by: Doer, now: float) -> None:
    delete_entity(db, entity, now)
    _enter(db, entity, by, now, "DELETE", "STATUS", [{"action": "Delete", "name": KINDS[entity.level]}])


def record_verdict(db: Database, ad: Entity, by: Doer, now: float, before: str, after: str) -> None:
    """A review that was decided by hand. Reviews that pass with the clock are worked out when read and leave no row."""
    _enter_change(db, ad, by, now, "AUDIT", "review_status", before, after)


def _picture(entity: Entity) -> Body:
    """What the log compares: members as written, creatives' switches apart from the creatives."""
    creatives = entity.body.get("creative_list") or []
    scheduled = entity.facts.get("scheduled") or {}
    return {
        **entity.body,
        "name": entity.name,
        "operation_status": entity.operation_status,
        "creative_list": [item.get("creative_info") for item in creatives],
        "creative_status": {
            item["ad_material_id"]: item.get("material_operation_status", "ENABLE") for item in creatives
        },
        "scheduled_budget": scheduled.get("budget"),
    }


def _write_value(db: Database, entity: Entity, member: str, value: Any) -> str:
    if value is None:
        return ""
    if member in AMOUNTS and isinstance(value, int | float):  # an edit by hand may put anything there
        currency = str((find_account(db, entity.advertiser_id) or {}).get("currency", "USD"))
        return f"{CURRENCIES[currency].write(Decimal(str(value)))} {currency}"  # form: platform 12.4
    if member == "operation_status":
        return SWITCH_WORDS.get(value, str(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _enter_change(
    db: Database, entity: Entity, by: Doer, now: float, operation: str, member: str, before: str, after: str
) -> None:
    name = "Status" if member == "operation_status" else member.replace("_", " ").capitalize()
    # Values stand there as Python prints bytes (platform 12.4)
    sides = {"before": repr(before.encode()), "after": repr(after.encode())}
    details = [{"action": "Change", "name": name, "before_after": [sides]}]
    _enter(db, entity, by, now, operation, MODULES.get(member, ""), details)


def _enter(
    db: Database, entity: Entity, by: Doer, now: float, operation: str, module: str, details: list[Body]
) -> None:
    db.execute(
        "INSERT INTO change (at, advertiser_id, object_type, object_id, object_name, operation, module, operator, source,"
        " app_id, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            now,
            entity.advertiser_id,
            entity.level.name,
            entity.id,
            entity.name,
            operation,
            module,
            by.operator,
            by.source,
            by.app_id,
            json.dumps(details, ensure_ascii=False),
        ),
    )
