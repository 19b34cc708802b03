"""Lead ads that end in a talk: messaging apps, direct messages and calls (docs, ad group and ad create; R79)."""

from typing import Any
from urllib.parse import urlsplit

from smartplus_admin.sandbox.judge.case import Body, Case, Problem, Problems, missing, read_list

APP_MESSAGE = "LEAD_GEN_CLICK_TO_SOCIAL_MEDIA_APP_MESSAGE"
DIRECT_MESSAGE = "LEAD_GEN_CLICK_TO_TT_DIRECT_MESSAGE"
CALL = "LEAD_GEN_CLICK_TO_CALL"
CONVERSATION_APPS = ("MESSENGER", "WHATSAPP", "ZALO")
PHONE = ("phone_region_code", "phone_region_calling_code", "phone_number")


def check_messaging(case: Case) -> Problems:
    """Which app, and the account or number behind it. An event set for messages is taken as present (docs)."""
    body = case.body
    if body.get("promotion_type") != APP_MESSAGE:
        return
    app, zalo = body.get("messaging_app_type"), body.get("zalo_id_type")
    talks = body.get("optimization_goal") == "CONVERSATION"
    if not app:
        yield missing("messaging_app_type")
    elif talks and app not in CONVERSATION_APPS:
        yield Problem(
            "messaging_app_type", f"must be one of {', '.join(CONVERSATION_APPS)} for CONVERSATION."
        )
    if app == "ZALO":
        if not zalo:
            yield missing("zalo_id_type")
        elif zalo == "ZALO_PHONE_ACCOUNT" and talks:
            yield Problem("zalo_id_type", "ZALO_PHONE_ACCOUNT needs the optimization_goal CLICK.")
    by_phone = app == "WHATSAPP" or (app == "ZALO" and zalo == "ZALO_PHONE_ACCOUNT")
    by_account = app in ("MESSENGER", "LINE") or (app == "ZALO" and zalo == "ZALO_OFFICIAL_ACCOUNT")
    if by_account and not body.get("messaging_app_account_id"):
        yield missing("messaging_app_account_id")
    if by_phone:
        yield from _check_phone(body.get("phone_info"), "phone_info")


def check_speaker(case: Case) -> Problems:
    """An ad group's own TikTok account: direct messages only (docs)."""
    body, kind = case.body, case.body.get("identity_type")
    if not body.get("identity_id") and not kind:
        return
    if body.get("promotion_type") != DIRECT_MESSAGE:
        yield Problem("identity_id", "is only available for direct-message ads; use creative_info.")
    for name in ("identity_id", "identity_type"):
        if not body.get(name):
            yield missing(name)
    if kind == "BC_AUTH_TT" and not body.get("identity_authorized_bc_id"):
        yield missing("identity_authorized_bc_id")
    found = case.shelf.find("identity", str(body.get("identity_id")))
    if found is None or found["identity_type"] != kind:
        yield Problem("identity_id", f"{body.get('identity_id')} is no {kind} identity of this advertiser.")


def check_talk(case: Case) -> Problems:
    """What the ad of a talking ad group brings along."""
    kind, settings = case.adgroup.get("promotion_type"), _settings(case)
    if kind == CALL and case.touches("ad_configuration"):
        yield from _check_phone(settings.get("phone_info"), "ad_configuration.phone_info")
    if kind == DIRECT_MESSAGE and not case.body.get("auto_message_list"):
        yield missing("auto_message_list")
    if kind == APP_MESSAGE and case.adgroup.get("messaging_app_type") == "IM_URL":
        links = [str(item.get("deeplink") or "") for item in read_list(case.body, "deeplink_list")]
        if any(link and read_scheme(link) not in ("http", "https") for link in links):  # R79
            if not settings.get("fallback_type"):
                yield missing("ad_configuration.fallback_type")
            if not case.body.get("landing_page_url_list"):
                yield missing("landing_page_url_list")


def read_scheme(link: str) -> str:
    """What stands before `://`; "" where nothing does."""
    try:
        return urlsplit(link).scheme if "://" in link else ""
    except ValueError:
        return ""


def _check_phone(phone: Any, path: str) -> Problems:
    for name in PHONE:
        if not isinstance(phone, dict) or not phone.get(name):
            yield missing(f"{path}.{name}")


def _settings(case: Case) -> Body:
    value = case.body.get("ad_configuration")
    return value if isinstance(value, dict) else {}
