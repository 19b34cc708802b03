"""The demo's campaigns as trees in TikTok's members, from the rows of demo.toml."""

from datetime import datetime, timedelta
from typing import Any

from campaigns.models import Advertiser


def compose_tree(row: dict[str, Any], advertiser: Advertiser, now: datetime) -> dict[str, Any]:
    """A row of demo.toml as a tree in TikTok's members."""
    capped = "cost_cap" in row
    campaign: dict[str, Any] = {
        "campaign_name": row["name"],
        "objective_type": "WEB_CONVERSIONS",
        "sales_destination": "WEBSITE",
        "budget_optimize_on": not capped,
        "budget_mode": "BUDGET_MODE_INFINITE" if capped else "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
    }
    if not capped:
        campaign["budget"] = row["budget"]
    campaign["adgroups"] = [_compose_adgroup(row, name, advertiser, now) for name in row["groups"]]
    return campaign


def _compose_adgroup(row: dict[str, Any], name: str, advertiser: Advertiser, now: datetime) -> dict[str, Any]:
    pixel = advertiser.pixels.order_by("pixel_id").first()
    group: dict[str, Any] = {
        "adgroup_name": name,
        "promotion_type": "WEBSITE",
        "optimization_goal": "CONVERT",
        "optimization_event": "SHOPPING",
        "pixel_id": pixel.pixel_id if pixel else None,
        "billing_event": "OCPM",
        "bid_type": "BID_TYPE_NO_BID",
        "schedule_type": "SCHEDULE_FROM_NOW",
        "targeting_optimization_mode": "AUTOMATIC",
        "targeting_spec": {"location_ids": [advertiser.location_id], "spc_audience_age": "OVER_EIGHTEEN"},
    }
    if "cost_cap" in row:
        begins = now.replace(microsecond=0)
        group |= {
            "bid_type": "BID_TYPE_CUSTOM",
            "conversion_bid_price": row["cost_cap"],
            "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
            "budget": row["group_budget"],
            "schedule_type": "SCHEDULE_START_END",
            "schedule_start_time": begins.isoformat(),
            "schedule_end_time": (begins + timedelta(days=30)).isoformat(),
            "targeting_optimization_mode": "MANUAL",
            "targeting_spec": {
                "location_ids": [advertiser.location_id],
                "age_groups": ["AGE_25_34", "AGE_35_44"],
                "languages": ["ja" if advertiser.country == "JP" else "en"],
            },
            "placement_type": "PLACEMENT_TYPE_NORMAL",
            "placements": ["PLACEMENT_TIKTOK"],
        }
    group["ads"] = [_compose_ad(row, advertiser, index) for index in range(2 if len(row["texts"]) > 1 else 1)]
    return group


def _compose_ad(row: dict[str, Any], advertiser: Advertiser, index: int) -> dict[str, Any]:
    videos, pictures = list(advertiser.videos.all()), list(advertiser.pictures.filter(address=""))
    account = advertiser.identities.filter(identity_type="TT_USER").first()
    video = videos[(len(row["name"]) + index) % len(videos)]
    cover = row.get("cover") or pictures[(len(row["name"]) + index) % len(pictures)].image_id
    info: dict[str, Any] = {
        "ad_format": "SINGLE_VIDEO",
        "video_info": {"video_id": video.video_id},
        "image_info": [{"web_uri": cover}],
    }
    if account:
        info |= {"identity_type": account.identity_type, "identity_id": account.identity_id}
    return {
        "ad_name": f"{video.name.rpartition('.')[0] or video.name}",
        "creative_list": [{"creative_info": info}],
        "ad_text_list": [{"ad_text": text} for text in row["texts"]],
        "landing_page_url_list": [{"landing_page_url": row["page"]}],
        "call_to_action_list": [{"call_to_action": "SHOP_NOW"}],
    }
