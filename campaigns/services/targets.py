"""Reading whom an account may target: places, languages, interests and its own audiences (platform 8)."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models

from campaigns.models import Advertiser, Audience, Interest, Language, Place
from campaigns.models.assets import cut_name
from campaigns.sync.gateway import collect_pages
from campaigns.tiktok.client import TikTokClient


def _read_places(client: TikTokClient, advertiser: Advertiser) -> list[models.Model]:
    rows = client.list_regions(advertiser_id=advertiser.advertiser_id)
    return [_make_place(advertiser, row) for row in _once(rows, "location_id")]


def _make_place(advertiser: Advertiser, row: Mapping[str, Any]) -> Place:
    level, parent = str(row.get("level") or "").upper(), str(row.get("parent_id") or "")
    return Place(
        advertiser=advertiser,
        location_id=str(row["location_id"]),
        name=cut_name(row.get("name") or row["location_id"]),
        region_code=str(row.get("region_code") or "")[:8] if level == "COUNTRY" else "",
        level=level[:16],
        parent_id="" if parent == "0" else parent,
    )


def _read_languages(client: TikTokClient, advertiser: Advertiser) -> list[models.Model]:
    rows = client.list_languages(advertiser_id=advertiser.advertiser_id)
    return [
        Language(advertiser=advertiser, code=str(row["code"]), name=cut_name(row.get("name") or row["code"]))
        for row in _once(rows, "code")
    ]


def _read_interests(client: TikTokClient, advertiser: Advertiser) -> list[models.Model]:
    rows = _once(client.list_interests(advertiser_id=advertiser.advertiser_id), "interest_category_id")
    parents = {str(below): row for row in rows for below in row.get("sub_category_ids") or ()}
    return [
        Interest(
            advertiser=advertiser,
            category_id=key,
            name=cut_name(row.get("interest_category_name") or key),
            parent_id=str(parents[key]["interest_category_id"]) if key in parents else "",
        )
        for row in rows
        for key in [str(row["interest_category_id"])]
    ]


def _read_audiences(client: TikTokClient, advertiser: Advertiser) -> list[models.Model]:
    account = advertiser.advertiser_id
    rows = collect_pages(
        "dmp/custom_audience/list/", lambda page: client.list_audiences(advertiser_id=account, page=page)
    )
    return [
        Audience(
            advertiser=advertiser,
            audience_id=str(row["audience_id"]),
            name=cut_name(row.get("name") or row["audience_id"]),
            kind=str(row.get("audience_type") or "")[:64],
            size=_count(row.get("cover_num")),
            valid=_flag(row.get("is_valid")),
            expiring=_flag(row.get("is_expiring")),
        )
        for row in _once(rows, "audience_id")
    ]


TARGETING_READERS: dict[str, Callable[[TikTokClient, Advertiser], list[models.Model]]] = {
    "places": _read_places,
    "languages": _read_languages,
    "interests": _read_interests,
    "audiences": _read_audiences,
}


def _once(rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """A row that a list names twice counts once: a category may stand under two others."""
    return list({str(row[key]): row for row in rows}.values())


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
