"""The spellings of the guides (seed) beside the ones TikTok documents, by level and member path.

Input in either spelling is understood; the documented one is sent. Each row names its conflict in the fact sheet (C...)
or platform sheet. Knows the words; what a rewriting means for the person is judgement.
"""

from campaigns.contract.levels import Level

# level → path → {the guides' word: (the documented word, conflict)}
WORDS: dict[Level, dict[str, dict[str, tuple[str, str]]]] = {
    Level.CAMPAIGN: {},
    Level.ADGROUP: {
        "optimization_goal": {"LANDING_PAGE": ("TRAFFIC_LANDING_PAGE_VIEW", "C5")},
        "optimization_event": {
            "COMPLETE_PAYMENT": ("SHOPPING", "C8"),
            "IMPRESSION_LEVEL_AD_REVENUE": ("AD_REVENUE_VALUE", "C41"),
        },
        "budget_mode": {"BUDGET_MODE_DAY": ("BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "C10")},
        "bid_type": {"BID_TYPE_MAX_CONVERSION": ("BID_TYPE_NO_BID", "C38")},
        "placements": {
            "TIKTOK": ("PLACEMENT_TIKTOK", "T3"),
            "PANGLE": ("PLACEMENT_PANGLE", "T3"),
            "GLOBAL_APP_BUNDLE": ("PLACEMENT_GLOBAL_APP_BUNDLE", "T3"),
        },
        "targeting_spec.spc_audience_age": {
            "18+": ("OVER_EIGHTEEN", "C29"),
            "25+": ("OVER_TWENTY_FIVE", "C29"),
        },
    },
    Level.AD: {"creative_list[].creative_info.ad_format": {"CAROUSEL": ("CAROUSEL_ADS", "C4")}},
}

# Members that stand in the guides and in no request of TikTok's: understood, never sent
UNSENT: dict[Level, dict[str, str]] = {
    Level.CAMPAIGN: {"max_budget": "C11"},
    Level.ADGROUP: {"max_budget": "C11", "favorite_counts_disabled": "C35", "like_counts_disabled": "C35"},
    Level.AD: {"request_id": "C3"},
}
