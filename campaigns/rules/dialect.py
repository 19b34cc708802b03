"""Typed and sent: whatever does not leave as it was typed is said (requirements section 10)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from campaigns.rules.facts import Rewrite, TreeFacts, Weight
from campaigns.rules.findings import FindingLevel, Hit, rule


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
    match value:
        case datetime():
            text = f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        case list() | tuple():
            text = ", ".join(str(item) for item in value) or "nothing"
        case _:
            text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
