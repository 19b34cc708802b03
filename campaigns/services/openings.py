"""What goes by itself: waiting proposals when their lock opens, bounded ones when the live value fits, and what expires.

All that waits for one ad group goes together, as one train, so that it begins anew at most once. A proposal is judged again at
this moment, under the locks of its campaigns; of several workers one carries it out.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from campaigns.contract.shape import read_moment
from campaigns.contract.statuses import ENABLE
from campaigns.models import Change, Proposal
from campaigns.rules.lifecycle import SWITCH
from campaigns.services.bounds import reaches
from campaigns.services.learning import read_standings
from campaigns.services.locks import list_touched, weigh_lock
from campaigns.services.proposals import State, carry_out, expire, hold_all, try_claim

AT_ONCE = 200  # proposals of one round; the next one follows within a minute


def run_due(*, now: datetime) -> int:
    """Carries out and ends what is due. Returns how many proposals moved."""
    return _expire_due(now) + _open_bounded(now) + _open_waiting(now)


def list_groups(proposal: Proposal) -> set[int]:
    """Our ids of the ad groups that a proposal touches."""
    return {group.pk for item in proposal.items.all() for group in list_touched(item.target)}


def is_locked(proposal: Proposal, *, now: datetime) -> bool:
    """Whether a lock holds for any part of a proposal."""
    for item in proposal.items.all():
        standings = read_standings(adgroups=list_touched(item.target), now=now)
        if weigh_lock(standings.values(), starting=item.after.get(SWITCH) == ENABLE).locked:
            return True
    return False


def _expire_due(now: datetime) -> int:
    over = 0
    rows = Proposal.objects.filter(state__in=Proposal.OPEN_STATES)
    ended = [
        row for row in rows.filter(Q(valid_until__lte=now) | Q(bounds__isnull=False)) if _is_over(row, now)
    ]
    for proposal in ended[:AT_ONCE]:
        with transaction.atomic(durable=True):
            over += expire(proposal=proposal, now=now)
    return over


def _is_over(proposal: Proposal, now: datetime) -> bool:
    if proposal.valid_until <= now:
        return True
    return proposal.bounds is not None and read_moment(proposal.bounds["until"]) <= now


def _open_bounded(now: datetime) -> int:
    gone = 0
    for proposal in _list_rows(State.BOUNDED):
        items = list(proposal.items.all())
        if proposal.bounds and reaches(proposal.bounds, items):
            gone += _go(proposal, now)
    return gone


def _open_waiting(now: datetime) -> int:
    """Which locks are open is asked before anything goes: what goes together does not lock itself out."""
    ready = [proposal for proposal in _list_rows(State.WAITING) if not is_locked(proposal, now=now)]
    aboard: set[int] = set()
    gone = 0
    for proposal in ready:
        groups = list_groups(proposal)
        gone += _go(proposal, now, together=bool(groups & aboard))
        aboard |= groups
    return gone


def _go(proposal: Proposal, now: datetime, *, together: bool = True) -> bool:
    """`together`: its lock was open for this train, whatever passengers before it began anew since."""
    with transaction.atomic(durable=True):
        hold_all(item.campaign for item in proposal.items.all())
        if not together and is_locked(proposal, now=now):
            return False
        if not try_claim(proposal, proposal.version, (proposal.state,), now, state=State.APPLIED):
            return False
        carry_out(proposal=proposal, actor=proposal.decided_by, door=Change.Door.MACHINE, now=now)
    return True


def _list_rows(state: str) -> Iterable[Proposal]:
    rows = Proposal.objects.filter(state=state, advertiser__disconnected_at=None).select_related(
        "advertiser", "asked_by", "decided_by"
    )
    items = ("items__campaign__advertiser", "items__adgroup__campaign", "items__ad__adgroup__campaign")
    return list(rows.prefetch_related(*items).order_by("created_at", "pk")[:AT_ONCE])
