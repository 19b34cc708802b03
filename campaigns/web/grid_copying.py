"""Copies of ad groups and ads with names by a pattern. Plans only; nothing is stored here."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from campaigns.contract.limits import ADGROUPS_PER_CAMPAIGN, ADS_PER_ADGROUP
from campaigns.contract.paths import find_at, set_at
from campaigns.models import Ad, AdGroup, Campaign
from campaigns.services.wanted import show_raw
from campaigns.web.builder_library import Library
from campaigns.web.forms_words import say_option
from campaigns.web.grid_cells import Names
from campaigns.web.grid_columns import Column
from campaigns.web.grid_layout import plain_scene
from campaigns.web.grid_saving import change_member

PLACEHOLDERS = {
    "name": "what is copied is called",
    "next": "the same, with the next number where that stands there: Ad group 2",
    "n": "1, 2, 3 … of each",
    "nn": "01, 02, 03 …",
    "value": "the line below that the copy is made for",
    "location": "where it is shown",
    "goal": "what it is optimised for",
    "event": "the event it counts",
    "group": "the ad group it goes into",
}
MOST_TIMES = max(ADGROUPS_PER_CAMPAIGN, ADS_PER_ADGROUP)


@dataclass(frozen=True, slots=True)
class Wish:
    """`values` are texts for one column, a copy each; without them there are `times` equal copies."""

    pattern: str
    times: int = 1
    column: Column | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """One that would be made: of which, its name, the ad group it goes into, and all that it holds."""

    source: AdGroup | Ad
    name: str
    where: str
    raw: Mapping[str, Any]


@dataclass(slots=True)
class Copies:
    """What is added, and the same for the preview; `left` says what does not fit."""

    added: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    made: list[Copy] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def copy_adgroups(
    *, campaign: Campaign, picked: Sequence[AdGroup], wish: Wish, names: Mapping[str, Names], library: Library
) -> Copies:
    """Each ad group with its ads, so many times, behind the last one."""
    copies = Copies()
    taken = {group.label for group in campaign.adgroups.all()}
    room = ADGROUPS_PER_CAMPAIGN - len(campaign.adgroups.all())
    over = 0
    for group in picked:
        for number, value in _count_copies(wish):
            raw = _vary(show_raw(group), campaign, group, wish.column, value, names)
            raw["adgroup_name"] = write_name(wish.pattern, group, raw, number, value, library, taken)
            taken.add(raw["adgroup_name"])
            if len(copies.added) >= room:
                over += 1
                continue
            copies.added.append(("adgroups", raw))
            copies.made.append(Copy(group, raw["adgroup_name"], "", raw))
    if over:
        copies.left.append(
            f"{over} did not fit: a campaign holds at most {ADGROUPS_PER_CAMPAIGN} ad groups (P1)."
        )
    return copies


def copy_ads(
    *,
    campaign: Campaign,
    picked: Sequence[Ad],
    into: Sequence[AdGroup],
    wish: Wish,
    names: Mapping[str, Names],
    library: Library,
) -> Copies:
    """Each ad into each of the ad groups, behind their last ones."""
    copies = Copies()
    places = {group.pk: index for index, group in enumerate(campaign.adgroups.all())}
    for group in into:
        taken = {ad.name for ad in group.ads.all()}
        room = ADS_PER_ADGROUP - len(group.ads.all())
        for ad in picked:
            for number, value in _count_copies(wish):
                raw = _vary(dict(ad.wanted), campaign, ad, wish.column, value, names)
                raw["ad_name"] = write_name(
                    wish.pattern, ad, {**group.wanted, **raw}, number, value, library, taken, group.label
                )
                taken.add(raw["ad_name"])
                if room <= 0:
                    copies.left.append(
                        f"{group.label} is full: an ad group holds at most {ADS_PER_ADGROUP} ads (R11)."
                    )
                    continue
                room -= 1
                copies.added.append((f"adgroups/{places[group.pk]}/ads", raw))
                copies.made.append(Copy(ad, raw["ad_name"], group.label, raw))
    copies.left = list(dict.fromkeys(copies.left))
    return copies


def write_name(
    pattern: str,
    thing: AdGroup | Ad,
    raw: Mapping[str, Any],
    number: int,
    value: str,
    library: Library,
    taken: Set[str],
    group: str = "",
) -> str:
    """The pattern with its placeholders filled; one that is not known stays as it was typed. `taken`: names beside it."""
    places = find_at(raw, "targeting_spec/location_ids")
    listed = places if isinstance(places, list) else []
    # an ad without a name is named by TikTok, and so is its copy
    name = thing.name if isinstance(thing, Ad) else thing.label
    words = {
        "name": name,
        "next": _count_on(name, taken),
        "n": str(number),
        "nn": f"{number:02}",
        "value": value,
        "location": ", ".join(library.name_of("places", str(item)) or str(item) for item in listed),
        "goal": say_option(str(raw.get("optimization_goal") or "")),
        "event": say_option(str(raw.get("optimization_event") or "")),
        "group": group,
    }
    return re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), pattern).strip()


def _count_on(name: str, taken: Set[str]) -> str:
    """A name, or where it is taken the same with the next number that is free. A name without one is its first: `18-24` and
    `2026` say something else than how many there are."""
    if not name or name not in taken:
        return name
    held = re.search(r"(?<=\s)\d{1,3}\Z", name, re.ASCII)
    stem, first = (name[: held.start()], held[0]) if held else (f"{name} ", "1")
    following = (f"{stem}{number:0{len(first)}}" for number in count(int(first) + 1))
    return next(text for text in following if text not in taken)


def _count_copies(wish: Wish) -> list[tuple[int, str]]:
    if wish.column is not None and wish.values:
        return list(enumerate(wish.values[: MOST_TIMES + 1], 1))
    return [(number, "") for number in range(1, min(wish.times, MOST_TIMES + 1) + 1)]


def _vary(
    raw: dict[str, Any],
    campaign: Campaign,
    thing: AdGroup | Ad,
    column: Column | None,
    value: str,
    names: Mapping[str, Names],
) -> dict[str, Any]:
    """The copy with its own value in one column."""
    if column is None or not value:
        return raw
    for path, changed in change_member(raw, "", column, value, plain_scene(campaign, thing), names):
        raw = set_at(raw, path.removeprefix("/"), changed)
    return raw


USUAL_PATTERN = "{next}"
