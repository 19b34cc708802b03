"""App ad groups: which app, value bidding, Dedicated Campaigns, catalog ads for an app (R31, R38, R47; docs)."""

from campaigns.contract.choices import APP_SYSTEMS, APP_TARGETING_GOALS
from smartplus_admin.sandbox.judge.case import Case, Problem, Problems, missing, read_list


def check_app(case: Case) -> Problems:
    """The app: on the ad group, for Dedicated Campaigns on the campaign, for website and app a list."""
    body, kind = case.body, case.app_kind
    if kind in ("APP_INSTALL", "APP_RETARGETING", "APP") and not case.dedicated and not body.get("app_id"):
        yield missing("app_id")
    if kind == "MINIS" and not body.get("minis_id"):
        yield missing("minis_id")
    if kind == "WEB_AND_APP" and not body.get("app_config"):
        yield missing("app_config")
    if any(not item.get("app_id") for item in read_list(body, "app_config")):
        yield missing("app_config.app_id")
    gaming = kind == "APP_RETARGETING" or (kind == "APP_INSTALL" and not case.dedicated)
    if body.get("gaming_ad_compliance_agreement") == "ON" and not gaming:
        yield Problem("gaming_ad_compliance_agreement", "is not available in this campaign.")


def check_app_value(case: Case) -> Problems:
    body = case.body
    system = APP_SYSTEMS.get(str(body.get("promotion_type")))
    if body.get("optimization_goal") != "VALUE" or system is None:
        return
    if case.app_kind == "APP_INSTALL" and system == "IOS" and not case.dedicated:
        yield Problem("optimization_goal", "VALUE is only available for Android in this campaign.")  # R31
    if case.creating and "placement_type" not in case.sent:
        yield missing("placement_type")  # R38


def check_dedicated_bid(case: Case) -> Problems:
    """R47: counted by SKAN, not Advanced."""
    campaign, goal = case.campaign, case.body.get("optimization_goal")
    advanced = campaign.get("is_advanced_dedicated_campaign", True)
    if (
        case.dedicated
        and not advanced
        and not campaign.get("disable_skan_campaign")
        and goal in ("INSTALL", "IN_APP_EVENT")
        and case.body.get("bid_type") == "BID_TYPE_CUSTOM"
    ):
        yield Problem("bid_type", f"BID_TYPE_CUSTOM is not supported for {goal} in this Dedicated Campaign.")


def check_app_targeting(case: Case) -> Problems:
    """Prospecting or retargeting, asked of catalog ads for an app and of nobody else (docs)."""
    spec = case.body.get("targeting_spec")
    kind = spec.get("app_targeting_type") if isinstance(spec, dict) else None
    asked = case.app_kind == "APP" and case.body.get("optimization_goal") in APP_TARGETING_GOALS
    if asked and not kind:
        yield missing("targeting_spec.app_targeting_type")
    if kind and not asked:
        yield Problem("targeting_spec.app_targeting_type", "is not available in this ad group.")
    if kind == "RETARGETING" and case.dedicated:
        yield Problem("targeting_spec.app_targeting_type", "must be PROSPECT in a Dedicated Campaign.")
    if case.app_kind == "APP" and case.body.get("suggestion_audience_enabled"):
        yield Problem("suggestion_audience_enabled", "must be false for app catalogs.")  # R55
