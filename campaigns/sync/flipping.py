"""What moved between two readings of an object, as Flips with their cause. Composes rows, saves nothing.

Members are compared in canonical form, so that defaults and targeting that does not count move nothing. What TikTok
fills in around our own write is no move: a member counts once it was read, or was wanted.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.statuses import FROZEN
from campaigns.models import Campaign, Flip, Thing
from campaigns.sync.canonical import canonicalize

Cause = Flip.Cause


@dataclass(frozen=True, slots=True)
class Move:
    """What a reading says of an object, beside its body."""

    status: str
    secondary: str
    gone: bool


def list_flips(
    thing: Thing, body: Mapping[str, Any], move: Move, *, ours: bool, since: datetime | None, now: datetime
) -> list[Flip]:
    """All that moved. `ours`: the body is the answer to a write of our own."""
    if thing.remote is None:
        return [compose_flip(thing, "existence", "", "there", cause=Cause.OURS, now=now)]
    was_sent = cache(lambda: _was_sent(thing, since))
    flips: list[Flip] = []
    if thing.operation_status != move.status:
        wanted = ours or (move.status == thing.wanted_switch and was_sent())
        cause = Cause.OURS if wanted else Cause.TIKTOK if move.status == FROZEN else Cause.ELSEWHERE
        flips.append(
            compose_flip(
                thing,
                "operation_status",
                thing.operation_status,
                move.status,
                cause=cause,
                since=since,
                now=now,
            )
        )
    if thing.secondary_status != move.secondary:
        flips.append(
            compose_flip(
                thing, "secondary_status", thing.secondary_status, move.secondary, since=since, now=now
            )
        )
    if move.gone != thing.is_removed:
        before, after = ("there", "gone") if move.gone else ("gone", "there")
        cause = Cause.ELSEWHERE if move.gone else Cause.TIKTOK
        flips.append(compose_flip(thing, "existence", before, after, cause=cause, since=since, now=now))
    if not move.gone:
        for path, before_value, after_value, wanted in _list_moved(thing, body):
            cause = Cause.OURS if ours or (wanted and was_sent()) else Cause.ELSEWHERE
            flips.append(
                compose_flip(
                    thing,
                    f"body:{path}",
                    _write(before_value),
                    _write(after_value),
                    cause=cause,
                    since=since,
                    now=now,
                )
            )
    return flips


def compose_flip(
    thing: Thing,
    member: str,
    before: str,
    after: str,
    *,
    now: datetime,
    cause: str = Cause.TIKTOK,
    since: datetime | None = None,
) -> Flip:
    campaign = thing if isinstance(thing, Campaign) else thing.campaign
    return Flip(
        advertiser_id=campaign.advertiser_id,
        campaign_ref=campaign.pk,
        target=name_target(thing),
        member=member,
        before=before,
        after=after,
        cause=cause,
        since=since,
        at=now,
    )


def name_target(thing: Thing) -> str:
    """How the journals name an object."""
    return "campaign" if thing.level is Level.CAMPAIGN else f"{thing.level}s/{thing.pk}"


def _list_moved(thing: Thing, body: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any, bool]]:
    """Members that changed: path, both values as TikTok wrote them, and whether the new one is as wanted."""
    old_raw: Mapping[str, Any] = thing.remote or {}
    old, new = canonicalize(thing.level, old_raw), canonicalize(thing.level, body)
    aim = canonicalize(thing.level, thing.wanted)
    for name in sorted({*old, *new}):
        if old.get(name) == new.get(name) or (name not in old_raw and name not in thing.wanted):
            continue
        pair = (old.get(name), new.get(name))
        if all(item is None or isinstance(item, Mapping) for item in pair):
            left, right = (item or {} for item in pair)
            wished = aim.get(name) or {}
            raw = [source.get(name) or {} for source in (old_raw, body)]
            for inner in sorted({*left, *right}):
                if left.get(inner) != right.get(inner):
                    yield (
                        f"{name}/{inner}",
                        raw[0].get(inner),
                        raw[1].get(inner),
                        right.get(inner) == wished.get(inner),
                    )
        else:
            yield name, old_raw.get(name), body.get(name), new.get(name) == aim.get(name)


def _was_sent(thing: Thing, since: datetime | None) -> bool:
    """Whether a call of ours about the object left since it was last read. One query, for what moved only."""
    pushes = thing.pushes.filter(sent_at__isnull=False)
    return (pushes.filter(sent_at__gte=since) if since else pushes).exists()


def _write(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # TikTok writes the same amount now as 750 and now as 750.0
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
