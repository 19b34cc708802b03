"""What was read back and needs people: drift, refusals in review, strangers, surprises; and the daily results."""

from django.db.models import QuerySet

from campaigns.contract.levels import Level
from campaigns.contract.statuses import ENABLE, list_refused
from campaigns.models import Ad, Campaign, Person, Reading, Result, Stranger, Surprise
from campaigns.models.campaign import CampaignQuerySet
from campaigns.models.trees import within_tree
from campaigns.queries.lists import visible_campaigns, visible_to


def list_drifting(person: Person) -> CampaignQuerySet:
    """Campaigns in which TikTok holds something otherwise than wanted, the longest first."""
    return visible_campaigns(person).drifting().order_by("drifting_since", "pk")


def list_refused_ads(person: Person) -> "QuerySet[Ad]":
    """Ads of campaigns that are on, refused in TikTok's review wholly or in part."""
    rows = Ad.objects.filter(
        adgroup__campaign__advertiser__in=visible_to(person),
        adgroup__campaign__operation_status=ENABLE,
        adgroup__campaign__vanished_at__isnull=True,
        secondary_status__in=list_refused(Level.AD),
        vanished_at__isnull=True,
    )
    return rows.select_related("adgroup__campaign__advertiser").order_by("-remote_read_at", "pk")


def list_strangers(person: Person) -> "QuerySet[Stranger]":
    """Campaigns of the person's accounts that were made elsewhere and stand there still."""
    rows = Stranger.objects.filter(advertiser__in=visible_to(person), level=Level.CAMPAIGN.value)
    return rows.filter(vanished_at__isnull=True).select_related("advertiser")


def visible_strangers(person: Person) -> "QuerySet[Stranger]":
    """What was made elsewhere and stands there still, as campaigns of their own or below ours, in the person's accounts."""
    rows = Stranger.objects.filter(advertiser__in=visible_to(person), vanished_at__isnull=True)
    return rows.select_related("advertiser", "campaign__advertiser", "adgroup")


def visible_results(person: Person) -> "QuerySet[Result]":
    """Daily results of the person's accounts, the newest days first."""
    return Result.objects.filter(advertiser__in=visible_to(person)).select_related(
        "advertiser", "campaign", "adgroup", "ad"
    )


def visible_surprises(person: Person) -> "QuerySet[Surprise]":
    """Where TikTok and our rules disagreed, in the person's accounts, newest first."""
    return Surprise.objects.filter(advertiser__in=visible_to(person)).select_related("advertiser")


def narrow_results(rows: "QuerySet[Result]", *, campaign: int) -> "QuerySet[Result]":
    """A campaign's own results and those of all below it."""
    return within_tree(rows, campaign)


def read_refusal(campaign: Campaign) -> str:
    """Why TikTok's creative report was not read, in TikTok's words; "" where nothing was refused."""
    reading = Reading.objects.filter(advertiser=campaign.advertiser, kind=Reading.Kind.ASSETS).first()
    return str(reading.state.get("refused") or "") if reading else ""
