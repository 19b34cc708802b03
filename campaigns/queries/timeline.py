"""What happened to a campaign, newest first, from three books: decisions (Change), what TikTok reported (Flip) and our
calls (Push: the last one of each object). Narrowed by kind and object, and read in stretches of time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from campaigns.contract.levels import Level
from campaigns.contract.statuses import list_in_review, list_refused
from campaigns.models import Campaign, Change, Flip, ProposalItem, Push
from campaigns.queries.lists import list_changes, list_flips, list_pushes

PAGE = 100  # rows of a stretch; those of one moment stay together
KINDS = ("edit", "launch", "approval", "switch", "review", "drift", "module", "status", "call")

Act, Cause = Change.Act, Flip.Cause
_REVIEWED = [name for level in Level for name in (*list_in_review(level), *list_refused(level))]
_LAUNCHES = (Act.CREATED, Act.LAUNCHED, Act.PAUSED, Act.RESUMED, Act.CANCELLED, Act.REMADE, Act.RESOLVED)
_CHANGE_KINDS = {
    "approval": Q(act__in=[Act.PROPOSED, Act.DECIDED]),
    "switch": Q(act__in=[Act.STOPPED, Act.STARTED, Act.REMOVED, Act.SWITCHED_OFF]),
    "launch": Q(act__in=_LAUNCHES),
}
_FLIP_KINDS = {
    "switch": Q(member="operation_status"),
    "review": Q(member="review")
    | Q(member="secondary_status") & (Q(before__in=_REVIEWED) | Q(after__in=_REVIEWED)),
    "drift": Q(cause=Cause.ELSEWHERE) | Q(member="stranger"),
    "module": Q(member__startswith="module:"),
    "edit": Q(member__startswith="body:"),
}


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows carry their `kind`; `older`: there is more before this moment. `proposals` are by our id of the change."""

    changes: Sequence[Change] = ()
    flips: Sequence[Flip] = ()
    pushes: Sequence[Push] = ()
    older: datetime | None = None
    proposals: Mapping[int, int] | None = None


def read_timeline(
    campaign: Campaign,
    *,
    kinds: Iterable[str] = KINDS,
    target: str = "",
    since: datetime | None = None,
    before: datetime | None = None,
    most: int = PAGE,
) -> Timeline:
    """The newest `most` rows of some kinds, of one object (`adgroups/12`) or all, within [since, before). Seven queries."""
    books = [_narrow(rows, kinds, target, since, before) for rows in _open(campaign)]
    moments = sorted(
        (at for rows in books for at in rows.values_list("told_at", flat=True)[: most + 1]), reverse=True
    )
    older = moments[most - 1] if len(moments) > most else None
    changes, flips, pushes = (list(rows.filter(told_at__gte=older) if older else rows) for rows in books)
    items = ProposalItem.objects.filter(change__in=[item.pk for item in changes])
    return Timeline(
        changes,
        flips,
        pushes,
        older if older and older > moments[-1] else None,
        dict(items.values_list("change_id", "proposal_id")),
    )


def _open(campaign: Campaign) -> tuple["QuerySet[Any]", ...]:
    changes = list_changes(campaign).annotate(told_at=F("at"), kind=_sort(_CHANGE_KINDS, "edit"))
    flips = list_flips(campaign).annotate(told_at=F("at"), kind=_sort(_FLIP_KINDS, "status"))
    pushes = list_pushes(campaign).filter(sent_at__isnull=False).select_related("campaign", "adgroup", "ad")
    pushes = pushes.annotate(
        told_at=Coalesce("settled_at", "sent_at"), kind=Value("call", output_field=CharField())
    )
    return changes, flips, pushes


def _sort(kinds: Mapping[str, Q], rest: str) -> Case:
    return Case(
        *(When(rule, then=Value(kind)) for kind, rule in kinds.items()),
        default=Value(rest),
        output_field=CharField(),
    )


def _narrow(
    rows: "QuerySet[Any]",
    kinds: Iterable[str],
    target: str,
    since: datetime | None,
    before: datetime | None,
) -> "QuerySet[Any]":
    rows = rows.filter(kind__in=list(kinds))
    if target:
        level, _, pk = target.partition("/")
        own = Q(**{level.removesuffix("s"): pk}) if pk else Q(depth=0)
        rows = rows.filter(own if rows.model is Push else Q(target=target))
    if since:
        rows = rows.filter(told_at__gte=since)
    if before:
        rows = rows.filter(told_at__lt=before)
    return rows.order_by("-told_at", "-pk")
