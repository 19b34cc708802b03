"""Promotion type, goal, event, pixel and billing of an ad group (R30-R39)."""

from campaigns.contract.choices import (
    APP_EVENTS,
    APP_SALES_GOALS,
    APP_SYSTEMS,
    APP_VALUE_EVENTS,
    AUTOMATIC_EVENTS,
    FORM_GOALS,
    GOALS,
    MESSAGE_GOALS,
    MESSAGE_TYPES,
    MINIS,
    NO_PIXEL_GOALS,
    PIXEL_GOALS,
    PROMOTION_TYPES,
    RETARGETING_GOALS,
    WEB_EVENTS,
)
from smartplus_admin.sandbox.judge.case import Case, Problem, Problems, missing

FORM_FLOW = "LEAD_GENERATION"
FUNNEL = ("deep_funnel_event_source", "deep_funnel_event_source_id", "deep_funnel_optimization_event")


def check_flow(case: Case) -> Problems:
    """Where the ad group leads, and what it is optimised for (R30, R31)."""
    body, objective = case.body, str(case.campaign.get("objective_type"))
    allowed = PROMOTION_TYPES.get((objective, case.app_kind or None))
    if allowed and body.get("promotion_type") not in allowed:
        yield Problem("promotion_type", f"must be one of {', '.join(allowed)} in this campaign.")
    goal = body.get("optimization_goal")
    if goal not in _list_goals(case, objective):
        yield Problem("optimization_goal", f"{goal} is not available in this ad group.")
    if case.catalog:
        for name in ("catalog_id", "catalog_authorized_bc_id"):
            if not body.get(name):
                yield missing(name)


def _list_goals(case: Case, objective: str) -> tuple[str, ...]:
    kind = case.body.get("promotion_type")
    if case.app_kind == "APP_RETARGETING":
        return RETARGETING_GOALS
    if case.app_kind == "APP":
        return APP_SALES_GOALS
    if case.app_kind == "WEB_AND_APP":  # not documented: what either side may have
        return (*GOALS[objective], *APP_SALES_GOALS)
    if kind in MESSAGE_TYPES:
        return MESSAGE_GOALS
    return FORM_GOALS if kind == FORM_FLOW else GOALS[objective]


def check_lead(case: Case) -> Problems:
    """Form flows (R39)."""
    body, form = case.body, case.body.get("promotion_type") == FORM_FLOW
    if form and not body.get("promotion_target_type"):
        yield missing("promotion_target_type")
    if body.get("promotion_target_type") and case.campaign.get("objective_type") != "LEAD_GENERATION":
        yield Problem("promotion_target_type", "must be left out in web and app campaigns.")
    if body.get("deep_funnel_optimization_status") == "ON":
        if not form:
            yield Problem("deep_funnel_optimization_status", "ON needs the promotion_type LEAD_GENERATION.")
        for name in FUNNEL:
            if not body.get(name):
                yield missing(name)


def check_billing(case: Case) -> Problems:
    """CPC if and only if the goal is CLICK (R32); the guides bill everything as OCPM (C7)."""
    wanted = "CPC" if case.body.get("optimization_goal") == "CLICK" else "OCPM"
    if case.body.get("billing_event") != wanted and not (case.lenient and wanted == "CPC"):
        yield Problem("billing_event", f"must be {wanted} for this optimization_goal.")


def check_pixel(case: Case) -> Problems:
    body, goal = case.body, case.body.get("optimization_goal")
    pixel_id = body.get("pixel_id")
    if (
        pixel_id and goal in NO_PIXEL_GOALS and not (case.lenient and goal == "TRAFFIC_LANDING_PAGE_VIEW")
    ):  # R33, C6
        yield Problem("pixel_id", f"is not supported for the optimization_goal {goal}.")
    web = case.app_kind == "WEBSITE" or case.campaign.get("objective_type") == "LEAD_GENERATION"
    if not pixel_id and web and goal in PIXEL_GOALS:
        yield missing("pixel_id")  # R33
    if pixel_id and case.shelf.find("pixel", str(pixel_id)) is None:
        yield Problem("pixel_id", f"{pixel_id} does not exist.")


def check_event(case: Case) -> Problems:
    body, goal = case.body, case.body.get("optimization_goal")
    event = body.get("optimization_event")
    if body.get("custom_conversion_id") and goal not in ("CONVERT", "IN_APP_EVENT"):
        yield Problem("custom_conversion_id", "needs the optimization_goal CONVERT or IN_APP_EVENT.")  # R37
    if event and goal == "CLICK":
        yield Problem("optimization_event", "is not supported for the optimization_goal CLICK.")  # R34
        return
    if not event:
        if goal != "CLICK" and (
            body.get("pixel_id") or goal in ("IN_APP_EVENT", "VALUE") or body.get("minis_id")
        ):
            yield missing("optimization_event")  # R34
        return
    app = body.get("promotion_type") in (*APP_SYSTEMS, *MINIS)
    known = APP_EVENTS if app else (*WEB_EVENTS, *AUTOMATIC_EVENTS)
    if case.app_kind == "WEB_AND_APP":
        known = (*known, *WEB_EVENTS, *APP_EVENTS)
    if event not in known:
        yield Problem("optimization_event", f"{event!r} is not a valid value.")  # R36, appendix B
    elif goal == "VALUE":
        forced = APP_VALUE_EVENTS if app else ("SHOPPING",)
        if event not in forced:
            yield Problem(
                "optimization_event", f"must be {' or '.join(forced)} for the optimization_goal VALUE."
            )  # R35
    elif goal == "TRAFFIC_LANDING_PAGE_VIEW" and event != "LANDING_PAGE_VIEW" and not case.lenient:
        yield Problem("optimization_event", "must be LANDING_PAGE_VIEW or left out.")  # R34
