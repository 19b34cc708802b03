"""How long things are kept: what is older than policy says (`keep.…`) goes, a small batch at a time.

Of campaigns that live all flips, changes and results stay, whatever their age: learning ledgers are reckoned from them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.db.models import Exists, F, OuterRef, QuerySet

from campaigns.models import (
    Campaign,
    Delivery,
    Flip,
    Keeping,
    Notice,
    RemoteEdit,
    Result,
    SignIn,
    Surprise,
)
from campaigns.rules.policy import house_policy
from campaigns.services.audit import give_up

AT_ONCE = 500  # rows of one batch: a longer delete would keep writers waiting
AGAIN = timedelta(seconds=5)  # after a full batch
ABANDONED = timedelta(minutes=5)  # whoever died over a batch is not waited for longer
APART = timedelta(days=1)

_LIVES = Exists(Campaign.objects.filter(vanished_at=None, pk=OuterRef("campaign_ref")))
_OPEN = Exists(Session.objects.filter(session_key=OuterRef("session_key")))


def _list_results(before: datetime) -> "QuerySet[Result]":
    old = Result.objects.filter(day__lt=before.date())
    living = {"vanished_at": None}
    return (
        old.exclude(campaign__in=Campaign.objects.filter(**living))
        .exclude(adgroup__campaign__in=Campaign.objects.filter(**living))
        .exclude(ad__adgroup__campaign__in=Campaign.objects.filter(**living))
    )


# What may go of each kind, from before a moment
_OLD: Mapping[str, Callable[[datetime], "QuerySet[Any]"]] = {
    "results": _list_results,
    "flips": lambda before: Flip.objects.filter(~_LIVES, at__lt=before),
    "surprises": lambda before: Surprise.objects.filter(at__lt=before),
    "remote_edits": lambda before: RemoteEdit.objects.filter(~_LIVES, at__lt=before),
    "notices": lambda before: Notice.objects.filter(at__lt=before),
    "deliveries": lambda before: Delivery.objects.exclude(state=Delivery.State.WAITING).filter(
        made_at__lt=before
    ),
    "sessions": lambda before: Session.objects.filter(expire_date__lt=before),
    "sign_ins": lambda before: SignIn.objects.filter(~_OPEN, at__lt=before),
    "attempts": lambda before: AccessAttempt.objects.filter(attempt_time__lt=before),
    "log_ins": lambda before: AccessLog.objects.filter(attempt_time__lt=before),
}
CHANGES = "changes"
KINDS = (*_OLD, CHANGES)


def keep_in_bounds(*, now: datetime, most: int = AT_ONCE) -> int:
    """Takes one batch of at most so many rows of every kind that is due. Real time. Returns how many went."""
    _ensure_rows(now)
    due = Keeping.objects.filter(due_at__lte=now).values_list("name", flat=True)
    return sum(_go_through(name, most, now) for name in list(due))


def _ensure_rows(now: datetime) -> None:
    missing = set(KINDS) - set(Keeping.objects.values_list("name", flat=True))
    Keeping.objects.bulk_create(
        [Keeping(name=name, due_at=now) for name in sorted(missing)], ignore_conflicts=True
    )


def _go_through(name: str, most: int, now: datetime) -> int:
    mine = Keeping.objects.filter(name=name)
    if not mine.filter(due_at__lte=now).update(due_at=now + ABANDONED):
        return 0  # another worker was quicker
    before = now - house_policy().days(f"keep.{name}")
    gone = give_up(before=before, most=most) if name == CHANGES else _take_away(_OLD[name](before), most)
    later = AGAIN if gone == most else APART
    mine.update(due_at=now + later, done_at=now, removed=F("removed") + gone)
    return gone


def _take_away(rows: "QuerySet[Any]", most: int) -> int:
    pks = list(rows.order_by("pk").values_list("pk", flat=True)[:most])
    rows.model._default_manager.filter(pk__in=pks).delete()
    return len(pks)
