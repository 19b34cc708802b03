"""Daily numbers of every creative, from TikTok's creative report (platform section 11): campaign by campaign, as it takes
objects as a filter only. What it does not send stays as it was read before, or unknown."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from campaigns.models import AssetResult, Campaign
from campaigns.sync.gateway import Gateway
from campaigns.sync.results import Span, read_number
from campaigns.tiktok.errors import Meaning, TikTokError

ENDPOINT = "smart_plus/material_report/breakdown/"
METRICS = {  # our column → TikTok's metric; the report has no `result`
    "spend": "spend",
    "impressions": "impressions",
    "clicks": "clicks",
    "conversions": "conversion",
    "value": "total_complete_payment_rate",  # misnamed: it is the total value
}
ROWS_AT_ONCE = 500


def read_assets(gateway: Gateway, span: Span, *, now: datetime) -> int:
    """Reads the days of all campaigns that spent in them, as far as their results tell; returns how many. Raises TikTokError."""
    spent = Campaign.objects.filter(
        advertiser=gateway.advertiser,
        remote_id__isnull=False,
        results__day__gte=span.first,
        results__day__lte=span.last,
        results__spend__gt=0,
    )
    campaigns = list(spent.distinct().order_by("pk"))
    for campaign in campaigns:
        question = {
            "dimensions": ["main_material_id", "stat_time_day"],
            "metrics": list(METRICS.values()),
            "start_date": span.first.isoformat(),
            "end_date": span.last.isoformat(),
            "filtering": {"campaign_ids": [campaign.remote_id]},
        }
        rows = [row for page in gateway.walk_materials(question) for row in page.rows]
        AssetResult.objects.bulk_create(
            [_make_row(campaign, row, span, now) for row in rows],
            batch_size=ROWS_AT_ONCE,
            update_conflicts=True,
            unique_fields=["campaign", "material_id", "material_type", "day"],
            update_fields=[*METRICS, "name", "read_at"],
        )
    return len(campaigns)


def _make_row(campaign: Campaign, row: Mapping[str, Any], span: Span, now: datetime) -> AssetResult:
    dimensions, metrics = row.get("dimensions") or {}, row.get("metrics") or {}
    key = str(dimensions.get("main_material_id") or "")
    try:
        day = date.fromisoformat(str(dimensions.get("stat_time_day") or "")[:10])
    except ValueError as error:
        raise TikTokError(Meaning.UNSURE, "a row names no day", endpoint=ENDPOINT) from error
    if not key or day not in span:
        said = f"a row is about {key or 'nothing'} on {day}, which was not asked"
        raise TikTokError(Meaning.UNSURE, said, endpoint=ENDPOINT)
    return AssetResult(
        campaign=campaign,
        material_id=key[:128],
        material_type=str(dimensions.get("main_material_type") or "")[:64],
        name=str(metrics.get("main_material_name") or "")[:600],
        day=day,
        read_at=now,
        **{name: read_number(name, metrics.get(metric)) for name, metric in METRICS.items()},
    )
