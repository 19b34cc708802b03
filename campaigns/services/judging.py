"""Judging a tree: facts, findings and plan in one answer. Saves nothing, uploads nothing, calls nobody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from campaigns.analysis.exposure import Exposure, worse_exposure
from campaigns.contract.levels import Level
from campaigns.contract.statuses import DELETE
from campaigns.models import Ad, AdGroup, Advertiser, Campaign, policy_of
from campaigns.rules.book import has_level, judge
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.sync.bodies import plan_changes
from campaigns.sync.plan import Plan, measure_tree, owner_of, plan_launch
from campaigns.sync.translate import resolve_tree


@dataclass(frozen=True, slots=True)
class Judgement:
    facts: TreeFacts
    findings: tuple[Finding, ...]
    plan: Plan

    made: frozenset[str] = frozenset()  # paths of objects that exist at TikTok already

    @property
    def leaving(self) -> tuple[Finding, ...]:
        """What is said of what is still to be made. What exists is not sent, and cannot be mended."""
        return tuple(finding for finding in self.findings if owner_of(finding.path) not in self.made)

    @property
    def refused(self) -> bool:
        return has_level(self.leaving, FindingLevel.REFUSE)

    def count(self, level: FindingLevel) -> int:
        """Of one level, of what is still to be made."""
        return sum(finding.level is level for finding in self.leaving)


def judge_raw(
    *, advertiser: Advertiser, raw: Mapping[str, Any], made: frozenset[str] = frozenset(), now: datetime
) -> Judgement:
    """Judges a tree as typed, nested by `adgroups` and `ads`; `made` are the paths of what exists already."""
    facts = resolve_tree(raw=raw, account=advertiser.facts(), now=now, policy=policy_of(advertiser))
    return Judgement(facts, judge(facts), plan_launch(facts=facts, made=made), made)


def judge_campaign(*, campaign: Campaign, now: datetime) -> Judgement:
    """Judges a stored tree; the plan makes what is not at TikTok yet and changes what is there otherwise."""
    facts = resolve_tree(
        raw=campaign.raw_tree(),
        account=campaign.advertiser.facts(),
        now=now,
        policy=policy_of(campaign.advertiser),
    )
    made = list_made(campaign)
    there = facts.without(list_removed(campaign))
    exposure = measure_tree(facts.without(list_idle(campaign)))
    plan = replace(plan_launch(facts=there, made=made), exposure=exposure, updates=plan_changes(campaign))
    return Judgement(facts, judge(there), plan, made)


def list_removed(campaign: Campaign) -> frozenset[str]:
    """The paths of ad groups and ads that are gone at TikTok, or wanted away: they count no more, and nothing is said of
    them."""
    return _list_paths(campaign, is_going)


def list_idle(campaign: Campaign) -> frozenset[str]:
    """The paths of ad groups and ads that can spend nothing any more: what is wanted away does until it is off or gone."""
    return _list_paths(campaign, _is_idle)


def _list_paths(campaign: Campaign, holds: Callable[[AdGroup | Ad], bool]) -> frozenset[str]:
    found = []
    for index, group in enumerate(campaign.adgroups.all()):
        found += [f"adgroups/{index}"] if holds(group) else []
        found += [f"adgroups/{index}/ads/{place}" for place, ad in enumerate(group.ads.all()) if holds(ad)]
    return frozenset(found)


def is_going(thing: AdGroup | Ad) -> bool:
    """Whether it is gone at TikTok or wanted away, by itself and not with its campaign."""
    return thing.is_removed or is_unwanted(thing)


def is_unwanted(thing: AdGroup | Ad) -> bool:
    """Whether it is wanted away by itself."""
    return thing.wanted_switch == DELETE


def _is_idle(thing: AdGroup | Ad) -> bool:
    return thing.is_removed or (thing.wanted_switch == DELETE and not thing.is_on)


def measure_worst(*, campaign: Campaign, judgement: Judgement) -> Exposure | None:
    """What can be spent at worst by what is wanted or by what TikTok holds, whichever is more; None for what is removed.

    Ad groups that were made elsewhere in the tree count along.
    """
    if campaign.is_removed:
        return None
    exposure = (
        judgement.plan.exposure
        if not judgement.made
        else measure_tree(judgement.facts.without(list_idle(campaign)))
    )
    if campaign.remote is None:
        return exposure
    strangers = campaign.strangers.filter(level=Level.ADGROUP.value, vanished_at__isnull=True)
    there = [group.remote for group in campaign.adgroups.all() if group.remote and not group.is_removed]
    there += [stranger.remote for stranger in strangers]
    raw = {**campaign.remote, "adgroups": [{**remote, "ads": []} for remote in there]}
    facts = judgement.facts
    held = resolve_tree(raw=raw, account=facts.account, now=facts.now, policy=facts.policy)
    return worse_exposure(exposure, measure_tree(held))


def list_made(campaign: Campaign) -> frozenset[str]:
    """The paths of objects that exist at TikTok."""
    made = [""] if campaign.remote_id else []
    for index, group in enumerate(campaign.adgroups.all()):
        made += [f"adgroups/{index}"] if group.remote_id else []
        made += [f"adgroups/{index}/ads/{place}" for place, ad in enumerate(group.ads.all()) if ad.remote_id]
    return frozenset(made)
