"""May a change of something live go out at once, or must it be proposed: the one place that decides."""

from collections.abc import Sequence
from datetime import datetime

from campaigns.contract.statuses import ENABLE
from campaigns.models import Advertiser, Person, Thing
from campaigns.rules.authority import Act
from campaigns.rules.edits import EditFacts, LockFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.rules.lifecycle import SWITCH
from campaigns.services.access import require
from campaigns.services.errors import Forbidden, MustPropose
from campaigns.services.locks import find_lock


def decide(
    *,
    actor: Person,
    advertiser: Advertiser,
    edits: Sequence[EditFacts],
    findings: Sequence[Finding],
    starts: bool = False,
) -> None:
    """Returns where the change may go at once. `starts`: something is switched on, whatever the mirror holds of it.

    Raises MustPropose with what escalates, or where the change is beyond the actor's authority; Forbidden for those who
    may change nothing.
    """
    require(actor, advertiser, Act.EDIT)
    _refuse_escalated(findings)
    if starts or any(edit.after.get(SWITCH) == ENABLE for edit in edits):
        try:
            require(actor, advertiser, Act.START)
        except Forbidden as error:  # who may change it may at least ask for it
            raise MustPropose(error.message, ()) from error


def decide_growth(*, actor: Person, advertiser: Advertiser, findings: Sequence[Finding]) -> None:
    """Returns where what is added to something live may leave at once; raises as `decide` does."""
    require(actor, advertiser, Act.LAUNCH)
    _refuse_escalated(findings)


def _refuse_escalated(findings: Sequence[Finding]) -> None:
    escalated = tuple(item for item in findings if item.level is FindingLevel.ESCALATE)
    if escalated:
        raise MustPropose(f"A manager has to agree: {escalated[0].message}", escalated)


def read_lock(thing: Thing, *, starting: bool, now: datetime) -> LockFacts:
    """The learning lock that holds for a change of an object; `starting`: it is switched on again."""
    return find_lock(thing=thing, now=now, starting=starting)
