"""Objective, destination, goal, event, pixel and billing (R30-R39), and what a campaign needs for its flow."""

from campaigns.contract.choices import (
    GOALS,
    NO_PIXEL_GOALS,
    PIXEL_GOALS,
    PROMOTION_TYPES,
    SPECIAL_INDUSTRY_COUNTRIES,
    WEB_EVENTS,
)
from smartplus_admin.sandbox.judge.case import Case, Problem, Problems, missing

AUTOMATIC_EVENTS = ("LANDING_PAGE_VIEW", "MESSAGE")  # appendix B
# Appendix B (docs); the contract has no list of app events yet
APP_EVENTS = (
    "ACTIVE ACTIVE_PAY ACTIVE_REGISTER ADD_TO_WISHLIST COMPLETE_TUTORIAL CREATE_GAMEROLE CREATE_GROUP JOIN_GROUP"
    " IN_APP_AD_CLICK IN_APP_AD_IMPR IN_APP_CART IN_APP_DETAIL_UV LAUNCH_APP LOAN_COMPLETION LOGIN NEXT_DAY_OPEN RATE"
    " SALES_LEAD SEARCH SPEND_CREDITS UNLOCK_ACHIEVEMENT UPDATE_LEVEL AD_REVENUE_VALUE"
).split()
FORM_FLOW = "LEAD_GENERATION"


def check_campaign_flow(case: Case) -> Problems:
    body = case.body
    objective, destination = body.get("objective_type"), body.get("sales_destination")
    if objective == "WEB_CONVERSIONS":
        if not destination:
            yield missing("sales_destination")  # docs, C15
        if body.get("catalog_enabled") and not body.get("catalog_type"):
            yield missing("catalog_type")
        if destination == "APP" and body.get("catalog_type") not in ("ECOMMERCE", "TRAVEL_ENTERTAINMENT"):
            yield Problem(
                "sales_destination", "APP needs catalog_enabled and an e-commerce or travel catalog."
            )
    if objective == "APP_PROMOTION" and not body.get("app_promotion_type"):
        yield missing("app_promotion_type")
    if body.get("campaign_app_profile_page_state") == "ON" and body.get("campaign_type") != "IOS14_CAMPAIGN":
        yield Problem("campaign_app_profile_page_state", "is only available for Dedicated Campaigns.")
    dedicated = body.get("campaign_type") == "IOS14_CAMPAIGN"
    if (
        dedicated
        and (body.get("app_promotion_type") == "APP_INSTALL" or destination == "APP")
        and not body.get("app_id")
    ):
        yield missing("app_id")
    if body.get("special_industries") and case.account.get("country") not in SPECIAL_INDUSTRY_COUNTRIES:
        yield Problem(
            "special_industries", "is only available to advertisers registered in the US or Canada."
        )  # R60


def check_flow(case: Case) -> Problems:
    """Where the ad group leads, and what it is optimised for (R30, R31)."""
    objective = str(case.campaign.get("objective_type"))
    key = {
        "WEB_CONVERSIONS": case.campaign.get("sales_destination"),
        "APP_PROMOTION": case.campaign.get("app_promotion_type"),
    }.get(objective)
    allowed = PROMOTION_TYPES.get((objective, key))
    if allowed and case.body.get("promotion_type") not in allowed:
        yield Problem("promotion_type", f"must be one of {', '.join(allowed)} in this campaign.")
    goal = case.body.get("optimization_goal")
    if goal not in GOALS[objective] or (key == "APP_RETARGETING" and goal not in ("IN_APP_EVENT", "VALUE")):
        yield Problem("optimization_goal", f"{goal} is not available in this campaign.")
    form = objective == "LEAD_GENERATION" and case.body.get("promotion_type") == FORM_FLOW
    if form and not case.body.get("promotion_target_type"):
        yield missing("promotion_target_type")  # R39
    if case.body.get("deep_funnel_optimization_status") == "ON":
        for name in (
            "deep_funnel_event_source",
            "deep_funnel_event_source_id",
            "deep_funnel_optimization_event",
        ):
            if not case.body.get(name):
                yield missing(name)  # R39
    if key == "WEB_AND_APP" and not case.body.get("app_config"):
        yield missing("app_config")
    if key in ("APP_INSTALL", "APP_RETARGETING", "APP") and not (
        case.body.get("app_id") or case.campaign.get("app_id")
    ):
        yield missing("app_id")
    if key == "MINIS" and not case.body.get("minis_id"):
        yield missing("minis_id")
    if case.campaign.get("catalog_enabled"):
        for name in ("catalog_id", "catalog_authorized_bc_id"):
            if not case.body.get(name):
                yield missing(name)


def check_billing(case: Case) -> Problems:
    """CPC if and only if the goal is CLICK (R32); the guides bill everything as OCPM (C7)."""
    wanted = "CPC" if case.body.get("optimization_goal") == "CLICK" else "OCPM"
    if case.body.get("billing_event") != wanted and not (case.lenient and wanted == "CPC"):
        yield Problem("billing_event", f"must be {wanted} for this optimization_goal.")


def check_pixel(case: Case) -> Problems:
    body, goal = case.body, case.body.get("optimization_goal")
    pixel_id = body.get("pixel_id")
    web = case.campaign.get("objective_type") in ("WEB_CONVERSIONS", "LEAD_GENERATION")
    if (
        pixel_id and goal in NO_PIXEL_GOALS and not (case.lenient and goal == "TRAFFIC_LANDING_PAGE_VIEW")
    ):  # R33, C6
        yield Problem("pixel_id", f"is not supported for the optimization_goal {goal}.")
    if (
        not pixel_id
        and web
        and goal in PIXEL_GOALS
        and case.campaign.get("sales_destination") in (None, "WEBSITE")
    ):
        yield missing("pixel_id")  # R33
    if pixel_id and case.shelf.find("pixel", str(pixel_id)) is None:
        yield Problem("pixel_id", f"{pixel_id} does not exist.")


def check_event(case: Case) -> Problems:
    body, goal = case.body, case.body.get("optimization_goal")
    event = body.get("optimization_event")
    if event and goal == "CLICK":
        yield Problem("optimization_event", "is not supported for the optimization_goal CLICK.")  # R34
        return
    if not event:
        if body.get("pixel_id") or goal in ("IN_APP_EVENT", "VALUE") or body.get("minis_id"):
            yield missing("optimization_event")  # R34
        return
    web = body.get("promotion_type") in ("WEBSITE", FORM_FLOW)
    known = (*WEB_EVENTS, *AUTOMATIC_EVENTS) if web else (*WEB_EVENTS, *AUTOMATIC_EVENTS, *APP_EVENTS)
    if event not in known:
        yield Problem("optimization_event", f"{event!r} is not a valid value.")  # R36
    elif goal == "VALUE":
        forced = ("SHOPPING",) if web else ("ACTIVE_PAY", "AD_REVENUE_VALUE")
        if event not in forced:
            yield Problem(
                "optimization_event", f"must be {' or '.join(forced)} for the optimization_goal VALUE."
            )  # R35
    elif goal == "TRAFFIC_LANDING_PAGE_VIEW" and event != "LANDING_PAGE_VIEW" and not case.lenient:
        yield Problem("optimization_event", "must be LANDING_PAGE_VIEW or left out.")  # R34
    if body.get("custom_conversion_id") and goal not in ("CONVERT", "IN_APP_EVENT"):
        yield Problem("custom_conversion_id", "needs the optimization_goal CONVERT or IN_APP_EVENT.")  # R37
