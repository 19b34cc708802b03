"""Rules about the tree and the single member: types, words, bounds, names, counts (P1, R3, R4, R10-R14)."""

from collections.abc import Iterable

from campaigns.contract.limits import (
    ADGROUPS_PER_CAMPAIGN,
    ADS_PER_ADGROUP,
    NAME_UNITS,
    count_units,
    has_emoji,
)
from campaigns.contract.members import members_of
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Hit, rule, set_members
from campaigns.rules.values import say_name, scan_values

# Members that the house fills in itself before a call; a person never owes them
_OURS = frozenset({"request_id", "campaign_id", "adgroup_id", "targeting_spec", "schedule_start_time"})

# Entries of lists and the member that makes each of them worth sending ("with …_list" in the request tables)
_CORES = {
    "ad_text_list": "ad_text",
    "call_to_action_list": "call_to_action",
    "landing_page_url_list": "landing_page_url",
    "page_list": "page_id",
    "deeplink_list": "deeplink",
    "interactive_add_on_list": "card_id",
    "custom_product_page_list": "custom_product_page_url",
    "playable_list": "playable_url",
    "auto_message_list": "auto_message_id",
    "app_config": "app_id",
}


@rule(
    "well-formed", sentence="Every value has the type of its field.", source="R3, R65, fact sheet section 1"
)
def check_types(facts: TreeFacts) -> Iterable[Hit]:
    for problem in facts.malformed:
        yield Hit(problem.path, f"This is not of the right kind: {problem.message}.")


@rule("required-member", sentence="Fields that TikTok requires are filled in.", source="docs, request tables")
def check_required(facts: TreeFacts) -> Iterable[Hit]:
    for thing in facts.objects:
        for member in members_of(thing.level).values():
            if not member.required or "." in member.path or member.path in _OURS:
                continue
            if facts.is_missing(thing, member.path) or _is_blank(thing.get(member.path)):
                yield Hit(thing.at(member.path), f"{thing.label} needs {say_name(member.path)}. Fill it in.")


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


@rule(
    "known-word",
    sentence="Fields with a fixed list of words hold one of them.",
    source="docs, request tables; R36",
)
def check_words(facts: TreeFacts) -> Iterable[Hit]:
    return scan_values(facts).words


@rule(
    "list-bounds",
    sentence="Lists, texts and numbers stay inside TikTok's bounds.",
    source="P1, R12, R13, R14, R43, R80, R81",
)
def check_bounds(facts: TreeFacts) -> Iterable[Hit]:
    return scan_values(facts).bounds


@rule("id-numeric", sentence="Ids are digits that fit a signed 64-bit integer.", source="R3, R76, C20")
def check_ids(facts: TreeFacts) -> Iterable[Hit]:
    return scan_values(facts).ids


@rule(
    "entry-filled",
    sentence="An entry of a list holds what the list is about.",
    source="docs, request tables (“with …_list”)",
)
def check_entries(facts: TreeFacts) -> Iterable[Hit]:
    for thing in facts.objects:
        for name, core in _CORES.items():
            entries = thing.items(name)
            full = [entry for entry in entries if str(entry.get(core) or "").strip()]
            if len(full) == len(entries):
                continue
            for index, entry in enumerate(entries):
                if entry not in full:
                    yield Hit(
                        thing.at(name, index, core),
                        f"Entry {index + 1} of {say_name(name)} is empty. Fill in {say_name(core)}, or take the entry away.",
                        set_members("Take empty entries away", (thing.at(name), full or None)),
                    )


@rule("name-fits", sentence="Names are at most 512 units long and hold no emoji.", source="R4")
def check_names(facts: TreeFacts) -> Iterable[Hit]:
    for thing in facts.objects:
        path, name = thing.at(thing.level.name_member), thing.get(thing.level.name_member)
        if not isinstance(name, str):
            continue
        if count_units(name) > NAME_UNITS:
            said = f"{count_units(name)} units long; TikTok takes {NAME_UNITS} (a Chinese or Japanese character counts two)"
            short = set_members("Cut it off", (path, _cut(name)))
            yield Hit(path, f"The name is {said}. Shorten it.", short)
        if has_emoji(name):
            plain = " ".join("".join(char for char in name if not has_emoji(char)).split())
            fix = set_members("Take the emoji out", (path, plain)) if plain else None
            yield Hit(path, "TikTok takes no emoji in names. Take it out.", fix)


def _cut(name: str) -> str:
    """The longest beginning that fits."""
    units = 0
    for index, char in enumerate(name):
        units += count_units(char)
        if units > NAME_UNITS:
            return name[:index]
    return name


@rule("adgroup-count", sentence="A campaign holds 1 to 30 ad groups.", source="P1, R10", wide=True)
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
