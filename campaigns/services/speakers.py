"""Under whose name an ad or a creative can appear: what the rules say to each kind and each of the account's identities,
which one is meant where there is no choice, and what goes along when one of the members is set. Saves nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.contract.choices import SPARK_IDENTITIES
from campaigns.contract.paths import find_at, set_at
from campaigns.models import Campaign, policy_of
from campaigns.rules.book import judge
from campaigns.rules.facts import AccountFacts, IdentityFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.rules.policy import Policy
from campaigns.sync.translate import resolve_tree

KIND, ID, CENTER = MEMBERS = ("identity_type", "identity_id", "identity_authorized_bc_id")
WHOLE_AD = (
    "ad_configuration"  # where the identity of a whole ad stands; a creative's stands in its `creative_info`
)
AD = "adgroups/0/ads/0"  # the ad's path in a tree that holds it alone
_TELLING = ("ad_format", "tiktok_item_id", "identity_type")
_GRAVE = (FindingLevel.REFUSE, FindingLevel.ESCALATE, FindingLevel.CONFIRM)


@dataclass(frozen=True, slots=True)
class Hearing:
    """What trying identities takes: the account, its policy, the clock."""

    account: AccountFacts
    policy: Policy
    now: datetime

    @classmethod
    def of(cls, campaign: Campaign, now: datetime) -> "Hearing":
        return cls(campaign.advertiser.facts(), policy_of(campaign.advertiser), now)


def set_alone(
    campaign: Mapping[str, Any], group: Mapping[str, Any], ad: Mapping[str, Any], where: str
) -> tuple[dict[str, Any], str]:
    """A tree of one ad, with one creative alone where it is about that one, and the place's path in it.

    Others are left out: what a campaign mixes is mended in several steps, and no step may be barred by the next one.
    """
    if where != WHOLE_AD:
        entry = find_at(ad, where.rpartition("/")[0])
        ad, where = {**ad, "creative_list": [entry or {}]}, "creative_list/0/creative_info"
    return {**campaign, "adgroups": [{**group, "ads": [dict(ad)]}]}, f"{AD}/{where}"


def only_speakers(ad: Mapping[str, Any]) -> dict[str, Any]:
    """What of an ad decides who may speak, so that ads alike in it are tried once."""
    config, entries = ad.get(WHOLE_AD), ad.get("creative_list")
    return {
        WHOLE_AD: {name: value for name, value in config.items() if name != "utm_params"}
        if isinstance(config, Mapping)
        else {},
        "creative_list": [
            {
                "creative_info": {
                    name: value for name in _TELLING if (value := find_at(entry, f"creative_info/{name}"))
                }
            }
            for entry in (entries if isinstance(entries, list) else ())
        ],
    }


def judge_kinds(
    hearing: Hearing, raw: Mapping[str, Any], path: str, kinds: Iterable[str]
) -> dict[str, Finding]:
    """What the rules would newly say to each kind at a place, tried with an identity of the account: kind → the gravest.

    A refusal, or a yes that they would ask for; nothing for a kind that passes.
    """
    known = hearing.account.identities
    tried: dict[str, IdentityFacts] = {}
    for kind in kinds:
        first = next((item for item in known if item.identity_type == kind), None)
        # identities that were never read are unknown, not missing
        tried[kind] = first or IdentityFacts("" if known else "1", kind, "", "" if known else "1")
    said = _try(hearing, raw, path, tried.values())
    return {kind: said[item] for kind, item in tried.items() if item in said}


def find_speaker(
    hearing: Hearing,
    raw: Mapping[str, Any],
    path: str,
) -> dict[str, str]:
    """The members of the one TikTok account that passes at a place; empty where there is none, or a choice."""
    mine = [item for item in hearing.account.identities if item.identity_type in SPARK_IDENTITIES]
    said = _try(hearing, raw, path, mine)
    passing = [item for item in mine if item not in said]
    return _write(passing[0]) if len(passing) == 1 else {}


def _try(
    hearing: Hearing, raw: Mapping[str, Any], path: str, identities: Iterable[IdentityFacts]
) -> dict[IdentityFacts, Finding]:
    bare = _put(raw, path, {})
    before = {(item.rule, item.path) for item in _judge(hearing, bare)}
    found: dict[IdentityFacts, Finding] = {}
    for identity in identities:
        said = (
            item
            for item in _judge(hearing, _put(bare, path, _write(identity)))
            if item.level in _GRAVE and (item.rule, item.path) not in before
        )
        if (first := next(said, None)) is not None:
            found[identity] = first
    return found


def _judge(hearing: Hearing, raw: Mapping[str, Any]) -> tuple[Finding, ...]:
    facts = resolve_tree(raw=raw, account=hearing.account, now=hearing.now, policy=hearing.policy)
    return judge(facts)


def _put(raw: Mapping[str, Any], path: str, members: Mapping[str, str]) -> dict[str, Any]:
    changed = dict(raw)
    for name in MEMBERS:
        changed = set_at(changed, f"{path}/{name}", members.get(name))
    return changed


def _write(identity: IdentityFacts) -> dict[str, str]:
    given = {KIND: identity.identity_type, ID: identity.identity_id, CENTER: identity.bc_id}
    return {name: value for name, value in given.items() if value}


def settle_names(
    find: Callable[[str], Any], changes: Sequence[tuple[str, Any]], identities: Sequence[IdentityFacts]
) -> list[tuple[str, Any]]:
    """The changes with the id in the place of a name, where one identity alone of the kind set there is called so."""
    told = dict(changes)

    def settle(path: str, value: Any) -> Any:
        place, _, member = path.rpartition("/")
        if (
            member != ID
            or not isinstance(value, str)
            or any(item.identity_id == value for item in identities)
        ):
            return value
        at = f"{place}/{KIND}" if place else KIND
        kind = told[at] if at in told else find(at)
        ids = [
            item.identity_id for item in identities if item.identity_type == kind and _is_called(item, value)
        ]
        return ids[0] if len(ids) == 1 else value

    return [(path, settle(path, value)) for path, value in changes]


def _is_called(item: IdentityFacts, name: str) -> bool:
    return item.name.strip().lower() == name.strip().lower()


def follow_speakers(
    find: Callable[[str], Any], changes: Sequence[tuple[str, Any]], identities: Sequence[IdentityFacts]
) -> list[tuple[str, Any]]:
    """What goes along with a kind or an id that was set: the other one, and the Business Center, where there is no choice.

    `find` reads what stands at a path. A custom identity is chosen when it is sent, so no id is filled in for it.
    """
    told = dict(changes)
    more: dict[str, Any] = {}
    for path, value in changes:
        place, _, member = path.rpartition("/")
        at = {name: f"{place}/{name}" if place else name for name in MEMBERS}
        if member == ID and value:
            kind = told.get(at[KIND])
            mine = [
                item
                for item in identities
                if item.identity_id == value and kind in (None, item.identity_type)
            ]
            if len(mine) == 1:
                more |= {at[KIND]: mine[0].identity_type, at[CENTER]: mine[0].bc_id or None}
        elif member == KIND and at[ID] not in told:
            mine = [item for item in identities if item.identity_type == value]
            held = find(at[ID])
            kept = [item for item in mine if item.identity_id == held]
            if kept:
                more |= {at[CENTER]: kept[0].bc_id or None}
            else:
                one = mine[0] if len(mine) == 1 and value in SPARK_IDENTITIES else None
                foreign = not value or any(item.identity_id == held for item in identities)
                if one is not None or foreign:
                    more |= {at[ID]: one and one.identity_id, at[CENTER]: (one and one.bc_id) or None}
    return [(path, value) for path, value in more.items() if path not in told and find(path) != value]
