"""May a change of something live go out at once, or must it be proposed: the one place that decides."""

from collections.abc import Sequence

from campaigns.contract.statuses import ENABLE
from campaigns.models import Advertiser, Person, Thing
from campaigns.rules.authority import Act, may
from campaigns.rules.edits import EditFacts, LockFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.rules.lifecycle import SWITCH
from campaigns.services.access import find_role, require
from campaigns.services.errors import MustPropose


def decide(
    *, actor: Person, advertiser: Advertiser, edits: Sequence[EditFacts], findings: Sequence[Finding]
) -> None:
    """Returns where the change may go at once.

    Raises MustPropose with what escalates, or where the change is beyond the actor's authority; Forbidden for those who
    may change nothing.
    """
    require(actor, advertiser, Act.EDIT)
    escalated = tuple(item for item in findings if item.level is FindingLevel.ESCALATE)
    if escalated:
        raise MustPropose(f"A manager has to agree: {escalated[0].message}", escalated)
    if any(edit.after.get(SWITCH) == ENABLE for edit in edits):
        role = find_role(actor, advertiser)
        if role is None or not may(role, Act.START):
            raise MustPropose("Starting again is a manager's decision: ask one.", ())
        require(actor, advertiser, Act.START)


def read_lock(thing: Thing) -> LockFacts:
    """The learning lock of an object. Nothing is known of learning here yet: TikTok shows no state of it (9.5)."""
    return LockFacts()
