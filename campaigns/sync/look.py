"""Looking whether an unsure create happened: adoption by multiset, never a blind repeat (design section 4).

Remote objects under the same parent that no row claims are matched by their canonical body against all rows whose call
may have made one. Two empty looks, some time apart, return the row to waiting; a look that finds an object which a rival's
call may have made is not empty. The last one begins two bounds after the call: a call may come as late as the bound, and a
reading may show what was a bound ago.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.shape import read_members, read_moment
from campaigns.contract.statuses import DISABLE, is_deleted
from campaigns.models import Push, Restoration, Stranger
from campaigns.rules.policy import house_policy
from campaigns.sync import leases, mirror, settling
from campaigns.sync.announcing import announce_need
from campaigns.sync.bodies import compose_wanted, list_pictures
from campaigns.sync.canonical import count_compared, find_differences
from campaigns.sync.flipping import name_target
from campaigns.sync.gateway import Gateway
from campaigns.sync.pictures import find_pictures
from campaigns.sync.plan import list_addresses
from campaigns.sync.transitions import Event
from campaigns.tiktok.errors import TikTokError

EMPTY_LOOKS = 2  # design section 4
# “From now” becomes a moment when a draft is launched: one that was launched before and is launched again has another
DRAWN_ANEW = frozenset({"schedule_start_time"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row whose call may have made an object: what that object would look like."""

    push_id: int
    wanted: dict[str, Any]
    size: int  # how many members are compared: who asks for more is served first
    drawn_anew: frozenset[str] = frozenset()  # members that another launch of the same draft writes otherwise

    def is_like(self, level: Level, row: dict[str, Any]) -> bool:
        differences = find_differences(level=level, wanted=self.wanted, remote=row)
        return all(item.path in self.drawn_anew for item in differences)


def look_for(push: Push, gateway: Gateway) -> None:
    """Settles an unsure row by what TikTok holds. Raises TikTokError when the reading fails; the row stays unsure."""
    policy = house_policy()
    sent_at = push.sent_at or gateway.now()
    bound = sent_at + policy.seconds("push.visibility_bound")
    begun = gateway.now()
    if begun < bound:
        leases.update_under_lease(push, not_before=bound, release=True)
        return
    if push.target.level is Level.AD and _is_doubted(push, Restoration.objects.first()):
        # what was uploaded since the backup is found again by its name: without its id no ad is like ours
        find_pictures(gateway, list_addresses(read_members(Level.AD, push.target.wanted).values))
    siblings = [row for row in _read_siblings(push, gateway) if _may_be_ours(push, row)]
    siblings.sort(key=lambda row: row.get("operation_status") != DISABLE)  # ours are made off: those first
    mine, alike, surplus = _match(push, siblings)
    left_on = gateway.stop(push.target.level, [_read_id(push, row) for row in surplus])
    now = gateway.now()
    with settling.settlement(push):
        if mine is None and alike:  # theirs or ours: settled once they are
            leases.update_under_lease(
                push, looks=0, not_before=now + policy.seconds("push.look_apart"), release=True
            )
        elif mine is None and (namesake := _find_namesake(push, siblings)):
            _ask_about(push, namesake, now=now)
        elif mine is None:
            _note_empty(push, sure=sent_at + 2 * policy.seconds("push.visibility_bound"), now=now)
        elif _read_id(push, mine) in settling.list_claimed(push):  # taken since by a worker that was faster
            leases.update_under_lease(push, not_before=now, release=True)
        else:
            error = _describe_surplus([_read_id(push, row) for row in surplus], left_on) if surplus else None
            event = Event.SURPLUS if surplus else Event.FOUND
            if leases.update_under_lease(push, event, error=error, settled_at=now, release=True):
                mirror.fold(push.target, mine, now=now, read_at=begun)
                if surplus:
                    announce_need(push.root_id, name_target(push.target), error, now=now)
                else:
                    settling.note_made(push, now=now)


def assign(
    level: Level, rows: Iterable[dict[str, Any]], candidates: Iterable[Candidate]
) -> tuple[dict[int, dict[str, Any]], list[dict[str, Any]]]:
    """Which remote object is whose, by the id of the push; and the rows that nobody's call accounts for.

    Members that were never wanted are TikTok's own business, so an object with more members also looks like one with
    fewer: whoever asks for most chooses first. Every worker comes to the same answer.
    """
    free = list(rows)
    taken: dict[int, dict[str, Any]] = {}
    for candidate in sorted(candidates, key=lambda item: (-item.size, item.push_id)):
        for row in free:
            if candidate.is_like(level, row):
                taken[candidate.push_id] = row
                free.remove(row)
                break
    return taken, free


def _match(
    push: Push, siblings: list[dict[str, Any]]
) -> tuple[dict[str, Any] | None, list[dict[str, Any]], list[dict[str, Any]]]:
    """The object that is this row's, all unclaimed ones that look like it, and those of them that are nobody's."""
    level = push.target.level
    # the rivals first: one that is settled in between then counts as a rival without an object, never the other way
    candidates = _list_candidates(push)
    claimed = settling.list_claimed(push)
    free = [row for row in siblings if _read_id(push, row) not in claimed]
    taken, rest = assign(level, free, candidates)
    own = next(item for item in candidates if item.push_id == push.pk)
    alike = [row for row in free if own.is_like(level, row)]
    return taken.get(push.pk), alike, [row for row in alike if row in rest]


def _list_candidates(push: Push) -> list[Candidate]:
    """The row itself and all others under the same parent whose call may have made something."""
    rows = Push.objects.filter(advertiser=push.advertiser, aspect=Push.Aspect.BODY, depth=push.depth)
    rows = rows.filter(state__in=[Push.State.UNSURE, Push.State.SENT])
    if push.adgroup is not None:
        rows = rows.filter(adgroup__campaign=push.adgroup.campaign)
    elif push.ad is not None:
        rows = rows.filter(ad__adgroup=push.ad.adgroup)
    rivals = [row for row in rows.select_related("campaign", "adgroup", "ad") if row.pk != push.pk]
    pictures = list_pictures(push.advertiser_id, [row.target for row in (push, *rivals)])
    restored = Restoration.objects.first()
    candidates = []
    for row in (push, *rivals):
        wanted = compose_wanted(row.target, pictures)
        size = count_compared(level=row.target.level, wanted=wanted)
        candidates.append(
            Candidate(row.pk, wanted, size, DRAWN_ANEW if _is_doubted(row, restored) else frozenset())
        )
    return candidates


def _read_siblings(push: Push, gateway: Gateway) -> list[dict[str, Any]]:
    """All objects under the same parent, to the end of the list."""
    level = push.target.level
    if push.adgroup is not None:
        return gateway.read_all(level, {"campaign_ids": [str(push.adgroup.campaign.remote_id)]})
    if push.ad is not None:
        return gateway.read_all(level, {"adgroup_ids": [str(push.ad.adgroup.remote_id)]})
    since = (push.sent_at - house_policy().seconds("push.look_back")) if push.sent_at else None
    return gateway.read_all(
        level, {"creation_filter_start_time": f"{since:%Y-%m-%d %H:%M:%S}"} if since else {}
    )


def _may_be_ours(push: Push, row: dict[str, Any]) -> bool:
    """Whether it lives and, for a campaign, was not there before the call: neither seen then nor long made.

    What stands below a parent that we made is ours whatever the two clocks say; only the account is shared with others.
    A clock of ours that runs ahead must not hide what we made, so `create_time` alone says little.
    """
    level = push.target.level
    if is_deleted(level, str(row.get("secondary_status") or "")) or not row.get(level.id_member):
        return False
    made = row.get("create_time")
    if level is not Level.CAMPAIGN or not made or not push.sent_at:
        return True
    seen = Stranger.objects.filter(advertiser=push.advertiser_id, remote_id=_read_id(push, row))
    if seen.filter(twin=False, seen_at__lt=push.sent_at).exists():
        return False
    return read_moment(made) >= push.sent_at - house_policy().seconds("push.look_back")


def _read_id(push: Push, row: dict[str, Any]) -> str:
    return str(row[push.target.level.id_member])


def _is_doubted(push: Push, restored: Restoration | None) -> bool:
    """Whether the database was put back since the call left, or since it may have left."""
    return restored is not None and push.sent_at is not None and push.sent_at < restored.at


def _find_namesake(push: Push, siblings: Iterable[dict[str, Any]]) -> str | None:
    """TikTok's id of an unclaimed object that has the row's name and another body: after the database was put back it may
    be the one that was launched then, edited since the backup."""
    name = push.target.name
    if not name or not _is_doubted(push, Restoration.objects.first()):
        return None
    claimed = settling.list_claimed(push)
    alike = [row for row in siblings if row.get(push.target.level.name_member) == name]
    return next((item for row in alike if (item := _read_id(push, row)) not in claimed), None)


def _ask_about(push: Push, namesake: str, *, now: datetime) -> None:
    said = (
        f"The database was put back from a backup, and TikTok holds {namesake} of the same name with another body. If it is"
        " this one, cancel here; else rename or remove one of them, then go on."
    )
    error = {"meaning": "restored", "message": said}
    if leases.update_under_lease(push, Event.DIFFERS, error=error, settled_at=now, release=True):
        announce_need(push.root_id, name_target(push.target), error, now=now)


def _note_empty(push: Push, *, sure: datetime, now: datetime) -> None:
    """One more look in vain; the last begins when no reading can miss any more what the call made (`sure`)."""
    looks = push.looks + 1
    if looks < EMPTY_LOOKS:
        again = max(sure, now + house_policy().seconds("push.look_apart"))
        leases.update_under_lease(push, looks=looks, not_before=again, release=True)
    else:
        leases.update_under_lease(
            push, Event.NOT_FOUND, looks=0, not_before=now, nudged_at=None, error=None, release=True
        )


def _describe_surplus(ids: Sequence[str], left_on: Mapping[str, TikTokError]) -> dict[str, Any]:
    """What a person is told of the surplus. What TikTok would not switch off is a twin to every later reading, which tries
    again; until then it may be spending."""
    said = f"TikTok holds {len(ids)} more object(s) like this one than we made"
    off = [item for item in ids if item not in left_on]
    if off:
        said += f", now switched off: {', '.join(off)}"
    for item, error in left_on.items():
        said += (
            f". TikTok would not switch {item} off ({error.message.rstrip('.')}): look whether it is spending"
        )
    return {"meaning": "surplus", "message": f"{said}.", "surplus": list(ids), "left_on": list(left_on)}
