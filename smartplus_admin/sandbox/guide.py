"""Guide mode: the spellings and omissions of the guides, turned into what TikTok documents before anything is judged.

Each step names its row in the fact sheet's table of conflicts. Values of a wrong form are left for the shape check.
In strict mode nothing here runs.
"""

import copy
from typing import Any

from campaigns.contract.dialect import WORDS
from campaigns.contract.levels import Level
from campaigns.contract.members import members_of
from smartplus_admin.sandbox.addresses import split_web_address
from smartplus_admin.sandbox.calls.uploads import add_image
from smartplus_admin.sandbox.clock import write_time
from smartplus_admin.sandbox.entities import Entity
from smartplus_admin.sandbox.places import find_country
from smartplus_admin.sandbox.wire import Call, Params

CTA_WORDS = members_of(Level.AD)["call_to_action_list[].call_to_action"].values


def translate_body(
    call: Call, level: Level, kind: str, raw: Params, campaign: Entity | None, adgroup: Entity | None
) -> Params:
    """A copy in documented spelling, or the body itself in strict mode."""
    if not call.config.lenient:
        return raw
    body = copy.deepcopy(raw)
    _translate_words(level, body)
    if level is Level.CAMPAIGN and kind == "create" and body.get("objective_type") == "WEB_CONVERSIONS":
        _default(body, "sales_destination", "WEBSITE")  # C15
    if level is Level.ADGROUP:
        _translate_pixel(call, body)
        if kind == "create" and campaign is not None:
            _complete_adgroup(call, body)
    if level is Level.AD:
        _translate_ad(call, body)
    return body


def _default(body: Params, name: str, value: Any) -> None:
    if body.get(name) in (None, ""):
        body[name] = value


def _translate_words(level: Level, body: Params) -> None:
    """The word tables of the contract: C4, C5, C8, C10, C29, C38, C41."""
    for path, words in WORDS[level].items():
        for holder, name in _find_holders(body, path):
            value = holder[name]
            if isinstance(value, list):
                holder[name] = [
                    words[item][0] if isinstance(item, str) and item in words else item for item in value
                ]
            elif isinstance(value, str) and value in words:
                holder[name] = words[value][0]


def _find_holders(body: Any, path: str) -> list[tuple[Params, str]]:
    """Every object that has the path's last member, with its name."""
    holders = [body]
    *way, last = path.split(".")
    for part in way:
        name = part.removesuffix("[]")
        found = [holder[name] for holder in holders if isinstance(holder, dict) and name in holder]
        holders = found
        if part.endswith("[]"):
            holders = [item for value in found if isinstance(value, list) for item in value]
    return [(holder, last) for holder in holders if isinstance(holder, dict) and last in holder]


def _translate_pixel(call: Call, body: Params) -> None:
    """A pixel code becomes its id (C20)."""
    pixel = call.shelf.find_named("pixel", str(body.get("pixel_id", "")))
    if pixel:
        body["pixel_id"] = pixel["pixel_id"]


def _complete_adgroup(call: Call, body: Params) -> None:
    if body.get("schedule_type") == "SCHEDULE_FROM_NOW":
        _default(body, "schedule_start_time", write_time(call.now))  # C13
    spec = body.setdefault("targeting_spec", {}) or {}
    country = find_country(str(call.account["country"]))
    if isinstance(spec, dict) and not spec.get("location_ids") and not spec.get("zipcode_ids") and country:
        body["targeting_spec"] = {**spec, "location_ids": [country.location_id]}  # C14


def _translate_ad(call: Call, body: Params) -> None:
    settings = body.get("ad_configuration")
    settings = settings if isinstance(settings, dict) else {}
    if "call_to_action_list" in settings:
        _default(body, "call_to_action_list", settings.pop("call_to_action_list"))  # C16
    word = str(settings.get("call_to_action_id", "")).upper()
    if word in CTA_WORDS:  # C17
        settings.pop("call_to_action_id")
        _default(body, "call_to_action_list", [{"call_to_action": word}])
    if body.get("deeplink"):  # C18
        kind = body.pop("deeplink_type", None) or "NORMAL"
        _default(body, "deeplink_list", [{"deeplink": body.pop("deeplink"), "deeplink_type": kind}])
    for info, _ in _find_holders(body, "creative_list[].creative_info.ad_format"):
        _translate_pictures(call, info)
        if info.get("identity_type") == "CUSTOMIZED_USER":  # C21
            info.pop("identity_type")
            _lift_identity(call, settings, str(info.pop("identity_id", None) or ""))
    if settings.get("identity_type") == "CUSTOMIZED_USER" and not settings.get("identity_id"):
        _lift_identity(call, settings, "")
    if settings:
        body["ad_configuration"] = settings


def _lift_identity(call: Call, settings: Params, identity_id: str) -> None:
    own = [row for row in call.shelf.list("identity") if row["identity_type"] == "CUSTOMIZED_USER"]
    settings["identity_type"] = "CUSTOMIZED_USER"
    if identity_id or own:
        _default(settings, "identity_id", identity_id or own[-1]["identity_id"])


def _translate_pictures(call: Call, info: Params) -> None:
    """A picture's address becomes the picture it names in the library (C19); the same address is the same picture."""
    pictures = info.get("image_info")
    for picture in pictures if isinstance(pictures, list) else ():
        uri = str(picture.get("web_uri", "")) if isinstance(picture, dict) else ""
        if split_web_address(uri):
            known = call.shelf.find_named("image", uri)
            picture["web_uri"] = (known or add_image(call, uri, uri))["image_id"]
