"""TikTok's reports: which dimensions, metrics and spans a question may have. Sources: platform sections 9 and 11."""

import tomllib
from functools import cache
from importlib import resources

# Platform 9: the synchronous integrated report
PAGE_SIZE = 1_000
PAGE_SIZE_DEFAULT = 10
DAYS_BY_HOUR = 1  # with stat_time_hour
DAYS_BY_DAY = 30  # with stat_time_day
DAYS = 365
FILTER_IDS = 100
METRICS_DEFAULT = ("spend", "impressions")
# The id dimensions of each data level; of an Upgraded Smart+ ad, ad_id_v2 is the ad and ad_id a creative in it (9.1)
LEVELS = {
    "AUCTION_ADVERTISER": ("advertiser_id",),
    "AUCTION_CAMPAIGN": ("campaign_id",),
    "AUCTION_ADGROUP": ("adgroup_id",),
    "AUCTION_AD": ("ad_id_v2", "ad_id"),
}
TIME_DIMENSIONS = ("stat_time_day", "stat_time_hour")
REPORT_TYPES = ("BASIC", "AUDIENCE", "PLAYABLE_MATERIAL", "CATALOG", "BC", "TT_SHOP")
FILTER_TYPES = (
    *("IN", "CONTAIN_ANY_OF", "MATCH", "NOT_IN", "GREATER_EQUAL", "GREATER_THAN"),
    *("LOWER_EQUAL", "LOWER_THAN", "BETWEEN"),
)
# Platform 9.3
LAG_MINUTES = 30
UV_LAG_HOURS = 16
CORRECTION_HOUR = 12  # UTC, of the day after
UV_METRICS = ("reach", "frequency", "cost_per_1000_reached")

# Platform 11: the creative reports
MATERIAL_PAGE_SIZE = 100
MATERIAL_DAYS_BY_HOUR = 7
MATERIAL_FILTER_IDS = 200
MATERIAL_FILTER_ENTITIES = 400
MATERIAL_OBJECTS = ("advertiser_id", "campaign_id", "adgroup_id", "smart_plus_ad_id")
MATERIAL_TIMES = ("stat_time_hour", "stat_time_day", "stat_time_week", "stat_time_month")
MATERIAL_TYPES = (
    *("VIDEO_NON_SPARK_ADS", "VIDEO_SPARK_ADS", "CAROUSEL_NON_SPARK_ADS", "CAROUSEL_SPARK_ADS"),
    *("SINGLE_IMAGE_NON_SPARK_ADS", "CATALOG_VIDEO", "CATALOG_VIDEO_TEMPLATE", "CATALOG_CAROUSEL"),
    "CATALOG_MULTI_SHOW",
)


@cache
def list_metrics() -> frozenset[str]:
    """All names the integrated report knows, attributes included."""
    return frozenset(_names("metrics"))


@cache
def list_material_metrics() -> frozenset[str]:
    return frozenset(_names("material_metrics") + _names("material_attributes"))


def _names(key: str) -> list[str]:
    table = tomllib.loads(resources.files(__package__).joinpath("reports.toml").read_text("utf-8"))
    return str(table[key]).split()
