"""Targeting members that need a placement, a partner member or a certain form (R58, R59; docs, ad group create)."""

from campaigns.contract.choices import SCENE_ACTIONS, TARGETING_EXCLUSIVE
from smartplus_admin.sandbox.judge.case import Body, Case, Problem, Problems, missing, read_list
from smartplus_admin.sandbox.places import list_places

TIKTOK, PANGLE = "PLACEMENT_TIKTOK", "PLACEMENT_PANGLE"
NEEDS_PLACEMENT = {
    "saved_audience_id": (TIKTOK,),
    "purchase_intention_keyword_ids": (TIKTOK, PANGLE),
    "isp_ids": (TIKTOK, PANGLE),  # not with Global App Bundle as sole placement
    "included_pangle_audience_package_ids": (PANGLE,),
    "excluded_pangle_audience_package_ids": (PANGLE,),
}
PRICE_STEP, PRICE_TOP, PRICE_OPEN = 50, 1_000, 10_000  # 10000 means 1000 and more
ACTIONS = ("included_custom_actions", "excluded_custom_actions")


def check_audience(case: Case) -> Problems:
    spec = case.body.get("targeting_spec")
    if not isinstance(spec, dict) or not case.touches(
        "targeting_spec", "targeting_optimization_mode", "suggestion_audience_enabled"
    ):
        return
    placements = _read_placements(case)
    for name, needed in NEEDS_PLACEMENT.items():
        if spec.get(name) and placements and not set(needed) & set(placements):
            yield Problem(f"targeting_spec.{name}", f"needs one of the placements {', '.join(needed)}.")
    for one, other in TARGETING_EXCLUSIVE:
        if spec.get(one) and spec.get(other):
            yield Problem(f"targeting_spec.{one}", f"cannot be used together with {other}.")  # R59
    yield from _check_actions(spec, placements)
    yield from _check_devices(spec)
    yield from _check_retargeting(spec)


def _read_placements(case: Case) -> list[str]:
    """The placements chosen by hand; empty when TikTok chooses."""
    if case.body.get("placement_type") != "PLACEMENT_TYPE_NORMAL":
        return []
    return read_list(case.body, "placements")


def _check_actions(spec: Body, placements: list[str]) -> Problems:
    for action in read_list(spec, "actions"):
        scene = str(action.get("action_scene"))
        wrong = [
            word
            for word in read_list(action, "video_user_actions")
            if word not in SCENE_ACTIONS.get(scene, ())
        ]
        if wrong:
            yield Problem("targeting_spec.actions", f"{wrong[0]} does not fit {scene}.")  # R58
        if action.get("action_category_ids") and placements != [TIKTOK]:
            yield Problem(
                "targeting_spec.actions.action_category_ids", f"needs {TIKTOK} as the only placement."
            )


def _check_devices(spec: Body) -> Problems:
    for price in read_list(spec, "device_price_ranges"):
        if price != PRICE_OPEN and (price % PRICE_STEP or not 0 <= price <= PRICE_TOP):
            yield Problem("targeting_spec.device_price_ranges", f"{price} is not a multiple of {PRICE_STEP}.")
    known = list_places()
    places = [known[key] for key in read_list(spec, "location_ids") if key in known]
    if spec.get("isp_ids") and places and all(place.level != "COUNTRY" for place in places):
        yield Problem("targeting_spec.isp_ids", "needs a location at country or region level.")


def _check_retargeting(spec: Body) -> Problems:
    kind = spec.get("shopping_ads_retargeting_type")
    if kind in ("LAB1", "LAB2") and not spec.get("shopping_ads_retargeting_actions_days"):
        yield missing("targeting_spec.shopping_ads_retargeting_actions_days")
    if kind == "LAB3" and not any(spec.get(name) for name in ACTIONS):
        yield missing("targeting_spec.included_custom_actions")
