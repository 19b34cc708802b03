"""Rules about the tree and the single member: types, words, bounds, names, counts (P1, R3, R4, R10-R14)."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from campaigns.contract.choices import APP_EVENTS, AUTOMATIC_EVENTS, WEB_EVENTS
from campaigns.contract.levels import Level
from campaigns.contract.limits import (
    ADGROUPS_PER_CAMPAIGN,
    ADS_PER_ADGROUP,
    MAX_INT64,
    NAME_UNITS,
    count_units,
    has_emoji,
)
from campaigns.contract.members import Member, members_below, members_of
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import Hit, rule, set_members

# Members that the house fills in itself before a call; a person never owes them
_OURS = frozenset({"request_id", "campaign_id", "adgroup_id", "targeting_spec", "schedule_start_time"})


@rule(
    "well-formed", sentence="Every value has the type of its field.", source="R3, R65, fact sheet section 1"
)
def check_types(facts: TreeFacts) -> Iterable[Hit]:
    for problem in facts.malformed:
        yield Hit(problem.path, f"This is not of the right kind: {problem.message}.")


@rule("required-member", sentence="Fields that TikTok requires are filled in.", source="docs, request tables")
def check_required(facts: TreeFacts) -> Iterable[Hit]:
    malformed = {problem.path for problem in facts.malformed}
    for thing in facts.objects:
        for member in members_of(thing.level).values():
            absent = "." not in member.path and member.required and thing.get(member.path) in (None, "", [])
            if absent and member.path not in _OURS and thing.at(member.path) not in malformed:
                yield Hit(thing.at(member.path), f"{thing.label} needs {_say(member.path)}. Fill it in.")


@rule(
    "known-word",
    sentence="Fields with a fixed list of words hold one of them.",
    source="docs, request tables; R36",
)
def check_words(facts: TreeFacts) -> Iterable[Hit]:
    for _, path, member, value in _walk(facts):
        values = (
            (*WEB_EVENTS, *AUTOMATIC_EVENTS, *APP_EVENTS)
            if member.name == "optimization_event"
            else member.values
        )
        words = value if isinstance(value, list) else [value]
        for word in words if values else []:
            if word not in values:
                near = difflib.get_close_matches(str(word)[:80].upper(), values, n=1, cutoff=0.6)
                hint = f"Did you mean {near[0]}?" if near else f"Choose one of {', '.join(values[:6])}…"
                fixed = [near[0] if item == word else item for item in words] if near else []
                change = (path, fixed if isinstance(value, list) else near[0]) if near else None
                fix = set_members(f"Use {near[0]}", change) if change else None
                yield Hit(
                    path,
                    f"“{str(word)[:80]}” is no word that TikTok knows for {_say(member.name)}. {hint}",
                    fix,
                )


@rule(
    "list-bounds",
    sentence="Lists and texts stay inside TikTok's bounds.",
    source="P1, R12, R13, R14, R80, R81",
)
def check_bounds(facts: TreeFacts) -> Iterable[Hit]:
    for thing, path, member, value in _walk(facts):
        if isinstance(value, list) and member.max_items is not None and len(value) > member.max_items:
            yield Hit(
                path,
                f"{_say(member.name).capitalize()} takes at most {member.max_items}; here are {len(value)}.",
            )
        if isinstance(value, list) and member.min_items and len(value) < member.min_items:
            yield Hit(path, f"{_say(member.name).capitalize()} needs at least {member.min_items}.")
        is_name = member.name == thing.level.name_member
        if (
            isinstance(value, str)
            and member.max_length is not None
            and len(value) > member.max_length
            and not is_name
        ):
            yield Hit(path, f"{_say(member.name).capitalize()} takes at most {member.max_length} characters.")
        number = member.type in ("number", "count") and not isinstance(value, list | dict)
        if number and member.minimum is not None and value < member.minimum:
            yield Hit(path, f"{_say(member.name).capitalize()} is at least {member.minimum}.")
        if number and member.maximum is not None and value > member.maximum:
            yield Hit(path, f"{_say(member.name).capitalize()} is at most {member.maximum}.")


@rule("id-numeric", sentence="Ids are digits that fit a signed 64-bit integer.", source="R3, R76, C20")
def check_ids(facts: TreeFacts) -> Iterable[Hit]:
    for _, path, member, value in _walk(facts):
        if member.name == "call_to_action_id":
            continue  # judged with its own hint in creative.py
        for item in value if member.type == "ids" else [value] if member.type == "id" else []:
            if not (str(item).isascii() and str(item).isdigit() and int(item) <= MAX_INT64):
                yield Hit(path, f"“{str(item)[:40]}” is no id of TikTok's: write its digits.")


@rule("name-fits", sentence="Names are at most 512 units long and hold no emoji.", source="R4")
def check_names(facts: TreeFacts) -> Iterable[Hit]:
    for thing in facts.objects:
        name = thing.get(thing.level.name_member)
        if not isinstance(name, str):
            continue
        if count_units(name) > NAME_UNITS:
            said = f"{count_units(name)} units long; TikTok takes {NAME_UNITS} (a Chinese or Japanese character counts two)"
            yield Hit(thing.at(thing.level.name_member), f"The name is {said}. Shorten it.")
        if has_emoji(name):
            yield Hit(thing.at(thing.level.name_member), "TikTok takes no emoji in names. Take it out.")


@rule("adgroup-count", sentence="A campaign holds 1 to 30 ad groups.", source="P1, R10")
def check_adgroup_count(facts: TreeFacts) -> Iterable[Hit]:
    count = len(facts.adgroups)
    if count == 0:
        yield Hit("adgroups", "The campaign has no ad group. Add one: nothing can run without it.")
    if count > ADGROUPS_PER_CAMPAIGN:
        yield Hit(
            "adgroups",
            f"A campaign holds at most {ADGROUPS_PER_CAMPAIGN} ad groups; here are {count}. Split it.",
        )


@rule("ad-count", sentence="An ad group holds 1 to 30 ads.", source="R11")
def check_ad_count(facts: TreeFacts) -> Iterable[Hit]:
    for group in facts.adgroups:
        count = len(group.children)
        if count == 0:
            yield Hit(group.at("ads"), f"{group.label} has no ad. Add one: it cannot run without it.")
        if count > ADS_PER_ADGROUP:
            yield Hit(
                group.at("ads"),
                f"An ad group holds at most {ADS_PER_ADGROUP} ads; {group.label} has {count}.",
            )


def _walk(facts: TreeFacts) -> Iterable[tuple[ObjectFacts, str, Member, Any]]:
    """Every member with a value anywhere in the tree, with its path."""
    for thing in facts.objects:
        for path, member, value in _walk_object(thing.level, "", thing.path, thing.members):
            yield thing, path, member, value


def _walk_object(
    level: Level, where: str, path: str, values: Mapping[str, Any]
) -> Iterable[tuple[str, Member, Any]]:
    known = members_below(level, where)
    for name, value in values.items():
        member = known.get(name)
        if member is None or value is None:
            continue
        here = f"{path}/{name}" if path else name
        yield here, member, value
        if member.type == "object":
            yield from _walk_object(level, member.path, here, value)
        elif member.type == "objects":
            for index, item in enumerate(value):
                yield from _walk_object(level, f"{member.path}[]", f"{here}/{index}", item)


def _say(name: str) -> str:
    """A member's name as people read it."""
    return name.replace("_", " ").removesuffix(" list")
