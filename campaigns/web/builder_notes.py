"""What stands in small beside an input: the name of an id, a time in the other zones, TikTok's least amount; and the
members that no input shows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.contract.levels import Level
from campaigns.contract.members import find_member
from campaigns.contract.money import ADGROUP_DAILY_MINIMUM, CAMPAIGN_MINIMUM, Currency
from campaigns.contract.paths import find_at
from campaigns.contract.shape import read_moment
from campaigns.web.addresses import show_address
from campaigns.web.builder_library import Library
from campaigns.web.combinations import say_combinations
from campaigns.web.forms import Field, Form, Scene, Texts
from campaigns.web.week import count_hours, is_week, say_week


@dataclass(frozen=True, slots=True)
class Extra:
    """A member that no field of the form shows: kept, sent, and to be seen."""

    path: str
    text: str


def explain(field: Field, texts: Texts, scene: Scene, library: Library, reader_zone: str) -> list[str]:
    """What the inputs mean: names of ids, a time in the other zones, the least amount."""
    if field.kind == "moment" and texts and texts[0]:
        return _say_zones(field, texts, scene, reader_zone)
    if field.kind == "week":
        return _say_hours(texts[0] if texts else "", scene)
    if field.path == "ad_text_list":
        said = say_combinations(scene.members)
        return [said] if said else []
    if field.path == "ad_configuration/utm_params":
        return _say_addresses(scene)
    if field.path == "budget":
        return [f"{_least(scene)} at least, TikTok's bound for this account."]
    if field.suggest and field.kind not in ("pairs", "list") and field.suggest != "calls":
        names = [library.name_of(field.suggest, text) for text in texts[:12]]
        said = ", ".join(dict.fromkeys(name for name in names if name))
        return [said] if said else []
    return []


def say_preset(field: Field, library: Library) -> str:
    """That nobody chose what a field holds."""
    if field.suggest != "pixels":
        return "Preset, as most campaigns want it."
    count = library.account.pixels.count()
    return (
        "Preset: the account's only pixel."
        if count == 1
        else f"Preset: the first of the account's {count} pixels by name. Choose another where it is not this shop's."
    )


def _least(scene: Scene) -> str:
    dollars = CAMPAIGN_MINIMUM if scene.level is Level.CAMPAIGN else ADGROUP_DAILY_MINIMUM
    per = "" if scene.level is Level.CAMPAIGN else " a day"
    return money_text(scene.currency.scale(dollars), scene.currency) + per


def is_settled(level: Level, path: str) -> bool:
    """Whether a member can never be changed once the object is at TikTok. The switch has a call of its own."""
    member = find_member(level, path)
    return (
        member is not None
        and "create" in member.writes
        and "update" not in member.writes
        and member.path != "operation_status"
    )


def say_minimum(currency: Currency) -> str:
    return money_text(currency.scale(CAMPAIGN_MINIMUM), currency)


def _say_zones(field: Field, texts: Texts, scene: Scene, reader_zone: str) -> list[str]:
    try:
        moment = read_moment(field.read(texts, scene))
    except ValueError:
        return []
    own, yours = moment.astimezone(scene.zone), moment.astimezone(ZoneInfo(reader_zone))
    said = [f"{_say_local(yours, own)} your time"] if yours.utcoffset() != own.utcoffset() else []
    utc = moment.astimezone(UTC)
    said += [f"{_say_local(utc, own)} UTC"] if own.utcoffset() else []
    return [" · ".join(said)] if said else []


def _say_addresses(scene: Scene) -> list[str]:
    """The landing page as it will be opened, once there are parameters."""
    params = find_at(scene.members, "ad_configuration/utm_params")
    page = find_at(scene.members, "landing_page_url_list/0/landing_page_url")
    if not params or not isinstance(page, str) or not page.startswith("http"):
        return []
    return [f"Opens {show_address(page, params)}; TikTok fills the macros in."]


def _say_hours(text: str, scene: Scene) -> list[str]:
    hours = f" · {count_hours(text):g} of 168 hours" if is_week(text) else ""
    return [
        f"{say_week(text)}{hours}",
        f"Hours in {scene.zone.key}, the account's zone; TikTok's pages name none for Smart+ (U14).",
    ]


def _say_local(moment: datetime, beside: datetime) -> str:
    return moment.strftime("%H:%M") if moment.date() == beside.date() else moment.strftime("%d %b %H:%M")


def money_text(amount: Decimal, currency: Currency) -> str:
    return f"{amount:,.{currency.decimals}f} {currency.code}"


def list_extras(wanted: Mapping[str, Any], form: Form) -> list[Extra]:
    leaves = list(_walk("", wanted))
    shown = form.by_path
    return [
        Extra(path, json.dumps(value, ensure_ascii=False))
        for path, value in leaves
        if value not in (None, "", [], {})
        and not any(path == name or path.startswith(f"{name}/") for name in shown)
        and not any(name.startswith(f"{path}/") for name in shown)
    ]


def _walk(path: str, value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, item in value.items():
            yield from _walk(f"{path}/{name}" if path else str(name), item)
    elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        for index, item in enumerate(value):
            yield from _walk(f"{path}/{index}", item)
    else:
        yield path, value
