"""What a rule says: a finding with its level, its place in the tree, a sentence for people and, where one exists, a fix.

Knows no rule. Paths count from the tree's root in TikTok's member names: `budget`, `adgroups/3/bid_type`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar


class FindingLevel(StrEnum):
    """How far a change gets: not at all, to a manager, to the actor's own yes, or with a word along."""

    REFUSE = "refuse"
    ESCALATE = "escalate"
    CONFIRM = "confirm"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One member set to a value; None takes the member away."""

    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair that can be applied in one press. `label` is the text of the button."""

    label: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule is broken and what to say there; the rule adds its id, level and source."""

    path: str
    message: str
    fix: Fix | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    rule: str
    level: FindingLevel
    path: str
    message: str
    source: str
    fix: Fix | None = None

    def as_json(self) -> dict[str, Any]:
        """The finding in the shape of REST answers (design section 6)."""
        fix = self.fix and {
            "label": self.fix.label,
            "changes": [{"path": change.path, "value": change.value} for change in self.fix.changes],
        }
        return {
            "rule": self.rule,
            "level": self.level.value,
            "path": self.path,
            "message": self.message,
            "fix": fix,
            "source": self.source,
        }


Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Facts]):
    """One rule: a stable kebab-case id, one sentence for people, where it comes from, and the check itself.

    A `wide` rule looks at several ad groups at once; any other looks at the campaign and one ad group with its ads.
    """

    id: str
    level: FindingLevel
    sentence: str
    source: str
    check: Callable[[Facts], Iterable[Hit]]
    wide: bool = False

    def find(self, facts: Facts) -> Iterable[Finding]:
        for hit in self.check(facts):
            yield Finding(
                self.id, self.level, hit.path, _cut(hit.message), hit.source or self.source, hit.fix
            )


LONGEST = 800  # characters of a message: whatever was typed, a finding stays readable


def _cut(message: str) -> str:
    return message if len(message) <= LONGEST else f"{message[: LONGEST - 1]}…"


def rule(
    id: str, *, sentence: str, source: str, level: FindingLevel = FindingLevel.REFUSE, wide: bool = False
) -> Callable[[Callable[[Facts], Iterable[Hit]]], Rule[Facts]]:
    """Turns a check into a rule of the book. Ids never change: clients acknowledge by them."""
    return lambda check: Rule(id, level, sentence, source, check, wide)


def set_members(label: str, *changes: tuple[str, Any]) -> Fix:
    return Fix(label, tuple(FieldChange(path, value) for path, value in changes))
