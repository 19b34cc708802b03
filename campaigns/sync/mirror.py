"""The one road by which what TikTok holds comes into our rows. Writes remote columns and Flips, nothing else.

An unchanged row costs no write. What moved is booked with the time of reading, which is not the time it happened.
Whoever folds holds the campaign, so that the row compared with is the row that stands.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from campaigns.contract.choices import read_modules
from campaigns.contract.levels import Level
from campaigns.contract.statuses import is_deleted
from campaigns.models import Ad, AdGroup, Campaign, Flip, Thing


def is_known(thing: Thing, body: Mapping[str, Any]) -> bool:
    """Whether a remote body says nothing that its row does not say already."""
    return thing.remote == body and thing.is_removed == _is_gone(thing, body)


def fold(thing: Thing, body: Mapping[str, Any], *, now: datetime, read_at: datetime | None = None) -> bool:
    """Takes a remote body into its row; tells whether anything moved.

    `read_at` is when the reading began, by real time; what the row learned later than that stands.
    """
    read_at = read_at or now
    if is_known(thing, body) or (thing.remote_read_at and read_at < thing.remote_read_at):
        return False
    status = str(body.get("operation_status") or thing.operation_status)
    secondary = str(body.get("secondary_status") or "")
    gone = _is_gone(thing, body)
    _flip_switches(thing, status, secondary, gone, now)
    thing.remote = dict(body)
    thing.remote_id = str(body[thing.level.id_member])
    thing.operation_status = status
    thing.secondary_status = secondary
    thing.remote_read_at = read_at
    thing.vanished_at = (thing.vanished_at or now) if gone else None
    _save(
        thing,
        ["remote", "remote_id", "operation_status", "secondary_status", "remote_read_at", "vanished_at"],
    )
    return True


def fold_switch(thing: Thing, status: str, *, now: datetime) -> None:
    """Takes a status call's answer into the row; the rest of the body follows with the next reading."""
    if thing.operation_status != status:
        _flip(thing, "operation_status", thing.operation_status, status, now)
    thing.operation_status = status
    thing.remote = {**(thing.remote or {}), "operation_status": status}
    thing.remote_read_at = now
    _save(thing, ["operation_status", "remote", "remote_read_at"])


def fold_members(thing: Thing, members: Mapping[str, Any], *, now: datetime) -> None:
    """Takes members that a call has certainly set into the row; the rest of the body follows with the next reading."""
    thing.remote = {**(thing.remote or {}), **members}
    thing.remote_read_at = now
    _save(thing, ["remote", "remote_read_at"])


def note_vanished(thing: Thing, *, now: datetime) -> None:
    """A complete reading did not hold the object."""
    if thing.vanished_at is None:
        _flip(thing, "existence", "there", "gone", now)
        thing.vanished_at = now
        _save(thing, ["vanished_at"])


def flip_modules(group: AdGroup, *, ads: list[Ad], now: datetime) -> None:
    """Books the state of the four modules of an ad group when it moved; the first reading books them all (R2)."""
    if not group.remote:
        return
    current = read_modules(group.remote, [ad.remote for ad in ads if ad.remote])
    known = dict(
        Flip.objects.filter(
            campaign_ref=group.campaign_id, target=_target(group), member__startswith="module:"
        )
        .order_by("at", "pk")
        .values_list("member", "after")
    )
    for module, state in current.items():
        before = known.get(f"module:{module}", "")
        if before != state:
            _flip(group, f"module:{module}", before, state, now)


def _is_gone(thing: Thing, body: Mapping[str, Any]) -> bool:
    return is_deleted(thing.level, str(body.get("secondary_status") or ""))


def _flip_switches(thing: Thing, status: str, secondary: str, gone: bool, now: datetime) -> None:
    if thing.remote is None:
        _flip(thing, "existence", "", "there", now)
        return
    for member, before, after in (
        ("operation_status", thing.operation_status, status),
        ("secondary_status", thing.secondary_status, secondary),
    ):
        if before != after:
            _flip(thing, member, before, after, now)
    if gone != thing.is_removed:
        _flip(thing, "existence", "gone" if thing.is_removed else "there", "gone" if gone else "there", now)


def _flip(thing: Thing, member: str, before: str, after: str, now: datetime) -> None:
    campaign = thing if isinstance(thing, Campaign) else thing.campaign
    Flip.objects.create(
        advertiser_id=campaign.advertiser_id,
        campaign_ref=campaign.pk,
        target=_target(thing),
        member=member,
        before=before,
        after=after,
        at=now,
    )


def _target(thing: Thing) -> str:
    return "campaign" if thing.level is Level.CAMPAIGN else f"{thing.level}s/{thing.pk}"


def _save(thing: models.Model, fields: list[str]) -> None:
    thing.save(update_fields=fields)
