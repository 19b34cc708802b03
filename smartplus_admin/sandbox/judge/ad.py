"""Ads: how many, their texts, destinations, calls to action, parameters and disclaimers (R11, R72, R75-R82)."""

from urllib.parse import parse_qsl

from campaigns.contract import codes, limits
from campaigns.contract.choices import SPARK_IDENTITIES, can_deliver_on_tiktok
from smartplus_admin.sandbox.addresses import split_web_address
from smartplus_admin.sandbox.judge.case import Body, Case, Problem, Problems, missing, read_list


def check_ad_count(case: Case) -> Problems:
    if case.creating and len(case.siblings) >= limits.ADS_PER_ADGROUP:
        yield Problem(
            "adgroup_id", f"an ad group holds at most {limits.ADS_PER_ADGROUP} ads.", codes.AD_LIMIT
        )  # R11


def check_texts(case: Case) -> Problems:
    texts = [item.get("ad_text") for item in read_list(case.body, "ad_text_list")]
    if not texts and not all(info.get("tiktok_item_id") for info in read_infos(case.body)):
        yield missing("ad_text_list")  # R72
    if any(not text or not text.strip() for text in texts):
        yield Problem("ad_text_list", "ad_text must not be empty.")
    if len(set(texts)) < len(texts):
        yield Problem("ad_text_list", "duplicate titles are not allowed.")  # field notes, code


def check_destination(case: Case) -> Problems:
    pages, links = read_list(case.body, "page_list"), read_list(case.body, "landing_page_url_list")
    urls = [item.get("landing_page_url") for item in links]
    if any(not url for url in urls):
        yield missing("landing_page_url_list.landing_page_url")
    for url in urls:
        if url and split_web_address(url) is None:
            yield Problem("landing_page_url_list", f"{url[:80]!r} is not a web address.")
    if case.adgroup.get("promotion_type") == "WEBSITE":  # R78
        if pages:
            yield Problem("page_list", "cannot be used in a web campaign; use landing_page_url_list alone.")
        if not links and not case.campaign.get("catalog_enabled"):
            yield missing("landing_page_url_list")
    for item in read_list(case.body, "deeplink_list"):
        if item.get("deeplink") and not item.get("deeplink_type"):
            yield missing("deeplink_list.deeplink_type")  # R79
    yield from _check_parameters(case, urls)


def _check_parameters(case: Case, urls: list[str | None]) -> Problems:
    params = read_list(_settings(case), "utm_params")
    for url in urls:
        parts = split_web_address(url or "")
        inside = dict(parse_qsl(parts.query)) if parts else {}
        for item in params:
            key = item.get("key")
            if key in inside and inside[key] != item.get("value"):
                yield Problem(
                    "ad_configuration.utm_params", f"{key} differs from the landing page URL."
                )  # R80


def check_call_to_action(case: Case) -> Problems:
    """R75; for web and app ads with a Spark identity practice contradicts it, so only lead ads are refused (field notes)."""
    portfolio = _settings(case).get("call_to_action_id")
    words = [item.get("call_to_action") for item in read_list(case.body, "call_to_action_list")]
    if portfolio and words:
        yield Problem("call_to_action_list", "cannot be used together with call_to_action_id.")
    if any(not word for word in words):
        yield missing("call_to_action_list.call_to_action")
    lead = case.campaign.get("objective_type") == "LEAD_GENERATION" and can_deliver_on_tiktok(case.adgroup)
    if lead and words:
        yield Problem("call_to_action_list", "is not supported here; use call_to_action_id.")
    if lead and not portfolio:
        yield missing("ad_configuration.call_to_action_id")
    if (
        portfolio
        and case.touches("ad_configuration")
        and case.shelf.find("portfolio", str(portfolio)) is None
    ):
        yield Problem("ad_configuration.call_to_action_id", f"{portfolio} does not exist.")  # R76


def check_disclaimer(case: Case) -> Problems:
    now, before = case.body.get("disclaimer"), (case.before or {}).get("disclaimer")
    if before and (not now or now.get("disclaimer_type") != before.get("disclaimer_type")):
        yield Problem("disclaimer", "cannot be removed and its type cannot change.")  # R81
    if now and now.get("disclaimer_type") == "TEXT_LINK":
        texts = [str(item.get("text", "")) for item in read_list(now, "disclaimer_clickable_texts")]
        if not texts:
            yield missing("disclaimer.disclaimer_clickable_texts")
        if sum(len(text) for text in texts) > 40:  # R81
            yield Problem("disclaimer.disclaimer_clickable_texts", "must be at most 40 characters together.")


def check_products(case: Case) -> Problems:
    """R82"""
    if not case.campaign.get("catalog_enabled"):
        return
    settings = _settings(case)
    kind = settings.get("product_specific_type")
    if not kind:
        yield missing("ad_configuration.product_specific_type")
    if kind == "PRODUCT_SET" and not settings.get("product_set_id"):
        yield missing("ad_configuration.product_set_id")
    if kind == "CUSTOMIZED_PRODUCTS" and not settings.get("product_ids"):
        yield missing("ad_configuration.product_ids")


def read_infos(body: Body) -> list[Body]:
    return [item["creative_info"] for item in read_list(body, "creative_list") if item.get("creative_info")]


def is_spark(body: Body) -> bool:
    """Whether an ad runs under a TikTok account (R73)."""
    settings = body.get("ad_configuration") or {}
    kinds = [info.get("identity_type") for info in read_infos(body)] + [settings.get("identity_type")]
    return any(kind in SPARK_IDENTITIES for kind in kinds)


def _settings(case: Case) -> Body:
    value = case.body.get("ad_configuration")
    return value if isinstance(value, dict) else {}
