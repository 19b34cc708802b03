"""Typed and sent: whatever does not leave as it was typed is said (requirements section 10)."""

import reprlib
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from campaigns.rules.facts import Rewrite, TreeFacts, Weight
from campaigns.rules.findings import FindingLevel, Hit, rule

SHOWN = 80  # characters of a value that a message repeats
_BRIEF = reprlib.Repr()  # bounded in depth and length: typed values may be nested without end


@rule(
    "sent-otherwise-money-or-audience",
    level=FindingLevel.CONFIRM,
    sentence="What is sent differently and touches money or audience needs your yes.",
    source="requirements 10",
)
def check_weighty(facts: TreeFacts) -> Iterable[Hit]:
    return (_say(item) for item in facts.rewrites if item.weight is not Weight.SPELLING)


@rule(
    "sent-otherwise",
    level=FindingLevel.ADVICE,
    sentence="What is sent in another spelling than typed is shown.",
    source="requirements 10",
)
def check_spelling(facts: TreeFacts) -> Iterable[Hit]:
    return (_say(item) for item in facts.rewrites if item.weight is Weight.SPELLING)


def _say(item: Rewrite) -> Hit:
    typed, sent = _show(item.typed), _show(item.sent)
    if item.sent is None:
        said = f"{typed} is not sent"
    elif item.typed is None:
        said = f"Sent as {sent}"
    else:
        said = f"{typed} is sent as {sent}"
    return Hit(item.path, f"{said}: {item.because}.", source=item.source)


def _show(value: object) -> str:
    """A typed value in a sentence: short, however large or deep it is."""
    match value:
        case datetime():
            text = f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        case list() | tuple() if all(isinstance(item, str | int) for item in value):
            text = ", ".join(str(item)[:SHOWN] for item in value[:SHOWN]) or "nothing"
        case str() | int() | Decimal():
            text = str(value)[: SHOWN + 1]
        case _:
            text = _BRIEF.repr(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}…"
