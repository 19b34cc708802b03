"""How a typed ad becomes the one that is sent: the guides' shapes are lifted and wrapped into TikTok's.

Conflicts C4, C16-C19, C21 and C28 of the fact sheet.
"""

from collections.abc import Mapping
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.members import members_of
from campaigns.rules.facts import AccountFacts, Weight
from campaigns.sync.rewriting import Rewriter

# Lists of one-member objects that people write as plain lists of texts
_WRAPPED = {
    "ad_text_list": "ad_text",
    "call_to_action_list": "call_to_action",
    "landing_page_url_list": "landing_page_url",
    "page_list": "page_id",
}


def reshape_ad(own: dict[str, Any], rewriter: Rewriter) -> None:
    """Brings an ad as typed (plain JSON) into TikTok's shape. Leaves what it does not understand for the type check."""
    if own.get("ad_name") is None:
        rewriter.fill(own, "ad_name", "", Weight.SPELLING, "TikTok names the ad itself", "P6, C33")
    config = own.get("ad_configuration")
    if (
        isinstance(config, Mapping)
        and config.get("call_to_action_list")
        and not own.get("call_to_action_list")
    ):
        own["ad_configuration"] = {
            name: value for name, value in config.items() if name != "call_to_action_list"
        }
        own["call_to_action_list"] = config["call_to_action_list"]
        because = "moved to the top of the body"
        sent = own["call_to_action_list"]
        rewriter.note("ad_configuration/call_to_action_list", sent, sent, Weight.SPELLING, because, "C16")
    if own.get("deeplink") and not own.get("deeplink_list"):
        link = {"deeplink": own.pop("deeplink"), "deeplink_type": own.pop("deeplink_type", None) or "NORMAL"}
        own["deeplink_list"] = [link]
        rewriter.note(
            "deeplink", link["deeplink"], own["deeplink_list"], Weight.SPELLING, "TikTok takes a list", "C18"
        )
    for name, inner in _WRAPPED.items():
        given = own.get(name)
        if isinstance(given, list) and given and all(isinstance(item, str) for item in given):
            own[name] = [{inner: item} for item in given]
            rewriter.note(name, given, own[name], Weight.SPELLING, "TikTok takes a list of objects", "R13")


def resolve_ad(members: dict[str, Any], account: AccountFacts, rewriter: Rewriter) -> None:
    _lift_custom_identity(members, account, rewriter)
    _resolve_call(members, rewriter)
    _resolve_dark_post(members, rewriter)
    for index, entry in enumerate(members.get("creative_list") or []):
        for place, picture in enumerate((entry.get("creative_info") or {}).get("image_info") or []):
            address = picture.get("web_uri")
            if is_address(address):
                inside = (
                    rewriter.below("creative_list")
                    .below(index)
                    .below("creative_info")
                    .below("image_info")
                    .below(place)
                )
                sent = "the id of the uploaded picture"
                inside.note(
                    "web_uri",
                    address,
                    sent,
                    Weight.SPELLING,
                    "TikTok takes ids; the launch uploads it",
                    "C19",
                )


def is_address(text: object) -> bool:
    return isinstance(text, str) and text.lower().startswith(("https://", "http://"))


def _lift_custom_identity(members: dict[str, Any], account: AccountFacts, rewriter: Rewriter) -> None:
    for index, entry in enumerate(members.get("creative_list") or []):
        info = entry.get("creative_info") or {}
        if info.get("identity_type") != "CUSTOMIZED_USER":
            continue
        config = members.setdefault("ad_configuration", {})
        config.setdefault("identity_type", info.pop("identity_type"))
        info.pop("identity_type", None)
        given = info.pop("identity_id", None)
        if given:
            config.setdefault("identity_id", given)
        inside = rewriter.below("creative_list").below(index).below("creative_info")
        sent = "ad_configuration/identity_type"
        inside.note(
            "identity_type",
            "CUSTOMIZED_USER",
            sent,
            Weight.SPELLING,
            "a custom identity is the whole ad's",
            "C21, R73",
        )
    config = members.get("ad_configuration") or {}
    if config.get("identity_type") == "CUSTOMIZED_USER" and not config.get("identity_id"):
        default = next((item for item in account.identities if item.identity_type == "CUSTOMIZED_USER"), None)
        if default is not None:
            because = f"the account's default custom identity, {default.name}"
            inside = rewriter.below("ad_configuration")
            inside.fill(
                config, "identity_id", default.identity_id, Weight.SPELLING, because, "C21, requirements 10"
            )


def _resolve_call(members: dict[str, Any], rewriter: Rewriter) -> None:
    config = members.get("ad_configuration") or {}
    word = str(config.get("call_to_action_id") or "").strip().upper().replace(" ", "_")
    standard = members_of(Level.AD)["call_to_action_list[].call_to_action"].values
    if word in standard and not members.get("call_to_action_list"):
        typed = config.pop("call_to_action_id")
        members["call_to_action_list"] = [{"call_to_action": word}]
        sent = f"call_to_action_list: {word}"
        because = "a standard call to action goes into the list; the id is a portfolio's number"
        rewriter.note("ad_configuration/call_to_action_id", typed, sent, Weight.SPELLING, because, "C17, R76")


def _resolve_dark_post(members: dict[str, Any], rewriter: Rewriter) -> None:
    infos = [entry.get("creative_info") or {} for entry in members.get("creative_list") or []]
    pushed = any(
        info.get("identity_type") in ("TT_USER", "BC_AUTH_TT") and not info.get("tiktok_item_id")
        for info in infos
    )
    config = members.get("ad_configuration") or {}
    if pushed and not config.get("dark_post_status"):
        members["ad_configuration"] = config
        because = "two defaults are documented, so it is always said: an ads-only post"
        rewriter.below("ad_configuration").fill(
            config, "dark_post_status", "ON", Weight.SPELLING, because, "C28"
        )
