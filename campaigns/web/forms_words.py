"""TikTok's words as a person chooses them. A word without a line here is shown as it is."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.contract.choices import WEB_EVENTS
from campaigns.contract.dialect import WORDS
from campaigns.contract.levels import Level
from campaigns.contract.members import find_member

LABELS: Mapping[str, str] = {
    "WEB_CONVERSIONS": "Web conversions",
    "LEAD_GENERATION": "Lead generation",
    "APP_PROMOTION": "App promotion",
    "WEBSITE": "Website",
    "APP": "App",
    "WEB_AND_APP": "Website and app",
    "BUDGET_MODE_DYNAMIC_DAILY_BUDGET": "Daily, dynamic",
    "BUDGET_MODE_DAY": "Daily (DAY)",
    "BUDGET_MODE_TOTAL": "Lifetime",
    "BUDGET_MODE_INFINITE": "Unlimited (INFINITE)",
    "AUTO_BUDGET_INCREASE": "On",
    "UNSET": "Off",
    "HOUSING": "Housing",
    "EMPLOYMENT": "Employment",
    "CREDIT": "Credit",
    "CONVERT": "Conversions",
    "VALUE": "Conversion value",
    "CLICK": "Clicks",
    "TRAFFIC_LANDING_PAGE_VIEW": "Landing page views",
    "LANDING_PAGE": "LANDING_PAGE",
    "INSTALL": "App installs",
    "IN_APP_EVENT": "In-app events",
    "CONVERSATION": "Conversations",
    "OCPM": "By impressions, optimised (OCPM)",
    "CPC": "By click (CPC)",
    "BID_TYPE_NO_BID": "Maximum delivery",
    "BID_TYPE_CUSTOM": "Cost cap",
    "BID_TYPE_MAX_CONVERSION": "BID_TYPE_MAX_CONVERSION",
    "VO_HIGHEST_VALUE": "Highest value",
    "VO_MIN_ROAS": "Minimum ROAS",
    "DEFAULT": "Default",
    "AEO": "App events (AEO)",
    "SEVEN_DAYS": "7 days",
    "ZERO_DAY": "Same day",
    "ONE_DAY": "1 day",
    "FOURTEEN_DAYS": "14 days",
    "TWENTY_EIGHT_DAYS": "28 days",
    "OFF": "Off",
    "ON": "On",
    "SCHEDULE_FROM_NOW": "Start now and run on",
    "SCHEDULE_START_END": "Start and end",
    "AUTOMATIC": "Automatic",
    "MANUAL": "Manual",
    "OVER_EIGHTEEN": "18 and over",
    "OVER_TWENTY_FIVE": "25 and over",
    "ALL": "All",
    "ANDROID": "Android",
    "IOS": "iOS",
    "AGE_13_17": "13–17",
    "AGE_18_24": "18–24",
    "AGE_25_34": "25–34",
    "AGE_35_44": "35–44",
    "AGE_45_54": "45–54",
    "AGE_55_100": "55 and over",
    "GENDER_UNLIMITED": "All",
    "GENDER_FEMALE": "Women",
    "GENDER_MALE": "Men",
    "PLACEMENT_TYPE_AUTOMATIC": "Automatic",
    "PLACEMENT_TYPE_NORMAL": "Chosen",
    "PLACEMENT_TIKTOK": "TikTok",
    "PLACEMENT_PANGLE": "Pangle",
    "PLACEMENT_GLOBAL_APP_BUNDLE": "Global App Bundle",
    "SINGLE_VIDEO": "Video",
    "CAROUSEL_ADS": "Carousel",
    "CATALOG_CAROUSEL": "Catalog carousel",
    "TT_USER": "TikTok account",
    "BC_AUTH_TT": "TikTok account of a Business Center",
    "AUTH_CODE": "Post by authorisation code",
    "CUSTOMIZED_USER": "Custom name",
    "NORMAL": "Normal",
    "DEFERRED_DEEPLINK": "Deferred",
    "APP_ANDROID": "Android app",
    "APP_IOS": "iOS app",
    "MINI_APP": "Mini app",
    "MINI_GAME": "Mini game",
    "LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE": "Messages on TikTok",
    "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE": "Messages in another app",
    "LEAD_GEN_CLICK_TO_CALL": "Phone calls",
    "APP_INSTALL": "App installs",
    "APP_RETARGETING": "App retargeting",
    "MINIS": "Minis",
    **WEB_EVENTS,
}


def say_option(word: str) -> str:
    """The label of a choice; calls to action and the like are their own words in plain case."""
    if word in LABELS:
        return LABELS[word]
    plain = word.replace("_", " ")
    return plain.capitalize() if word.isupper() and "_" in word and len(plain) < 40 else word


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    group: str = ""


def list_words(level: Level, path: str, *, extra: Mapping[str, str] | None = None) -> tuple[Option, ...]:
    """TikTok's words of a member, then those that the guides use for the same."""
    member = find_member(level, path)
    values = member.values if member else ()
    key = member.path if member else ""
    aliases = WORDS[level].get(key, {})
    return (
        tuple(Option(str(value), say_option(str(value))) for value in values)
        + tuple(
            Option(word, f"{say_option(word)}, sent as {say_option(sent)}", "Other spellings")
            for word, (sent, _) in aliases.items()
        )
        + tuple(Option(word, label, "Other spellings") for word, label in (extra or {}).items())
    )
