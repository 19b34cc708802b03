"""Reference lists for targeting (platform 8)."""

from typing import Any

from smartplus_admin.sandbox.errors import refuse_parameter
from smartplus_admin.sandbox.places import list_interests, list_languages, list_places
from smartplus_admin.sandbox.wire import Call

DEPTHS = {  # words of level_range (platform 8) and the levels they hold; no district is known here
    "ALL": ("COUNTRY", "PROVINCE", "CITY"),
    "TO_COUNTRY": ("COUNTRY",),
    "TO_PROVINCE": ("COUNTRY", "PROVINCE"),
    "TO_CITY": ("COUNTRY", "PROVINCE", "CITY"),
    "TO_DISTRICT": ("COUNTRY", "PROVINCE", "CITY"),
}


def list_regions(call: Call) -> dict[str, Any]:
    depth = call.text("level_range") or "ALL"
    if depth not in DEPTHS:
        raise refuse_parameter("level_range", f"{depth} is not a valid value.")
    places = [place for place in list_places().values() if place.level in DEPTHS[depth]]
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
    if call.text("version") not in ("", "2"):
        raise refuse_parameter("version", "must be 2.")  # the one that is in use (platform 8)
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
