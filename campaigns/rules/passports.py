"""The passport of every rule: sentence, level, source, known contradictions and a broken example.

For pages, REST and the console.

Examples are data (passports.toml), judged by the tests like any other case.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from campaigns.contract.conflicts import Conflict, list_conflicts
from campaigns.rules.book import EDIT_RULES, RULES
from campaigns.rules.findings import FindingLevel

_CONFLICT = re.compile(r"\bC\d+\b")


@dataclass(frozen=True, slots=True)
class Passport:
    """One rule as people read it. `subject` is tree (what is sent) or edit (what changes of something live).

    `example` breaks the rule: member paths and what they are set to in a sound tree of the kind `base`; "~" takes a member
    away. `at` is where the finding stands, `also` which other rules speak along.
    """

    id: str
    level: FindingLevel
    sentence: str
    source: str
    subject: str
    contradictions: tuple[Conflict, ...]
    base: str
    example: Mapping[str, Any]
    at: str
    also: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "level": self.level.value,
            "sentence": self.sentence,
            "source": self.source,
            "subject": self.subject,
            "contradictions": [
                {
                    "id": item.id,
                    "topic": item.topic,
                    "one": item.one,
                    "other": item.other,
                    "follow": item.follow,
                }
                for item in self.contradictions
            ],
            "example": {"base": self.base, "set": dict(self.example), "at": self.at},
        }


@cache
def list_passports() -> tuple[Passport, ...]:
    """The passports of all rules, in the order of the book."""
    examples = tomllib.loads(resources.files(__package__).joinpath("passports.toml").read_text("utf-8"))
    return tuple(
        Passport(
            rule.id,
            rule.level,
            rule.sentence,
            rule.source,
            subject,
            _find_conflicts(rule.source),
            examples[rule.id]["base"],
            examples[rule.id]["set"],
            examples[rule.id]["at"],
            tuple(examples[rule.id].get("also", ())),
        )
        for subject, rules in (("tree", RULES), ("edit", EDIT_RULES))
        for rule in rules
    )


def _find_conflicts(source: str) -> tuple[Conflict, ...]:
    """The rows of the conflict table that a source names. C1 to C6 are requirement lines too: only rows above count."""
    known = list_conflicts()
    return tuple(
        known[name]
        for name in _CONFLICT.findall(source)
        if name in known and int(name[1:]) > REQUIREMENT_LINES
    )


REQUIREMENT_LINES = 6  # C1-C6 in a source are lines of the requirements' section on creatives
