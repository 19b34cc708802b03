"""What the page of a launch says: its headline, each of its rows, and what became of one that was cancelled."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns import queries
from campaigns.models import Push
from campaigns.models.campaign import State
from campaigns.queries import Progress, ProgressStep
from campaigns.queries.progress import LEAVING, SWITCHED_OFF
from campaigns.services.errors import count_things


@dataclass(frozen=True, slots=True)
class Headline:
    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class StepWord:
    icon: str
    tone: str


_STEPS: Mapping[str, StepWord] = {
    Push.State.WAITING: StepWord("circle-dashed", "quiet"),
    Push.State.SENT: StepWord("loader", "busy"),
    Push.State.UNSURE: StepWord("hourglass", "wait"),
    Push.State.DONE: StepWord("circle-check", "good"),
    Push.State.REFUSED: StepWord("circle-x", "bad"),
    Push.State.NEEDS_PERSON: StepWord("hand-stop", "bad"),
    queries.NOT_MADE: StepWord("circle-dashed", "quiet"),
    queries.REMOVED: StepWord("trash", "quiet"),
}
_MADE, _TAKEN_BACK = StepWord("check", "quiet"), StepWord("loader", "busy")


def say_headline(progress: Progress) -> Headline:
    launch, state = progress.launch, progress.state
    over = launch.finished_at is not None
    if launch.cancelled_at is not None:
        return Headline("circle-x", "The launch was cancelled" if over else "Cancelling")
    if over:
        return Headline("circle-check", "Live at TikTok" if state == State.LIVE else "Launched, switched off")
    if state == State.FAILED:
        return Headline("circle-x", "The launch stopped")
    if state == State.NEEDS_PERSON:
        return Headline("hand-stop", "Somebody has to look")
    if launch.paused_at is not None:
        return Headline("player-pause", "The launch is paused")
    return Headline("", "Adding to a live campaign" if launch.grows else "Launching")


def find_word(step: ProgressStep) -> StepWord:
    if step.state == Push.State.WAITING and step.remote_id is not None:
        return _TAKEN_BACK if step.phase in (LEAVING, SWITCHED_OFF) else _MADE
    return _STEPS[step.state]


def list_troubled(progress: Progress) -> Sequence[ProgressStep]:
    """The rows that do not go on before somebody mends or looks."""
    return [step for step in progress.steps if step.state in (Push.State.REFUSED, Push.State.NEEDS_PERSON)]


def say_outcome(progress: Progress) -> str:
    """What became of the objects of a cancelled launch, in one sentence; "" where there are none."""
    kept = [step for step in progress.steps if step.state == Push.State.DONE]
    count = Counter(step.state for step in progress.steps)
    removed, unmade = count[queries.REMOVED], count[queries.NOT_MADE]
    leaving = sum(step.phase == LEAVING for step in progress.steps)
    unsettled = progress.total - len(kept) - removed - unmade - leaving
    off = ", switched off" if all(step.phase != "on" for step in kept) else ""
    parts = [
        (len(kept), f"{len(kept)} {_are(len(kept))} kept at TikTok{off}"),
        (removed, f"{removed} {_were(removed)} removed at TikTok"),
        (leaving, f"{leaving} {_are(leaving)} being removed"),
        (unsettled, f"{unsettled} {_are(unsettled)} not settled yet"),
        (unmade, f"{unmade} {_were(unmade)} never made"),
    ]
    said = [words for number, words in parts if number]
    dropped = " What was never made left the tree; the history holds it." if progress.dropped else ""
    if len(said) == 1 and progress.total > 1:
        return f"All {said[0]}.{dropped}"
    return f"Of {count_things(progress.total, 'object')} {'; '.join(said)}.{dropped}" if said else ""


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
