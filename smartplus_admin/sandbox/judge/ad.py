"""Ads: how many, their texts and calls to action (R11, R72, R75, R76); what several checks of ads read."""

from campaigns.contract import codes, limits
from campaigns.contract.choices import SPARK_IDENTITIES, can_deliver_on_tiktok
from smartplus_admin.sandbox.judge.case import Body, Case, Problem, Problems, missing, read_list


def check_ad_count(case: Case) -> Problems:
    if case.creating and len(case.siblings) >= limits.ADS_PER_ADGROUP:
        yield Problem(
            "adgroup_id", f"an ad group holds at most {limits.ADS_PER_ADGROUP} ads.", codes.AD_LIMIT
        )  # R11


# Docs, "with ...": a list of objects, and the member that each of them must have
ENTRIES = {
    "ad_text_list": "ad_text",
    "call_to_action_list": "call_to_action",
    "landing_page_url_list": "landing_page_url",
    "page_list": "page_id",
    "interactive_add_on_list": "card_id",
    "auto_message_list": "auto_message_id",
    "custom_product_page_list": "custom_product_page_url",
    "playable_list": "playable_url",
}


def check_entries(case: Case) -> Problems:
    for name, member in ENTRIES.items():
        for index, item in enumerate(read_list(case.body, name)):
            if not item.get(member):
                yield missing(f"{name}[{index}].{member}")


def check_texts(case: Case) -> Problems:
    texts = [item.get("ad_text") for item in read_list(case.body, "ad_text_list")]
    if not texts and not all(info.get("tiktok_item_id") for info in read_infos(case.body)):
        yield missing("ad_text_list")  # R72
    if any(text and not text.strip() for text in texts):
        yield Problem("ad_text_list", "ad_text must not be empty.")
    if len(set(texts)) < len(texts):
        yield Problem("ad_text_list", "duplicate titles are not allowed.")  # field notes, code


def check_call_to_action(case: Case) -> Problems:
    """R75; for web and app ads with a Spark identity practice contradicts it, so only lead ads are refused (field notes)."""
    portfolio = read_settings(case.body).get("call_to_action_id")
    words = [item.get("call_to_action") for item in read_list(case.body, "call_to_action_list")]
    if portfolio and words:
        yield Problem("call_to_action_list", "cannot be used together with call_to_action_id.")
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


def read_infos(body: Body) -> list[Body]:
    return [item["creative_info"] for item in read_list(body, "creative_list") if item.get("creative_info")]


def is_spark(body: Body) -> bool:
    """Whether an ad runs under a TikTok account (R73)."""
    settings = body.get("ad_configuration") or {}
    kinds = [info.get("identity_type") for info in read_infos(body)] + [settings.get("identity_type")]
    return any(kind in SPARK_IDENTITIES for kind in kinds)


def read_settings(body: Body) -> Body:
    value = body.get("ad_configuration")
    return value if isinstance(value, dict) else {}
