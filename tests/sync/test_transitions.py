"""The table of a push row's transitions: complete, closed, the one home of states, and drawn as it is."""

import re
from pathlib import Path

import pytest

from campaigns.models import Push
from campaigns.sync import leases
from campaigns.sync.transitions import TRANSITIONS, Event, draw, follow

ROOT = Path(__file__).parents[2]


def test_the_drawing_in_the_docs_is_the_table() -> None:
    """Written anew by `python manage.py draw_push_row`."""
    document = (ROOT / "docs" / "push-row.md").read_text("utf-8")
    drawn = re.search(r"```mermaid\n(.*?)```", document, re.DOTALL)
    assert drawn is not None
    assert drawn[1] == draw()


def test_every_state_is_left_and_reached() -> None:
    states = set(Push.State)
    assert {state for state, _ in TRANSITIONS} == states
    assert set(TRANSITIONS.values()) == states


def test_every_event_happens_somewhere() -> None:
    assert {event for _, event in TRANSITIONS} == set(Event)


@pytest.mark.parametrize("state", [Push.State.DONE, Push.State.REFUSED, Push.State.NEEDS_PERSON])
def test_nothing_is_sent_from_a_closed_row(state: str) -> None:
    with pytest.raises(ValueError, match="cannot happen"):
        follow(state, Event.SENT)


def test_what_may_exist_waits_again_only_after_a_look_or_a_change() -> None:
    leads = {
        event for (state, event), after in TRANSITIONS.items() if (state, after) == ("unsure", "waiting")
    }
    assert leads == {Event.NOT_FOUND, Event.CHANGED, Event.REOPENED}


def test_no_state_is_written_past_the_table() -> None:
    wild = re.compile(r"(?<!aspect, )\bstate=Push\.State\.\w+")
    for path in (ROOT / "campaigns" / "sync").glob("*.py"):
        for call in re.findall(r"update(?:_under_lease)?\((.*?)\)", path.read_text("utf-8"), re.DOTALL):
            assert not wild.search(call), f"{path.name}: {call}"


def test_no_state_can_be_named_where_an_event_is_meant() -> None:
    with pytest.raises(TypeError):
        leases.update_under_lease(Push(), state=Push.State.DONE)
