"""Which members a rule looked at before it spoke: the only ones whose change can silence it.

A rule is a function of what it reads, so its reads are observed instead of written down a second time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from campaigns.rules.book import RULES
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import Finding, Rule

_BY_ID = {rule.id: rule for rule in RULES}

# Members that translation derives from others: who reads the first also depends on the second (sync/translate)
_DERIVED = {
    "budget_mode": ("budget_optimize_on",),
    "budget": ("budget_optimize_on", "budget_mode"),
    "billing_event": ("optimization_goal",),
    "pixel_id": ("optimization_goal",),
    "placements": ("placement_type",),
    "placement_type": ("placements",),
    "targeting_spec": ("targeting_optimization_mode", "suggestion_audience_enabled"),
}
_OF_CAMPAIGN = frozenset({"budget_optimize_on"})


class _Recorder(Mapping[str, Any]):
    """Members of one object that remember which of them were asked for."""

    def __init__(self, path: str, members: Mapping[str, Any], read: dict[str, None]) -> None:
        self._path, self._members, self._read = path, members, read

    def __getitem__(self, name: str) -> Any:
        self._note(name)
        return self._members[name]

    def get(self, name: str, default: Any = None) -> Any:
        self._note(name)
        return self._members.get(name, default)

    def __iter__(self) -> Iterator[str]:
        for name in self._members:
            self._note(name)
            yield name

    def __len__(self) -> int:
        return len(self._members)

    def _note(self, name: str) -> None:
        self._read[f"{self._path}/{name}" if self._path else name] = None
        for source in _DERIVED.get(name, ()):
            here = "" if source in _OF_CAMPAIGN else self._path
            self._read[f"{here}/{source}" if here else source] = None


def read_members_of(facts: TreeFacts, finding: Finding) -> tuple[str, ...]:
    """The paths of members that the finding's rule read, the place of the finding first."""
    memo: dict[tuple[str, str], tuple[str, ...]] = facts.memo.setdefault("reads", {})
    key = (finding.rule, finding.path)
    if key not in memo:
        memo[key] = _observe(facts, finding)
    return memo[key]


def _observe(facts: TreeFacts, finding: Finding) -> tuple[str, ...]:
    rule = _BY_ID[finding.rule]
    parts = finding.path.split("/")
    inside = parts[0] == "adgroups" and len(parts) > 1 and parts[1].isdigit()
    if inside and not rule.wide and int(parts[1]) < len(facts.adgroups):
        facts = facts.narrow(int(parts[1]))  # any other rule looks at the campaign and one ad group only
    if rule.id in _OF_VALUE:
        return (finding.path,)
    read: dict[str, None] = {finding.path: None} | _observe_rule(facts, rule)
    if finding.fix is not None:
        read |= {change.path: None for change in finding.fix.changes}
    if rule.id in _SAME_MEMBER:
        member = parts[-1]
        near = {member, "optimization_goal", *_DERIVED.get(member, ()), "budget_optimize_on"}
        read = {path: None for path in read if path.rpartition("/")[2] in near}
    names = (facts.campaign.level.name_member, "adgroup_name", "ad_name")
    return tuple(path for path in read if path.rpartition("/")[2] not in names)


def _observe_rule(facts: TreeFacts, rule: Rule[TreeFacts]) -> dict[str, None]:
    """The members that a rule reads in these facts, once for all that it finds in them."""
    seen: dict[str, dict[str, None]] = facts.memo.setdefault("reads by rule", {})
    if rule.id not in seen:
        read: dict[str, None] = {}
        list(rule.check(replace(facts, campaign=_record(facts.campaign, read))))
        seen[rule.id] = read
    return seen[rule.id]


# Rules of one value alone: no other member can mend them
_OF_VALUE = frozenset(
    {"well-formed", "known-word", "list-bounds", "id-numeric", "name-fits", "required-member"}
)

# Rules that compare one member of all ad groups at a time
_SAME_MEMBER = frozenset({"uniform-with-cbo", "uniform-without-cbo"})


def _record(thing: ObjectFacts, read: dict[str, None]) -> ObjectFacts:
    return replace(
        thing,
        members=_Recorder(thing.path, thing.members, read),
        children=tuple(_record(child, read) for child in thing.children),
    )
