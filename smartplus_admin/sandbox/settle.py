"""What TikTok makes of a body before it judges it: defaults that decide, members that are dropped without a word.

Updates: lists replace, members that were not sent stay (R83, R86). targeting_spec is replaced as a whole; whether TikTok
merges it is unknown (U3).
"""

from typing import Any

from campaigns.contract.choices import (
    CAMPAIGN_BUDGET_MODE_DEFAULT,
    EVENT_DEFAULTS,
    active_targeting,
)
from campaigns.contract.levels import Level
from smartplus_admin.sandbox.entities import FIRST_MATERIAL_ID
from smartplus_admin.sandbox.store import draw_number
from smartplus_admin.sandbox.wire import Call

Body = dict[str, Any]
IGNORED_UNDER_CBO = ("budget", "budget_mode")  # R26
FORCED_SYSTEM = {"APP_ANDROID": ["ANDROID"], "APP_IOS": ["IOS"]}  # R57


def merge_body(level: Level, old: Body, changes: Body) -> Body:
    body = {**old, **changes}
    if level is Level.AD and "ad_configuration" in changes and isinstance(old.get("ad_configuration"), dict):
        new = {name: value for name, value in changes["ad_configuration"].items() if value != {}}
        body["ad_configuration"] = {**old["ad_configuration"], **new}
    if level is Level.ADGROUP:
        _keep_settled(body, old, changes)
    return body


def _keep_settled(body: Body, old: Body, changes: Body) -> None:
    """An end is gone once a schedule runs on (R66); the app targeting type stays with new targeting (R87)."""
    if changes.get("schedule_type") == "SCHEDULE_FROM_NOW" and "schedule_end_time" not in changes:
        body.pop("schedule_end_time", None)
    kind = (old.get("targeting_spec") or {}).get("app_targeting_type")
    if kind and isinstance(changes.get("targeting_spec"), dict):
        body["targeting_spec"] = {**changes["targeting_spec"], "app_targeting_type": kind}


def settle_body(call: Call, level: Level, body: Body, campaign: Body, before: Body | None = None) -> Body:
    match level:
        case Level.CAMPAIGN:
            return settle_campaign(body, lenient=call.config.lenient)
        case Level.ADGROUP:
            return settle_adgroup(body, campaign)
        case _:
            return settle_ad(call, body, before)


def settle_campaign(body: Body, *, lenient: bool) -> Body:
    body.setdefault("budget_optimize_on", True)
    body.setdefault("budget_mode", CAMPAIGN_BUDGET_MODE_DEFAULT[bool(body["budget_optimize_on"])])
    if lenient and body["budget_mode"] == "BUDGET_MODE_INFINITE":
        body.pop("budget", None)
    return body


def settle_adgroup(body: Body, campaign: Body) -> Body:
    if campaign.get("budget_optimize_on", True):
        for name in IGNORED_UNDER_CBO:
            body.pop(name, None)
    if not body.get("optimization_event") and body.get("optimization_goal") in EVENT_DEFAULTS:
        body["optimization_event"] = EVENT_DEFAULTS[str(body["optimization_goal"])]
    body.setdefault("placement_type", "PLACEMENT_TYPE_AUTOMATIC")
    if body["placement_type"] == "PLACEMENT_TYPE_AUTOMATIC":
        body.pop("placements", None)  # overwritten when placement is automatic (docs)
    if set(str(body.get("dayparting", "0"))) == {"0"}:
        body.pop("dayparting", None)  # C30: all zeros means always, and reads as all ones
    if isinstance(body.get("targeting_spec"), dict):
        body["targeting_spec"] = _settle_targeting(body, campaign)
    if (
        body.get("promotion_type") == "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE"
        and body.get("optimization_goal") == "CLICK"
    ):
        body.setdefault("messaging_app_type", "IM_URL")  # docs
    return body


def _settle_targeting(body: Body, campaign: Body) -> Body:
    mode = str(body.get("targeting_optimization_mode") or "AUTOMATIC")
    to_app = campaign.get("sales_destination") == "APP"
    active = active_targeting(mode, bool(body.get("suggestion_audience_enabled")), to_app=to_app)
    spec = {name: value for name, value in body["targeting_spec"].items() if name in active}  # R54
    if body.get("promotion_type") in FORCED_SYSTEM:
        spec["operating_systems"] = FORCED_SYSTEM[str(body["promotion_type"])]
    for action in spec.get("actions", ()):
        if action.get("action_scene") in ("CREATOR_RELATED", "HASHTAG_RELATED"):
            action["action_period"] = 0  # R58
    return spec


def settle_ad(call: Call, body: Body, before: Body | None) -> Body:
    """Gives creatives their ids. One that is kept by id, or sent again unchanged, keeps its own (R83)."""
    old = {item["ad_material_id"]: item for item in (before or {}).get("creative_list", ())}
    free = dict(old)
    creatives: list[Body] = []
    for item in body.get("creative_list", ()):
        kept = old.get(str(item.get("ad_material_id", "")))
        if kept is None and not item.get("ad_material_id"):
            kept = next(
                (row for row in free.values() if row["creative_info"] == item.get("creative_info")), None
            )
        if kept is not None:
            free.pop(kept["ad_material_id"], None)
            creatives.append(
                {**kept, **({"creative_info": item["creative_info"]} if item.get("creative_info") else {})}
            )
        else:
            key = item.get("ad_material_id") or str(draw_number(call.db, "ad_material", FIRST_MATERIAL_ID))
            creatives.append({**item, "ad_material_id": key})
    return {**body, "creative_list": creatives}
