"""What strict mode takes and refuses in lead, app and catalog flows; one line per rule, the message names the field."""

import copy
from typing import Any

import pytest

from campaigns.contract.levels import Level
from tests.sandbox.support import (
    BC_USER,
    PIXEL,
    TT_USER,
    US,
    Client,
    ad_body,
    adgroup_body,
    campaign_body,
    creative,
)
from tests.sandbox.test_judge import assert_refused

GONE = None
APP_ID, BC, CATALOG = "7500000000000000001", "7030000000000000001", "8000000000000000001"
PHONE = {"phone_region_code": "US", "phone_region_calling_code": "+1", "phone_number": "5550100"}
Bodies = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]

NO_PIXEL = {"pixel_id": GONE, "optimization_event": GONE}
LEAD = {"objective_type": "LEAD_GENERATION", "sales_destination": GONE}
TALK = {**NO_PIXEL, "optimization_goal": "CONVERSATION"}
CLICK = {**NO_PIXEL, "optimization_goal": "CLICK", "billing_event": "CPC"}
PORTFOLIO = {"ad_configuration": {"call_to_action_id": "made"}}  # the test makes one
APP = {"objective_type": "APP_PROMOTION", "sales_destination": GONE}
INSTALL = {**NO_PIXEL, "optimization_goal": "INSTALL", "promotion_type": "APP_ANDROID", "app_id": APP_ID}
EVENT = {**INSTALL, "optimization_goal": "IN_APP_EVENT", "optimization_event": "ACTIVE_PAY"}
VALUE = {
    **EVENT,
    "optimization_goal": "VALUE",
    "deep_bid_type": "VO_HIGHEST_VALUE",
    "placement_type": "PLACEMENT_TYPE_AUTOMATIC",
}
SHOP = {"catalog_enabled": True, "catalog_type": "ECOMMERCE"}
OF_CATALOG = {"catalog_id": CATALOG, "catalog_authorized_bc_id": BC}
PRODUCTS = {"ad_configuration": {"product_specific_type": "ALL"}}

FLOWS: dict[str, Bodies] = {
    "web": ({}, {}, {}),
    "form": (
        LEAD,
        {
            **NO_PIXEL,
            "promotion_type": "LEAD_GENERATION",
            "promotion_target_type": "INSTANT_PAGE",
            "optimization_goal": "LEAD_GENERATION",
        },
        {**PORTFOLIO, "landing_page_url_list": GONE, "page_list": [{"page_id": "76"}]},
    ),
    "lead-site": (
        LEAD,
        {
            "promotion_type": "LEAD_GENERATION",
            "promotion_target_type": "EXTERNAL_WEBSITE",
            "optimization_event": "FORM",
        },
        PORTFOLIO,
    ),
    "message": (
        LEAD,
        {
            **TALK,
            "promotion_type": "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE",
            "messaging_app_type": "MESSENGER",
            "messaging_app_account_id": "page-1",
        },
        {**PORTFOLIO, "landing_page_url_list": GONE},
    ),
    "message-link": (
        LEAD,
        {**CLICK, "promotion_type": "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE"},
        {
            "deeplink_list": [{"deeplink": "chat://us", "deeplink_type": "NORMAL"}],
            "ad_configuration": {"call_to_action_id": "made", "fallback_type": "WEBSITE"},
        },
    ),
    "direct": (
        LEAD,
        {**TALK, "promotion_type": "LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE"},
        {**PORTFOLIO, "landing_page_url_list": GONE, "auto_message_list": [{"auto_message_id": "79"}]},
    ),
    "call": (
        LEAD,
        {**CLICK, "promotion_type": "LEAD_GEN_CLICK_TO_CALL"},
        {
            "landing_page_url_list": GONE,
            "ad_configuration": {"call_to_action_id": "made", "phone_info": PHONE},
        },
    ),
    "install": ({**APP, "app_promotion_type": "APP_INSTALL"}, INSTALL, {"landing_page_url_list": GONE}),
    "app-value": ({**APP, "app_promotion_type": "APP_INSTALL"}, VALUE, {}),
    "dedicated": (
        {
            **APP,
            "app_promotion_type": "APP_INSTALL",
            "campaign_type": "IOS14_CAMPAIGN",
            "app_id": APP_ID,
            "is_advanced_dedicated_campaign": True,
        },
        {**INSTALL, "promotion_type": "APP_IOS", "app_id": GONE},
        {},
    ),
    "again": ({**APP, "app_promotion_type": "APP_RETARGETING"}, EVENT, {}),
    "minis": (
        {**APP, "app_promotion_type": "MINIS"},
        {**EVENT, "app_id": GONE, "promotion_type": "MINI_APP", "minis_id": "m1"},
        {},
    ),
    "catalog": (SHOP, OF_CATALOG, PRODUCTS),
    "app-catalog": (
        {**SHOP, "sales_destination": "APP"},
        {
            **OF_CATALOG,
            **EVENT,
            "targeting_spec": {"location_ids": ["6252001"], "app_targeting_type": "PROSPECT"},
        },
        PRODUCTS,
    ),
    "web-and-app": ({"sales_destination": "WEB_AND_APP"}, {"app_config": [{"app_id": APP_ID}]}, {}),
}

MANUAL = {"targeting_optimization_mode": "MANUAL"}
PANGLE = {"placement_type": "PLACEMENT_TYPE_NORMAL", "placements": ["PLACEMENT_PANGLE"]}


def _aim(**spec: Any) -> dict[str, Any]:
    return {**MANUAL, "targeting_spec": {"location_ids": ["6252001"], **spec}}


CAMPAIGNS: list[tuple[str, dict[str, Any], str]] = [
    ("web", {"campaign_type": "IOS14_CAMPAIGN"}, "campaign_type"),
    ("dedicated", {"app_id": GONE}, "app_id"),
    ("install", {"campaign_app_profile_page_state": "OFF"}, "campaign_app_profile_page_state"),
    ("install", {"disable_skan_campaign": True}, "disable_skan_campaign"),
    ("install", {"postback_window_mode": "POSTBACK_WINDOW_MODE1"}, "postback_window_mode"),
    ("install", {"gaming_ad_compliance_agreement": "ON"}, "gaming_ad_compliance_agreement"),
    ("install", {"is_promotional_campaign": True}, "is_promotional_campaign"),
    ("install", {"app_promotion_type": GONE}, "app_promotion_type"),
    ("minis", {"budget_auto_adjust_strategy": "AUTO_BUDGET_INCREASE"}, "budget_auto_adjust_strategy"),
    ("again", {"rta_bid_enabled": True}, "rta_id"),
    ("web", {"rta_bid_enabled": True, "rta_id": "r"}, "rta_bid_enabled"),
    ("again", {"rta_product_selection_enabled": True, "rta_id": "r"}, "rta_product_selection_enabled"),
    ("catalog", {"catalog_type": GONE}, "catalog_type"),
    ("app-catalog", {"catalog_enabled": GONE}, "sales_destination"),
    ("app-catalog", {"catalog_type": "MINI_SERIES"}, "sales_destination"),
]
ADGROUPS: list[tuple[str, dict[str, Any], str]] = [
    ("form", {"promotion_type": "WEBSITE"}, "promotion_type"),
    ("form", {"optimization_goal": "CONVERSATION"}, "optimization_goal"),
    ("message", {"optimization_goal": "LEAD_GENERATION"}, "optimization_goal"),
    ("again", {"optimization_goal": "INSTALL", "optimization_event": GONE}, "optimization_goal"),
    ("app-catalog", {"optimization_goal": "CONVERT", "pixel_id": PIXEL}, "optimization_goal"),
    ("form", {"promotion_target_type": GONE}, "promotion_target_type"),
    ("web", {"promotion_target_type": "EXTERNAL_WEBSITE"}, "promotion_target_type"),
    (
        "web",
        {
            "deep_funnel_optimization_status": "ON",
            "deep_funnel_event_source": "PIXEL",
            "deep_funnel_event_source_id": "7",
            "deep_funnel_optimization_event": "SHOPPING",
        },
        "deep_funnel_optimization_status",
    ),
    ("form", {"deep_funnel_optimization_status": "ON"}, "deep_funnel_event_source"),
    ("lead-site", {"pixel_id": GONE, "optimization_event": GONE}, "pixel_id"),
    ("lead-site", {"optimization_event": "LOGIN"}, "optimization_event"),
    ("again", {"optimization_event": "SHOPPING"}, "optimization_event"),
    ("app-value", {"optimization_event": "LOGIN"}, "optimization_event"),
    ("app-value", {"promotion_type": "APP_IOS"}, "optimization_goal"),
    ("app-value", {"placement_type": GONE}, "placement_type"),
    ("form", {"custom_conversion_id": "8"}, "custom_conversion_id"),
    ("message", {"messaging_app_type": GONE}, "messaging_app_type"),
    ("message", {"messaging_app_type": "LINE"}, "messaging_app_type"),
    ("message", {"messaging_app_account_id": GONE}, "messaging_app_account_id"),
    ("message", {"messaging_app_type": "ZALO"}, "zalo_id_type"),
    (
        "message",
        {"messaging_app_type": "ZALO", "zalo_id_type": "ZALO_PHONE_ACCOUNT", "phone_info": PHONE},
        "zalo_id_type",
    ),
    (
        "message",
        {"messaging_app_type": "WHATSAPP", "phone_info": {**PHONE, "phone_number": ""}},
        "phone_number",
    ),
    ("web", {"identity_type": "TT_USER", "identity_id": TT_USER}, "identity_id"),
    (
        "direct",
        {"identity_type": "BC_AUTH_TT", "identity_id": "x"},
        "identity_authorized_bc_id",
    ),
    ("install", {"app_id": GONE}, "app_id"),
    ("again", {"app_id": GONE}, "app_id"),
    ("minis", {"minis_id": GONE}, "minis_id"),
    ("web-and-app", {"app_config": GONE}, "app_config"),
    ("web-and-app", {"app_config": [{}]}, "app_config.app_id"),
    ("dedicated", {"gaming_ad_compliance_agreement": "ON"}, "gaming_ad_compliance_agreement"),
    ("catalog", {"catalog_id": GONE}, "catalog_id"),
    ("catalog", {"catalog_authorized_bc_id": GONE}, "catalog_authorized_bc_id"),
    (
        "catalog",
        {
            **NO_PIXEL,
            "optimization_goal": "TRAFFIC_LANDING_PAGE_VIEW",
            "bid_type": "BID_TYPE_CUSTOM",
            "conversion_bid_price": 1,
        },
        "bid_type",
    ),
    ("app-catalog", {"targeting_spec": {"location_ids": ["6252001"]}}, "app_targeting_type"),
    ("catalog", _aim(app_targeting_type="PROSPECT"), "app_targeting_type"),
    ("app-catalog", {"suggestion_audience_enabled": True}, "suggestion_audience_enabled"),
    ("web", {"budget_auto_adjust_strategy": "AUTO_BUDGET_INCREASE"}, "budget_auto_adjust_strategy"),
    ("minis", _aim(age_groups=["AGE_13_17"]), "age_groups"),
    ("web", _aim(device_price_ranges=[75]), "device_price_ranges"),
    ("web", _aim(device_price_ranges=[1050]), "device_price_ranges"),
    ("web", {**_aim(saved_audience_id="5"), **PANGLE}, "saved_audience_id"),
    (
        "web",
        {**_aim(included_pangle_audience_package_ids=["5"]), **PANGLE, "placements": ["PLACEMENT_TIKTOK"]},
        "included_pangle_audience_package_ids",
    ),
    (
        "web",
        _aim(included_pangle_audience_package_ids=["5"], excluded_pangle_audience_package_ids=["6"]),
        "included_pangle",
    ),
    (
        "web",
        _aim(actions=[{"action_scene": "VIDEO_RELATED", "action_category_ids": ["3"]}]),
        "action_category_ids",
    ),
    ("web", _aim(actions=[{"action_scene": "HASHTAG_RELATED", "video_user_actions": ["LIKED"]}]), "actions"),
    ("web", {**MANUAL, "targeting_spec": {"location_ids": ["5332921"], "isp_ids": ["i"]}}, "isp_ids"),
    ("web", _aim(shopping_ads_retargeting_type="LAB1"), "shopping_ads_retargeting_actions_days"),
    ("web", _aim(shopping_ads_retargeting_type="LAB3"), "included_custom_actions"),
    ("web", {"movie_premiere_date": "2026-12-24"}, "movie_premiere_date"),
    (
        "install",
        {"click_attribution_window": "FOURTEEN_DAYS", "view_attribution_window": "OFF"},
        "click_attribution_window",
    ),
    (
        "install",
        {"click_attribution_window": "ONE_DAY", "view_attribution_window": "SEVEN_DAYS"},
        "view_attribution_window",
    ),
    ("install", {"attribution_event_count": "EVERY"}, "attribution_event_count"),
    ("app-value", {"attribution_event_count": "ONCE"}, "attribution_event_count"),
    (
        "again",
        {"click_attribution_window": "THIRTY_DAYS", "view_attribution_window": "OFF"},
        "click_attribution_window",
    ),
    (
        "again",
        {"click_attribution_window": "THIRTY_TWO_DAYS", "view_attribution_window": "OFF"},
        "click_attribution_window",
    ),
    (
        "web",
        {
            "click_attribution_window": "ONE_DAY",
            "view_attribution_window": "OFF",
            "engaged_view_attribution_window": "FOURTEEN_DAYS",
        },
        "engaged_view_attribution_window",
    ),
    ("install", {"engaged_view_attribution_window": "ONE_DAY"}, "engaged_view_attribution_window"),
]


PERCENT = {"discount_type": "PERCENTAGE", "discount_value": 20}


def _configure(flow: str, **settings: Any) -> dict[str, Any]:
    return {"ad_configuration": {**FLOWS[flow][2].get("ad_configuration", {}), **settings}}


ADS: list[tuple[str, dict[str, Any], str]] = [
    ("form", {"page_list": GONE}, "page_list"),
    ("lead-site", {"landing_page_url_list": GONE}, "landing_page_url_list"),
    ("form", {"ad_configuration": GONE}, "call_to_action_id"),
    (
        "form",
        {"ad_configuration": GONE, "call_to_action_list": [{"call_to_action": "SIGN_UP"}]},
        "call_to_action_list",
    ),
    ("direct", {"auto_message_list": GONE}, "auto_message_list"),
    ("call", _configure("call", phone_info={**PHONE, "phone_region_code": GONE}), "phone_region_code"),
    ("message-link", _configure("message-link", fallback_type=GONE), "fallback_type"),
    ("message-link", {"landing_page_url_list": GONE}, "landing_page_url_list"),
    ("install", {"deeplink_list": [{"deeplink": "sale", "deeplink_type": "NORMAL"}]}, "deeplink"),
    ("web", {"interactive_add_on_list": [{}]}, "card_id"),
    ("web", {"ad_text_list": [{"ad_text": ""}]}, "ad_text"),
    ("web", _configure("web", deeplink_utm_params=[{"key": "a", "value": "1"}]), "deeplink_utm_params"),
    ("web", _configure("web", utm_params=[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]), "utm"),
    (
        "web",
        {"creative_list": [creative(identity_type="AUTH_CODE")]},
        "identity_type",
    ),
    ("web", {"creative_list": [creative(music_info={"music_id": "5"})]}, "music_info"),
    (
        "web",
        {"creative_list": [creative(ad_format="CAROUSEL_ADS", music_info={"music_id": "5"})]},
        "video_info",
    ),
    (
        "catalog",
        {
            "creative_list": [creative(identity_type=GONE, identity_id=GONE)],
            "ad_configuration": {
                "product_specific_type": "ALL",
                "identity_type": "BC_AUTH_TT",
                "identity_id": BC_USER,
            },
        },
        "identity_authorized_bc_id",
    ),
    ("catalog", {"ad_configuration": GONE}, "product_specific_type"),
    ("catalog", _configure("catalog", product_ids=["5"]), "product_ids"),
    ("catalog", {"ad_configuration": {"product_specific_type": "PRODUCT_SET"}}, "product_set_id"),
    ("catalog", _configure("catalog", catalog_creative_toggle=True), "video_info"),
    (
        "catalog",
        _configure("catalog", catalog_creative_info={"catalog_media_settings": ["VIDEO"]}),
        "catalog_creative_info",
    ),
    ("web", _configure("web", tracking_info={"viewability_postbid_partner": "IAS"}), "viewability_vast_url"),
    ("install", _configure("install", tracking_info={"tracking_app_id": "5"}), "tracking_app_id"),
    ("web", _configure("web", product_info={"selling_points": ["Hot 🔥"]}), "selling_points"),
    (
        "web",
        _configure(
            "web",
            product_info={"promo_info_list": [{"discount_type": "CASH", "discount_value": 5}]},
        ),
        "discount_currency",
    ),
    (
        "web",
        _configure("web", product_info={"promo_info_list": [{**PERCENT, "discount_value": 101}]}),
        "discount_value",
    ),
    (
        "web",
        _configure(
            "web", product_info={"promo_info_list": [{**PERCENT, "minimum_purchase_type": "SUBTOTAL"}]}
        ),
        "minimum_purchase_value",
    ),
    (
        "web",
        _configure(
            "web", product_info={"promo_info_list": [{**PERCENT, "valid_end_time": "2026-04-01 00:00:00"}]}
        ),
        "valid_start_time",
    ),
    ("web", {"disclaimer": {"disclaimer_text": {"text": "x"}}}, "disclaimer_type"),
    ("web", {"disclaimer": {"disclaimer_type": "TEXT_ONLY"}}, "disclaimer_text"),
    (
        "web",
        {"disclaimer": {"disclaimer_type": "TEXT_LINK", "disclaimer_clickable_texts": [{"text": "x"}]}},
        "disclaimer_clickable_texts",
    ),
]


def merge(body: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {**body, **changes}


def make_portfolio(client: Client) -> str:
    asset = client.get("creative/cta/recommend/", asset_type="CTA_NORMAL")["data"]["recommend_assets"][:1]
    made = client.post("creative/portfolio/create/", {"advertiser_id": US, "portfolio_content": asset})
    return str(made["data"]["creative_portfolio_id"])


def grow(client: Client, flow: str, level: Level, changes: dict[str, Any]) -> dict[str, Any]:
    """Makes the flow's objects down to a level, the last one with changes, and gives the last answer."""
    campaign, adgroup, ad = copy.deepcopy(FLOWS[flow])
    own = dict(changes)
    if level is Level.CAMPAIGN:
        return client.post("smart_plus/campaign/create/", campaign_body(**merge(campaign, own)))
    campaign_id = client.create(Level.CAMPAIGN, campaign_body(**campaign))["campaign_id"]
    if level is Level.ADGROUP:
        body = adgroup_body(campaign_id, **merge(adgroup, own))
        return client.post("smart_plus/adgroup/create/", body)
    adgroup_id = client.create(Level.ADGROUP, adgroup_body(campaign_id, **adgroup))["adgroup_id"]
    body = ad_body(adgroup_id, **merge(ad, own))
    settings = body.get("ad_configuration") or {}
    if settings.get("call_to_action_id") == "made":
        settings["call_to_action_id"] = make_portfolio(client)
    return client.post("smart_plus/ad/create/", body)


def ids(rows: list[tuple[str, dict[str, Any], str]]) -> list[str]:
    return [f"{flow}-{field}-{index}" for index, (flow, _, field) in enumerate(rows)]


@pytest.mark.parametrize("flow", FLOWS)
def test_every_documented_flow_passes(strict: Client, flow: str) -> None:
    answer = grow(strict, flow, Level.AD, {})
    assert answer["code"] == 0, answer["message"]


@pytest.mark.parametrize(("flow", "changes", "field"), CAMPAIGNS, ids=ids(CAMPAIGNS))
def test_campaigns_outside_their_flow_are_refused(strict, flow, changes, field) -> None:
    assert_refused(grow(strict, flow, Level.CAMPAIGN, changes), field)


@pytest.mark.parametrize(("flow", "changes", "field"), ADGROUPS, ids=ids(ADGROUPS))
def test_adgroups_outside_their_flow_are_refused(strict, flow, changes, field) -> None:
    assert_refused(grow(strict, flow, Level.ADGROUP, changes), field)


@pytest.mark.parametrize(("flow", "changes", "field"), ADS, ids=ids(ADS))
def test_ads_outside_their_flow_are_refused(strict, flow, changes, field) -> None:
    assert_refused(grow(strict, flow, Level.AD, changes), field)


@pytest.mark.parametrize(
    ("flow", "changes"),
    [
        ("form", {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 9}),
        ("minis", {"click_attribution_window": "THIRTY_TWO_DAYS", "view_attribution_window": "OFF"}),
        ("app-value", {"attribution_event_count": "EVERY"}),
        ("again", {"deep_bid_type": "AEO", "gaming_ad_compliance_agreement": "ON"}),
        ("dedicated", {"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": 9}),
        ("web", _aim(device_price_ranges=[0, 1000, 10000])),
        (
            "web",
            {**PANGLE, "placements": ["PLACEMENT_TIKTOK"]}
            | _aim(actions=[{"action_scene": "VIDEO_RELATED", "action_category_ids": ["3"]}]),
        ),
    ],
)
def test_what_a_flow_alone_may_have_is_taken_there(strict, flow, changes) -> None:
    answer = grow(strict, flow, Level.ADGROUP, changes)
    assert answer["code"] == 0, answer["message"]


def test_a_plain_dedicated_campaign_takes_no_cost_cap(strict: Client) -> None:
    campaign, adgroup, _ = FLOWS["dedicated"]
    body = campaign_body(**{**campaign, "is_advanced_dedicated_campaign": False})
    campaign_id = strict.create(Level.CAMPAIGN, body)["campaign_id"]
    capped = adgroup_body(campaign_id, **adgroup, bid_type="BID_TYPE_CUSTOM", conversion_bid_price=9)
    assert_refused(strict.post("smart_plus/adgroup/create/", capped), "bid_type")


def test_app_catalogs_in_automatic_mode_keep_their_own_members(strict: Client) -> None:
    spec = {
        "location_ids": ["6252001"],
        "gender": "GENDER_FEMALE",
        "audience_ids": ["5"],
        "age_groups": ["AGE_25_34"],
        "app_targeting_type": "PROSPECT",
    }
    answer = grow(strict, "app-catalog", Level.ADGROUP, {"targeting_spec": spec})
    kept = answer["data"]["targeting_spec"]
    assert (kept["gender"], kept["audience_ids"]) == ("GENDER_FEMALE", ["5"])
    assert kept["app_targeting_type"] == "PROSPECT"
    assert kept["age_groups"] != ["AGE_25_34"]  # R55: dropped, and read as the default
