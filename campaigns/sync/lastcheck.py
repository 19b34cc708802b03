"""The last check before a call: the same rules once more, on what would really be sent now."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch

from campaigns.models import Ad, AdGroup, Campaign, Push, policy_of
from campaigns.rules.book import RULES
from campaigns.rules.facts import AccountFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.rules.policy import Policy
from campaigns.sync.plan import owner_of
from campaigns.sync.translate import resolve_tree

TREES_KEPT = 8  # launches that one worker process goes back and forth between


@dataclass(frozen=True, slots=True)
class _Question:
    """All that the answer depends on. Equal fingerprints are equal questions."""

    fingerprint: str
    raw: Mapping[str, Any] = field(compare=False, repr=False)
    account: AccountFacts = field(compare=False, repr=False)
    policy: Policy = field(compare=False, repr=False)
    now: datetime = field(compare=False)


def find_refusals(push: Push, *, now: datetime) -> list[dict[str, Any]]:
    """Refusals that touch the row's object, as JSON. Siblings are judged along, since some rules are about all of them.

    A tree of 900 ads is judged once a minute and not 900 times: the answer is kept for as long as nothing that it
    depends on has changed.
    """
    ads = Prefetch("ads", Ad.objects.defer("remote"))
    groups = Prefetch("adgroups", AdGroup.objects.defer("remote").prefetch_related(ads))
    campaign = Campaign.objects.prefetch_related(groups).get(pk=push.root_id)
    account, policy = push.advertiser.facts(), policy_of(push.advertiser)
    minute = now.replace(second=0, microsecond=0)
    raw = campaign.raw_tree()
    text = json.dumps([raw, repr(account), repr(policy), minute.isoformat()], sort_keys=True)
    question = _Question(hashlib.sha256(text.encode()).hexdigest(), raw, account, policy, now)
    path = _find_path(push, campaign)
    return [finding.as_json() for finding in _list_refusals(question) if owner_of(finding.path) == path]


@lru_cache(maxsize=TREES_KEPT)
def _list_refusals(question: _Question) -> tuple[Finding, ...]:
    facts = resolve_tree(raw=question.raw, account=question.account, now=question.now, policy=question.policy)
    # every single one: an answer for people names only so many of each rule
    found = (finding for rule in RULES for finding in rule.find(facts))
    return tuple(finding for finding in found if finding.level is FindingLevel.REFUSE)


def _find_path(push: Push, campaign: Campaign) -> str:
    for index, group in enumerate(campaign.adgroups.all()):
        if group.pk == push.adgroup_id:
            return f"adgroups/{index}"
        for place, ad in enumerate(group.ads.all()):
            if ad.pk == push.ad_id:
                return f"adgroups/{index}/ads/{place}"
    return ""
