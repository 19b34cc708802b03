"""Going through the lists of an account page by page: each page is compared with our rows in one query, and only what
moved is loaded, held and folded. Nothing is kept of a page but the ids on it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.contract.levels import Level
from campaigns.models import AdGroup, Campaign
from campaigns.rules.policy import house_policy
from campaigns.sync import mirror
from campaigns.sync.gateway import Gateway
from campaigns.sync.rows import ROOT, find_by_remote, pick_rows, rows_of
from campaigns.sync.strangers import Register, forget_claimed, note_absent, note_strangers

GROUPS_AT_ONCE = 100  # whose ads are held in memory together
EVERYTHING = {"primary_status": "STATUS_ALL"}  # deleted objects too, so that a deletion is told from a gap


@dataclass(slots=True)
class Walk:
    """One reading. `seen_at`: when the one before it began, if that was complete."""

    gateway: Gateway
    register: Register
    now: datetime
    begun: datetime
    seen_at: datetime | None = None
    moved: int = 0
    calls: int = 0
    roots: set[int] = field(default_factory=set)  # our ids of campaigns in which something moved
    groups: set[int] = field(default_factory=set)  # our ids of ad groups whose modules may have moved
    totals: dict[str, int] = field(default_factory=dict)  # rows of the whole list, by level
    seen: set[str] = field(default_factory=set)  # TikTok's ids of the campaigns that it showed
    drifted: bool = False  # whether drift began in one of them


def walk_level(
    walk: Walk, level: Level, filtering: Mapping[str, Any], *, campaigns: set[int] | None = None
) -> None:
    """Reads a list to its end and folds it; then marks what a complete list lacks. `campaigns`: our ids of those that the
    filter names, None = the whole account.

    Raises TikTokError where the reading broke off or did not add up: what was seen is folded, nothing is marked as gone.
    """
    seen: set[str] = set()
    begun = walk.gateway.now()
    for page in walk.gateway.walk(level, {**filtering, **EVERYTHING}):
        walk.calls += 1
        if campaigns is None:
            walk.totals[level.value] = page.total_rows
        rows = {str(row[level.id_member]): row for row in page.rows if row.get(level.id_member)}
        seen |= rows.keys()
        walk.seen |= rows.keys() if level is Level.CAMPAIGN else set()
        _fold_page(walk, level, rows, read_at=begun)
        begun = walk.gateway.now()
    _mark_absent(walk, level, seen, campaigns)
    note_absent(walk.register, level, campaigns, now=walk.now)


def finish_walk(walk: Walk) -> None:
    """Books the modules of ad groups in which something moved."""
    pks = sorted(walk.groups)
    for start in range(0, len(pks), GROUPS_AT_ONCE):
        some = AdGroup.objects.filter(pk__in=pks[start : start + GROUPS_AT_ONCE])
        for group in some.select_related("campaign").prefetch_related("ads"):
            mirror.flip_modules(group, ads=list(group.ads.all()), now=walk.now)


def _fold_page(walk: Walk, level: Level, rows: dict[str, dict[str, Any]], *, read_at: datetime) -> None:
    columns = ("pk", "remote_id", "remote", "vanished_at", ROOT[level])
    news: dict[int, list[int]] = defaultdict(list)
    held: set[str] = set()
    known = find_by_remote(level, walk.gateway.advertiser, rows.keys(), *columns)
    for pk, remote_id, remote, vanished_at, root in known:
        held.add(remote_id)
        body = rows[remote_id]
        if remote != body or (vanished_at is not None) != mirror.is_gone(level, body):
            news[root].append(pk)
    for root, pks in news.items():
        _fold_rows(walk, level, root, pks, rows, read_at)
    forget_claimed(walk.register, level, held)
    strange = [row for remote_id, row in rows.items() if remote_id not in held]
    note_strangers(walk.register, walk.gateway, level, strange, now=walk.now)


def _fold_rows(
    walk: Walk, level: Level, root: int, pks: list[int], rows: Mapping[str, Any], read_at: datetime
) -> None:
    with transaction.atomic():
        if not Campaign.objects.hold(root):
            return
        pairs = [(thing, rows[thing.remote_id]) for thing in pick_rows(level, pks) if thing.remote_id in rows]
        moved = mirror.fold_all(pairs, now=walk.now, read_at=read_at, seen_at=walk.seen_at)
    walk.moved += len(moved)
    walk.roots |= {root} if moved else set()
    if level is not Level.CAMPAIGN:
        walk.groups |= {thing.pk if level is Level.ADGROUP else thing.adgroup_id for thing in moved}  # type: ignore[union-attr]


def _mark_absent(walk: Walk, level: Level, seen: set[str], campaigns: Iterable[int] | None) -> None:
    # younger ones may only not be visible yet: a stale read is no deletion
    bound = walk.begun - house_policy().seconds("push.visibility_bound")
    rows = rows_of(level, walk.gateway.advertiser).filter(
        remote_id__isnull=False, vanished_at__isnull=True, remote_read_at__lt=bound
    )
    if campaigns is not None:
        rows = rows.filter(**{f"{ROOT[level]}__in": campaigns})
    for pk, remote_id, root in rows.values_list("pk", "remote_id", ROOT[level]):
        if remote_id in seen:
            continue
        with transaction.atomic():
            Campaign.objects.hold(root)
            (thing,) = pick_rows(level, [pk])
            mirror.note_vanished(thing, now=walk.now)
        walk.moved += 1
        walk.roots.add(root)
