"""Which trees are worth reading oftener than the rest of their account."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.contract.levels import Level
from campaigns.contract.statuses import list_in_review
from campaigns.models import Ad, AdGroup, Advertiser, Campaign
from campaigns.rules.policy import house_policy


def find_hot(advertiser: Advertiser, *, now: datetime) -> "QuerySet[Campaign]":
    """Trees that are launching, in review, were changed lately by us, or may still be learning; removed ones never."""
    policy = house_policy()
    lately = now - policy.seconds("pull.hot_after_change")
    groups = AdGroup.objects.filter(
        campaign=OuterRef("pk"), secondary_status__in=list_in_review(Level.ADGROUP)
    )
    ads = Ad.objects.filter(adgroup__campaign=OuterRef("pk"), secondary_status__in=list_in_review(Level.AD))
    hot = (
        Q(launch__finished_at__isnull=True)
        | Q(launch__finished_at__gte=now - policy.days("learning.days"))
        | Q(changed_at__gte=lately)
        | Q(written_at__gte=lately)
        | Exists(groups)
        | Exists(ads)
    )
    rows = Campaign.objects.filter(advertiser=advertiser, remote_id__isnull=False, vanished_at__isnull=True)
    return rows.filter(hot, launch__isnull=False).order_by("pk")
