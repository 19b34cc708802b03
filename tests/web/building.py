"""What the tests of the builder and the review share: a complete draft, and what stands beside its fields."""

import re

from campaigns.services import drafts
from tests.factories import NOW, add_assets, make_advertiser
from tests.web.posted import read_form

__all__ = ["TREE", "make_account", "make_draft", "read_form", "read_under"]

TREE = {
    "campaign_name": "Spring Sale - Smart+ Web",
    "objective_type": "WEB_CONVERSIONS",
    "budget_optimize_on": True,
    "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
    "budget": 500.0,
    "adgroups": [
        {
            "adgroup_name": "Auto Targeting - Conversions",
            "promotion_type": "WEBSITE",
            "optimization_goal": "CONVERT",
            "optimization_event": "COMPLETE_PAYMENT",
            "pixel_id": "C0PIXEL",
            "billing_event": "OCPM",
            "bid_type": "BID_TYPE_NO_BID",
            "schedule_type": "SCHEDULE_FROM_NOW",
            "targeting_optimization_mode": "AUTOMATIC",
            "ads": [
                {
                    "ad_name": "",
                    "creative_list": [
                        {
                            "creative_info": {
                                "ad_format": "SINGLE_VIDEO",
                                "video_info": {"video_id": "v11"},
                                "image_info": [{"web_uri": "https://example.com/thumb.jpg"}],
                                "identity_type": "CUSTOMIZED_USER",
                            }
                        }
                    ],
                    "ad_text_list": [{"ad_text": "Shop the Spring Sale"}],
                    "landing_page_url_list": [{"landing_page_url": "https://example.com/spring-sale"}],
                    "ad_configuration": {"call_to_action_id": "shop_now"},
                }
            ],
        }
    ],
}


def make_account(people, **members):
    account = make_advertiser(people=people, **members)
    add_assets(account)
    return account


def make_draft(person, account, tree=None):
    return drafts.create_draft(actor=person, door="page", advertiser=account, tree=tree or TREE, now=NOW)


def read_under(html, path):
    """What stands beneath a field: its notes, hints and findings, as text."""
    found = re.search(
        rf'id="under-field-{path.replace("/", "-")}".*?(?=<div class="field-under"|$)', html, re.S
    )
    return re.sub(r"<[^>]+>|\s+", " ", found[0]) if found else ""
