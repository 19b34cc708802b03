"""Drafts as whole trees: begun, replaced, discarded. Findings never stop a draft; nothing typed is lost."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from campaigns.contract.choices import CAMPAIGN_BUDGET_MODE_DEFAULT
from campaigns.contract.levels import Level
from campaigns.contract.shape import Malformed
from campaigns.models import Ad, AdGroup, Advertiser, Campaign, Change, Person
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.errors import NotWellFormed
from campaigns.services.judging import judge_raw
from campaigns.services.wanted import (
    EMPTY_AD,
    claim_tree,
    hold,
    own_members,
    record,
    reload,
    require_draft,
    write_wanted,
)

Row = TypeVar("Row", AdGroup, Ad)

STARTER_ADGROUP: Mapping[str, Any] = {
    # what nearly every web campaign wants; each can be changed in the builder
    "adgroup_name": "Ad group 1",
    "promotion_type": "WEBSITE",
    "optimization_goal": "CONVERT",
    "billing_event": "OCPM",
    "bid_type": "BID_TYPE_NO_BID",
    "schedule_type": "SCHEDULE_FROM_NOW",
    "targeting_optimization_mode": "AUTOMATIC",
}
STARTER_CAMPAIGN: Mapping[str, Any] = {
    "campaign_name": "",
    "objective_type": "WEB_CONVERSIONS",
    "budget_optimize_on": True,
    "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
}


def create_draft(
    *,
    actor: Person,
    door: str,
    advertiser: Advertiser,
    tree: Mapping[str, Any],
    made_from: Campaign | None = None,
    now: datetime,
) -> Campaign:
    """Stores a tree as typed; `made_from` is the campaign that it is a copy of.

    Raises NotWellFormed for values of the wrong type, Forbidden.
    """
    require(actor, advertiser, Act.DRAFT)
    _require_types(advertiser, tree, now)
    with transaction.atomic(durable=True):
        campaign = Campaign(
            advertiser=advertiser, created_by=actor, created_at=now, changed_at=now, made_from=made_from
        )
        write_wanted(campaign, own_members(tree, Level.CAMPAIGN))
        campaign.save()
        _write_children(campaign, tree, now)
        record(campaign, actor, door, Change.Act.CREATED, "campaign", None, dict(tree), now)
    return campaign


def start_draft(*, actor: Person, door: str, advertiser: Advertiser, now: datetime) -> Campaign:
    """A draft to begin from in the builder: one ad group, one ad, the usual settings."""
    pixel = advertiser.pixels.first()
    group = {
        **STARTER_ADGROUP,
        **({"pixel_id": pixel.pixel_id, "optimization_event": "SHOPPING"} if pixel else {}),
    }
    tree = {**STARTER_CAMPAIGN, "adgroups": [{**group, "ads": [dict(EMPTY_AD)]}]}
    return create_draft(actor=actor, door=door, advertiser=advertiser, tree=tree, now=now)


def follow_pool(wanted: Mapping[str, Any], changes: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The budget mode that goes along when the campaign's own budget is switched on or off, where nobody chose another one
    and no amount is typed. `wanted` and `changes` are of the campaign."""
    pooled = changes.get("budget_optimize_on")
    if pooled is None or "budget_mode" in changes or {**wanted, **changes}.get("budget"):
        return []
    if wanted.get("budget_mode") != CAMPAIGN_BUDGET_MODE_DEFAULT[not pooled]:
        return []
    return [("budget_mode", CAMPAIGN_BUDGET_MODE_DEFAULT[pooled])]


def list_presets(campaign: Campaign) -> dict[str, Any]:
    """What a draft's ad groups were begun with although nobody chose it; empty for one that came as a whole. One query."""
    made = Change.objects.filter(campaign_ref=campaign.pk, act=Change.Act.CREATED).first()
    tree = (made.after if made else None) or {}
    groups = tree.get("adgroups") or []
    if not groups or any(tree.get(name) != value for name, value in STARTER_CAMPAIGN.items()):
        return {}
    return {name: groups[0][name] for name in ("pixel_id", "optimization_event") if name in groups[0]}


def replace_draft(
    *, actor: Person, door: str, campaign: Campaign, version: int, tree: Mapping[str, Any], now: datetime
) -> Campaign:
    """Puts another tree in a draft's place. Raises Stale, WrongState, NotWellFormed, Forbidden.

    A child that names our `id` keeps its row, so that its address stays and whoever has it open types on.
    """
    require(actor, campaign.advertiser, Act.DRAFT)
    require_draft(campaign)
    _require_types(campaign.advertiser, tree, now)
    with transaction.atomic(durable=True):
        claim_tree(campaign, version, now)
        before = campaign.raw_tree()
        write_wanted(campaign, own_members(tree, Level.CAMPAIGN))
        campaign.save(update_fields=["wanted", "name"])
        groups, ads = AdGroup.objects.filter(campaign=campaign), Ad.objects.filter(adgroup__campaign=campaign)
        old_groups, old_ads = {group.pk: group for group in groups}, {ad.pk: ad for ad in ads}
        _write_children(campaign, tree, now, old_groups, old_ads)
        Ad.objects.filter(pk__in=old_ads).delete()  # what is left was named by nobody
        AdGroup.objects.filter(pk__in=old_groups).delete()
        record(campaign, actor, door, Change.Act.EDITED, "campaign", before, dict(tree), now)
    return reload(campaign)


def discard_draft(*, actor: Person, door: str, campaign: Campaign, now: datetime) -> None:
    """Takes a draft away; the journal keeps its tree. Raises WrongState for anything that was launched."""
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        hold(campaign)
        require_draft(campaign)
        record(campaign, actor, door, Change.Act.DISCARDED, "campaign", campaign.raw_tree(), None, now)
        campaign.delete()


def _require_types(advertiser: Advertiser, tree: Mapping[str, Any], now: datetime) -> None:
    facts = judge_raw(advertiser=advertiser, raw=tree, now=now).facts
    if facts.malformed:
        problems = tuple(Malformed(item.path, item.message) for item in facts.malformed)
        first = problems[0]
        said = f"{first.path}: {first.message}."
        more = len(problems) - 1
        raise NotWellFormed(f"{said} {more} more." if more else said, problems)


def _write_children(
    campaign: Campaign,
    tree: Mapping[str, Any],
    now: datetime,
    old_groups: dict[int, AdGroup] | None = None,
    old_ads: dict[int, Ad] | None = None,
) -> None:
    """Writes what stands below a campaign. Rows named by `id` are taken out of the two and written over."""
    for position, raw_group in enumerate(tree.get("adgroups") or [], 1):
        group = _take(old_groups, raw_group) or AdGroup(campaign=campaign, created_at=now)
        group.position = position
        _write_over(group, own_members(_without_id(old_groups, raw_group), Level.ADGROUP))
        group.save()
        made = []
        for place, raw_ad in enumerate(raw_group.get("ads") or [], 1):
            ad = _take(old_ads, raw_ad) or Ad(created_at=now)
            ad.adgroup, ad.position = group, place
            _write_over(ad, _without_id(old_ads, raw_ad))
            if ad.pk:
                ad.save()
            else:
                made.append(ad)
        Ad.objects.bulk_create(made)


def _take(standing: dict[int, Row] | None, raw: Mapping[str, Any]) -> Row | None:
    given = raw.get("id")
    if not standing or not isinstance(given, int) or isinstance(given, bool):
        return None
    return standing.pop(given, None)


def _without_id(standing: object, raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in raw.items() if standing is None or name != "id"}


def _write_over(thing: AdGroup | Ad, wanted: Mapping[str, Any]) -> None:
    if thing.pk and thing.wanted != wanted:
        thing.version += 1
    write_wanted(thing, wanted)
