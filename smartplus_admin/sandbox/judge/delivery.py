"""Schedule, dayparting and placement (R65-R69)."""

from campaigns.contract import limits
from campaigns.contract.choices import BUNDLE_COUNTRIES
from smartplus_admin.sandbox.judge.case import Case, Problem, Problems, missing, read_list, read_moment
from smartplus_admin.sandbox.judge.targeting import targeted_ids
from smartplus_admin.sandbox.places import list_places

BUNDLE = "PLACEMENT_GLOBAL_APP_BUNDLE"


def check_schedule(case: Case) -> Problems:
    body = case.body
    start, end = read_moment(body, "schedule_start_time"), read_moment(body, "schedule_end_time")
    open_ended = body.get("schedule_type") == "SCHEDULE_FROM_NOW"
    if start is None:
        yield missing("schedule_start_time")  # R66
        return
    if case.touches("schedule_start_time"):
        if start < case.now - limits.SCHEDULE_START_MAX_PAST.total_seconds():
            yield Problem("schedule_start_time", "must not be more than 12 hours in the past.")  # R65
        if start > limits.SCHEDULE_START_LATEST.timestamp():
            yield Problem("schedule_start_time", "must not be after 2028-01-01 00:00:00.")  # R65
    if open_ended:
        if end is not None:
            yield Problem("schedule_end_time", "must be left out for SCHEDULE_FROM_NOW.")  # R66
        if not case.daily:
            yield Problem("schedule_type", "SCHEDULE_FROM_NOW needs a dynamic daily budget.")  # R67
    elif end is None:
        yield missing("schedule_end_time")  # R66
    elif case.touches("schedule_start_time", "schedule_end_time", "schedule_type"):
        if end <= start:
            yield Problem("schedule_end_time", "must be after schedule_start_time.")  # R65
        if end > limits.SCHEDULE_END_LATEST.timestamp():
            yield Problem("schedule_end_time", "must not be after 2038-01-01 00:00:00.")  # R65


def check_dayparting(case: Case) -> Problems:
    slots = case.body.get("dayparting")
    if slots is not None and (len(slots) != limits.DAYPARTING_SLOTS or set(slots) - set("01")):
        yield Problem(
            "dayparting", f"must be exactly {limits.DAYPARTING_SLOTS} characters of 0 and 1."
        )  # R68


def check_premiere(case: Case) -> Problems:
    if case.body.get("movie_premiere_date") and not case.campaign.get("is_promotional_campaign"):
        yield Problem("movie_premiere_date", "needs a campaign with is_promotional_campaign.")


def check_placement(case: Case) -> Problems:
    if case.body.get("placement_type") != "PLACEMENT_TYPE_NORMAL":
        return
    placements = read_list(case.body, "placements")
    if not placements:
        yield missing("placements")  # R69
    if BUNDLE not in placements:
        return
    if case.body.get("optimization_goal") == "TRAFFIC_LANDING_PAGE_VIEW":
        yield Problem("placements", f"{BUNDLE} does not support TRAFFIC_LANDING_PAGE_VIEW.")  # R69
    known = list_places()
    outside = [
        key for key in targeted_ids(case.body) if key in known and known[key].country not in BUNDLE_COUNTRIES
    ]
    if outside and placements == [BUNDLE]:
        yield Problem("placements", f"{BUNDLE} does not serve location {outside[0]}.")  # R69
