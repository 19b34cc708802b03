"""Our word to TikTok's: a tree as typed becomes the tree that would be sent, and every difference is named.

Understands the guides' spellings wherever a member is typed (conflicts C2-C44 of the fact sheet, requirements
section 10). Resolving what is resolved already changes nothing. Judges nothing: rules do. Knows no rows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from campaigns.contract.choices import CAMPAIGN_BUDGET_MODE_DEFAULT
from campaigns.contract.dialect import UNSENT, WORDS
from campaigns.contract.levels import Level
from campaigns.contract.members import members_below
from campaigns.contract.paths import find_at
from campaigns.contract.shape import Malformed, join_path, read_members
from campaigns.rules.facts import AccountFacts, MalformedFact, ObjectFacts, Rewrite, TreeFacts, Weight
from campaigns.rules.policy import Policy
from campaigns.sync.rewriting import Rewriter
from campaigns.sync.translate_ad import reshape_ad, resolve_ad
from campaigns.sync.translate_adgroup import resolve_adgroup

# Members of a body that name its place; in a tree the place says it
_PLACE = {
    Level.CAMPAIGN: ("advertiser_id",),
    Level.ADGROUP: ("advertiser_id", "campaign_id"),
    Level.AD: ("advertiser_id", "adgroup_id"),
}


def resolve_tree(
    *, raw: Mapping[str, Any], account: AccountFacts, now: datetime, policy: Policy
) -> TreeFacts:
    """The facts of a tree as typed: members as they would be sent, rewrites, and what is malformed. Never raises."""
    rewrites: list[Rewrite] = []
    malformed: list[MalformedFact] = []
    campaign = _resolve_level(Level.CAMPAIGN, "", raw, account, now, None, rewrites, malformed)
    return TreeFacts(
        account=account,
        campaign=campaign,
        now=now,
        policy=policy,
        rewrites=tuple(rewrites),
        malformed=tuple(malformed),
    )


def resolve_adgroup_again(*, before: TreeFacts, index: int, raw: Mapping[str, Any]) -> TreeFacts:
    """The facts after a change inside one ad group: only that ad group is read again, the rest is taken over.

    `raw` is the ad group as typed now. The campaign, the account and the clock must be those of `before`.
    """
    path = join_path("adgroups", index)
    rewrites: list[Rewrite] = []
    malformed: list[MalformedFact] = []
    group = _resolve_level(
        Level.ADGROUP, path, raw, before.account, before.now, before.campaign.members, rewrites, malformed
    )
    groups = (*before.adgroups[:index], group, *before.adgroups[index + 1 :])
    inside = f"{path}/"
    return TreeFacts(
        account=before.account,
        campaign=ObjectFacts(Level.CAMPAIGN, "", before.campaign.members, groups),
        now=before.now,
        policy=before.policy,
        rewrites=(*(item for item in before.rewrites if not item.path.startswith(inside)), *rewrites),
        malformed=(
            *(item for item in before.malformed if not f"{item.path}/".startswith(inside)),
            *malformed,
        ),
    )


def _resolve_level(
    level: Level,
    path: str,
    raw: Mapping[str, Any],
    account: AccountFacts,
    now: datetime,
    campaign: Mapping[str, Any] | None,
    rewrites: list[Rewrite],
    malformed: list[MalformedFact],
    within: str = "",
) -> ObjectFacts:
    rewriter = Rewriter(path, rewrites)
    own = {str(name): value for name, value in raw.items() if name != level.children_key}
    _drop_places(level, own, rewriter)
    _drop_unsent(level, own, rewriter)
    if level is Level.AD:
        reshape_ad(own, rewriter)
    shaped = read_members(level, own)
    malformed += [MalformedFact(join_path(path, item.path), item.message) for item in shaped.malformed]
    for name in shaped.unknown:
        rewriter.drop(
            name, find_at(own, name), Weight.SPELLING, "TikTok has no such field here", "fact sheet 13"
        )
    members = shaped.values
    for name in [name for name in members if not members_below(level, "")[name].writes]:
        rewriter.take(members, name, Weight.SPELLING, "TikTok sets it itself", "docs, answers only")
    _rewrite_words(level, "", members, WORDS[level], rewriter)
    match level:
        case Level.CAMPAIGN:
            _resolve_campaign(members, rewriter)
        case Level.ADGROUP:
            resolve_adgroup(members, campaign or {}, account, now, rewriter, _paths(shaped.malformed))
        case Level.AD:
            resolve_ad(members, account, rewriter)
    children: list[ObjectFacts] = []
    label = ObjectFacts(level, path, members).label if level is Level.ADGROUP else ""
    if level.child and level.children_key:
        for index, child in enumerate(_read_children(raw, level.children_key, path, malformed)):
            here = join_path(path, level.children_key, index)
            above = members if level is Level.CAMPAIGN else campaign
            children.append(
                _resolve_level(level.child, here, child, account, now, above, rewrites, malformed, label)
            )
    return ObjectFacts(level, path, members, tuple(children), within)


def _read_children(
    raw: Mapping[str, Any], key: str, path: str, malformed: list[MalformedFact]
) -> list[Mapping[str, Any]]:
    given = raw.get(key)
    if given is None:
        return []
    if not isinstance(given, Sequence) or isinstance(given, str):
        malformed.append(MalformedFact(join_path(path, key), "write a list, [ … ]"))
        return []
    children: list[Mapping[str, Any]] = []
    for index, child in enumerate(given):
        if isinstance(child, Mapping):
            children.append(child)
        else:
            malformed.append(MalformedFact(join_path(path, key, index), "write an object, { … }"))
            children.append({})
    return children


def _drop_places(level: Level, own: dict[str, Any], rewriter: Rewriter) -> None:
    for name in _PLACE[level]:
        typed = own.pop(name, None)
        if typed and name != "advertiser_id":  # the account is chosen beside the tree and checked there
            rewriter.drop(name, typed, Weight.SPELLING, "the parent made by this launch is used", "P2")


def _drop_unsent(level: Level, own: dict[str, Any], rewriter: Rewriter) -> None:
    typed = own.pop("request_id", None)
    if typed:
        rewriter.drop(
            "request_id",
            typed,
            Weight.SPELLING,
            "the house draws a number of its own for each call",
            "C2, C3, R6",
        )
    for name, conflict in UNSENT[level].items():
        typed = own.pop(name, None)
        if typed in (None, ""):
            continue
        weight = Weight.MONEY if name == "max_budget" else Weight.SPELLING
        rewriter.drop(name, typed, weight, "no request of TikTok's takes it", conflict)


def _rewrite_words(
    level: Level,
    where: str,
    members: dict[str, Any],
    words: Mapping[str, Mapping[str, tuple[str, str]]],
    rewriter: Rewriter,
) -> None:
    for name, value in list(members.items()):
        member = f"{where}.{name}" if where else name
        match value:
            case dict():
                _rewrite_words(level, member, value, words, rewriter.below(name))
            case [dict(), *_]:
                for index, item in enumerate(value):
                    _rewrite_words(level, f"{member}[]", item, words, rewriter.below(name).below(index))
            case list() if member in words:
                aliases = words[member]
                known = [word for word in value if isinstance(word, str) and word in aliases]
                if known:
                    members[name] = [aliases[word][0] if word in known else word for word in value]
                    rewriter.note(
                        name, value, members[name], Weight.SPELLING, "TikTok's spelling", aliases[known[0]][1]
                    )
            case str() if value in words.get(member, {}):
                sent, conflict = words[member][value]
                members[name] = sent
                weight, because = _WEIGHTY.get(value, (Weight.SPELLING, "TikTok's spelling"))
                rewriter.note(name, value, sent, weight, because, conflict)


_WEIGHTY = {
    "BUDGET_MODE_DAY": (
        Weight.MONEY,
        "ad groups have no fixed daily mode; a dynamic daily budget may spend 125 % on a day and 7 times in a week (R17)",
    ),
}


def _resolve_campaign(members: dict[str, Any], rewriter: Rewriter) -> None:
    if members.get("objective_type") == "WEB_CONVERSIONS" and not members.get("sales_destination"):
        rewriter.fill(
            members,
            "sales_destination",
            "WEBSITE",
            Weight.SPELLING,
            "web conversions lead to a website",
            "C15",
        )
    if not members.get("budget_mode"):
        mode = CAMPAIGN_BUDGET_MODE_DEFAULT[members.get("budget_optimize_on") is not False]
        rewriter.fill(
            members, "budget_mode", mode, Weight.SPELLING, "TikTok's default, sent by name", "R25, C9"
        )


def _paths(malformed: Sequence[Malformed]) -> frozenset[str]:
    return frozenset(item.path for item in malformed)
