"""Counts, lengths and time bounds that TikTok publishes. Each line names its source. Bounds of one list stand in members.toml."""

from datetime import UTC, datetime, timedelta

ADGROUPS_PER_CAMPAIGN = 30  # P1, R10
ADS_PER_ADGROUP = 30  # R11
CREATIVES_PER_AD = 50  # P1, R12, C27
NAME_UNITS = 512  # R4: a Chinese or Japanese character counts two, emoji are refused
CAROUSEL_IMAGES = 35  # P1, R14
LANDING_PAGES = 1  # R13, R78
INSTANT_PAGES = 3  # R13
DEEPLINKS = 1  # R13
ADD_ONS = 1  # R13
PLAYABLES = 5  # R13
UTM_PARAMS = 14  # R80
AD_TEXTS = 5  # P1, R13
CALLS_TO_ACTION = 3  # P1, R13
LOCATIONS_AND_ZIPS = 3_000  # R56
STATUS_IDS = 20  # R15
BUDGET_ENTRIES = 20  # R15
MATERIAL_STATUS_IDS = 20  # R15
REVIEW_IDS = 100  # R15
ADS_PER_SPARK_IDENTITY = 10_000  # R16, go
DISCLAIMER_LINK_TEXTS = 40  # R81: characters of all TEXT_LINK texts together
FILTER_IDS = 100  # docs, section 1
PAGE_SIZE = {"campaign": 1_000, "adgroup": 1_000, "ad": 100}  # docs, section 1; C32
PAGE_SIZE_DEFAULT = 10  # docs, section 1
DAYPARTING_SLOTS = 336  # S2, R68: half hours of a week, Monday first
SCHEDULE_START_MAX_PAST = timedelta(hours=12)  # R65
SCHEDULE_START_LATEST = datetime(2028, 1, 1, tzinfo=UTC)  # R65
SCHEDULE_END_LATEST = datetime(2038, 1, 1, tzinfo=UTC)  # R65
AD_WRITE_INTERVAL = timedelta(seconds=5)  # R85, ae
REQUEST_ID_WINDOW = timedelta(seconds=10)  # R8, C45: documented for copy tasks, assumed for all creates

MAX_INT64 = 2**63 - 1  # R3

# ae, section 1.1: calls per second, minute and day, counted per developer app
QUOTAS = {
    "basic": (10, 600, 864_000),
    "advanced": (20, 1_200, 1_728_000),
    "premium": (30, 1_800, 2_592_000),
    "ultimate": (50, 3_000, 4_320_000),
}
ADVERTISER_QPS = 20  # per advertiser and path; the only figure ever seen, in a message (platform 3.3)


def count_units(text: str) -> int:
    """Length as TikTok counts names: a Chinese or Japanese character is two units, any other one (R4)."""
    return sum(2 if _is_cjk(char) else 1 for char in text)


def _is_cjk(char: str) -> bool:
    code = ord(char)
    return (
        0x3040 <= code <= 0x30FF
        or 0x3400 <= code <= 0x4DBF
        or 0x4E00 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
    )


def has_emoji(text: str) -> bool:
    """Whether a name holds an emoji, which TikTok refuses (R4). Covers the pictograph blocks, flags and the variation mark."""
    return any(
        0x1F000 <= ord(char) <= 0x1FAFF or 0x2600 <= ord(char) <= 0x27BF or ord(char) in (0xFE0F, 0x20E3)
        for char in text
    )
