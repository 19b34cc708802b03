"""Ad groups and ads of a draft: added, copied, taken away."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from campaigns.contract.limits import ADGROUPS_PER_CAMPAIGN, ADS_PER_ADGROUP
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
        # a new ad group under CBO must share ten fields with its siblings: begin from one of them (U1)
        wanted = dict(first.wanted if first else STARTER_ADGROUP)
        wanted["adgroup_name"] = (
            f"{wanted.get('adgroup_name') or 'Ad group'} (copy)" if copy_of else f"Ad group {place}"
        )
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
