"""What can be answered to a proposal: approve, also within bounds; return, also with another value; refuse; let wait (L2).

Nobody approves their own where the account's policy asks for two people; a token counts as its owner.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from campaigns.contract.paths import find_at
from campaigns.contract.shape import Malformed, store_members
from campaigns.models import Decision, Person, Proposal, policy_of
from campaigns.rules.authority import Act
from campaigns.services import envelopes
from campaigns.services.access import require
from campaigns.services.applying import Applied, Outcome
from campaigns.services.bounds import reaches, settle_bounds
from campaigns.services.edits import Edit, judge_edits
from campaigns.services.errors import Forbidden, NotWellFormed, Refused, Stale, WrongState
from campaigns.services.proposals import COMMENT_LIMIT, Did, State, book, carry_out, claim, read_text
from campaigns.services.proposing import describe_item
from campaigns.services.wanted import reload

UNDECIDED = (State.OPEN, State.RETURNED)
DECIDED = (State.WAITING, State.BOUNDED)  # and not gone out yet: a manager may still answer otherwise


def approve(
    *,
    actor: Person,
    door: str,
    proposal: Proposal,
    version: int,
    comment: str = "",
    bounds: Mapping[str, Any] | None = None,
    now: datetime,
) -> Proposal:
    """Lets it go out, now or, within `bounds` (else those that were asked for), as soon as the live value lies in them.

    Raises Stale where the version or a live value moved or more speaks against it by now; Refused for bounds that no
    value can meet, and where the envelope has no room; WrongState for what was decided; Forbidden.
    """
    _require_decider(actor, proposal)
    said = read_text(comment, "comment", COMMENT_LIMIT, needed=False)
    allowed = settle_bounds(bounds, proposal, now) if bounds else proposal.bounds
    items = list(proposal.items.select_related("campaign", "adgroup", "ad"))
    with transaction.atomic(durable=True):
        state = State.BOUNDED if allowed else State.APPLIED
        claim(proposal, version, (*UNDECIDED, *DECIDED), now, state=state, decided_by=actor, bounds=allowed)
        envelopes.place(proposal=proposal, now=now)
        book(proposal, actor, door, Did.BOUNDED if allowed else Did.APPROVED, now, said, allowed)
        if allowed and not reaches(allowed, items):
            return proposal
        applied = carry_out(proposal=proposal, actor=actor, door=door, now=now)
    _raise_unless_gone(proposal, applied)
    return proposal


def send_back(
    *,
    actor: Person,
    door: str,
    proposal: Proposal,
    version: int,
    comment: str,
    counters: Mapping[int, Mapping[str, Any]] | None = None,
    now: datetime,
) -> Proposal:
    """Returns it with a comment, and with other values by an item's position that whoever asked may accept in one press.

    Raises Refused where the rules refuse a counter-value, NotWellFormed, Stale, WrongState, Forbidden.
    """
    _require_decider(actor, proposal, own=True)
    said = read_text(comment, "comment", COMMENT_LIMIT, needed=not counters)
    with transaction.atomic(durable=True):
        claim(
            proposal,
            version,
            (*UNDECIDED, *DECIDED),
            now,
            state=State.RETURNED,
            decided_by=actor,
            bounds=None,
        )
        envelopes.free(proposal=proposal, now=now)
        if counters:
            _write_counters(proposal, counters, now)
        book(
            proposal,
            actor,
            door,
            Did.RETURNED,
            now,
            said,
            {str(key): value for key, value in (counters or {}).items()},
        )
    return proposal


def accept(*, actor: Person, door: str, proposal: Proposal, version: int, now: datetime) -> Proposal:
    """Whoever asked takes the counter-value: it goes out under the name of the manager who offered it.

    Raises WrongState where no counter-value is offered, Stale, Forbidden.
    """
    require(actor, proposal.advertiser, Act.PROPOSE)
    if actor != proposal.asked_by:
        raise Forbidden(f"Only {proposal.asked_by.display_name}, who asked, can accept the other value.")
    items = list(proposal.items.all())
    if proposal.state != State.RETURNED or not any(item.counter for item in items):
        raise WrongState("No other value is offered here.")
    with transaction.atomic(durable=True):
        claim(proposal, version, (State.RETURNED,), now, state=State.APPLIED)
        for item in items:
            if item.counter:
                item.after = {**item.after, **item.counter}
                item.save(update_fields=["after"])
        envelopes.place(proposal=proposal, now=now)
        book(proposal, actor, door, Did.ACCEPTED, now)
        applied = carry_out(proposal=proposal, actor=proposal.decided_by, door=door, now=now)
    _raise_unless_gone(proposal, applied)
    return proposal


def refuse(
    *, actor: Person, door: str, proposal: Proposal, version: int, comment: str, now: datetime
) -> Proposal:
    """Raises Stale, WrongState, NotWellFormed without a comment, Forbidden."""
    _require_decider(actor, proposal, own=True)
    said = read_text(comment, "comment", COMMENT_LIMIT)
    return _close(proposal, version, actor, door, State.REFUSED, Did.REFUSED, said, now)


def withdraw(*, actor: Person, door: str, proposal: Proposal, version: int, now: datetime) -> Proposal:
    """Whoever asked takes it back. Raises Stale, WrongState, Forbidden."""
    if actor != proposal.asked_by:
        raise Forbidden(f"Only {proposal.asked_by.display_name}, who asked, can take it back.")
    return _close(proposal, version, actor, door, State.WITHDRAWN, Did.WITHDRAWN, "", now)


def wait(
    *, actor: Person, door: str, proposal: Proposal, version: int, comment: str = "", now: datetime
) -> Proposal:
    """Lets it go by itself when the lock opens, judged again then. Raises Stale, WrongState, Refused, Forbidden."""
    _require_decider(actor, proposal)
    said = read_text(comment, "comment", COMMENT_LIMIT, needed=False)
    with transaction.atomic(durable=True):
        claim(
            proposal,
            version,
            (*UNDECIDED, State.BOUNDED),
            now,
            state=State.WAITING,
            decided_by=actor,
            bounds=None,
        )
        envelopes.place(proposal=proposal, now=now)
        book(proposal, actor, door, Did.WAITED, now, said)
    return proposal


def _require_decider(actor: Person, proposal: Proposal, *, own: bool = False) -> None:
    """Raises Forbidden unless the actor may decide about it; `own`: also where it is their own."""
    require(actor, proposal.advertiser, Act.DECIDE)
    if actor.via and actor == proposal.asked_by and not own:
        raise Forbidden(
            "A token counts as its owner, who asked for this: log in to decide, or ask another manager."
        )
    alone = policy_of(proposal.advertiser).count("approval.people") > 1 and actor == proposal.asked_by
    if alone and not own:
        raise Forbidden(
            "You asked for this yourself, and the account's policy wants two people: ask another manager."
        )


def _write_counters(proposal: Proposal, counters: Mapping[int, Mapping[str, Any]], now: datetime) -> None:
    items = {item.position: item for item in proposal.items.select_related("campaign", "adgroup", "ad")}
    for position, values in counters.items():
        item = items.get(position)
        strange = [path for path in values if item is None or path not in item.after]
        if item is None or strange or not values or item.grows:
            said = "name values of members that the proposal changes"
            raise NotWellFormed(f"counter: {said}.", (Malformed(f"counter/{position}", said),))
        edit = Edit(item.target, {**item.after, **values})
        judgement = judge_edits(campaign=reload(item.campaign), edits=[edit], now=now)
        if judgement.refused:
            raise Refused("The rules refuse that value.", judgement.findings)
        item.counter = dict(values)
        # whoever offers another value has looked at what is live by now
        live = next(
            (store_members(own.facts.before) for own in judgement.edits if own.thing == item.target), {}
        )
        item.before |= {path: find_at(live, path) for path in item.before if path.split("/")[0] in live}
        describe_item(item, judgement, now)
        item.save(update_fields=["counter", "before", "findings", "cost", "exposure"])


def _close(
    proposal: Proposal,
    version: int,
    actor: Person,
    door: str,
    state: Proposal.State,
    did: Decision.Act,
    comment: str,
    now: datetime,
) -> Proposal:
    with transaction.atomic(durable=True):
        claim(proposal, version, Proposal.OPEN_STATES, now, state=state, decided_by=actor)
        envelopes.free(proposal=proposal, now=now)
        book(proposal, actor, door, did, now, comment)
    return proposal


def _raise_unless_gone(proposal: Proposal, applied: Applied) -> None:
    """Says what became of an approval that did not go out. What stopped is told by its receipts."""
    if applied.outcome in (Outcome.STALE, Outcome.AGAIN):
        raise Stale(applied.said, proposal.version)
