"""Attribution windows and event counts (R70)."""

from campaigns.contract.choices import ATTRIBUTION
from smartplus_admin.sandbox.judge.case import Case, Problem, Problems

TOGETHER = ("click_attribution_window", "view_attribution_window")
ENGAGED = "engaged_view_attribution_window"
PURCHASE = "ACTIVE_PAY"


def check_attribution(case: Case) -> Problems:
    body = case.body
    given = [name for name in TOGETHER if body.get(name)]
    if len(given) == 1 or (not given and body.get(ENGAGED)):
        yield Problem(given[0] if given else ENGAGED, "click and view windows go together.")
    for name, allowed in ATTRIBUTION.get(_find_flow(case), {}).items():
        if body.get(name) and body[name] not in allowed:
            yield Problem(name, f"{body[name]} is not available here.")
    yield from _check_rare(case)
    yield from _check_count(case)


def _find_flow(case: Case) -> str:
    """Which row of R70 holds: websites that count an event, app installs, or none that is documented."""
    body = case.body
    if body.get("promotion_type") == "WEBSITE" and body.get("optimization_goal") in ("CONVERT", "VALUE"):
        return "web"
    lead_website = body.get("promotion_target_type") == "EXTERNAL_WEBSITE"
    if lead_website and body.get("optimization_goal") == "CONVERT":
        return "web"
    return "install" if case.app_kind == "APP_INSTALL" else ""


def _check_rare(case: Case) -> Problems:
    """Windows that one flow alone has (docs, ad group create)."""
    body, click = case.body, case.body.get("click_attribution_window")
    kind, event = body.get("promotion_type"), body.get("optimization_event")
    if click == "THIRTY_DAYS" and kind != "MINI_GAME":
        yield Problem("click_attribution_window", "THIRTY_DAYS is only available for MINI_GAME.")
    if click in ("THIRTY_TWO_DAYS", "ONE_HUNDRED_EIGHTY_DAYS") and not (
        kind == "MINI_APP" and event == PURCHASE
    ):
        yield Problem("click_attribution_window", f"{click} is only available for MINI_APP with {PURCHASE}.")
    if body.get(ENGAGED) in ("FOURTEEN_DAYS", "TWENTY_EIGHT_DAYS") and case.app_kind != "WEB_AND_APP":
        yield Problem(ENGAGED, f"{body[ENGAGED]} is only available for WEB_AND_APP.")


def _check_count(case: Case) -> Problems:
    flow, count = _find_flow(case), case.body.get("attribution_event_count")
    if not flow or count in (None, "UNSET"):
        return
    if case.body.get("optimization_goal") == "VALUE":
        allowed: tuple[str, ...] = ("EVERY",)
    elif flow == "install" and case.body.get("optimization_event") != PURCHASE:
        allowed = ("ONCE",)
    else:
        allowed = ("ONCE", "EVERY")
    if count not in allowed:
        yield Problem("attribution_event_count", f"must be {' or '.join(allowed)}.")
