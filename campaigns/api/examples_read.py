"""What was read back, as REST shows it: for the document."""

from drf_spectacular.utils import OpenApiExample

LIBRARY = OpenApiExample(
    "A shop's",
    {
        "advertiser_id": "7000000000000000001",
        "pixels": [
            {"pixel_id": "7100000000000000001", "code": "CP00001", "name": "Shop", "events": ["SHOPPING"]}
        ],
        "identities": [
            {
                "identity_id": "identity-1",
                "identity_type": "TT_USER",
                "identity_authorized_bc_id": "",
                "name": "@shop",
            }
        ],
        "videos": [
            {
                "video_id": "v10000000000000001",
                "name": "Clip A.mp4",
                "duration": 15.0,
                "width": 720,
                "height": 1280,
            }
        ],
        "pictures": [
            {
                "image_id": "ad-site-i18n-sg/1",
                "name": "cover.jpg",
                "address": "",
                "width": 720,
                "height": 1280,
            }
        ],
        "posts": [],
        "places": [
            {
                "location_id": "6252001",
                "name": "United States",
                "region_code": "US",
                "level": "COUNTRY",
                "parent_id": "",
            }
        ],
        "languages": [{"code": "en", "name": "English"}],
        "interests": [{"category_id": "15", "name": "Games", "parent_id": ""}],
        "audiences": [],
        "utm_params": [{"key": "utm_source", "value": "tiktok"}],
        "videos_read_at": "2026-11-21T06:00:00Z",
    },
    response_only=True,
)
REFUSED_AD = OpenApiExample(
    "Refused in one country",
    {
        "id": 31,
        "smart_plus_ad_id": "1850000000000000031",
        "ad_name": "Clip A",
        "adgroup": 12,
        "campaign": 4,
        "advertiser_id": "7000000000000000001",
        "badge": "AD_STATUS_PART_AUDIT_DENY",
        "reasons": ["The landing page does not show the price that the ad names."],
        "suggestion": "Show the price on the page.",
        "places": ["US"],
        "read_at": "2026-11-21T12:30:00Z",
    },
    response_only=True,
)
STRANGER = OpenApiExample(
    "Made in TikTok Ads Manager",
    {
        "id": 3,
        "campaign_id": "1850000000000000099",
        "campaign_name": "Test of a colleague",
        "advertiser_id": "7000000000000000001",
        "operation_status": "ENABLE",
        "badge": "CAMPAIGN_STATUS_ENABLE",
        "twin": False,
        "remote": {"budget": "200.00", "objective_type": "WEB_CONVERSIONS"},
        "seen_at": "2026-11-20T08:00:00Z",
        "read_at": "2026-11-21T12:30:00Z",
    },
    response_only=True,
)
ATTENTION = OpenApiExample(
    "Two drifts and a proposal",
    {"stuck": 0, "drifting": 2, "denied": 0, "refused": 0, "broken": 0, "proposals": 1},
    response_only=True,
)
RESULT = OpenApiExample(
    "One ad group's day",
    {
        "id": 812,
        "day": "2026-11-20",
        "advertiser_id": "7000000000000000001",
        "level": "adgroup",
        "object": 12,
        "remote_id": "1850000000000000012",
        "currency": "USD",
        "spend": "184.20",
        "value": "610.00",
        "impressions": 41250,
        "clicks": 388,
        "results": 11,
        "conversions": 11,
        "real_time_conversions": 12,
        "read_at": "2026-11-21T12:30:00Z",
    },
    response_only=True,
)
DRIFT = OpenApiExample(
    "A budget changed by hand in TikTok Ads Manager",
    {
        "id": 4,
        "campaign_id": "1850000000000000004",
        "campaign_name": "Autumn sale",
        "advertiser_id": "7000000000000000001",
        "since": "2026-11-20T08:15:00Z",
        "differences": [
            {
                "path": "budget",
                "label": "Autumn sale",
                "target": "campaign",
                "member": "budget",
                "wanted": "500.00",
                "remote": "750.00",
                "twin": False,
                "origin": {
                    "who": "Ads Manager user",
                    "how": "TikTok Ads Manager",
                    "since": "2026-11-20T08:14:00Z",
                    "at": "2026-11-20T08:14:40Z",
                    "ours": False,
                    "unread": False,
                },
            }
        ],
    },
    response_only=True,
)
DRIFT_ORDER = OpenApiExample(
    "The budget, and nothing else", {"campaign": 4, "paths": ["budget"]}, request_only=True
)
STRANGER_ORDER = OpenApiExample("Yes, for good", {"acknowledge": ["removes-for-good"]}, request_only=True)
SURPRISE = OpenApiExample(
    "A price that our rules passed",
    {
        "id": 3,
        "at": "2026-11-20T09:00:00Z",
        "kind": "refused",
        "advertiser_id": "7000000000000000001",
        "campaign": 4,
        "target": "adgroups/12",
        "label": "Broad",
        "endpoint": "smart_plus/adgroup/create/",
        "code": 40002,
        "message": "Invalid bid: must be lower than the budget",
        "request": {"adgroup_name": "Broad", "conversion_bid_price": "600.00"},
        "answer": {"meaning": "refused", "code": 40002, "request_id": "202611200900000101"},
        "rules_version": "3f2a9c1d77ab",
    },
    response_only=True,
)
FLIP = OpenApiExample(
    "A budget that somebody changed at TikTok",
    {
        "id": 77,
        "at": "2026-11-20T08:15:00Z",
        "advertiser_id": "7000000000000000001",
        "campaign": 4,
        "target": "campaign",
        "member": "body:budget",
        "before": "500",
        "after": "750",
        "cause": "elsewhere",
        "since": "2026-11-20T08:14:00Z",
    },
    response_only=True,
)
