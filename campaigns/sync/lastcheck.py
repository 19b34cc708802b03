"""The last check before a call: the same rules once more, on what would really be sent now."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from campaigns.contract.levels import Level
from campaigns.models import Ad, AdGroup, Campaign, Push, policy_of
from campaigns.rules.book import RULES
from campaigns.rules.facts import AccountFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.rules.policy import Policy
from campaigns.sync.plan import owner_of
from campaigns.sync.translate import resolve_tree

TREES_KEPT = 8  # launches that one worker process goes back and forth between


@dataclass(frozen=True, slots=True)
class _Texts:
    """A tree in its order, what is wanted as the database writes it: reading it into Python costs more than all the rest."""

    campaign: tuple[int, str]
    groups: tuple[tuple[int, str], ...]
    ads: tuple[tuple[int, int, str], ...]  # the second is the ad group


@dataclass(frozen=True, slots=True)
class _Question:
    """All that the answer depends on. Equal fingerprints are equal questions."""

    fingerprint: str
    tree: _Texts = field(compare=False, repr=False)
    account: AccountFacts = field(compare=False, repr=False)
    policy: Policy = field(compare=False, repr=False)
    now: datetime = field(compare=False)


def find_refusals(push: Push, *, now: datetime) -> list[dict[str, Any]]:
    """Refusals that touch the row's object, as JSON. Siblings are judged along, since some rules are about all of them.

    A tree of 900 ads is read into Python and judged once a minute and not 900 times: the answer is kept for as long as
    nothing that it depends on has changed.
    """
    tree, account, policy = _read_texts(push.root_id), push.advertiser.facts(), policy_of(push.advertiser)
    minute = now.replace(second=0, microsecond=0)
    text = repr((tree, account, policy, minute))
    question = _Question(hashlib.sha256(text.encode()).hexdigest(), tree, account, policy, now)
    found = _list_refusals(question).get((push.target.level, push.target.pk), ())
    return [finding.as_json() for finding in found]


def _read_texts(campaign_id: int) -> _Texts:
    text = Cast("wanted", TextField())
    groups, ads = (
        AdGroup.objects.filter(campaign=campaign_id),
        Ad.objects.filter(adgroup__campaign=campaign_id),
    )
    return _Texts(
        Campaign.objects.filter(pk=campaign_id).values_list("pk", text).get(),
        tuple(groups.values_list("pk", text)),
        tuple(ads.values_list("pk", "adgroup_id", text)),
    )


@lru_cache(maxsize=TREES_KEPT)
def _list_refusals(question: _Question) -> dict[tuple[Level, int], list[Finding]]:
    """All refusals, by the object they speak about."""
    root, text = question.tree.campaign
    owners, groups = {"": (Level.CAMPAIGN, root)}, []
    for index, (group, wanted) in enumerate(question.tree.groups):
        mine = [(ad, inner) for ad, parent, inner in question.tree.ads if parent == group]
        owners[f"adgroups/{index}"] = (Level.ADGROUP, group)
        owners |= {f"adgroups/{index}/ads/{place}": (Level.AD, ad) for place, (ad, _) in enumerate(mine)}
        groups.append({**json.loads(wanted), "ads": [json.loads(inner) for _, inner in mine]})
    raw = {**json.loads(text), "adgroups": groups}
    facts = resolve_tree(raw=raw, account=question.account, now=question.now, policy=question.policy)
    refusals: dict[tuple[Level, int], list[Finding]] = {}
    for rule in RULES:  # every single one: an answer for people names only so many of each rule
        for finding in rule.find(facts):
            if finding.level is FindingLevel.REFUSE:
                refusals.setdefault(owners[owner_of(finding.path)], []).append(finding)
    return refusals
