"""Ad-wide settings: products, cards, tracking and disclaimers (R81, R82; docs, ad create)."""

from collections.abc import Iterator
from typing import Any

from campaigns.contract.choices import can_deliver_on_tiktok
from campaigns.contract.limits import DISCLAIMER_LINK_TEXTS, count_units, has_emoji
from smartplus_admin.sandbox.judge.ad import read_settings
from smartplus_admin.sandbox.judge.case import (
    Body,
    Case,
    Problem,
    Problems,
    missing,
    read_list,
    read_moment,
)

PAIRS = (
    ("viewability_postbid_partner", "viewability_vast_url"),
    ("brand_safety_postbid_partner", "brand_safety_vast_url"),
)
PROMO_CODE_UNITS = 30  # docs, promo_info_list
HERE = "ad_configuration"


def check_products(case: Case) -> Problems:
    """R82, and what a campaign with product selection by RTA allows."""
    settings = read_settings(case.body)
    kind = settings.get("product_specific_type")
    if not case.catalog:
        return
    if not kind:
        yield missing(f"{HERE}.product_specific_type")
    if kind == "PRODUCT_SET" and not settings.get("product_set_id"):
        yield missing(f"{HERE}.product_set_id")
    if kind == "CUSTOMIZED_PRODUCTS" and not settings.get("product_ids"):
        yield missing(f"{HERE}.product_ids")
    for name in ("product_set_id", "product_ids"):
        if kind == "ALL" and settings.get(name):
            yield Problem(f"{HERE}.{name}", "must be left out when product_specific_type is ALL.")
    if case.campaign.get("rta_product_selection_enabled") and kind != "ALL":
        yield Problem(f"{HERE}.product_specific_type", "must be ALL with rta_product_selection_enabled.")
    lead = case.campaign.get("objective_type") == "LEAD_GENERATION"
    if lead and settings.get("catalog_creative_toggle") and not settings.get("end_card_cta"):
        yield missing(f"{HERE}.end_card_cta")


def check_catalog_creatives(case: Case) -> Problems:
    """Automatic catalog creatives: an e-commerce catalog with the toggle on, and no way back."""
    now = _read_media(case.body)
    toggled = bool(read_settings(case.body).get("catalog_creative_toggle"))
    shop = case.catalog and case.campaign.get("catalog_type") == "ECOMMERCE"
    if now and not (shop and toggled):
        yield Problem(f"{HERE}.catalog_creative_info", "needs an e-commerce catalog and the toggle on.")
    if case.before is not None and _read_media(case.before) and not (now and toggled):
        yield Problem(
            f"{HERE}.catalog_creative_info", "cannot be emptied and its toggle cannot be turned off."
        )


def _read_media(body: Body) -> list[Any]:
    return read_list(read_settings(body).get("catalog_creative_info") or {}, "catalog_media_settings")


def check_tracking(case: Case) -> Problems:
    info = read_settings(case.body).get("tracking_info") or {}
    for partner, address in PAIRS:
        if info.get(partner) and not info.get(address):
            yield missing(f"{HERE}.tracking_info.{address}")
    app_id, own = info.get("tracking_app_id"), case.adgroup.get("app_id")
    if app_id and own and app_id != own:
        yield Problem(f"{HERE}.tracking_info.tracking_app_id", "must be the ad group's app_id.")


def check_card(case: Case) -> Problems:
    """Texts and promotions of the product card."""
    info = read_settings(case.body).get("product_info") or {}
    for name in ("product_titles", "selling_points"):
        if any(has_emoji(str(text)) for text in read_list(info, name)):
            yield Problem(f"{HERE}.product_info.{name}", "must not contain emoji.")
        if any(not str(text).strip() for text in read_list(info, name)):
            yield Problem(f"{HERE}.product_info.{name}", "must not be empty.")
    for index, promo in enumerate(read_list(info, "promo_info_list")):
        where = f"{HERE}.product_info.promo_info_list[{index}]"
        for name, text in _list_promo_problems(case, promo):
            yield missing(f"{where}.{name}") if not text else Problem(f"{where}.{name}", text)


def _list_promo_problems(case: Case, promo: Body) -> Iterator[tuple[str, str]]:
    """The members that the docs name; those that hold the amounts are not named anywhere."""
    kind = promo.get("discount_type")
    if kind not in (None, "PERCENTAGE", "CASH"):
        yield "discount_type", "must be PERCENTAGE or CASH."
    if kind == "CASH" and not promo.get("discount_currency"):
        yield "discount_currency", ""
    if count_units(str(promo.get("promo_code") or "")) > PROMO_CODE_UNITS:
        yield "promo_code", f"must be at most {PROMO_CODE_UNITS} characters long."
    if promo.get("minimum_purchase_type") not in (None, "QUANTITY", "SUBTOTAL"):
        yield "minimum_purchase_type", "must be QUANTITY or SUBTOTAL."
    try:
        start, end = read_moment(promo, "valid_start_time"), read_moment(promo, "valid_end_time")
    except ValueError:
        yield "valid_end_time", "must be YYYY-MM-DD HH:MM:SS."
        return
    if end is not None and start is None:
        yield "valid_start_time", ""
    if end is not None and case.touches("ad_configuration") and end <= case.now:
        yield "valid_end_time", "must be in the future."


def check_disclaimer(case: Case) -> Problems:
    now, before = case.body.get("disclaimer"), (case.before or {}).get("disclaimer")
    if before and (not now or now.get("disclaimer_type") != before.get("disclaimer_type")):
        yield Problem("disclaimer", "cannot be removed and its type cannot change.")  # R81
    if not now:
        return
    kind = now.get("disclaimer_type")
    if not kind:
        yield missing("disclaimer.disclaimer_type")
    if kind == "TEXT_ONLY" and not (now.get("disclaimer_text") or {}).get("text"):
        yield missing("disclaimer.disclaimer_text.text")
    if kind == "TEXT_LINK":
        items = read_list(now, "disclaimer_clickable_texts")
        if not items or any(not item.get("text") or not item.get("url") for item in items):
            yield missing("disclaimer.disclaimer_clickable_texts")
        if sum(len(str(item.get("text", ""))) for item in items) > DISCLAIMER_LINK_TEXTS:  # R81
            yield Problem("disclaimer.disclaimer_clickable_texts", "must be at most 40 characters together.")
    lead = case.campaign.get("objective_type") == "LEAD_GENERATION"
    if lead and case.catalog:
        yield Problem("disclaimer", "is not supported for lead generation with a catalog.")
    if not can_deliver_on_tiktok(case.adgroup):
        yield Problem("disclaimer", "needs the TikTok placement.")
