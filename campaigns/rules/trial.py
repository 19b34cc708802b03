"""Trying changes of a tree, many of them: every ad group is read and judged once for each of its own states.

A rule that is not wide looks at the campaign and one ad group, so what it says holds wherever these two recur; only the
wide rules are asked about every tree anew. Knows no storage: the way from a tree to its facts is handed in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from campaigns.rules.book import RULES
from campaigns.rules.facts import SHOWN_NAME, MalformedFact, ObjectFacts, TreeFacts
from campaigns.rules.findings import FieldChange, Finding, FindingLevel, Fix
from campaigns.rules.paths import put_values

Resolve = Callable[[Mapping[str, Any]], TreeFacts]
Changes = tuple[tuple[str, Any], ...]

_REFUSALS = tuple(rule for rule in RULES if rule.level is FindingLevel.REFUSE)
_LOCAL = tuple(rule for rule in _REFUSALS if not rule.wide)
_WIDE = tuple(rule for rule in _REFUSALS if rule.wide)
_ALONE = "adgroups/0"  # where an ad group stands that is judged alone


@dataclass(frozen=True, slots=True)
class _Part:
    """One ad group in one state under one state of the campaign, as it stands at its place in the tree."""

    group: ObjectFacts
    malformed: tuple[MalformedFact, ...]
    refusals: tuple[Finding, ...]


class Trial:
    """A tree as typed whose changes are tried."""

    def __init__(self, raw: Mapping[str, Any], resolve: Resolve) -> None:
        self._raw, self._resolve = raw, resolve
        groups = raw.get("adgroups")
        whole = isinstance(groups, list) and groups and all(isinstance(group, dict) for group in groups)
        self._groups: list[dict[str, Any]] = list(groups) if whole and groups else []
        self._parts: dict[str, _Part] = {}
        self._alone: dict[str, tuple[TreeFacts, tuple[Finding, ...]]] = {}
        self._bases: dict[str, TreeFacts] = {}

    def judge(self, changes: Changes) -> tuple[TreeFacts, list[Finding]]:
        """The facts of the changed tree and what is refused in it."""
        if not self._groups:
            facts = self._resolve(put_values(self._raw, changes))
            return facts, find_refusals(facts)
        above: list[tuple[str, Any]] = []
        inside: dict[int, list[tuple[str, Any]]] = {}
        for path, value in changes:
            first, _, rest = path.removeprefix("adgroups/").partition("/")
            if path.startswith("adgroups/") and rest:
                inside.setdefault(int(first), []).append((rest, value))
            else:
                above.append((path, value))
        key = repr(above)
        parts = [
            self._judge_part(key, above, index, inside.get(index, [])) for index in range(len(self._groups))
        ]
        base = self._bases[key]
        facts = replace(
            base,
            campaign=replace(base.campaign, children=tuple(part.group for part in parts)),
            malformed=tuple(dict.fromkeys(item for part in parts for item in part.malformed)),
        )
        found = {(item.rule, item.path, item.message): item for part in parts for item in part.refusals}
        return facts, [*found.values(), *(item for rule in _WIDE for item in rule.find(facts))]

    def _judge_part(
        self, key: str, above: list[tuple[str, Any]], index: int, inside: list[tuple[str, Any]]
    ) -> _Part:
        name = f"{key} {index} {inside!r}"
        if name not in self._parts:
            facts, refusals = self._judge_alone(key, above, put_values(self._groups[index], inside))
            self._parts[name] = _Part(
                _move(facts.adgroups[0], index),
                tuple(MalformedFact(_place(item.path, index), item.message) for item in facts.malformed),
                tuple(_move_finding(finding, index) for finding in refusals),
            )
        return self._parts[name]

    def _judge_alone(
        self, key: str, above: list[tuple[str, Any]], group: dict[str, Any]
    ) -> tuple[TreeFacts, tuple[Finding, ...]]:
        """Ad groups that differ in their names alone, as they do once they share a price, are judged once."""
        own = group.get("adgroup_name")
        if (
            isinstance(own, str)
            and own.isascii()
            and own.isprintable()
            and 0 < len(own.strip()) <= SHOWN_NAME
        ):
            group = {**group, "adgroup_name": "Ad group"}
        name = f"{key} {group!r}"
        if name not in self._alone:
            facts = self._resolve({**put_values(self._raw, above), "adgroups": [group]})
            self._bases.setdefault(key, facts)
            refusals = tuple(finding for rule in _LOCAL for finding in rule.find(facts))
            self._alone[name] = facts, refusals
        return self._alone[name]


def find_refusals(facts: TreeFacts) -> list[Finding]:
    return [finding for rule in _REFUSALS for finding in rule.find(facts)]


def _place(path: str, index: int) -> str:
    """A path of the ad group judged alone, at its place in the tree."""
    return f"adgroups/{index}{path[len(_ALONE) :]}" if f"{path}/".startswith(f"{_ALONE}/") else path


def _move(thing: ObjectFacts, index: int) -> ObjectFacts:
    children = tuple(_move(child, index) for child in thing.children)
    return replace(thing, path=_place(thing.path, index), children=children)


def _move_finding(finding: Finding, index: int) -> Finding:
    if index == 0:
        return finding
    fix = finding.fix and Fix(
        finding.fix.label,
        tuple(FieldChange(_place(item.path, index), item.value) for item in finding.fix.changes),
    )
    return replace(finding, path=_place(finding.path, index), fix=fix)
