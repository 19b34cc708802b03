"""The rule book: every rule, and the one function that judges a tree. The wizard, an edit on a page, REST, an import and
the last check before a call all ask here."""

from campaigns.rules import (
    bidding,
    budget,
    creative,
    dialect,
    goals,
    schedule,
    structure,
    targeting,
    uniformity,
)
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Finding, FindingLevel, Rule

_MODULES = (structure, dialect, budget, uniformity, goals, bidding, schedule, targeting, creative)

RULES: tuple[Rule, ...] = tuple(
    thing for module in _MODULES for thing in vars(module).values() if isinstance(thing, Rule)
)

_ORDER = {level: index for index, level in enumerate(FindingLevel)}


def judge(facts: TreeFacts) -> tuple[Finding, ...]:
    """All findings about a tree, the gravest first, then in the order of the book."""
    found = [finding for rule in RULES for finding in rule.find(facts)]
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.level]))


def list_open(
    findings: tuple[Finding, ...], acknowledged: frozenset[tuple[str, str | None]]
) -> tuple[Finding, ...]:
    """The confirms that nobody said yes to. A pair (rule, None) acknowledges the rule at every path (design section 6)."""
    return tuple(
        finding
        for finding in findings
        if finding.level is FindingLevel.CONFIRM
        and (finding.rule, finding.path) not in acknowledged
        and (finding.rule, None) not in acknowledged
    )


def has_level(findings: tuple[Finding, ...], level: FindingLevel) -> bool:
    return any(finding.level is level for finding in findings)
