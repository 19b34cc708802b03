"""Objects as TikTok answers them: what was written, the defaults TikTok fills in (10.2, docs samples), the derived rest.

Reads differ from writes on purpose: ad-group budgets under CBO read INFINITE and 0 (R26), automatic placement reads a
list (R69), members with no value are left out (fact sheet 1, sdk).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from campaigns.contract.choices import PLACEMENTS_AUTOMATIC, TARGETING_READ_DEFAULTS
from campaigns.contract.levels import Level
from campaigns.contract.limits import DAYPARTING_SLOTS
from smartplus_admin.sandbox.clock import write_time
from smartplus_admin.sandbox.derive import Moment, derive_ad, derive_adgroup, derive_campaign
from smartplus_admin.sandbox.entities import Entity, find_entities, list_children, ripen_budget
from smartplus_admin.sandbox.life.purses import NOTHING, read_spent
from smartplus_admin.sandbox.store import Database

CAMPAIGN_DEFAULTS: dict[str, Any] = {
    "campaign_type": "REGULAR_CAMPAIGN",
    "catalog_enabled": False,
    "budget_optimize_on": True,
    "budget_auto_adjust_strategy": "UNSET",
    "is_promotional_campaign": False,
    "smart_plus_adgroup_mode": "MULTIPLE",
}
ADGROUP_DEFAULTS: dict[str, Any] = {
    "targeting_optimization_mode": "AUTOMATIC",
    "suggestion_audience_enabled": False,
    "product_source": "UNSET",
    "promotion_website_type": "UNSET",
    "deep_bid_type": "DEFAULT",
    "dayparting": "1" * DAYPARTING_SLOTS,
    "placement_type": "PLACEMENT_TYPE_AUTOMATIC",
    "click_attribution_window": "SEVEN_DAYS",
    "view_attribution_window": "ONE_DAY",
    "attribution_event_count": "EVERY",
    "pacing": "PACING_MODE_SMOOTH",
    "search_result_enabled": True,
    "skip_learning_phase": True,
    "comment_disabled": False,
    "share_disabled": False,
    "video_download_disabled": False,
    "budget_auto_adjust_strategy": "UNSET",
    "min_budget": 0,
}
INSTALL_DEFAULTS = {"attribution_event_count": "ONCE", "engaged_view_attribution_window": "SEVEN_DAYS"}
AD_LISTS = (
    "ad_text_list",
    "call_to_action_list",
    "landing_page_url_list",
    "page_list",
    "deeplink_list",
    "interactive_add_on_list",
)


class Family:
    """The rows that the statuses of some objects depend on, read at once."""

    def __init__(self, db: Database, entities: Sequence[Entity], account_status: str, moment: Moment) -> None:
        self.account_status = account_status
        known = {entity.id: entity for entity in entities}
        for entity in entities:
            ripen_budget(entity, moment.now)
        campaigns = {entity.campaign_id for entity in entities} - known.keys()
        adgroups = {entity.adgroup_id for entity in entities if entity.adgroup_id} - known.keys()
        self.rows = known
        self.rows.update({row.id: row for row in find_entities(db, Level.CAMPAIGN, campaigns)})
        self.rows.update({row.id: row for row in find_entities(db, Level.ADGROUP, adgroups)})
        spenders = [row for row in self.rows.values() if row.level is not Level.AD]
        self.spent = read_spent(db, [row.id for row in spenders], moment.now)
        self.moment = replace(moment, used_up=frozenset(row.id for row in spenders if self._is_used_up(row)))
        self._ads: dict[str, list[Entity]] = {}
        asked = [entity.id for entity in entities if entity.level is Level.ADGROUP]
        for ad in list_children(db, Level.AD, "adgroup_id", asked) if asked else ():
            self._ads.setdefault(ad.adgroup_id, []).append(ad)

    def _is_used_up(self, entity: Entity) -> bool:
        """Delivery says so, or a person did through control."""
        return bool(entity.facts.get("budget_exceeded") or self.spent.get(entity.id, NOTHING).stops(entity))

    def derive(self, entity: Entity) -> str:
        campaign = self.rows[entity.campaign_id]
        match entity.level:
            case Level.CAMPAIGN:
                return derive_campaign(entity, self.account_status, self.moment)
            case Level.ADGROUP:
                ads = self._ads.get(entity.id, ())
                return derive_adgroup(entity, campaign, ads, self.account_status, self.moment)
            case _:
                adgroup = self.rows[entity.adgroup_id]
                return derive_ad(entity, adgroup, campaign, self.account_status, self.moment)

    def render(self, entity: Entity) -> dict[str, Any]:
        match entity.level:
            case Level.CAMPAIGN:
                body = {**CAMPAIGN_DEFAULTS, **entity.body}
            case Level.ADGROUP:
                body = _render_adgroup(entity, self.rows[entity.campaign_id])
            case _:
                body = _render_ad(entity, self.rows[entity.adgroup_id], self.rows[entity.campaign_id])
        if body.get("budget_auto_adjust_strategy") == "AUTO_BUDGET_INCREASE":  # R18
            live = self.spent.get(entity.id, NOTHING).live
            body["current_budget"] = body.get("budget") if live is None else live
        body |= {
            "advertiser_id": entity.advertiser_id,
            entity.level.id_member: entity.id,
            entity.level.name_member: entity.name,
            "operation_status": entity.operation_status,
            "secondary_status": self.derive(entity),
            "create_time": write_time(entity.created_at),
            "modify_time": write_time(entity.modified_at),
        }
        answer: dict[str, Any] = drop_nulls(body)
        return answer


def _render_adgroup(adgroup: Entity, campaign: Entity) -> dict[str, Any]:
    body = {**ADGROUP_DEFAULTS, **adgroup.body}
    if body.get("promotion_type") in ("APP_ANDROID", "APP_IOS"):
        body = {**body, **INSTALL_DEFAULTS, **adgroup.body}
    if body.get("placement_type") != "PLACEMENT_TYPE_NORMAL":
        body["placements"] = list(PLACEMENTS_AUTOMATIC)
    if campaign.body.get("budget_optimize_on", True):
        body |= {"budget_mode": "BUDGET_MODE_INFINITE", "budget": 0}
    if adgroup.facts.get("scheduled"):
        body["scheduled_budget"] = adgroup.facts["scheduled"]["budget"]
    spec = {
        **TARGETING_READ_DEFAULTS,
        "brand_safety_type": "EXPANDED_INVENTORY",
        **(body.get("targeting_spec") or {}),
    }
    if body["targeting_optimization_mode"] == "MANUAL":
        spec.pop("spc_audience_age", None)  # R53: not used in manual mode
    body["targeting_spec"] = spec
    return {**body, "campaign_id": campaign.id, "campaign_name": campaign.name}


def _render_ad(ad: Entity, adgroup: Entity, campaign: Entity) -> dict[str, Any]:
    body: dict[str, Any] = {name: [] for name in AD_LISTS} | ad.body
    settings = {"dark_post_status": "ON", **(body.get("ad_configuration") or {})}
    settings.setdefault("tracking_info", {})
    if settings.get("identity_id"):
        settings.setdefault("identity_authorized_bc_id", "0")
    creatives = []
    for item in body.get("creative_list", ()):
        info = dict(item["creative_info"])
        if info.get("identity_id"):
            info.setdefault("identity_authorized_bc_id", "0")
        creatives.append({"material_operation_status": "ENABLE", **item, "creative_info": info})
    return {
        **body,
        "ad_configuration": settings,
        "creative_list": creatives,
        "campaign_id": campaign.id,
        "campaign_name": campaign.name,
        "adgroup_id": adgroup.id,
        "adgroup_name": adgroup.name,
    }


def drop_nulls(value: Any) -> Any:
    """Campaign, ad group and ad answers drop null members (fact sheet 1, sdk)."""
    if isinstance(value, dict):
        return {
            name: drop_nulls(item) if isinstance(item, dict | list) else item
            for name, item in value.items()
            if item is not None
        }
    if isinstance(value, list):
        return [drop_nulls(item) if isinstance(item, dict | list) else item for item in value]
    return value
