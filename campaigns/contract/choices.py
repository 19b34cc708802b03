"""Which words go with which: budget modes, goals, bids, targeting members, placements, events. Source beside each table.

Knows TikTok's words only. What a wrong combination means for a person is judgement and stands in rules.
"""

from collections.abc import Mapping

# R25 (docs, seed) and R26
CAMPAIGN_BUDGET_MODES = {
    True: ("BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "BUDGET_MODE_TOTAL"),
    False: ("BUDGET_MODE_INFINITE", "BUDGET_MODE_DAY", "BUDGET_MODE_TOTAL"),
}
ALL_MODES = frozenset(mode for modes in CAMPAIGN_BUDGET_MODES.values() for mode in modes)
CAMPAIGN_BUDGET_MODE_DEFAULT = {True: "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", False: "BUDGET_MODE_INFINITE"}
ADGROUP_BUDGET_MODES = ("BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "BUDGET_MODE_TOTAL")
DAILY = "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"

# R48 (docs; the guides name the first ten, C25) and R49
UNIFORM_WITH_CBO = (
    "promotion_type",
    "promotion_target_type",
    "optimization_goal",
    "optimization_event",
    "billing_event",
    "bid_type",
    "bid_price",
    "conversion_bid_price",
    "deep_bid_type",
    "vbo_window",
    "roas_bid",
    "custom_conversion_id",
)
UNIFORM_WITHOUT_CBO = ("bid_type", "deep_bid_type", "vbo_window", "budget_mode")
SPREAD_BY_TIKTOK = ("bid_price", "conversion_bid_price", "roas_bid")  # R41

# R31, by objective (docs); lead forms are not fully documented (U11)
GOALS = {
    "WEB_CONVERSIONS": ("CONVERT", "VALUE", "CLICK", "TRAFFIC_LANDING_PAGE_VIEW"),
    "LEAD_GENERATION": ("LEAD_GENERATION", "CONVERT", "CLICK", "CONVERSATION"),
    "APP_PROMOTION": ("CLICK", "INSTALL", "IN_APP_EVENT", "VALUE"),
}
# R30, by objective and destination (docs)
PROMOTION_TYPES = {
    ("WEB_CONVERSIONS", "WEBSITE"): ("WEBSITE",),
    ("WEB_CONVERSIONS", "APP"): ("APP_ANDROID", "APP_IOS"),
    ("LEAD_GENERATION", None): (
        "LEAD_GENERATION",
        "LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE",
        "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE",
        "LEAD_GEN_CLICK_TO_CALL",
    ),
    ("APP_PROMOTION", "APP_INSTALL"): ("APP_ANDROID", "APP_IOS"),
    ("APP_PROMOTION", "APP_RETARGETING"): ("APP_ANDROID", "APP_IOS"),
    ("APP_PROMOTION", "MINIS"): ("MINI_APP", "MINI_GAME"),
}
FORM_GOALS = ("LEAD_GENERATION", "CONVERT", "CLICK")  # R31; combinations not fully documented (U11)
MESSAGE_TYPES = ("LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE", "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE")
MESSAGE_GOALS = ("CONVERSATION", "CLICK")  # R31
RETARGETING_GOALS = ("IN_APP_EVENT", "VALUE")  # R31, app retargeting
# Sales in an app: R31 names no goals for them; app_targeting_type is asked for three (docs), the app goals of R31 are these
APP_SALES_GOALS = ("CLICK", "INSTALL", "IN_APP_EVENT", "VALUE")
APP_TARGETING_GOALS = ("CLICK", "IN_APP_EVENT", "VALUE")  # docs, app_targeting_type
EVENT_DEFAULTS = {"TRAFFIC_LANDING_PAGE_VIEW": "LANDING_PAGE_VIEW", "CONVERSATION": "MESSAGE"}  # R34
APP_VALUE_EVENTS = ("ACTIVE_PAY", "AD_REVENUE_VALUE")  # R35
PIXEL_GOALS = ("CONVERT", "VALUE")  # R33
NO_PIXEL_GOALS = ("CLICK", "TRAFFIC_LANDING_PAGE_VIEW", "INSTALL", "IN_APP_EVENT")  # R33
CONVERSION_PRICE_GOALS = ("CONVERT", "TRAFFIC_LANDING_PAGE_VIEW", "INSTALL", "IN_APP_EVENT")  # R42

# R51-R53 (docs)
TARGETING_CONTROLS = (
    "location_ids",
    "zipcode_ids",
    "spc_audience_age",
    "languages",
    "operating_systems",
    "excluded_audience_ids",
)
TARGETING_SUGGESTIONS = (
    "age_groups",
    "gender",
    "audience_ids",
    "interest_category_ids",
    "interest_keyword_ids",
    "purchase_intention_keyword_ids",
    "actions",
)
TARGETING_MANUAL = (
    "location_ids",
    "zipcode_ids",
    "age_groups",
    "gender",
    "languages",
    "audience_ids",
    "excluded_audience_ids",
    "included_pangle_audience_package_ids",
    "excluded_pangle_audience_package_ids",
    "blocked_pangle_app_ids",
    "interest_category_ids",
    "interest_keyword_ids",
    "purchase_intention_keyword_ids",
    "actions",
    "smart_interest_behavior_enabled",
    "smart_audience_enabled",
    "spending_power",
    "household_income",
    "operating_systems",
    "min_android_version",
    "min_ios_version",
    "device_model_ids",
    "network_types",
    "carrier_ids",
    "isp_ids",
    "device_price_ranges",
    "saved_audience_id",
    "shopping_ads_retargeting_type",
    "shopping_ads_retargeting_actions_days",
    "included_custom_actions",
    "excluded_custom_actions",
    "shopping_ads_retargeting_custom_audience_relation",
)
# R55 (docs): app-catalog ad groups in automatic mode
TARGETING_APP_CATALOG = (
    "location_ids",
    "zipcode_ids",
    "spc_audience_age",
    "languages",
    "audience_ids",
    "excluded_audience_ids",
    "gender",
)
# R59 (docs)
TARGETING_EXCLUSIVE = (
    ("device_model_ids", "device_price_ranges"),
    ("included_pangle_audience_package_ids", "excluded_pangle_audience_package_ids"),
)
# R58 (docs)
SCENE_ACTIONS = {
    "VIDEO_RELATED": ("WATCHED_TO_END", "LIKED", "COMMENTED", "SHARED"),
    "CREATOR_RELATED": ("FOLLOWING", "VIEW_HOMEPAGE"),
    "HASHTAG_RELATED": ("VIEW_HASHTAG",),
}
# R60; platform section 8 names income and spending power, the full list is not known (U13)
SPECIAL_INDUSTRY_REFUSES = ("zipcode_ids", "saved_audience_id", "household_income")
# R70 (docs), by flow: the windows and counts that may be chosen
ATTRIBUTION = {
    "web": {
        "click_attribution_window": ("ONE_DAY", "SEVEN_DAYS", "FOURTEEN_DAYS", "TWENTY_EIGHT_DAYS"),
        "view_attribution_window": ("OFF", "ONE_DAY", "SEVEN_DAYS"),
    },
    "install": {
        "click_attribution_window": ("ONE_DAY", "SEVEN_DAYS"),
        "view_attribution_window": ("OFF", "ONE_DAY"),
        "engaged_view_attribution_window": ("OFF", "ONE_DAY", "SEVEN_DAYS"),
    },
}
# Windows that one kind of promotion alone has (docs, ad group create)
MINI_WINDOWS = {
    "THIRTY_DAYS": "MINI_GAME",
    "THIRTY_TWO_DAYS": "MINI_APP",
    "ONE_HUNDRED_EIGHTY_DAYS": "MINI_APP",
}
LONG_ENGAGED_WINDOWS = ("FOURTEEN_DAYS", "TWENTY_EIGHT_DAYS")
BUNDLE_COUNTRIES = ("BR", "ID", "VN", "PH", "TH", "MY", "MX", "SA", "JP")  # R69
APP_SYSTEMS = {"APP_ANDROID": "ANDROID", "APP_IOS": "IOS"}  # R57
MINIS = ("MINI_APP", "MINI_GAME")  # R30
# What leaving a member out means (10.2, R44); compared as equal to it
UNSENT_MEANS: dict[str, object] = {"deep_bid_type": "DEFAULT", "vbo_window": "SEVEN_DAYS"}
# What TikTok fills in on read when a member was not sent (section 10.2, docs samples)
TARGETING_READ_DEFAULTS: dict[str, object] = {
    "age_groups": ["AGE_18_24", "AGE_25_34", "AGE_35_44", "AGE_45_54", "AGE_55_100"],
    "gender": "GENDER_UNLIMITED",
    "spc_audience_age": "OVER_EIGHTEEN",
    "spending_power": "ALL",
}


def active_targeting(mode: str, suggestions: bool, *, to_app: bool = False) -> tuple[str, ...]:
    """The members of targeting_spec that count in a mode; TikTok drops all others without a word (R51-R55).

    `to_app`: sales in an app. Whether an ad group may have app_targeting_type is asked in every mode: never dropped.
    """
    counting: tuple[str, ...]
    if mode == "MANUAL":
        counting = TARGETING_MANUAL
    elif to_app:
        counting = TARGETING_APP_CATALOG
    else:
        counting = TARGETING_CONTROLS + (TARGETING_SUGGESTIONS if suggestions else ())
    return (*counting, "app_targeting_type")


# Appendix B (docs): what a pixel may be optimised for
WEB_EVENTS = {
    "SHOPPING": "Purchase",
    "INITIATE_ORDER": "Initiate checkout",
    "ON_WEB_CART": "Add to cart",
    "ON_WEB_DETAIL": "View content",
    "ADD_BILLING": "Add payment info",
    "ON_WEB_REGISTER": "Complete registration",
    "FORM": "Lead",
    "CONSULT": "Contact",
    "ON_WEB_SUBSCRIBE": "Subscribe",
    "ON_WEB_SEARCH": "Search",
    "ON_WEB_ADD_TO_WISHLIST": "Add to wishlist",
    "DOWNLOAD_START": "Download",
}

# What the pixel's own code calls or once called these events; every other name is the label above (platform sheet 5.3)
FORMER_WEB_EVENTS = {"CompletePayment": "SHOPPING", "SubmitForm": "FORM"}
RETIRED_WEB_EVENTS = ("BUTTON", "ON_WEB_ORDER")  # appendix B: once accepted, no longer offered
AUTOMATIC_EVENTS = ("LANDING_PAGE_VIEW", "MESSAGE")  # appendix B
APP_EVENTS = tuple(
    # appendix B; the set of one app comes from TikTok's app event endpoints
    "ACTIVE ACTIVE_PAY ACTIVE_REGISTER ADD_TO_WISHLIST COMPLETE_TUTORIAL CREATE_GAMEROLE CREATE_GROUP JOIN_GROUP "
    "IN_APP_AD_CLICK IN_APP_AD_IMPR IN_APP_CART IN_APP_DETAIL_UV LAUNCH_APP LOAN_COMPLETION LOGIN NEXT_DAY_OPEN RATE "
    "SALES_LEAD SEARCH SPEND_CREDITS UNLOCK_ACHIEVEMENT UPDATE_LEVEL AD_REVENUE_VALUE".split()
)

# Values that TikTok fills in of a URL parameter (docs, ad create: ad_configuration.utm_params[].value)
UTM_MACROS = (
    "__CAMPAIGN_NAME__",
    "__CAMPAIGN_ID__",
    "__AID_NAME__",
    "__AID__",
    "__CID_NAME__",
    "__CID__",
    "__PLACEMENT__",
)

SPARK_IDENTITIES = ("TT_USER", "BC_AUTH_TT", "AUTH_CODE")  # R73
US_LOCATION = "6252001"  # requirements section 9, the guides' second example
SPECIAL_INDUSTRY_COUNTRIES = ("US", "CA")  # T4, R60
PLACEMENTS_AUTOMATIC = ("PLACEMENT_TIKTOK", "PLACEMENT_PANGLE", "PLACEMENT_GLOBAL_APP_BUNDLE")  # 10.2

# The four modules of Smart+, and when each is left to TikTok (design section 4; members from docs)
MODULES = ("targeting", "bidding", "placement", "creative")


def read_modules(adgroup: dict[str, object], ads: list[dict[str, object]]) -> dict[str, str]:
    """Each module of an ad group as `automatic` or `manual`, from bodies in TikTok's words (R2)."""
    enhanced = any(_has_auto_creative(ad) for ad in ads)
    return {
        "targeting": "manual" if adgroup.get("targeting_optimization_mode") == "MANUAL" else "automatic",
        "bidding": "manual" if adgroup.get("bid_type") == "BID_TYPE_CUSTOM" else "automatic",
        "placement": "manual" if adgroup.get("placement_type") == "PLACEMENT_TYPE_NORMAL" else "automatic",
        "creative": "automatic" if enhanced else "manual",
    }


def _has_auto_creative(ad: dict[str, object]) -> bool:
    settings = ad.get("ad_configuration")
    if not isinstance(settings, dict):
        return False
    return bool(
        settings.get("creative_auto_add_toggle") or settings.get("creative_auto_enhancement_strategy_list")
    )


def can_deliver_on_tiktok(adgroup: Mapping[str, object]) -> bool:
    """Automatic placement, or a list that names TikTok (R74, R75)."""
    if adgroup.get("placement_type") != "PLACEMENT_TYPE_NORMAL":
        return True
    placements = adgroup.get("placements")
    return isinstance(placements, list | tuple) and "PLACEMENT_TIKTOK" in placements
