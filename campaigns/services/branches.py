"""Ad groups and ads of a draft: added, copied, taken away."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from campaigns.contract.limits import ADGROUPS_PER_CAMPAIGN, ADS_PER_ADGROUP
from campaigns.contract.paths import find_at
from campaigns.models import Ad, AdGroup, Campaign, Change, Person
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.drafts import STARTER_ADGROUP
from campaigns.services.errors import WrongState
from campaigns.services.wanted import (
    EMPTY_AD,
    campaign_of,
    hold,
    name_target,
    record,
    require_draft,
    show_raw,
    touch,
    write_wanted,
)

_KEPT = (
    "ad_format",
    "identity_type",
    "identity_id",
    "identity_authorized_bc_id",
)  # of a creative, by its copies


def add_adgroup(
    *, actor: Person, door: str, campaign: Campaign, now: datetime, copy_of: AdGroup | None = None
) -> AdGroup:
    """Adds an ad group to a draft: a copy with its ads, or one with the usual settings and an empty ad."""
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        hold(campaign)
        require_draft(campaign)
        if campaign.adgroups.count() >= ADGROUPS_PER_CAMPAIGN:
            raise WrongState(f"A campaign holds at most {ADGROUPS_PER_CAMPAIGN} ad groups (P1).")
        place = (campaign.adgroups.aggregate(last=Max("position"))["last"] or 0) + 1
        first = copy_of or campaign.adgroups.first()
        wanted = begin_adgroup(first.wanted if first else None, place)
        if copy_of:
            wanted["adgroup_name"] = f"{copy_of.wanted.get('adgroup_name') or 'Ad group'} (copy)"
        group = AdGroup(campaign=campaign, position=place, created_at=now)
        write_wanted(group, wanted)
        group.save()
        ads = [dict(ad.wanted) for ad in copy_of.ads.all()] if copy_of else [dict(EMPTY_AD)]
        for position, members in enumerate(ads, 1):
            ad = Ad(adgroup=group, position=position, created_at=now)
            write_wanted(ad, members)
            ad.save()
        touch(campaign, now)
        record(campaign, actor, door, Change.Act.EDITED, name_target(group), None, wanted, now)
    return group


def begin_adgroup(sibling: Mapping[str, Any] | None, place: int) -> dict[str, Any]:
    """What a new ad group begins with, at its place counted from 1.

    Under CBO it must share ten fields with its siblings, so it begins from one of them (U1).
    """
    return {**(STARTER_ADGROUP if sibling is None else sibling), "adgroup_name": f"Ad group {place}"}


def begin_ad(sibling: Mapping[str, Any] | None) -> dict[str, Any]:
    """What one of many ads begins with: who speaks and what to press are its sibling's, what is shown and said is its own."""
    if sibling is None:
        return dict(EMPTY_AD)
    shared = {name: sibling[name] for name in ("ad_configuration", "call_to_action_list") if name in sibling}
    info = find_at(sibling, "creative_list/0/creative_info")
    kept = {name: info[name] for name in _KEPT if name in info} if isinstance(info, Mapping) else {}
    return {**EMPTY_AD, **shared, "creative_list": [{"creative_info": kept}] if kept else []}


def add_ad(*, actor: Person, door: str, adgroup: AdGroup, now: datetime, copy_of: Ad | None = None) -> Ad:
    """Adds an ad to a draft's ad group: a copy, or an empty one."""
    campaign = adgroup.campaign
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        hold(campaign)
        require_draft(campaign)
        if adgroup.ads.count() >= ADS_PER_ADGROUP:
            raise WrongState(f"An ad group holds at most {ADS_PER_ADGROUP} ads (R11).")
        place = (adgroup.ads.aggregate(last=Max("position"))["last"] or 0) + 1
        wanted = dict(copy_of.wanted) if copy_of else dict(EMPTY_AD)
        ad = Ad(adgroup=adgroup, position=place, created_at=now)
        write_wanted(ad, wanted)
        ad.save()
        touch(campaign, now)
        record(campaign, actor, door, Change.Act.EDITED, name_target(ad), None, wanted, now)
    return ad


def remove_child(*, actor: Person, door: str, thing: AdGroup | Ad, now: datetime) -> None:
    """Takes an ad group or ad out of a draft; the journal keeps it."""
    campaign = campaign_of(thing)
    require(actor, campaign.advertiser, Act.DRAFT)
    with transaction.atomic(durable=True):
        hold(campaign)
        require_draft(campaign)
        record(campaign, actor, door, Change.Act.EDITED, name_target(thing), show_raw(thing), None, now)
        thing.delete()
        # read anew: what was prefetched still holds it
        if isinstance(thing, AdGroup):
            _number(AdGroup.objects.filter(campaign=campaign))
        else:
            _number(Ad.objects.filter(adgroup=thing.adgroup))
        touch(campaign, now)


def _number(siblings: Iterable[AdGroup | Ad]) -> None:
    """Places without gaps: what has no name is called by its place."""
    for place, sibling in enumerate(siblings, 1):
        if sibling.position != place:
            sibling.position = place
            sibling.save(update_fields=["position"])
