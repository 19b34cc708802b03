"""What the review said of ads and their creatives (fact sheet 6). Null members stay on this endpoint (sdk).

Not known: which review_status a creative still waiting has; UNAVAILABLE here.
"""

from typing import Any

from campaigns.contract.levels import Level
from smartplus_admin.sandbox.calls.objects import find_living
from smartplus_admin.sandbox.derive import DENY_REASON, Moment, Review, review_ad
from smartplus_admin.sandbox.entities import Entity
from smartplus_admin.sandbox.places import find_country
from smartplus_admin.sandbox.wire import Call


def get_ad_reviews(call: Call) -> dict[str, Any]:
    ads = [find_living(call, Level.AD, key) for key in call.texts(Level.AD.ids_member, required=True)]
    explain = bool(call.object("extra_info_setting").get("include_reject_info"))
    infos = [(ad, _describe(call, ad, explain)) for ad in ads]
    return {
        "smart_plus_ad_review_infos": [
            {
                "smart_plus_ad_id": ad.id,
                "appeal_status": "NOT_APPEALED",
                "appeal_reject_reasons": None,
                **info,
            }
            for ad, info in infos
        ],
        "material_review_infos": [
            {"ad_material_id": creative["ad_material_id"], "smart_plus_ad_id": ad.id, **info}
            for ad, info in infos
            for creative in ad.body.get("creative_list", ())
        ],
    }


def _describe(call: Call, ad: Entity, explain: bool) -> dict[str, Any]:
    state = review_ad(ad, Moment(call.now, call.config.review_seconds))
    running = state in (Review.APPROVED, Review.AGAIN)
    country = find_country(str(call.account["country"]))
    return {
        "review_status": "ALL_AVAILABLE" if running else "UNAVAILABLE",
        "passed_locations": [country.location_id] if running and country else None,
        "reject_info": [_explain(ad)] if explain and state is Review.DENIED else None,
    }


def _explain(ad: Entity) -> dict[str, Any]:
    texts = [item.get("ad_text", "") for item in ad.body.get("ad_text_list", ())]
    return {
        "reasons": [ad.facts.get("reason") or DENY_REASON],
        "suggestion": "Change the text and submit the ad again.",
        "forbidden_ages": [],
        "forbidden_locations": [],
        "forbidden_placements": ["PLACEMENT_TIKTOK"],
        "specification": "",
        "content_info": {"content_type": "ModeString", "text_content": texts[0] if texts else ad.name},
    }
