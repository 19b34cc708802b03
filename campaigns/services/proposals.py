"""What every step of a proposal does: claim it at the version looked at, carry it out, write it down.

Of two answers at once one holds. What goes out, goes out in the transaction that decided it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from campaigns.contract.shape import Malformed
from campaigns.models import Campaign, Change, Decision, Person, Proposal, ProposalItem
from campaigns.services import envelopes
from campaigns.services.announcing import announce_step
from campaigns.services.applying import LOCK_RULE, Applied, Outcome, apply_items
from campaigns.services.errors import NotWellFormed, Stale, WrongState
from campaigns.services.wanted import hold, name_target

State, Did = Proposal.State, Decision.Act
COMMENT_LIMIT = 2000  # of Decision.comment


def carry_out(
    *,
    proposal: Proposal,
    actor: Person | None,
    door: str,
    now: datetime,
    through: frozenset[str] = frozenset({LOCK_RULE}),
) -> Applied:
    """Applies a proposal that was claimed, and leaves it in the state that came of it. In the caller's transaction."""
    applied = apply_items(proposal=proposal, actor=actor, door=door, through=through, now=now)
    state, did = _ENDS[applied.outcome]
    proposal.state = state
    proposal.save(update_fields=["state"])
    if applied.outcome is Outcome.DONE:
        envelopes.use(proposal=proposal, now=now)
    else:
        envelopes.free(proposal=proposal, now=now)
    book(proposal, None if did is not Did.APPLIED else actor, door, did, now, applied.said)
    return applied


def expire(*, proposal: Proposal, now: datetime) -> bool:
    """Ends what was valid until now; False where somebody moved it meanwhile. In the caller's transaction."""
    if not try_claim(proposal, proposal.version, Proposal.OPEN_STATES, now, state=State.EXPIRED):
        return False
    envelopes.free(proposal=proposal, now=now)
    book(proposal, None, Change.Door.MACHINE, Did.EXPIRED, now)
    return True


def overtake(*, proposal: Proposal, actor: Person, door: str, said: str, now: datetime) -> bool:
    """Ends what was decided otherwise elsewhere; False where somebody moved it meanwhile. In the caller's transaction."""
    if not try_claim(proposal, proposal.version, Proposal.OPEN_STATES, now, state=State.STALE):
        return False
    proposal.items.update(receipt=ProposalItem.Receipt.STALE, note=said, settled_at=now)
    envelopes.free(proposal=proposal, now=now)
    book(proposal, actor, door, Did.FELL_STALE, now, said)
    return True


_ENDS = {
    Outcome.DONE: (State.APPLIED, Did.APPLIED),
    Outcome.STALE: (State.STALE, Did.FELL_STALE),
    Outcome.AGAIN: (State.OPEN, Did.HELD_BACK),
    Outcome.STOPPED: (State.STOPPED, Did.STOPPED),
}


def hold_all(campaigns: Iterable[Campaign]) -> None:
    """Holds campaigns in the one order of locks: campaigns by our id, then the proposal, then the envelope."""
    for campaign in sorted(set(campaigns), key=lambda item: item.pk):
        hold(campaign)


def claim(proposal: Proposal, version: int, states: Sequence[str], now: datetime, **values: Any) -> None:
    """Takes the proposal at the version that was looked at, its campaigns held. Raises Stale; WrongState where it is over."""
    hold_all(item.campaign for item in proposal.items.select_related("campaign"))
    if proposal.valid_until > now and try_claim(proposal, version, states, now, **values):
        return
    proposal.refresh_from_db()
    if proposal.state not in states:
        by = f" by {proposal.decided_by.display_name}" if proposal.decided_by else ""
        raise WrongState(f"It is {proposal.get_state_display().lower()}{by} already; nothing was done.")
    if proposal.valid_until <= now:
        raise WrongState(f"It was valid until {proposal.valid_until:%Y-%m-%d %H:%M} UTC. Ask again.")
    raise Stale("The proposal was changed meanwhile. Look at it again.", proposal.version)


def try_claim(proposal: Proposal, version: int, states: Sequence[str], now: datetime, **values: Any) -> bool:
    rows = Proposal.objects.filter(pk=proposal.pk, version=version, state__in=states)
    claimed = rows.update(version=F("version") + 1, changed_at=now, **values)
    if claimed:
        proposal.refresh_from_db()
    return bool(claimed)


def book(
    proposal: Proposal,
    actor: Person | None,
    door: str,
    did: Decision.Act,
    now: datetime,
    comment: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """One step of the proposal's life: in its decisions, among the notices, and in the journal of each campaign it is about."""
    Decision.objects.create(
        proposal=proposal,
        actor=actor,
        act=did,
        version=proposal.version,
        comment=comment[:COMMENT_LIMIT],
        detail=detail or None,
        at=now,
    )
    announce_step(proposal=proposal, did=did, actor=actor, comment=comment, now=now)
    if did in (Did.APPLIED, Did.STOPPED):
        return  # what went out has a Change of its own
    Change.objects.bulk_create(
        Change(
            advertiser_id=proposal.advertiser_id,
            actor=actor,
            door=door,
            act=Change.Act.PROPOSED if did is Did.ASKED else Change.Act.DECIDED,
            campaign_ref=item.campaign_id,
            target=name_target(item.target),
            before=item.before,
            after=item.after,
            note=f"Proposal {proposal.pk}, {did.label.lower()}" + (f": {comment}" if comment else ""),
            at=now,
        )
        for item in proposal.items.select_related("campaign", "adgroup", "ad")
    )


def read_text(text: str, name: str, limit: int, *, needed: bool = True) -> str:
    said = " ".join(text.replace("\x00", "").split())
    problem = ""
    if needed and not said:
        problem = "say why: the other side reads it"
    elif len(said) > limit:
        problem = f"keep it within {limit} characters; it has {len(said)}"
    if problem:
        raise NotWellFormed(f"{name}: {problem}.", (Malformed(name, problem),))
    return said
