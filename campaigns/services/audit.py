"""The chain over the journal: every change is sealed after it was written, so that tampering shows and nobody queues.

A seal is keyed (AUDIT_KEY) over its change and the seal before it, per account. Who can write the database without the
key can neither alter, take out nor put in a change before the last seal unseen. What policy gives up leaves its seal with a
keyed mark; the last one of a beginning that went altogether is where the chain starts from then on. What was cut off at the
end shows to whoever kept an earlier head: `verify_audit` prints it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from campaigns.models import Advertiser, Campaign, Change, ProposalItem, Seal

AT_ONCE = 500  # changes that one round seals for an account
START = "0" * 64


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that is not as it was sealed."""

    number: int  # of the seal; 0 where there is none
    change: int
    words: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a chain says. `head` is the last seal's digest, to be kept elsewhere; `open` changes wait for their seal."""

    seals: int
    head: str
    open: int
    breaks: tuple[Break, ...]


def seal_changes(*, now: datetime) -> int:
    """Seals what no seal names yet, in the order of its numbers. Returns how many; another sealer's work is left to it."""
    waiting = _list_unsealed().order_by().values_list("advertiser", flat=True).distinct()
    return sum(_seal_account(account, now) for account in waiting)


def verify_chain(advertiser: Advertiser) -> Verdict:
    """Walks an account's chain from its beginning. Two queries for each thousand links."""
    breaks: list[Break] = []
    before, number = START, 0
    seals = Seal.objects.filter(advertiser=advertiser).order_by("number")
    for link, change in _pair(seals):
        number += 1
        if number == 1 and _is_marked(link, "start"):
            number = link.number
        if link.number != number:
            breaks.append(
                Break(link.number, link.change_ref, f"the links {number} to {link.number - 1} are gone")
            )
            number = link.number
        if change is None and (_is_marked(link, "hollow") or _is_marked(link, "start")):
            pass
        elif change is None:
            breaks.append(Break(number, link.change_ref, "the change was taken out"))
        elif not hmac.compare_digest(_digest(before, change), link.digest):
            breaks.append(Break(number, link.change_ref, "the change, or the link before it, was altered"))
        before = link.digest
    waiting = _list_unsealed().filter(advertiser=advertiser).count()
    return Verdict(number, before, waiting, tuple(breaks))


def give_up(*, before: datetime, most: int) -> int:
    """Takes sealed changes from before a moment away, and leaves the chain whole. Returns how many.

    Changes of campaigns that live stay, whatever their age: the learning ledgers and the pace are reckoned from them. So
    does what a proposal points to.
    """
    living = Campaign.objects.filter(vanished_at=None, pk=OuterRef("campaign_ref"))
    old = Change.objects.filter(
        ~Exists(living), Exists(Seal.objects.filter(change_ref=OuterRef("pk"))), at__lt=before
    ).exclude(pk__in=ProposalItem.objects.exclude(change=None).values("change"))
    pks = list(old.order_by("at", "pk").values_list("pk", flat=True)[:most])
    seals = list(Seal.objects.filter(change_ref__in=pks))
    for seal in seals:
        seal.mark = _mark(seal, "hollow")
    with transaction.atomic():
        Seal.objects.bulk_update(seals, ["mark"])
        Change.objects.filter(pk__in=pks).delete()
        for account in {seal.advertiser_id for seal in seals}:
            _shorten(account)
    return len(pks)


def _shorten(advertiser: int) -> None:
    """Of a beginning that is hollow altogether the last link stays, as the start."""
    seals = Seal.objects.filter(advertiser=advertiser)
    first = seals.filter(mark="").order_by("number").first()
    hollow = seals.filter(number__lt=first.number) if first else seals
    start = hollow.order_by("number").last()
    if start is not None:
        Seal.objects.filter(pk=start.pk).update(mark=_mark(start, "start"))
        hollow.exclude(pk=start.pk).delete()


def _mark(seal: Seal, kind: str) -> str:
    text = f"{kind}\n{seal.advertiser_id}\n{seal.number}\n{seal.change_ref}\n{seal.digest}"
    return f"{kind}:{hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()}"


def _is_marked(seal: Seal, kind: str) -> bool:
    return hmac.compare_digest(seal.mark, _mark(seal, kind))


def _list_unsealed() -> Any:
    return Change.objects.filter(~Exists(Seal.objects.filter(change_ref=OuterRef("pk"))))


def _seal_account(advertiser: int, now: datetime) -> int:
    last = Seal.objects.filter(advertiser=advertiser).order_by("number").last()
    number, before = (last.number, last.digest) if last else (0, START)
    links = []
    for change in _list_unsealed().filter(advertiser=advertiser).order_by("pk")[:AT_ONCE]:
        number, before = number + 1, _digest(before, change)
        links.append(
            Seal(advertiser_id=advertiser, number=number, change_ref=change.pk, digest=before, at=now)
        )
    try:
        with transaction.atomic():
            Seal.objects.bulk_create(links)
    except IntegrityError:  # another sealer was quicker with the same number
        return 0
    return len(links)


def _pair(seals: Any) -> Iterator[tuple[Seal, Change | None]]:
    batch: list[Seal] = []
    for link in seals.iterator(chunk_size=1000):
        batch.append(link)
        if len(batch) == 1000:
            yield from _with_changes(batch)
            batch = []
    yield from _with_changes(batch)


def _with_changes(batch: list[Seal]) -> Iterator[tuple[Seal, Change | None]]:
    found = Change.objects.in_bulk([link.change_ref for link in batch])
    return ((link, found.get(link.change_ref)) for link in batch)


def _digest(before: str, change: Change) -> str:
    said = {
        "id": change.pk,
        "advertiser": change.advertiser_id,
        "actor": change.actor_id,
        "door": change.door,
        "act": change.act,
        "campaign": change.campaign_ref,
        "target": change.target,
        "before": change.before,
        "after": change.after,
        "note": change.note,
        "token": change.token,
        "origin": change.origin,
        "at": change.at.isoformat(),
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hmac.new(settings.AUDIT_KEY.encode(), f"{before}\n{text}".encode(), hashlib.sha256).hexdigest()
