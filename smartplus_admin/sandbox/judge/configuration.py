"""Ad-wide settings: products, cards, tracking and disclaimers (R81, R82; docs, ad create)."""

from collections.abc import Iterator
from typing import Any

from campaigns.contract.choices import can_deliver_on_tiktok
from campaigns.contract.limits import DISCLAIMER_LINK_TEXTS, has_emoji
from smartplus_admin.sandbox.judge.ad import read_settings
from smartplus_admin.sandbox.judge.case import (
    Body,
    Case,
    Problem,
    Problems,
    missing,
    read_amount,
    read_list,
    read_moment,
)

PAIRS = (
    ("viewability_postbid_partner", "viewability_vast_url"),
    ("brand_safety_postbid_partner", "brand_safety_vast_url"),
)
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
    """What belongs together, and which amounts make sense (docs, promo_info_list)."""
    kind, worth = promo.get("discount_type"), read_amount(promo, "discount_value")
    if not kind:
        yield "discount_type", ""
    if worth is None:
        yield "discount_value", ""
    elif kind == "PERCENTAGE" and worth not in range(1, 101):
        yield "discount_value", "must be an integer between 1 and 100."
    elif worth <= 0:
        yield "discount_value", "must be higher than 0."
    if kind == "CASH" and not promo.get("discount_currency"):
        yield "discount_currency", ""
    least, amount = promo.get("minimum_purchase_type"), read_amount(promo, "minimum_purchase_value")
    if least and amount is None:
        yield "minimum_purchase_value", ""
    elif least == "QUANTITY" and amount is not None and (amount % 1 or amount < 0):
        yield "minimum_purchase_value", "must be an integer not below 0."
    elif least == "SUBTOTAL" and amount is not None and amount <= 0:
        yield "minimum_purchase_value", "must be higher than 0."
    if least == "SUBTOTAL" and not promo.get("minimum_purchase_currency"):
        yield "minimum_purchase_currency", ""
    start, end = read_moment(promo, "valid_start_time"), read_moment(promo, "valid_end_time")
    if end is not None and start is None:
        yield "valid_start_time", ""
    if end is not None and case.touches("ad_configuration") and end <= case.now:
        yield "valid_end_time", "must be in the future."
    elif start is not None and end is not None and end <= start:
        yield "valid_end_time", "must be after valid_start_time."


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
