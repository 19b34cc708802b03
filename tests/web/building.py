"""What the tests of the builder and the review share: a complete draft, and a browser's form as posted fields."""

import re
from html.parser import HTMLParser

from campaigns.services import drafts
from tests.factories import NOW, add_assets, make_advertiser

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


class _Form(HTMLParser):
    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside, self.select, self.area = form_id, False, None, None
        self.fields = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form_id
        if not self.inside or "disabled" in given:
            return
        if tag == "input" and "name" in given:
            box = given.get("type") in ("checkbox", "radio")
            if not box or "checked" in given:
                self.fields.append((given["name"], given.get("value") or ""))
        if tag == "select":
            self.select = [given["name"], None]
        if tag == "option" and self.select and (self.select[1] is None or "selected" in given):
            self.select[1] = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "select" and self.select:
            self.fields.append((self.select[0], self.select[1] or ""))
            self.select = None


def read_form(html, form_id="object-form"):
    """The fields a browser would post for a form: name → all its values."""
    parser = _Form(form_id)
    parser.feed(html)
    fields = {}
    for name, value in parser.fields:
        fields.setdefault(name, []).append(value)
    return fields


def read_under(html, path):
    """What stands beneath a field: its notes, hints and findings, as text."""
    found = re.search(
        rf'id="under-field-{path.replace("/", "-")}".*?(?=<div class="field-under"|$)', html, re.S
    )
    return re.sub(r"<[^>]+>|\s+", " ", found[0]) if found else ""
