"""The rows of a level: which table they stand in, and how each leads to its campaign and its account."""

from collections.abc import Collection, Iterator
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


def find_by_remote(
    level: Level, advertiser: Advertiser, ids: Collection[str], *columns: str
) -> "Iterator[tuple[Any, ...]]":
    """The given columns of the account's rows that hold these ids of TikTok's. One query, by the ids alone.

    The account is compared here: asked along in the query, SQLite walks the whole account for each page of a list.
    """
    found = _MODEL[level]._default_manager.filter(remote_id__in=ids).order_by()
    for owner, *values in found.values_list(f"{_ACCOUNT[level]}_id", *columns):
        if owner == advertiser.pk:
            yield tuple(values)


def pick_rows(level: Level, pks: list[int]) -> list[Any]:
    """Rows by our ids, each with its way up to the campaign. One query."""
    return list(_MODEL[level]._default_manager.filter(pk__in=pks).select_related(*_ALONG[level]))
