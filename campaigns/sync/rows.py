"""The rows of a level: which table they stand in, and how each leads to its campaign and its account."""

from typing import Any

from django.db.models import QuerySet

from campaigns.contract.levels import Level
from campaigns.models import Ad, AdGroup, Advertiser, Campaign

# the lookup from a row to our id of its campaign, and from a push
ROOT = {Level.CAMPAIGN: "pk", Level.ADGROUP: "campaign_id", Level.AD: "adgroup__campaign_id"}
PUSH_ROOT = {
    Level.CAMPAIGN: "campaign_id",
    Level.ADGROUP: "adgroup__campaign_id",
    Level.AD: "ad__adgroup__campaign_id",
}
DEPTH = {level: depth for depth, level in enumerate(Level)}
_MODEL: dict[Level, Any] = {Level.CAMPAIGN: Campaign, Level.ADGROUP: AdGroup, Level.AD: Ad}
_ACCOUNT = {
    Level.CAMPAIGN: "advertiser",
    Level.ADGROUP: "campaign__advertiser",
    Level.AD: "adgroup__campaign__advertiser",
}
_ALONG: dict[Level, tuple[str, ...]] = {
    Level.CAMPAIGN: (),
    Level.ADGROUP: ("campaign",),
    Level.AD: ("adgroup__campaign",),
}


def rows_of(level: Level, advertiser: Advertiser) -> "QuerySet[Any]":
    """The account's rows of a level, unordered."""
    rows: QuerySet[Any] = _MODEL[level]._default_manager.filter(**{_ACCOUNT[level]: advertiser}).order_by()
    return rows


def pick_rows(level: Level, pks: list[int]) -> list[Any]:
    """Rows by our ids, each with its way up to the campaign. One query."""
    return list(_MODEL[level]._default_manager.filter(pk__in=pks).select_related(*_ALONG[level]))
