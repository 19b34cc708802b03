"""How many campaigns of each state the accounts have, for lists. Of a large account the numbers are kept for some seconds."""

import logging
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from redis.exceptions import RedisError

from campaigns import queries
from campaigns.models import Campaign

log = logging.getLogger(__name__)
LARGE = 5_000  # campaigns of an account: to count them takes longer than all else of a page
KEPT = timedelta(seconds=10)

Counts = Mapping[tuple[int, str], int]  # by our id of the account, and state


@dataclass(frozen=True, slots=True)
class Tally:
    """`at`: when the oldest of what was kept was counted, by real time; None where all was counted just now."""

    counts: Counts
    at: datetime | None


def count_campaigns(accounts: Collection[int], *, real_now: datetime, large: int = LARGE) -> Tally:
    """The numbers of accounts, by our id."""
    kept = {pk: held for pk, held in _read(accounts).items() if real_now - held[1] < KEPT}
    counts: Counter[tuple[int, str]] = Counter()
    for own, _ in kept.values():
        counts.update(own)
    fresh = [pk for pk in accounts if pk not in kept]
    if fresh:
        counted = queries.count_states(Campaign.objects.filter(advertiser__in=fresh))
        counts.update(counted)
        _keep(counted, real_now, large)
    return Tally(counts, min((at for _, at in kept.values()), default=None))


def _read(accounts: Collection[int]) -> dict[int, tuple[dict[tuple[int, str], int], datetime]]:
    try:
        found = cache.get_many([_key(pk) for pk in accounts])
    except RedisError:
        log.warning("the cache is away: every campaign is counted anew")
        return {}
    return {pk: found[_key(pk)] for pk in accounts if _key(pk) in found}


def _keep(counts: Counts, real_now: datetime, large: int) -> None:
    held: dict[int, dict[tuple[int, str], int]] = {}
    for key, count in counts.items():
        held.setdefault(key[0], {})[key] = count
    kept = {_key(pk): (own, real_now) for pk, own in held.items() if sum(own.values()) > large}
    if not kept:
        return
    try:
        cache.set_many(kept, timeout=KEPT.total_seconds())
    except RedisError:
        log.warning("the cache is away: what was counted is not kept")


def _key(account: int) -> str:
    return f"campaigns:{account}"
