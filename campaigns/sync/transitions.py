"""The life of a push row: one table of what happens in which state, and where that leads. Drawn in docs/push-row.md.

Nothing else decides a row's state: what the table does not hold is a fault of ours and is said so.
"""

from collections.abc import Mapping
from enum import StrEnum

from campaigns.models import Push

State = Push.State


class Event(StrEnum):
    """What happens to a row, in the words of the drawing."""

    SENT = "call leaves"
    ANSWERED = "is as wanted"
    CHANGED = "wanted otherwise meanwhile"
    DELAYED = "certainly not carried out, later"
    LOST = "no certain answer"
    REFUSED = "refused"
    FOUND = "look finds it"
    SURPLUS = "look finds more than one"
    NOT_FOUND = "look finds it missing"
    CRASHED = "fault of ours"
    DIFFERS = "read back otherwise"
    GONE = "deleted at TikTok, to be made again"
    REOPENED = "wanted anew"
    STANDS = "person says it stands"
    GO_ON = "person says go on"
    LOOK = "person says look for it"
    RESTORED = "database put back: may have been made"
    OUTDATED = "database put back: told as drift"


_OPEN = (State.WAITING, State.SENT, State.UNSURE)
_CLOSED = (State.DONE, State.REFUSED, State.NEEDS_PERSON)

TRANSITIONS: Mapping[tuple[State, Event], State] = {
    (State.WAITING, Event.SENT): State.SENT,
    (State.WAITING, Event.ANSWERED): State.DONE,  # nothing differs, or it is gone and should be off
    (State.WAITING, Event.DELAYED): State.WAITING,
    (State.WAITING, Event.REFUSED): State.REFUSED,  # by the last check, or before the call itself
    (State.WAITING, Event.CRASHED): State.NEEDS_PERSON,
    (State.SENT, Event.ANSWERED): State.DONE,
    (State.SENT, Event.DELAYED): State.WAITING,
    (State.SENT, Event.LOST): State.UNSURE,
    (State.SENT, Event.REFUSED): State.REFUSED,
    (State.UNSURE, Event.SENT): State.SENT,  # a stop alone: it is the same however often it is said
    (State.UNSURE, Event.FOUND): State.DONE,
    (State.UNSURE, Event.SURPLUS): State.NEEDS_PERSON,
    (
        State.UNSURE,
        Event.NOT_FOUND,
    ): State.WAITING,  # twice, some time apart, where it would be a second object
    (State.UNSURE, Event.LOST): State.UNSURE,
    (State.UNSURE, Event.DELAYED): State.UNSURE,  # the look was, not the call
    (State.UNSURE, Event.REFUSED): State.REFUSED,  # a start of what is gone
    (State.UNSURE, Event.ANSWERED): State.DONE,  # a stop of what is gone
    (State.UNSURE, Event.CRASHED): State.NEEDS_PERSON,
    (State.REFUSED, Event.FOUND): State.DONE,  # TikTok came to hold what is wanted, or that became wanted
    (State.NEEDS_PERSON, Event.FOUND): State.DONE,  # the same, of a change that broke off
    (State.NEEDS_PERSON, Event.STANDS): State.DONE,
    (State.NEEDS_PERSON, Event.GO_ON): State.WAITING,
    (State.NEEDS_PERSON, Event.LOOK): State.UNSURE,
    **{(state, Event.RESTORED): State.UNSURE for state in (*_OPEN, State.NEEDS_PERSON)},
    **{(state, Event.OUTDATED): State.DONE for state in _OPEN},
    **{(state, Event.CHANGED): State.WAITING for state in _OPEN},
    **{(state, Event.REOPENED): State.WAITING for state in (*_OPEN, *_CLOSED)},
    **{(state, Event.DIFFERS): State.NEEDS_PERSON for state in (*_OPEN, *_CLOSED)},
    **{(state, Event.GONE): State.REFUSED for state in (*_OPEN, *_CLOSED)},
}


def follow(state: str, event: Event) -> State:
    """Where an event leads from a state. Raises ValueError for one that cannot happen there."""
    after = TRANSITIONS.get((State(state), event))
    if after is None:
        raise ValueError(f"“{event}” cannot happen to a row that is {state}")
    return after


def draw() -> str:
    """The table as a Mermaid state diagram."""
    arrows: dict[tuple[State, State], list[Event]] = {}
    for (state, event), after in TRANSITIONS.items():
        arrows.setdefault((state, after), []).append(event)
    lines = [f"    {one} --> {other}: {' / '.join(events)}" for (one, other), events in arrows.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {State.WAITING}", *lines, ""])
