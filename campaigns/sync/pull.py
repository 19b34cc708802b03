"""Reading back: one tree, or a whole account, to the end of every list, folded into the rows through the mirror."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.contract.levels import Level
from campaigns.contract.limits import FILTER_IDS
from campaigns.models import Ad, AdGroup, Advertiser, Campaign
from campaigns.rules.policy import house_policy
from campaigns.sync import mirror
from campaigns.sync.gateway import Gateway
from campaigns.tiktok.errors import Meaning, TikTokError

EVERYTHING = {"primary_status": "STATUS_ALL"}  # deleted objects too, so that a deletion is told from a gap


def pull_account(gateway: Gateway, *, now: datetime) -> int:
    """Reads every object of ours back. Returns how many rows moved. A reading that breaks off marks nothing as gone.

    Objects made elsewhere are not taken in here: only rows that we know are folded.
    """
    advertiser = gateway.advertiser
    known = list(
        Campaign.objects.filter(advertiser=advertiser, remote_id__isnull=False).values_list(
            "remote_id", flat=True
        )
    )
    moved = 0
    try:
        for start in range(0, len(known), FILTER_IDS):
            ids = [str(item) for item in known[start : start + FILTER_IDS]]
            moved += _pull_campaigns(gateway, ids, now)
    except TikTokError as error:
        Advertiser.objects.filter(pk=advertiser.pk).update(
            pull_error=f"{error.message} ({error.endpoint})"[:500]
        )
        if error.meaning is Meaning.TOKEN:
            note_dead_token(advertiser, error, now=now)
        raise
    Advertiser.objects.filter(pk=advertiser.pk).update(pulled_at=now, pull_error="")
    type(advertiser.connection).objects.filter(pk=advertiser.connection_id, refused_at__isnull=False).update(
        refused_at=None, refusal=""
    )
    return moved


def read_tree(gateway: Gateway, campaign_id: str) -> dict[Level, dict[str, dict[str, Any]]]:
    """One campaign with everything below it, by level and id."""
    return _read_levels(gateway, [campaign_id])


def refresh_tree(gateway: Gateway, campaign: Campaign) -> int:
    """Reads one campaign back and folds it. Returns how many rows moved. Raises TikTokError."""
    begun = gateway.now()
    found = read_tree(gateway, str(campaign.remote_id))
    with transaction.atomic():
        Campaign.objects.hold(campaign.pk)
        fresh = Campaign.objects.prefetch_related("adgroups__ads").get(pk=campaign.pk)
        return fold_tree(fresh, found, now=gateway.now(), read_at=begun)


def note_dead_token(advertiser: Advertiser, error: TikTokError, *, now: datetime) -> None:
    """The connection is dead until a person renews it."""
    type(advertiser.connection).objects.filter(pk=advertiser.connection_id).update(
        refused_at=now, refusal=error.message[:500]
    )


def _read_levels(gateway: Gateway, campaign_ids: list[str]) -> dict[Level, dict[str, dict[str, Any]]]:
    filtering = {"campaign_ids": campaign_ids, **EVERYTHING}
    return {
        level: {str(row.get(level.id_member)): row for row in gateway.read_all(level, filtering)}
        for level in Level
    }


def _pull_campaigns(gateway: Gateway, campaign_ids: list[str], now: datetime) -> int:
    begun = gateway.now()
    found = _read_levels(gateway, campaign_ids)
    campaigns = Campaign.objects.filter(advertiser=gateway.advertiser, remote_id__in=campaign_ids)
    moved = 0
    for campaign in campaigns.prefetch_related("adgroups__ads"):
        if not _has_news(campaign, found):
            continue
        with transaction.atomic():
            Campaign.objects.hold(campaign.pk)
            fresh = Campaign.objects.prefetch_related("adgroups__ads").get(pk=campaign.pk)
            moved += fold_tree(fresh, found, now=now, read_at=begun)
    return moved


def _has_news(campaign: Campaign, found: dict[Level, dict[str, dict[str, Any]]]) -> bool:
    """Whether a reading may move any row of a tree: nearly always not, and then it needs no transaction."""
    things: list[Campaign | AdGroup | Ad] = [campaign]
    for group in campaign.adgroups.all():
        things += [group, *group.ads.all()]
    for thing in things:
        body = found[thing.level].get(thing.remote_id or "")
        if thing.remote_id and (
            thing.vanished_at is None if body is None else not mirror.is_known(thing, body)
        ):
            return True
    return False


def fold_tree(
    campaign: Campaign, found: dict[Level, dict[str, dict[str, Any]]], *, now: datetime, read_at: datetime
) -> int:
    """Folds what was read of one campaign; objects that a complete reading lacks are marked as gone.

    The caller holds the campaign. `read_at` is when the reading began, by real time.
    """
    moved = _fold_rows([campaign], found[Level.CAMPAIGN], now, read_at)
    for group in campaign.adgroups.all():
        ads = list(group.ads.all())
        turned = _fold_rows([group], found[Level.ADGROUP], now, read_at)
        turned += _fold_rows(ads, found[Level.AD], now, read_at)
        if turned:
            mirror.flip_modules(group, ads=ads, now=now)
        moved += turned
    return moved


def _fold_rows(
    rows: Iterable[Campaign | AdGroup | Ad],
    found: dict[str, dict[str, Any]],
    now: datetime,
    read_at: datetime,
) -> int:
    bound = house_policy().seconds("push.visibility_bound")
    moved = 0
    for row in rows:
        if row.remote_id is None:
            continue
        body = found.get(row.remote_id)
        if body is not None:
            moved += mirror.fold(row, body, now=now, read_at=read_at)
        elif row.vanished_at is None and row.remote_read_at and read_at - row.remote_read_at > bound:
            # younger ones may only not be visible yet: a stale read is no deletion
            mirror.note_vanished(row, now=now)
            moved += 1
    return moved
