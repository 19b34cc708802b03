"""Rules about the product card of an ad: its texts, and the promotions it names (docs, ad create: product_info)."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from campaigns.contract.limits import has_emoji
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import Hit, rule, set_members
from campaigns.rules.values import say_name

_PERCENT = 100  # docs: a percentage is a whole number from 1 to 100


@rule(
    "product-text-plain",
    sentence="Product titles and selling points hold no emoji.",
    source="docs, ad create request table",
)
def check_product_texts(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for name in ("product_titles", "selling_points"):
            yield from _check_plain(ad, name)


def _check_plain(ad: ObjectFacts, name: str) -> Iterable[Hit]:
    texts = (ad.inner("ad_configuration").get("product_info") or {}).get(name) or []
    for index, text in enumerate(texts):
        if has_emoji(text):
            path = ad.at("ad_configuration", "product_info", name)
            plain = [" ".join("".join(c for c in item if not has_emoji(c)).split()) for item in texts]
            rest = [item for item in plain if item]
            fix = set_members("Take the emoji out", (path, rest or None))
            yield Hit(f"{path}/{index}", f"TikTok takes no emoji in {say_name(name)}. Take it out.", fix)


@rule(
    "promotion-complete",
    sentence="A promotion says its kind and its worth: a whole percentage, or an amount with its currency.",
    source="docs, ad create (promo_info_list)",
)
def check_promotions(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for path, promotion in _list_promotions(ad):
            away = set_members("Take the promotions away", (_promotions_at(ad), None))
            for name, said in (*_judge_discount(promotion), *_judge_minimum(promotion)):
                yield Hit(f"{path}/{name}", said, away)


def _judge_discount(promotion: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    kind, value = promotion.get("discount_type"), promotion.get("discount_value")
    if not kind:
        yield "discount_type", "Say what kind of discount it is: PERCENTAGE or CASH."
    if value is None:
        yield "discount_value", "Say how much the discount is."
    elif kind == "PERCENTAGE" and (value % 1 or not 1 <= value <= _PERCENT):
        yield "discount_value", f"A percentage is a whole number from 1 to {_PERCENT}; here is {value}."
    elif kind == "CASH" and value <= 0:
        yield "discount_value", f"A discount is more than nothing; here is {value}."
    if kind == "CASH" and not promotion.get("discount_currency"):
        yield "discount_currency", "A discount in cash needs its currency."


def _judge_minimum(promotion: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    kind = promotion.get("minimum_purchase_type")
    value: Decimal | None = promotion.get("minimum_purchase_value")
    if kind and value is None:
        yield "minimum_purchase_value", "Say from what purchase on the promotion holds."
    elif kind == "QUANTITY" and value is not None and (value % 1 or value < 0):
        yield "minimum_purchase_value", f"A quantity is a whole number; here is {value}."
    elif kind == "SUBTOTAL" and value is not None and value <= 0:
        yield "minimum_purchase_value", f"A subtotal is more than nothing; here is {value}."
    if kind == "SUBTOTAL" and not promotion.get("minimum_purchase_currency"):
        yield "minimum_purchase_currency", "A subtotal needs its currency."


@rule(
    "promotion-period",
    sentence="A promotion that ends has a start, and its end is yet to come.",
    source="docs, ad create (promo_info_list)",
)
def check_period(facts: TreeFacts) -> Iterable[Hit]:
    for _, ad in facts.ads:
        for path, promotion in _list_promotions(ad):
            start, end = promotion.get("valid_start_time"), promotion.get("valid_end_time")
            if end is None:
                continue
            endless = set_members("Let it hold without end", (f"{path}/valid_end_time", None))
            if start is None:
                yield Hit(f"{path}/valid_start_time", "A promotion that ends needs its start, too.", endless)
            if end <= facts.now:
                yield Hit(f"{path}/valid_end_time", "The promotion is over already.", endless)
            elif start is not None and end <= start:
                yield Hit(f"{path}/valid_end_time", "The promotion ends before it starts.", endless)


def _promotions_at(ad: ObjectFacts) -> str:
    return ad.at("ad_configuration", "product_info", "promo_info_list")


def _list_promotions(ad: ObjectFacts) -> Iterator[tuple[str, Mapping[str, Any]]]:
    given = (ad.inner("ad_configuration").get("product_info") or {}).get("promo_info_list") or ()
    return ((f"{_promotions_at(ad)}/{index}", item) for index, item in enumerate(given))
