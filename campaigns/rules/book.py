"""The rule book: every rule, and the functions that judge a tree, a part of it, or an edit of something live. The wizard,
an edit on a page, REST, an import and the last check before a call all ask here."""

from collections import Counter
from collections.abc import Iterable, Iterator

from campaigns.rules import (
    ad,
    advice,
    app,
    app_catalog,
    attribution,
    bidding,
    budget,
    card,
    catalog,
    catalog_creative,
    creative,
    destination,
    dialect,
    goals,
    identity,
    lead,
    lifecycle,
    pace,
    placement,
    realtime,
    schedule,
    spending,
    structure,
    targeting,
    uniformity,
)
from campaigns.rules.edits import EditFacts
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Finding, FindingLevel, Rule
from campaigns.rules.policy import Policy

_TREE_MODULES = (
    structure,
    dialect,
    budget,
    spending,
    uniformity,
    goals,
    lead,
    app,
    realtime,
    catalog,
    app_catalog,
    bidding,
    schedule,
    attribution,
    targeting,
    placement,
    creative,
    catalog_creative,
    identity,
    ad,
    card,
    destination,
    advice,
)
_EDIT_MODULES = (lifecycle, pace)

RULES: tuple[Rule[TreeFacts], ...] = tuple(
    thing for module in _TREE_MODULES for thing in vars(module).values() if isinstance(thing, Rule)
)
EDIT_RULES: tuple[Rule[EditFacts], ...] = tuple(
    thing for module in _EDIT_MODULES for thing in vars(module).values() if isinstance(thing, Rule)
)

_ORDER = {level: index for index, level in enumerate(FindingLevel)}


def judge(facts: TreeFacts) -> tuple[Finding, ...]:
    """All findings about a tree, the gravest first, then in the order of the book."""
    return _sort(_cap(_find(facts, RULES), facts.policy))


def judge_adgroup(facts: TreeFacts, *, index: int, before: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """All findings after a change inside one ad group: only that ad group and the rules that compare are asked again.

    `before` are the findings of the same tree before the change; whatever it says of other ad groups still holds.
    """
    path = f"adgroups/{index}"
    wide = {rule.id for rule in RULES if rule.wide}
    kept = [
        item
        for item in before
        if item.rule not in wide
        and item.path.startswith("adgroups/")
        and item.path != path
        and not item.path.startswith(f"{path}/")
    ]
    local = _find(facts.narrow(index), [rule for rule in RULES if not rule.wide])
    found = [*kept, *local, *_find(facts, [rule for rule in RULES if rule.wide])]
    place = {rule.id: number for number, rule in enumerate(RULES)}
    found.sort(key=lambda item: (place[item.rule], _read_index(item.path)))
    return _sort(_cap(found, facts.policy))


def judge_edit(facts: EditFacts) -> tuple[Finding, ...]:
    """All findings about a change of something that exists at TikTok: may it be changed now, and by that much."""
    return _sort(finding for rule in EDIT_RULES for finding in rule.find(facts))


def judge_growth(facts: EditFacts) -> tuple[Finding, ...]:
    """What is said of adding below something that exists, beside what is said of the tree as it will be."""
    return tuple(lifecycle.check_lock.find(facts))


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


def _find(facts: TreeFacts, rules: Iterable[Rule[TreeFacts]]) -> Iterator[Finding]:
    return (finding for rule in rules for finding in rule.find(facts))


def _sort(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: _ORDER[finding.level]))


def _cap(findings: Iterable[Finding], policy: Policy) -> list[Finding]:
    """So many findings of each rule and one that says how many more there are: an answer stays readable."""
    most = policy.count("judging.findings_per_rule")
    shown: list[Finding] = []
    counts: Counter[str] = Counter()
    last: dict[str, Finding] = {}
    for finding in findings:
        counts[finding.rule] += 1
        if counts[finding.rule] <= most:
            shown.append(finding)
        else:
            last.setdefault(finding.rule, finding)
    for rule, finding in last.items():
        more = counts[rule] - most
        text = f"And {more} more like it from here on. Mend the first ones, then look again."
        shown.append(Finding(rule, finding.level, finding.path, text, finding.source))
    return shown


def _read_index(path: str) -> int:
    """Which ad group a finding is about; -1 for the campaign."""
    parts = path.split("/")
    return int(parts[1]) if len(parts) > 1 and parts[0] == "adgroups" and parts[1].isdigit() else -1
