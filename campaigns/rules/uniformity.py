"""Rules about what all ad groups of one campaign must share (U1, U2, R48, R49)."""

from collections import Counter
from collections.abc import Iterable, Sequence

from campaigns.contract.choices import UNIFORM_WITH_CBO, UNIFORM_WITHOUT_CBO
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Hit, rule, set_members


@rule(
    "uniform-with-cbo",
    sentence="With CBO on, all ad groups share goal, event, billing, bid type and prices.",
    source="U1, R48, C25",
)
def check_cbo(facts: TreeFacts) -> Iterable[Hit]:
    return _check(facts, UNIFORM_WITH_CBO, "CBO is on") if facts.cbo else ()


@rule(
    "uniform-without-cbo",
    sentence="With CBO off, all ad groups share bid type, deep bid type, value window and budget mode.",
    source="U2, R49",
)
def check_no_cbo(facts: TreeFacts) -> Iterable[Hit]:
    return () if facts.cbo else _check(facts, UNIFORM_WITHOUT_CBO, "CBO is off")


def _check(facts: TreeFacts, names: Sequence[str], why: str) -> Iterable[Hit]:
    """One hit per ad group that differs from the commonest value; the fix sets all ad groups at once."""
    for name in names:
        values = [group.get(name) for group in facts.adgroups]
        counts = Counter(values)
        if len(counts) < 2:
            continue
        common = max(counts, key=lambda value: (counts[value], -values.index(value)))
        differing = [group for group in facts.adgroups if group.get(name) != common]
        changes = [(group.at(name), common if common is None else str(common)) for group in differing]
        said = _show(common)
        for group in differing:
            yield Hit(
                group.at(name),
                f"{name} must be the same in all ad groups because {why}: {group.label} has {_show(group.get(name))}, "
                f"{counts[common]} of {len(values)} have {said}.",
                set_members(f"Use {said} in all ad groups", *changes),
            )


def _show(value: object) -> str:
    return "no value" if value is None else str(value)
