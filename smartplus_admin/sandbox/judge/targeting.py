"""Places and what a campaign narrows (R50, R54-R57, R60-R63), after the members that the mode does not use were dropped.

Not known: the narrowed list for special industries (U13); here zip codes, saved audiences, income and spending power.
"""

from campaigns.contract.choices import SPECIAL_INDUSTRY_REFUSES
from campaigns.contract.limits import LOCATIONS_AND_ZIPS
from smartplus_admin.sandbox.judge.case import Body, Case, Problem, Problems, missing, read_list
from smartplus_admin.sandbox.places import find_country, list_holders, list_places


def check_targeting(case: Case) -> Problems:
    spec = case.body.get("targeting_spec")
    if not isinstance(spec, dict):
        yield missing("targeting_spec")  # R50
        return
    if not case.touches("targeting_spec", "targeting_optimization_mode", "suggestion_audience_enabled"):
        return
    yield from _check_places(case, spec)
    young = "AGE_13_17" in read_list(spec, "age_groups")
    if young and case.app_kind not in ("APP_INSTALL", "APP_RETARGETING"):
        yield Problem(
            "targeting_spec.age_groups", "AGE_13_17 is only available for app installs and retargeting."
        )  # R61
    yield from _check_campaign(case, spec)


def _check_places(case: Case, spec: Body) -> Problems:
    places, zips = read_list(spec, "location_ids"), read_list(spec, "zipcode_ids")
    travel = case.campaign.get("catalog_type") == "TRAVEL_ENTERTAINMENT"
    if not places and not (travel and zips):
        yield missing("targeting_spec.location_ids")  # R50
    if zips and not travel:
        yield Problem(
            "targeting_spec.zipcode_ids", "is only available for travel and entertainment catalogs."
        )
    if len(places) + len(zips) > LOCATIONS_AND_ZIPS:
        yield Problem("targeting_spec.location_ids", f"holds more than {LOCATIONS_AND_ZIPS} places.")  # R56
    known = list_places()
    for key in places:
        if key not in known and not case.lenient:
            yield Problem("targeting_spec.location_ids", f"{key} does not exist.")
        for holder in list_holders(key):
            if holder in places:
                yield Problem("targeting_spec.location_ids", f"{key} lies inside {holder}.")  # R56
    states = find_country("US")
    if case.before is not None and states and _targets(case.before, "US") and not _targets(case.body, "US"):
        yield Problem("targeting_spec.location_ids", "the United States cannot be removed.")  # R56


def _check_campaign(case: Case, spec: Body) -> Problems:
    if case.campaign.get("special_industries"):  # R60
        for name in SPECIAL_INDUSTRY_REFUSES:
            if spec.get(name):
                yield Problem(f"targeting_spec.{name}", "is not available for special ad categories.")
        if spec.get("spending_power") == "HIGH":
            yield Problem("targeting_spec.spending_power", "is not available for special ad categories.")
    if case.campaign.get("rta_id"):  # R62
        for name in ("audience_ids", "excluded_audience_ids"):
            if spec.get(name):
                yield Problem(f"targeting_spec.{name}", "is not supported when the campaign has an rta_id.")
        if case.body.get("suggestion_audience_enabled"):
            yield Problem("suggestion_audience_enabled", "must be false when the campaign has an rta_id.")
    manual = case.body.get("targeting_optimization_mode") == "MANUAL"
    if (
        case.body.get("is_hfss")
        and manual
        and _targets(case.body, "GB")
        and not case.body.get("is_lhf_compliance")
    ):
        yield Problem(
            "is_lhf_compliance", "must be true when is_hfss is true and the United Kingdom is targeted."
        )  # R63


def _targets(body: Body, country: str) -> bool:
    known = list_places()
    return any(key in known and known[key].country == country for key in targeted_ids(body))


def targeted_ids(body: Body) -> list[str]:
    spec = body.get("targeting_spec")
    return [str(key) for key in read_list(spec, "location_ids")] if isinstance(spec, dict) else []
