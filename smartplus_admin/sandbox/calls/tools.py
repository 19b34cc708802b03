"""Reference lists and the two steps to a call-to-action id (platform 7.1 and 8). Small samples of the right form."""

from typing import Any

from smartplus_admin.sandbox.errors import refuse_parameter
from smartplus_admin.sandbox.places import list_interests, list_languages, list_places
from smartplus_admin.sandbox.store import draw_number
from smartplus_admin.sandbox.wire import Call
from smartplus_admin.sandbox.world import derive_digits

RECOMMENDED_CTAS = (
    "Learn more",
    "Shop now",
    "Order now",
    "View now",
    "Visit store",
    "Sign up",
)  # invented sample
FIRST_PORTFOLIO_ID = 7_070_000_000_000_000_001


def list_regions(call: Call) -> dict[str, Any]:
    deepest = call.text("level_range")
    places = [
        place for place in list_places().values() if deepest != "TO_COUNTRY" or place.level == "COUNTRY"
    ]
    return {
        "region_info": [
            {
                "location_id": place.location_id,
                "name": place.name,
                "parent_id": place.parent_id,
                "region_code": place.country,
                "level": place.level,
                "area_type": "ADMIN",
                "next_level_ids": [
                    other.location_id for other in places if other.parent_id == place.location_id
                ],
                "support_below_18": place.country != "US",
            }
            for place in places
        ]
    }


def get_languages(call: Call) -> dict[str, Any]:
    return {"languages": [{"code": code, "name": name} for code, name in list_languages()]}


def get_interests(call: Call) -> dict[str, Any]:
    rows = list_interests()
    return {
        "interest_categories": [
            {
                "interest_category_id": key,
                "interest_category_name": name,
                "level": 2 if parent else 1,
                "sub_category_ids": [other for other, its_parent, _ in rows if its_parent == key],
                "placements": ["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"],
                "special_industries": [],
            }
            for key, parent, name in rows
        ]
    }


def recommend_ctas(call: Call) -> dict[str, Any]:
    return {
        "recommend_assets": [
            {"asset_content": text, "asset_ids": [derive_digits("cta", text)]} for text in RECOMMENDED_CTAS
        ]
    }


def create_portfolio(call: Call) -> dict[str, Any]:
    kind = call.text("creative_portfolio_type") or "CTA"
    content = call.read("portfolio_content")
    if not isinstance(content, list) or not content or not all(isinstance(item, dict) for item in content):
        raise refuse_parameter("portfolio_content", "must be a list of at least 1 object.")
    for item in content:
        if kind == "CTA" and not (item.get("asset_content") and item.get("asset_ids")):
            raise refuse_parameter(
                "portfolio_content", "asset_content and asset_ids are needed in each item."
            )
    portfolio_id = str(draw_number(call.db, "portfolio", FIRST_PORTFOLIO_ID))
    body = {
        "creative_portfolio_id": portfolio_id,
        "creative_portfolio_type": kind,
        "portfolio_content": content,
    }
    call.shelf.add("portfolio", portfolio_id, body)
    return {"creative_portfolio_id": portfolio_id}


def get_portfolio(call: Call) -> dict[str, Any]:
    portfolio_id = call.text("creative_portfolio_id", required=True)
    found = call.shelf.find("portfolio", portfolio_id)
    if found is None:
        raise refuse_parameter("creative_portfolio_id", f"{portfolio_id} does not exist.")
    return found
