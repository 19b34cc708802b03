"""A tree to begin from, for the document and the page to try it."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

TREE: dict[str, Any] = {
    "advertiser_id": "7000000000000000001",
    "campaign_name": "Spring Sale - Smart+ Web",
    "objective_type": "WEB_CONVERSIONS",
    "budget_optimize_on": True,
    "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
    "budget": "500.00",
    "adgroups": [
        {
            "adgroup_name": "Automatic targeting",
            "promotion_type": "WEBSITE",
            "optimization_goal": "CONVERT",
            "optimization_event": "SHOPPING",
            "pixel_id": "7100000000000000001",
            "billing_event": "OCPM",
            "bid_type": "BID_TYPE_NO_BID",
            "schedule_type": "SCHEDULE_FROM_NOW",
            "targeting_optimization_mode": "AUTOMATIC",
            "targeting_spec": {"location_ids": ["6252001"]},
            "ads": [
                {
                    "ad_name": "Clip A",
                    "creative_list": [
                        {
                            "creative_info": {
                                "ad_format": "SINGLE_VIDEO",
                                "video_info": {"video_id": "v10000000000000001"},
                                "image_info": [{"web_uri": "ad-site-i18n-sg/cover"}],
                                "identity_type": "TT_USER",
                                "identity_id": "identity-1",
                            }
                        }
                    ],
                    "ad_text_list": [{"ad_text": "Shop the Spring Sale: 30 % off everything"}],
                    "call_to_action_list": [{"call_to_action": "SHOP_NOW"}],
                    "landing_page_url_list": [{"landing_page_url": "https://example.com/spring-sale"}],
                }
            ],
        }
    ],
}
TREE_SENT = OpenApiExample("A tree with one ad group and one ad", TREE, request_only=True)
JUDGED = OpenApiExample(
    "58 % of the time this budget lets its ad group leave learning",
    {
        "findings": [],
        "plan": {
            "creates": {"campaign": 1, "adgroup": 1, "ad": 1},
            "calls": 3,
            "exposure": {"currency": "USD", "worst_day": "62.50", "worst_week": "350.00", "total": None},
            "forecast": {
                "adgroups": [
                    {
                        "path": "adgroups/0",
                        "label": "Runners",
                        "budget_per_day": "50.00",
                        "cost": {
                            "amount": "10.00",
                            "source": "past",
                            "conversions": 40,
                            "first": "2026-10-20",
                            "last": "2026-11-16",
                            "read_at": "2026-11-17T06:00:00Z",
                        },
                        "results_per_week": [15.3, 32.2, 58.4],
                        "chance": 0.579,
                        "enough_per_day": "80.29",
                        "unknown": None,
                    }
                ],
                "results_per_week": 32.2,
                "chance": 0.579,
                "enough": 0.8,
                "enough_per_day": "80.29",
                "unknown": None,
            },
        },
    },
    response_only=True,
    status_codes=["200"],
)
TREE_REPLACED = OpenApiExample("Another tree in its place", {**TREE, "version": 3}, request_only=True)
ORDER = OpenApiExample(
    "Version 3, with one yes",
    {
        "version": 3,
        "acknowledge": [{"rule": "sent-otherwise-money-or-audience", "path": "adgroups/0/budget_mode"}],
    },
    request_only=True,
)
NEW_BUDGET = OpenApiExample("Ten percent more", {"version": 3, "budget": "550.00"}, request_only=True)
NEW_PRICE = OpenApiExample(
    "A smaller cost cap for all ad groups of the campaign",
    {"version": 1, "conversion_bid_price": "14.00", "acknowledge": ["price-spreads"]},
    request_only=True,
)
NEW_TEXTS = OpenApiExample(
    "Other texts; the list replaces the one that stands",
    {"version": 1, "ad_text_list": [{"ad_text": "Rain? Good."}, {"ad_text": "Ships tomorrow, returns free"}]},
    request_only=True,
)
STOP_MANY = OpenApiExample(
    "Stop a campaign and two ad groups of others",
    {
        "operation_status": "DISABLE",
        "objects": [
            {"level": "campaign", "id": 4},
            {"level": "adgroup", "id": 12},
            {"level": "adgroup", "id": 15},
        ],
    },
    request_only=True,
)
ADGROUP_ADDED = OpenApiExample(
    "A second ad group", {**TREE["adgroups"][0], "adgroup_name": "Second audience"}, request_only=True
)
AD_ADDED = OpenApiExample(
    "A second ad", {**TREE["adgroups"][0]["ads"][0], "ad_name": "Clip B"}, request_only=True
)
ASK_BUDGET = OpenApiExample(
    "Twenty percent more, asked of a manager",
    {
        "items": [{"level": "campaign", "id": 4, "version": 3, "changes": {"budget": "600.00"}}],
        "reason": "Sells out by noon",
        "valid_until": "2026-12-01T18:00:00Z",
    },
    request_only=True,
)
LOOKED_AT = OpenApiExample("The version you looked at", {"version": 1}, request_only=True)
APPROVE_WITHIN = OpenApiExample(
    "While 450 to 550 are live, up to 20 % more",
    {
        "version": 1,
        "comment": "Fine until Friday",
        "bounds": {
            "member": "budget",
            "least": "450.00",
            "most": "550.00",
            "raise_by": "20",
            "until": "2026-11-27T18:00:00Z",
        },
    },
    request_only=True,
)
RETURN_LESS = OpenApiExample(
    "With another value",
    {"version": 1, "comment": "Half of it first", "counter": [{"item": 0, "changes": {"budget": "550.00"}}]},
    request_only=True,
)
REFUSE = OpenApiExample(
    "With the reason", {"version": 1, "comment": "Not before the sale"}, request_only=True
)
CANCEL = OpenApiExample("Take away what was made", {"created": "remove"}, request_only=True)
RECONCILE = OpenApiExample("Their budget, our name", {"theirs": ["budget"]}, request_only=True)
ENVELOPE = OpenApiExample(
    "At most 2,000 on any day",
    {"amount": "2000.00", "reason": "The client's cap for this month"},
    request_only=True,
)
INVITATION = OpenApiExample(
    "A buyer",
    {
        "advertiser_id": "7000000000000000001",
        "username": "kim",
        "email": "kim@example.com",
        "role": "buyer",
    },
    request_only=True,
)
MEMBER_LIMITED = OpenApiExample("At most 100 more a day", {"largest_raise": "100.00"}, request_only=True)
VIEW = OpenApiExample(
    "Live ones, shared with an account",
    {"name": "Live", "address": "state=live", "advertiser_id": "7000000000000000001"},
    request_only=True,
)
STOP = OpenApiExample("Stop it", {"operation_status": "DISABLE"}, request_only=True)
SWITCHED = OpenApiExample(
    "On its way",
    {
        "object": 12,
        "level": "adgroup",
        "operation_status": "DISABLE",
        "state": "waiting",
        "remote_id": "1850000000000000012",
        "error": None,
    },
    response_only=True,
    status_codes=["202"],
)
OWN_FIGURE = OpenApiExample(
    "Ten learning days instead of the house's",
    {"advertiser_id": "7000000000000000001", "value": "10", "reason": "Small budgets learn slowly here"},
    request_only=True,
)
TOKEN = OpenApiExample(
    "A client that drafts, and launches up to 500 a day",
    {
        "name": "Shop system",
        "scopes": ["draft", "launch"],
        "accounts": ["7000000000000000001"],
        "days": 90,
        "largest_budget": "500.00",
    },
    request_only=True,
)
WEBHOOK = OpenApiExample(
    "Tell the shop system of launches and decisions",
    {
        "advertiser_id": "7000000000000000001",
        "address": "https://example.com/smartplus",
        "kinds": ["launch_finished", "needs_person", "proposal_decided"],
    },
    request_only=True,
)
PROGRESS = OpenApiExample(
    "The campaign is made, its ad group under way",
    {
        "state": "launching",
        "done": 1,
        "total": 2,
        "grows": False,
        "paused": False,
        "cancelled": False,
        "calls_left": 4,
        "seconds_left": 6,
        "steps": [
            {
                "object": 4,
                "level": "campaign",
                "state": "done",
                "remote_id": "1850000000000000004",
                "error": None,
            },
            {"object": 12, "level": "adgroup", "state": "sent", "remote_id": None, "error": None},
        ],
    },
    response_only=True,
)
CHANGE_BOOKED = OpenApiExample(
    "On its way",
    {
        "change": {
            "id": 71,
            "at": "2026-11-21T12:30:00Z",
            "actor": "ana",
            "door": "rest",
            "origin": "192.0.2.7",
            "token": "spa_58e9079bb32",
            "act": "edited",
            "advertiser_id": "7000000000000000001",
            "campaign": 4,
            "target": "campaign",
            "before": {"budget": "500.00"},
            "after": {"budget": "550.00"},
            "note": "",
        },
        "spread": [],
        "version": 4,
    },
    response_only=True,
    status_codes=["202"],
)
STALE = {
    "type": "about:blank",
    "title": "Conflict",
    "status": 409,
    "detail": "The campaign was changed meanwhile: it stands at version 4. Read it again.",
    "code": "stale",
    "version": 4,
}
REFUSED = {
    "type": "about:blank",
    "title": "Unprocessable Entity",
    "status": 422,
    "detail": "1 finding must be mended before the launch.",
    "code": "refused",
    "findings": [
        {
            "rule": "campaign-budget-range",
            "level": "refuse",
            "path": "budget",
            "message": "Spring Sale has 20.00 USD, below TikTok's minimum of 50.00 USD.",
            "fix": {"label": "Use 50.00 USD", "changes": [{"path": "budget", "value": "50.00"}]},
            "source": "R20",
        }
    ],
}
MALFORMED = {
    "type": "about:blank",
    "title": "Bad Request",
    "status": 400,
    "detail": "budget: write an amount as a number, such as 50 or 50.00.",
    "code": "malformed",
    "problems": [{"path": "budget", "message": "write an amount as a number, such as 50 or 50.00"}],
}
PROBLEMS = {400: MALFORMED, 409: STALE, 422: REFUSED}
UTM = OpenApiExample(
    "Where the click came from",
    {
        "utm_params": [
            {"key": "utm_source", "value": "tiktok"},
            {"key": "utm_campaign", "value": "__CAMPAIGN_NAME__"},
        ]
    },
)
DISCONNECT = OpenApiExample("What is live runs on at TikTok", {"leave_running": True}, request_only=True)
