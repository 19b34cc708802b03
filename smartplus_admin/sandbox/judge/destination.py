"""Where an ad leads: pages, forms, deeplinks and the parameters on the way (R78-R80; docs, ad create)."""

from collections import Counter
from urllib.parse import parse_qsl

from smartplus_admin.sandbox.addresses import split_web_address
from smartplus_admin.sandbox.judge.ad import read_settings
from smartplus_admin.sandbox.judge.case import Case, Problem, Problems, missing, read_list
from smartplus_admin.sandbox.judge.message import read_scheme


def check_destination(case: Case) -> Problems:
    pages, links = read_list(case.body, "page_list"), read_list(case.body, "landing_page_url_list")
    urls = [str(item.get("landing_page_url") or "") for item in links]
    for url in urls:
        if split_web_address(url) is None:
            yield Problem("landing_page_url_list", f"{url[:80]!r} is not a web address.")
    kind, target = case.adgroup.get("promotion_type"), case.adgroup.get("promotion_target_type")
    if kind == "WEBSITE":  # R78
        if pages:
            yield Problem("page_list", "cannot be used in a web campaign; use landing_page_url_list alone.")
        if not links and not case.catalog:
            yield missing("landing_page_url_list")
    elif kind == "LEAD_GENERATION" and target == "INSTANT_PAGE" and not pages:
        yield missing("page_list")  # the form is nothing else
    elif kind == "LEAD_GENERATION" and target == "EXTERNAL_WEBSITE" and not links:
        yield missing("landing_page_url_list")
    if case.campaign.get("campaign_app_profile_page_state") == "ON" and not pages:
        yield missing("page_list")  # docs, campaign create
    yield from _check_parameters(case, urls)


def check_deeplinks(case: Case) -> Problems:
    kinds = set()
    for item in read_list(case.body, "deeplink_list"):
        kinds.add(item.get("deeplink_type"))
        if item.get("deeplink") and not item.get("deeplink_type"):
            yield missing("deeplink_list.deeplink_type")  # R79
        if item.get("deeplink") and not read_scheme(item["deeplink"]):
            yield Problem("deeplink_list.deeplink", "must be https or have a scheme of its own.")
    deferred = case.app_kind == "APP" and "DEFERRED_DEEPLINK" in kinds
    if read_list(read_settings(case.body), "deeplink_utm_params") and not deferred:
        yield Problem(
            "ad_configuration.deeplink_utm_params", "needs sales_destination APP and a DEFERRED_DEEPLINK."
        )


def _check_parameters(case: Case, urls: list[str]) -> Problems:
    params = read_list(read_settings(case.body), "utm_params")
    for url in urls:
        parts = split_web_address(url)
        inside = dict(parse_qsl(parts.query, keep_blank_values=True)) if parts else {}
        for item in params:
            key = item.get("key")
            if key in inside and inside[key] != item.get("value"):
                yield Problem(
                    "ad_configuration.utm_params", f"{key} differs from the landing page URL."
                )  # R80
    twice = [key for key, count in Counter(item.get("key") for item in params).items() if count > 1]
    if twice:
        yield Problem("ad_configuration.utm_params", f"{twice[0]} is given twice.")
