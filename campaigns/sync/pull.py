"""Reading back: one object, one tree, or a whole account, to the end of every list, folded into the rows through the mirror."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from campaigns.contract.levels import Level
from campaigns.contract.limits import FILTER_IDS, PAGE_SIZE
from campaigns.models import Ad, AdGroup, Advertiser, Campaign, Reading, Thing
from campaigns.rules.policy import house_policy
from campaigns.sync import drift, mirror
from campaigns.sync.connections import note_accepted
from campaigns.sync.gateway import Gateway
from campaigns.sync.rows import ROOT, rows_of
from campaigns.sync.strangers import open_register
from campaigns.sync.walking import EVERYTHING, Walk, finish_walk, walk_level
from campaigns.tiktok.errors import Meaning, TikTokError

__all__ = [
    "EVERYTHING",
    "fold_tree",
    "pull_account",
    "pull_campaigns",
    "read_tree",
]

Found = dict[Level, dict[str, dict[str, Any]]]


def pull_account(gateway: Gateway, *, now: datetime) -> Walk:
    """Reads every object of the account back by the fewest calls: whole lists, or filtered by our campaigns where others
    hold most of the account.

    A list that does not add up marks nothing as gone and raises TikTokError, after the other lists were read too.
    """
    advertiser = gateway.advertiser
    last = Reading.objects.filter(advertiser=advertiser, kind=Reading.Kind.WHOLE).first()
    totals = (last.state.get("totals") or {}) if last else {}
    walk = _open_walk(
        gateway, now=now, seen_at=last.begun_at if last and last.done_at and not last.error else None
    )
    broken: TikTokError | None = None
    try:
        walk_level(walk, Level.CAMPAIGN, {})  # always whole: campaigns made elsewhere are counted and said
        for level in (Level.ADGROUP, Level.AD):
            try:
                for ids in _choose_filters(walk, level, totals):
                    _walk_part(walk, level, ids)
            except TikTokError as error:
                if error.meaning is not Meaning.UNSURE:
                    raise
                broken = error  # the list moved or fell short: the next one is read all the same
        _finish(walk)
        if broken is not None:
            raise broken
    except TikTokError as error:
        said = f"{error.message} ({error.endpoint})"[:500]
        Advertiser.objects.filter(pk=advertiser.pk).update(pull_error=said)
        raise
    Advertiser.objects.filter(pk=advertiser.pk).update(pulled_at=now, pull_error="")
    note_accepted(advertiser.connection)
    return walk


def pull_campaigns(gateway: Gateway, campaigns: Iterable[Campaign], *, now: datetime) -> Walk:
    """Reads the trees of some campaigns back, a hundred in three lists. Raises TikTokError."""
    walk = _open_walk(gateway, now=now, seen_at=None)
    ids = [str(campaign.remote_id) for campaign in campaigns if campaign.remote_id]
    for start in range(0, len(ids), FILTER_IDS):
        for level in Level:
            _walk_part(walk, level, ids[start : start + FILTER_IDS])
    _finish(walk)
    return walk


def count_calls(advertiser: Advertiser, totals: dict[str, int]) -> int:
    """How many calls the next whole reading takes, as far as the last one's totals tell."""
    return sum(
        max(1, -(-totals.get(level.value, rows_of(level, advertiser).count()) // PAGE_SIZE[level.value]))
        for level in Level
    )


def read_tree(gateway: Gateway, campaign_id: str) -> Found:
    """One campaign with everything below it, by level and id."""
    filtering = {"campaign_ids": [campaign_id], **EVERYTHING}
    return {
        level: {str(row.get(level.id_member)): row for row in gateway.read_all(level, filtering)}
        for level in Level
    }


def refresh_tree(gateway: Gateway, campaign: Campaign) -> int:
    """Reads one campaign back and folds it. Returns how many rows moved. Raises TikTokError."""
    begun = gateway.now()
    found = read_tree(gateway, str(campaign.remote_id))
    with transaction.atomic():
        Campaign.objects.hold(campaign.pk)
        fresh = Campaign.objects.prefetch_related("adgroups__ads").get(pk=campaign.pk)
        return fold_tree(fresh, found, now=gateway.now(), read_at=begun)


def fold_tree(campaign: Campaign, found: Found, *, now: datetime, read_at: datetime) -> int:
    """Folds what was read of one campaign; objects that a complete reading lacks are marked as gone.

    The caller holds the campaign. `read_at` is when the reading began, by real time.
    """
    moved = len(_fold_rows([campaign], found[Level.CAMPAIGN], now, read_at))
    for group in campaign.adgroups.all():
        ads = list(group.ads.all())
        turned = _fold_rows([group], found[Level.ADGROUP], now, read_at)
        turned += _fold_rows(ads, found[Level.AD], now, read_at)
        if turned:
            mirror.flip_modules(group, ads=ads, now=now)
        moved += len(turned)
    if moved:
        drift.note_drift([campaign.pk], now=now)
    return moved


def _open_walk(gateway: Gateway, *, now: datetime, seen_at: datetime | None) -> Walk:
    ours = Campaign.objects.filter(advertiser=gateway.advertiser, remote_id__isnull=False)
    register = open_register(gateway.advertiser, dict(ours.values_list("remote_id", "pk")))  # type: ignore[arg-type]
    return Walk(gateway, register, now=now, begun=gateway.now(), seen_at=seen_at)


def _finish(walk: Walk) -> None:
    finish_walk(walk)
    walk.drifted = drift.note_drift(walk.roots | walk.register.moved, now=walk.now)


def _walk_part(walk: Walk, level: Level, ids: Sequence[str] | None) -> None:
    if ids is None:
        walk_level(walk, level, {})
    else:
        inside = {walk.register.ours[item] for item in ids}
        walk_level(walk, level, {"campaign_ids": list(ids)}, campaigns=inside)


def _choose_filters(walk: Walk, level: Level, totals: dict[str, int]) -> list[Sequence[str] | None]:
    """The campaigns to filter a list by, a hundred at a time, or [None] for the whole list: whatever takes fewer calls."""
    size = PAGE_SIZE[level.value]
    total = totals.get(level.value)
    alive = Campaign.objects.filter(advertiser=walk.gateway.advertiser, remote_id__isnull=False)
    ids = [str(item) for item in alive.filter(vanished_at__isnull=True).values_list("remote_id", flat=True)]
    if total is None or -(-total // size) <= -(-len(ids) // FILTER_IDS):
        return [None]
    counted = rows_of(level, walk.gateway.advertiser).filter(remote_id__isnull=False).values_list(ROOT[level])
    sizes = dict(counted.annotate(count=Count("pk")))
    parts = [ids[start : start + FILTER_IDS] for start in range(0, len(ids), FILTER_IDS)]
    calls = sum(
        max(1, -(-sum(sizes.get(walk.register.ours[item], 0) for item in part) // size)) for part in parts
    )
    return list(parts) if calls < -(-total // size) else [None]


def _fold_rows(
    rows: Sequence[Campaign | AdGroup | Ad],
    found: dict[str, dict[str, Any]],
    now: datetime,
    read_at: datetime,
) -> list[Thing]:
    bound = house_policy().seconds("push.visibility_bound")
    there = [(row, found[row.remote_id]) for row in rows if row.remote_id in found and row.remote_id]
    moved = mirror.fold_all(there, now=now, read_at=read_at)
    for row in rows:
        if row.remote_id is None or row.remote_id in found or row.vanished_at is not None:
            continue
        if row.remote_read_at and read_at - row.remote_read_at > bound:
            # younger ones may only not be visible yet: a stale read is no deletion
            mirror.note_vanished(row, now=now)
            moved.append(row)
    return moved
