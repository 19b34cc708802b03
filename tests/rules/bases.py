"""The trees that cases change: one sound tree per flow, the account they belong to, and a sound edit."""

import copy
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.money import CURRENCIES
from campaigns.contract.shape import read_members
from campaigns.rules.edits import EditFacts, LockFacts, Phase, StepFacts
from campaigns.rules.facts import AccountFacts, IdentityFacts, PixelFacts, TreeFacts
from campaigns.rules.policy import house_policy
from campaigns.sync.translate import resolve_tree

NOW = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
GONE = "~"  # in a change: takes the member away
GUIDE = Path(__file__).parents[1] / "fixtures" / "guide"

ACCOUNT = AccountFacts(
    advertiser_id="7000000000000000001",
    name="Shop US",
    currency=CURRENCIES["USD"],
    zone="America/New_York",
    country="US",
    location_id="6252001",
    pixels=(PixelFacts("7100000000000000001", "CP0000000000000001", "Shop pixel", ("SHOPPING", "FORM")),),
    identities=(
        IdentityFacts("custom-1", "CUSTOMIZED_USER", "The shop"),
        IdentityFacts("tt-1", "TT_USER", "@shop"),
        IdentityFacts("bc-1", "BC_AUTH_TT", "@shop.bc", "7300000000000000001"),
        IdentityFacts("code-1", "AUTH_CODE", "@fan"),
    ),
    videos=frozenset({"v1", "v2", "v3", "v4", "v5", "v6", "v10000000000000001"}),
)

VIDEO = {
    "ad_format": "SINGLE_VIDEO",
    "video_info": {"video_id": "v1"},
    "image_info": [{"web_uri": "img1"}],
    "identity_type": "TT_USER",
    "identity_id": "tt-1",
}
AD = {
    "ad_name": "Clips",
    "creative_list": [
        {"creative_info": {**VIDEO, "video_info": {"video_id": f"v{number}"}}} for number in range(1, 6)
    ],
    "ad_text_list": [{"ad_text": "Rain? Good."}, {"ad_text": "Ships tomorrow, returns free"}],
    "landing_page_url_list": [{"landing_page_url": "https://example.com/sale"}],
    "ad_configuration": {"call_to_action_id": "7400000000000000001", "dark_post_status": "ON"},
}
GROUP = {
    "adgroup_name": "Broad",
    "promotion_type": "WEBSITE",
    "optimization_goal": "CONVERT",
    "optimization_event": "SHOPPING",
    "pixel_id": "7100000000000000001",
    "billing_event": "OCPM",
    "bid_type": "BID_TYPE_NO_BID",
    "schedule_type": "SCHEDULE_FROM_NOW",
    "schedule_start_time": "2026-11-17 12:00:00",
    "targeting_optimization_mode": "AUTOMATIC",
    "targeting_spec": {"location_ids": ["6252001"]},
    "ads": [AD],
}
WEB = {
    "campaign_name": "Autumn sale",
    "objective_type": "WEB_CONVERSIONS",
    "sales_destination": "WEBSITE",
    "budget_optimize_on": True,
    "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
    "budget": "500.00",
    "adgroups": [GROUP],
}


def change(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy of a tree with some members set; `~` takes one away."""
    tree = copy.deepcopy(base)
    for path, value in changes.items():
        set_at(tree, path.split("/"), value)
    return tree


def set_at(holder: Any, parts: list[str], value: Any) -> None:
    *way, last = parts
    for part, after in zip(way, parts[1:], strict=True):
        if isinstance(holder, list):
            while len(holder) <= int(part):
                holder.append({})
            holder = holder[int(part)]
        else:
            if holder.get(part) is None:
                holder[part] = [] if after.isdigit() else {}
            holder = holder[part]
    if isinstance(holder, list):
        while len(holder) <= int(last):
            holder.append({})
        holder[int(last)] = value
    elif value in (GONE, None):
        holder.pop(last, None)
    else:
        holder[last] = value


def put(tree: dict[str, Any], fixes: list[tuple[str, Any]]) -> dict[str, Any]:
    """A copy of a tree with a fix applied: None takes a member away."""
    return change(tree, {path: GONE if value is None else value for path, value in fixes})


APP = {
    "optimization_goal": "INSTALL",
    "promotion_type": "APP_ANDROID",
    "app_id": "7500000000000000001",
    "optimization_event": GONE,
    "pixel_id": GONE,
}
LEAD = {"objective_type": "LEAD_GENERATION", "sales_destination": GONE}


def _group(members: dict[str, Any], **campaign: Any) -> dict[str, Any]:
    return change(WEB, {**campaign, **{f"adgroups/0/{name}": value for name, value in members.items()}})


_FORM = {
    "promotion_type": "LEAD_GENERATION",
    "promotion_target_type": "INSTANT_PAGE",
    "optimization_goal": "LEAD_GENERATION",
    "optimization_event": GONE,
    "pixel_id": GONE,
    "ads/0/landing_page_url_list": GONE,
    "ads/0/page_list": [{"page_id": "7600000000000000001"}],
}
_TALK = {
    **_FORM,
    "promotion_target_type": GONE,
    "optimization_goal": "CONVERSATION",
    "ads/0/page_list": GONE,
}
BASES: dict[str, dict[str, Any]] = {
    "web": WEB,
    "web-two": change(WEB, {"adgroups/1": change(GROUP, {"adgroup_name": "Narrow"})}),
    "web-three": change(
        WEB,
        {
            "adgroups/1": change(GROUP, {"adgroup_name": "Narrow"}),
            "adgroups/2": change(GROUP, {"adgroup_name": "Third"}),
        },
    ),
    "cost-cap": _group({"bid_type": "BID_TYPE_CUSTOM", "conversion_bid_price": "15.00"}),
    "clicks": _group(
        {
            "optimization_goal": "CLICK",
            "billing_event": "CPC",
            "optimization_event": GONE,
            "pixel_id": GONE,
            "bid_type": "BID_TYPE_CUSTOM",
            "bid_price": "1.00",
        }
    ),
    "landing-views": _group(
        {"optimization_goal": "TRAFFIC_LANDING_PAGE_VIEW", "optimization_event": GONE, "pixel_id": GONE}
    ),
    "value": _group({"optimization_goal": "VALUE", "deep_bid_type": "VO_HIGHEST_VALUE"}),
    "own-budgets": _group(
        {"budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET", "budget": "200.00"},
        budget_optimize_on=False,
        budget_mode="BUDGET_MODE_INFINITE",
        budget=GONE,
    ),
    "manual": _group(
        {
            "targeting_optimization_mode": "MANUAL",
            "targeting_spec": {"location_ids": ["6252001"], "age_groups": ["AGE_25_34"], "languages": ["en"]},
        }
    ),
    "carousel": _group(
        {
            "ads/0/creative_list": [
                {
                    "creative_info": {
                        "ad_format": "CAROUSEL_ADS",
                        "image_info": [{"web_uri": f"img{number}"}, {"web_uri": f"img{number}b"}],
                        "music_info": {"music_id": "7700000000000000001"},
                        "identity_type": "TT_USER",
                        "identity_id": "tt-1",
                    }
                }
                for number in range(1, 6)
            ]
        }
    ),
    "posts": _group(
        {
            "ads/0/creative_list": [
                {
                    "creative_info": {
                        "ad_format": "SINGLE_VIDEO",
                        "tiktok_item_id": f"780000000000000000{number}",
                        "identity_type": "AUTH_CODE",
                        "identity_id": "code-1",
                    }
                }
                for number in range(1, 6)
            ],
            "ads/0/ad_text_list": GONE,
        }
    ),
    "custom": _group(
        {
            "placement_type": "PLACEMENT_TYPE_NORMAL",
            "placements": ["PLACEMENT_PANGLE"],
            "ads/0/creative_list": [
                {
                    "creative_info": {
                        "ad_format": "SINGLE_VIDEO",
                        "video_info": {"video_id": f"v{number}"},
                        "image_info": [{"web_uri": "img1"}],
                    }
                }
                for number in range(1, 6)
            ],
            "ads/0/ad_configuration": {"identity_type": "CUSTOMIZED_USER", "identity_id": "custom-1"},
            "ads/0/call_to_action_list": [{"call_to_action": "SHOP_NOW"}],
        }
    ),
    "lead-form": _group(_FORM, **LEAD),
    "lead-website": _group(
        {
            "promotion_type": "LEAD_GENERATION",
            "promotion_target_type": "EXTERNAL_WEBSITE",
            "optimization_event": "FORM",
        },
        **LEAD,
    ),
    "direct-message": _group(
        {
            **_TALK,
            "promotion_type": "LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE",
            "ads/0/auto_message_list": [{"auto_message_id": "7900000000000000001"}],
        },
        **LEAD,
    ),
    "messaging": _group(
        {
            **_TALK,
            "promotion_type": "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE",
            "messaging_app_type": "MESSENGER",
            "messaging_app_account_id": "page-1",
        },
        **LEAD,
    ),
    "call": _group(
        {
            **_TALK,
            "promotion_type": "LEAD_GEN_CLICK_TO_CALL",
            "optimization_goal": "CLICK",
            "billing_event": "CPC",
            "ads/0/ad_configuration/phone_info": {
                "phone_region_code": "US",
                "phone_region_calling_code": "+1",
                "phone_number": "5550100",
            },
        },
        **LEAD,
    ),
    "install": _group(
        APP, objective_type="APP_PROMOTION", app_promotion_type="APP_INSTALL", sales_destination=GONE
    ),
    "app-value": _group(
        {
            **APP,
            "optimization_goal": "VALUE",
            "optimization_event": "ACTIVE_PAY",
            "deep_bid_type": "VO_HIGHEST_VALUE",
            "placement_type": "PLACEMENT_TYPE_AUTOMATIC",
        },
        objective_type="APP_PROMOTION",
        app_promotion_type="APP_INSTALL",
        sales_destination=GONE,
    ),
    "dedicated": _group(
        {**APP, "promotion_type": "APP_IOS"},
        objective_type="APP_PROMOTION",
        app_promotion_type="APP_INSTALL",
        sales_destination=GONE,
        campaign_type="IOS14_CAMPAIGN",
        app_id="7500000000000000001",
    ),
    "retargeting": _group(
        {**APP, "optimization_goal": "IN_APP_EVENT", "optimization_event": "ACTIVE_PAY"},
        objective_type="APP_PROMOTION",
        app_promotion_type="APP_RETARGETING",
        sales_destination=GONE,
    ),
    "minis": _group(
        {
            **APP,
            "promotion_type": "MINI_APP",
            "app_id": GONE,
            "optimization_goal": "IN_APP_EVENT",
            "optimization_event": "ACTIVE_PAY",
            "minis_id": "mini-1",
        },
        objective_type="APP_PROMOTION",
        app_promotion_type="MINIS",
        sales_destination=GONE,
    ),
    "catalog": _group(
        {
            "catalog_id": "8000000000000000001",
            "catalog_authorized_bc_id": "7300000000000000001",
            "ads/0/ad_configuration/product_specific_type": "ALL",
        },
        catalog_enabled=True,
        catalog_type="ECOMMERCE",
    ),
    "app-catalog": _group(
        {
            **APP,
            "optimization_goal": "CLICK",
            "billing_event": "CPC",
            "catalog_id": "8000000000000000001",
            "catalog_authorized_bc_id": "7300000000000000001",
            "targeting_spec/app_targeting_type": "PROSPECT",
            "ads/0/ad_configuration/product_specific_type": "ALL",
        },
        sales_destination="APP",
        catalog_enabled=True,
        catalog_type="ECOMMERCE",
    ),
    "guide-1": {},
    "guide-2": {},
}


def _read_guide(number: int) -> dict[str, Any]:
    def read(name: str) -> dict[str, Any]:
        return json.loads((GUIDE / name).read_text("utf-8"))

    tree, group = read(f"{number}-campaign.json"), read(f"{number}-adgroup.json")
    # the guides print no ad for the second example; it takes the first one's
    return {**tree, "adgroups": [{**group, "ads": [read("1-ad.json")]}]}


BASES["guide-1"], BASES["guide-2"] = _read_guide(1), _read_guide(2)


def resolve(tree: dict[str, Any], account: AccountFacts = ACCOUNT, now: datetime = NOW) -> TreeFacts:
    return resolve_tree(raw=tree, account=account, now=now, policy=house_policy())


EDIT: dict[str, Any] = {
    "level": "adgroup",
    "path": "adgroups/0",
    "label": "Broad",
    "before": {},
    "after": {},
    "phase": "left",
    "siblings": 1,
}


def make_edit(row: dict[str, Any]) -> EditFacts:
    """An edit from a row of the table: members as typed, days as numbers before NOW."""
    given = {**EDIT, **row}
    level = Level(given["level"])
    known = ("deleted", "frozen", "siblings", "emergency", "along")
    return EditFacts(
        level=level,
        path=given["path"],
        label=given["label"],
        before=read_members(level, given["before"]).values,
        after=read_members(level, given["after"]).values,
        currency=CURRENCIES["USD"],
        now=NOW,
        policy=house_policy(),
        lock=LockFacts(Phase(given["phase"]), given.get("opens_at"), None),
        steps=tuple(
            StepFacts(name, NOW - timedelta(days=days)) for name, days in given.get("steps", {}).items()
        ),
        spent_share=tuple(Decimal(str(share)) for share in given.get("spent_share", [])),
        spent=Decimal(str(given["spent"])) if "spent" in given else None,
        settings=read_members(level, given.get("settings", {})).values,
        **{name: given[name] for name in known if name in given},
    )
