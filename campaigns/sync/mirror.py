"""The one road by which what TikTok holds comes into our rows. Writes remote columns and Flips, nothing else.

An unchanged row costs no write. What moved is booked with the time of reading, which is not the time it happened.
Whoever folds holds the campaign, so that the row compared with is the row that stands.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import DatabaseError

from campaigns.contract.choices import read_modules
from campaigns.contract.levels import Level
from campaigns.contract.statuses import is_deleted
from campaigns.models import Ad, AdGroup, Campaign, Flip, Thing
from campaigns.models.prepared import save_columns
from campaigns.rules.policy import house_policy
from campaigns.sync.announcing import announce_flips
from campaigns.sync.bodies import compose_wanted, list_pictures
from campaigns.sync.canonical import find_differences
from campaigns.sync.flipping import Move, compose_flip, list_flips, name_target

_COLUMNS = (
    "remote",
    "remote_id",
    "operation_status",
    "secondary_status",
    "remote_read_at",
    "written_at",
    "vanished_at",
)


def is_known(thing: Thing, body: Mapping[str, Any]) -> bool:
    """Whether a remote body says nothing that its row does not say already."""
    return thing.remote == body and thing.is_removed == is_gone(thing.level, body)


def is_gone(level: Level, body: Mapping[str, Any]) -> bool:
    """Whether TikTok says of an object that it was deleted."""
    return is_deleted(level, str(body.get("secondary_status") or ""))


def fold(thing: Thing, body: Mapping[str, Any], *, now: datetime, read_at: datetime | None = None) -> bool:
    """Takes a remote body into its row; tells whether anything moved. See `fold_all`."""
    return bool(fold_all([(thing, body)], now=now, read_at=read_at))


def fold_all(
    pairs: Iterable[tuple[Thing, Mapping[str, Any]]],
    *,
    now: datetime,
    read_at: datetime | None = None,
    seen_at: datetime | None = None,
) -> list[Thing]:
    """Takes remote bodies into their rows; returns the rows that moved.

    `read_at` is when the reading began, by real time; None: the body is the answer to a write of our own. What the row
    learned later than that stands, and so does what our write made true while TikTok may not show it yet. `seen_at` is
    when an earlier reading saw all these rows as they stand.
    """
    moved: list[Thing] = []
    flips: list[Flip] = []
    fresh = [(thing, body) for thing, body in pairs if not is_known(thing, body)]
    young = [thing for thing, _ in fresh if read_at is not None and is_young(thing, read_at)]
    pictures = list_pictures(_find_account(young[0]), young) if young else {}
    for thing, body in fresh:
        if read_at is not None and _is_older(thing, body, read_at, pictures):
            continue
        move = Move(
            status=str(body.get("operation_status") or thing.operation_status),
            secondary=str(body.get("secondary_status") or ""),
            gone=is_gone(thing.level, body),
        )
        since = max((at for at in (thing.remote_read_at, seen_at) if at), default=None)
        flips += list_flips(thing, body, move, ours=read_at is None, since=since, now=now)
        thing.remote = dict(body)
        thing.remote_id = str(body[thing.level.id_member])
        thing.operation_status = move.status
        thing.secondary_status = move.secondary
        thing.remote_read_at = read_at or now
        thing.written_at = thing.written_at if read_at else now
        thing.vanished_at = (thing.vanished_at or now) if move.gone else None
        moved.append(thing)
    _save(moved, *_COLUMNS)
    Flip.objects.bulk_create(flips)
    announce_flips(flips, now=now)
    return moved


def note_read(thing: Thing, *, at: datetime) -> None:
    """A reading that began then says what the row says: nothing of it is written but when that was."""
    type(thing)._default_manager.filter(pk=thing.pk, vanished_at=None, remote_read_at__lt=at).update(
        remote_read_at=at
    )


def fold_switch(thing: Thing, status: str, *, now: datetime) -> None:
    """Takes a status call's answer into the row; the rest of the body follows with the next reading."""
    if thing.operation_status != status:
        _turn(thing, status, now=now).save()
    _note_switch(thing, status, now=now)
    _save([thing], *_SWITCHED)


def _save(things: Sequence[Thing], *columns: str) -> None:
    """Raises DatabaseError where one of them is not there any more."""
    for model in dict.fromkeys(type(thing) for thing in things):
        some = [thing for thing in things if isinstance(thing, model)]
        if save_columns(some, *columns) != len(some):
            raise DatabaseError(f"not all of these are there any more: {some}")


_SWITCHED = ("operation_status", "remote", "remote_read_at", "written_at")


def _turn(thing: Thing, status: str, *, now: datetime) -> Flip:
    ours, since = Flip.Cause.OURS, thing.remote_read_at
    before = thing.operation_status
    return compose_flip(thing, "operation_status", before, status, cause=ours, since=since, now=now)


def _note_switch(thing: Thing, status: str, *, now: datetime) -> None:
    thing.operation_status = status
    thing.remote = {**(thing.remote or {}), "operation_status": status}
    thing.remote_read_at = thing.written_at = now


def fold_switches(things: Sequence[Thing], status: str, *, now: datetime) -> None:
    """The same for objects of one level that one call switched."""
    if len(things) < 2:
        for thing in things:
            fold_switch(thing, status, now=now)
        return
    Flip.objects.bulk_create(
        _turn(thing, status, now=now) for thing in things if thing.operation_status != status
    )
    for thing in things:
        _note_switch(thing, status, now=now)
    _save(things, *_SWITCHED)


def fold_members(thing: Thing, members: Mapping[str, Any], *, now: datetime) -> None:
    """Takes members that a call has certainly set into the row; the rest of the body follows with the next reading."""
    fold(thing, {**(thing.remote or {}), **members}, now=now)


def note_written(thing: Thing, *, at: datetime) -> None:
    """A look at `at` found that a write of ours which was in doubt is true: readings from soon after may not show it yet."""
    thing.written_at = max(thing.written_at or at, at)
    _save([thing], "written_at")


def forget(thing: Thing) -> None:
    """The object is gone for good and will be made again: the row holds nothing of TikTok's any more."""
    thing.remote_id = thing.remote = None
    thing.remote_read_at = thing.written_at = thing.vanished_at = None
    thing.operation_status = thing.secondary_status = ""
    _save([thing], *_COLUMNS)


def note_vanished(thing: Thing, *, now: datetime, ours: bool = False) -> None:
    """A complete reading did not hold the object; or (`ours`) a call of ours removed it."""
    if thing.vanished_at is None:
        cause, since = Flip.Cause.OURS if ours else Flip.Cause.ELSEWHERE, thing.remote_read_at
        gone = compose_flip(thing, "existence", "there", "gone", cause=cause, since=since, now=now)
        gone.save()
        announce_flips([gone], now=now)
        thing.vanished_at = now
        thing.written_at = now if ours else thing.written_at
        _save([thing], "vanished_at", "written_at")


def fold_review(ad: Ad, review: Mapping[str, Any] | None, *, now: datetime) -> bool:
    """Takes the reasons of a refusal into an ad's row, or takes them off again; tells whether they moved."""
    before, after = _say_review(ad.review), _say_review(review)
    if before != after:
        moved = compose_flip(ad, "review", before, after, since=ad.review_read_at, now=now)
        moved.save()
        announce_flips([moved], now=now)
    changed = ad.review != review
    ad.review, ad.review_read_at = (dict(review) if review else None), now
    _save([ad], "review", "review_read_at")
    return changed


def flip_modules(group: AdGroup, *, ads: Sequence[Ad], now: datetime) -> None:
    """Books the state of the four modules of an ad group when it moved; the first reading books them all (R2)."""
    if not group.remote:
        return
    current = read_modules(group.remote, [ad.remote for ad in ads if ad.remote])
    known = dict(
        Flip.objects.filter(
            campaign_ref=group.campaign_id, target=name_target(group), member__startswith="module:"
        )
        .order_by("at", "pk")
        .values_list("member", "after")
    )
    Flip.objects.bulk_create(
        compose_flip(group, f"module:{module}", known.get(f"module:{module}", ""), state, now=now)
        for module, state in current.items()
        if known.get(f"module:{module}", "") != state
    )


def is_young(thing: Thing, read_at: datetime) -> bool:
    """Whether a reading came so soon after a write of our own that it may not show it."""
    bound = house_policy().seconds("push.visibility_bound")
    return thing.written_at is not None and read_at < thing.written_at + bound


def _is_older(thing: Thing, body: Mapping[str, Any], read_at: datetime, pictures: Mapping[str, str]) -> bool:
    """Whether a reading may tell less than the row knows: begun before it, or too soon after a write of our own to show it.

    Within the visibility bound after our write a reading that takes back what the write made true is stale, no drift.
    """
    if thing.remote_read_at and read_at < thing.remote_read_at:
        return True
    if not is_young(thing, read_at):
        return False
    if thing.vanished_at is not None and not is_gone(thing.level, body):
        return True
    if (
        thing.operation_status == thing.wanted_switch
        and body.get("operation_status") != thing.operation_status
    ):
        return True
    level, wanted = thing.level, compose_wanted(thing, pictures)
    true = {item.path for item in find_differences(level=level, wanted=wanted, remote=thing.remote or {})}
    return any(
        item.path not in true for item in find_differences(level=level, wanted=wanted, remote=dict(body))
    )


def _find_account(thing: Thing) -> int:
    """Our id."""
    return thing.advertiser_id if isinstance(thing, Campaign) else _find_account(thing.parent)


def _say_review(review: Mapping[str, Any] | None) -> str:
    return "; ".join(map(str, (review or {}).get("reasons") or [])) or (
        str(review.get("status") or "refused") if review else ""
    )
