"""Rows of the creative reports: how they are named, and what is said of a creative beside its figures."""

from dataclasses import dataclass
from typing import Any

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.derive import Moment, Review, list_denied, review_ad
from smartplus_admin.sandbox.entities import Entity, find_entities
from smartplus_admin.sandbox.life.figures import Figures
from smartplus_admin.sandbox.life.part_figures import PartRow
from smartplus_admin.sandbox.life.parts import CALL, MATERIAL, TEXT
from smartplus_admin.sandbox.wire import Call

KINDS = {
    "main_material_id": MATERIAL,
    "ad_text_entity_id": TEXT,
    "call_to_action_entity_id": CALL,
    "interactive_add_on_entity_id": "interactive_add_on",
}
TYPES = {
    "main_material_id": "main_material_type",
    "ad_text_entity_id": "ad_text_entity_type",
    "call_to_action_entity_id": "call_to_action_entity_type",
    "interactive_add_on_entity_id": "interactive_add_on_entity_type",
}
NAMES = {
    "main_material_id": "main_material_name",
    "ad_text_entity_id": "ad_text",
    "call_to_action_entity_id": "call_to_action",
    "interactive_add_on_entity_id": "interactive_add_on_name",
}
OF_MATERIAL = ("ad_material_id", "material_primary_status", "material_second_status_list", "operation_status")
ATTRIBUTES = (*OF_MATERIAL, *NAMES.values(), "interactive_add_on_id", "multi_name")
PRIMARY = {"MATERIAL_DELIVERY_OK": "STATUS_DELIVERY_OK", "MATERIAL_DISABLE": "STATUS_DISABLE"}


@dataclass(slots=True)
class Line:
    """One row of a report: its key, what it is made of, its sums."""

    key: tuple[str, ...]
    parts: tuple[PartRow, ...]
    creatives: dict[str, str]  # ad_material_id → its ad
    figures: Figures


def name_line(first: list[str], parts: list[str], line: Line) -> dict[str, str]:
    names = dict(zip([*first, *parts], line.key, strict=True))
    return names | {TYPES[name]: part.type for name, part in zip(parts, line.parts, strict=True)}


def find_ads(call: Call, lines: list[Line]) -> dict[str, Entity]:
    keys = {ad_id for line in lines for ad_id in line.creatives.values()}
    return {ad.id: ad for ad in find_entities(call.db, Level.AD, keys)}


def describe_line(call: Call, parts: list[str], line: Line, ads: dict[str, Entity]) -> dict[str, Any]:
    """Names come along by themselves; a creative's own state only where the ad is a dimension, else "" (docs)."""
    told: dict[str, Any] = {NAMES[name]: part.name for name, part in zip(parts, line.parts, strict=True)}
    if len(parts) > 1:
        told["multi_name"] = "_".join(part.name for part in line.parts)
    if "main_material_id" not in parts:
        return told
    if not ads:
        return told | dict.fromkeys(OF_MATERIAL, "")
    ad = ads[next(iter(line.creatives.values()))]
    statuses = sorted({_derive_material(call, ad, key) for key in line.creatives})
    switches = {
        item["ad_material_id"]: item.get("material_operation_status", "ENABLE")
        for item in ad.body.get("creative_list", ())
    }
    return told | {
        "ad_material_id": list(line.creatives),
        "material_primary_status": PRIMARY.get(statuses[0], "STATUS_NOT_DELIVERY"),
        "material_second_status_list": statuses,
        "operation_status": switches.get(next(iter(line.creatives)), "DISABLE"),
    }


def _derive_material(call: Call, ad: Entity, key: str) -> str:
    """In the order of ads' statuses: gone, switched off, reviewed (words: enums material_secondary_status)."""
    found = next((item for item in ad.body.get("creative_list", ()) if item["ad_material_id"] == key), None)
    if found is None or ad.deleted:
        return "MATERIAL_DELETE"
    if found.get("material_operation_status") == "DISABLE":
        return "MATERIAL_DISABLE"
    review = review_ad(ad, Moment(call.now, call.config.review_seconds))
    if review is Review.DENIED or key in list_denied(ad):
        return "MATERIAL_AUDIT_DENY"
    return "MATERIAL_AUDIT" if review is Review.PENDING else "MATERIAL_DELIVERY_OK"
