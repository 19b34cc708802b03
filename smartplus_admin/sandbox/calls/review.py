"""What the review said of ads and their creatives (fact sheet 6). Null members stay on these endpoints (sdk).

Not known: which review_status a creative still waiting has; UNAVAILABLE here. Texts are English whatever `lang` asks.
"""

from typing import Any

from campaigns.contract import limits
from campaigns.contract.calls import list_calls
from campaigns.contract.levels import Level
from smartplus_admin.sandbox.calls.objects import find_living
from smartplus_admin.sandbox.derive import DENY_REASON, RUNNING, Moment, Review, list_denied, review_ad
from smartplus_admin.sandbox.entities import Entity, find_material_owner
from smartplus_admin.sandbox.errors import refuse_parameter, refuse_unknown
from smartplus_admin.sandbox.places import find_country
from smartplus_admin.sandbox.wire import Call

Body = dict[str, Any]
SUGGESTION = "Change what the reason names and submit the ad again."
AVAILABILITY = {
    Review.APPROVED: "ALL_AVAILABLE",
    Review.AGAIN: "ALL_AVAILABLE",
    Review.PART: "PART_AVAILABLE",
    Review.PENDING: "UNAVAILABLE",
    Review.DENIED: "UNAVAILABLE",
}


def get_ad_reviews(call: Call) -> Body:
    keys = call.texts(Level.AD.ids_member, required=True, most=limits.REVIEW_IDS)
    explain = _read_settings(call)
    ads = [find_living(call, Level.AD, key) for key in keys]
    return {
        "smart_plus_ad_review_infos": [
            {
                "smart_plus_ad_id": ad.id,
                "appeal_status": "NOT_APPEALED",
                "appeal_reject_reasons": None,
                **_describe(call, ad, _review(call, ad), explain, _tell_ad_content(ad)),
            }
            for ad in ads
        ],
        "material_review_infos": [
            _describe_creative(call, ad, item, explain) for ad in ads for item in ad.body["creative_list"]
        ],
    }


def get_material_reviews(call: Call) -> Body:
    keys = call.texts("ad_material_ids", required=True, most=limits.REVIEW_IDS)
    explain = _read_settings(call)
    found = []
    for key in keys:
        ad_id = find_material_owner(call.db, call.advertiser_id, key)
        if ad_id is None:
            raise refuse_unknown("Creative", "ad_material_id", key)
        ad = find_living(call, Level.AD, ad_id)
        [item] = [item for item in ad.body["creative_list"] if item["ad_material_id"] == key]
        found.append(_describe_creative(call, ad, item, explain))
    return {"material_review_infos": found}


def _read_settings(call: Call) -> bool:
    """Whether refusals are to be explained."""
    lang = call.text("lang")
    if lang and lang not in list_calls()["ad_review"].takes["lang"].values:
        raise refuse_parameter("lang", f"{lang} is not a valid value.")
    return call.object("extra_info_setting").get("include_reject_info") is True


def _review(call: Call, ad: Entity) -> Review:
    return review_ad(ad, Moment(call.now, call.config.review_seconds))


def _describe_creative(call: Call, ad: Entity, item: Body, explain: bool) -> Body:
    state = _review(call, ad)
    content = _tell_ad_content(ad)
    if state is Review.PART:
        denied = item["ad_material_id"] in list_denied(ad)
        state = Review.DENIED if denied else Review.APPROVED
        content = _tell_creative_content(item["creative_info"])
    ids = {"ad_material_id": item["ad_material_id"], "smart_plus_ad_id": ad.id}
    return {**ids, **_describe(call, ad, state, explain, content)}


def _describe(call: Call, ad: Entity, state: Review, explain: bool, content: Body) -> Body:
    country = find_country(str(call.account["country"]))
    refused = state in (Review.DENIED, Review.PART)
    return {
        "review_status": AVAILABILITY[state],
        "passed_locations": [country.location_id] if state in RUNNING and country else None,
        "reject_info": [_explain(ad, content)] if explain and refused else None,
    }


def _explain(ad: Entity, content: Body) -> Body:
    return {
        "reasons": [ad.facts.get("reason") or DENY_REASON],
        "suggestion": SUGGESTION,
        "forbidden_ages": [],
        "forbidden_locations": [],
        "forbidden_placements": ["PLACEMENT_TIKTOK"],
        "specification": "",
        "content_info": content,
    }


def _tell_ad_content(ad: Entity) -> Body:
    texts = [item.get("ad_text", "") for item in ad.body.get("ad_text_list", ())]
    return {"content_type": "ModeString", "text_content": texts[0] if texts else ad.name}


def _tell_creative_content(info: Body) -> Body:
    if info.get("video_info"):
        return {"content_type": "ModeVideo", "video_content": {"video_id": info["video_info"]["video_id"]}}
    images = info.get("image_info") or [{}]
    return {"content_type": "ModeImage", "image_content": {"image_id": images[0].get("web_uri", "")}}
