"""What a campaign needs for its flow, and what belongs to some flows only (docs, campaign create; R60)."""

from campaigns.contract.choices import SPECIAL_INDUSTRY_COUNTRIES
from smartplus_admin.sandbox.judge.case import Case, Problem, Problems, missing

APP_CATALOGS = ("ECOMMERCE", "TRAVEL_ENTERTAINMENT")


def check_campaign_flow(case: Case) -> Problems:
    body = case.body
    objective, destination = body.get("objective_type"), body.get("sales_destination")
    if objective == "WEB_CONVERSIONS":
        if not destination:
            yield missing("sales_destination")  # docs, C15
        if case.catalog and not body.get("catalog_type"):
            yield missing("catalog_type")
        if destination == "APP" and not (case.catalog and body.get("catalog_type") in APP_CATALOGS):
            yield Problem(
                "sales_destination", "APP needs catalog_enabled and an e-commerce or travel catalog."
            )
    elif body.get("is_promotional_campaign"):
        yield Problem("is_promotional_campaign", "is only available for WEB_CONVERSIONS.")
    if objective == "APP_PROMOTION" and not body.get("app_promotion_type"):
        yield missing("app_promotion_type")
    if body.get("special_industries") and case.account.get("country") not in SPECIAL_INDUSTRY_COUNTRIES:
        yield Problem(
            "special_industries", "is only available to advertisers registered in the US or Canada."
        )  # R60


def check_dedicated(case: Case) -> Problems:
    """iOS 14 Dedicated Campaigns: app flows only, and settings that nothing else has (docs)."""
    body = case.body
    app = body.get("objective_type") == "APP_PROMOTION"
    to_app = body.get("objective_type") == "WEB_CONVERSIONS" and body.get("sales_destination") == "APP"
    install = app and body.get("app_promotion_type") == "APP_INSTALL"
    if case.dedicated and not (app or to_app):
        yield Problem("campaign_type", "IOS14_CAMPAIGN is only available for app campaigns.")
    if case.dedicated and (install or to_app) and not body.get("app_id"):
        yield missing("app_id")
    if body.get("campaign_app_profile_page_state") and not (case.dedicated and app):  # whatever the value
        yield Problem("campaign_app_profile_page_state", "is only available for Dedicated Campaigns.")
    if body.get("disable_skan_campaign") and not case.dedicated:
        yield Problem("disable_skan_campaign", "is only available for Dedicated Campaigns.")
    if body.get("postback_window_mode") and not case.dedicated:
        yield Problem("postback_window_mode", "is only available for Dedicated Campaigns.")
    if body.get("gaming_ad_compliance_agreement") == "ON" and not (case.dedicated and install):
        yield Problem(
            "gaming_ad_compliance_agreement", "is set on the ad group unless the campaign is dedicated."
        )


def check_realtime(case: Case) -> Problems:
    """Realtime API strategies (docs): what each switch needs."""
    body = case.body
    to_app = body.get("objective_type") == "WEB_CONVERSIONS" and body.get("sales_destination") == "APP"
    again = body.get("objective_type") == "APP_PROMOTION" and body.get("app_promotion_type") == (
        "APP_RETARGETING"
    )
    for name, fits in (
        ("rta_bid_enabled", to_app or again),
        ("rta_product_selection_enabled", to_app),
    ):
        if body.get(name) and not body.get("rta_id"):
            yield missing("rta_id")
        elif body.get(name) and not fits:
            yield Problem(name, "is not available in this campaign.")
