"""Rules about what all ad groups of one campaign must share (U1, U2, R44, R48, R49). Equal where given."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from campaigns.contract.choices import UNIFORM_WITH_CBO, UNIFORM_WITHOUT_CBO, UNSENT_MEANS
from campaigns.contract.limits import ADGROUPS_PER_CAMPAIGN
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import Hit, rule, set_members


@rule(
    "uniform-with-cbo",
    sentence="With CBO on, all ad groups share goal, event, billing, bid type and prices.",
    source="U1, R48, C25",
    wide=True,
)
def check_cbo(facts: TreeFacts) -> Iterable[Hit]:
    return _check(facts, UNIFORM_WITH_CBO, "CBO is on") if facts.cbo else ()


@rule(
    "uniform-without-cbo",
    sentence="With CBO off, all ad groups share bid type, deep bid type, value window and budget mode.",
    source="U2, R49",
    wide=True,
)
def check_no_cbo(facts: TreeFacts) -> Iterable[Hit]:
    return () if facts.cbo else _check(facts, UNIFORM_WITHOUT_CBO, "CBO is off")


def _check(facts: TreeFacts, names: Sequence[str], why: str) -> Iterable[Hit]:
    """One hit per ad group that differs from the commonest value; the fix sets all ad groups at once."""
    for name in names:
        given = [(group, value) for group in facts.adgroups if (value := _read(group, name)) is not None]
        counts = Counter(value for _, value in given)
        if len(counts) < 2:
            continue
        common = counts.most_common(1)[0][0]  # of equals, the first met
        differing = [group for group, value in given if value != common]
        fix = set_members(
            f"Use {common} in all ad groups", *((group.at(name), str(common)) for group in differing)
        )
        for place, group in enumerate(differing):
            said = f"{group.label} has {_read(group, name)}, {counts[common]} of {len(given)} have {common}"
            # more ad groups than a campaign holds are refused anyway; the fix is not repeated for each of thousands
            repeated = place > 0 and len(differing) > ADGROUPS_PER_CAMPAIGN
            yield Hit(
                group.at(name),
                f"{name} must be the same in all ad groups because {why}: {said}.",
                None if repeated else fix,
            )


def _read(group: ObjectFacts, name: str) -> Any:
    """The value that counts: what leaving the member out means, where that is known (10.2, R34, R44)."""
    value = group.get(name)
    if value is not None:
        return value
    if name == "optimization_event" and group.get("optimization_goal") == "TRAFFIC_LANDING_PAGE_VIEW":
        return "LANDING_PAGE_VIEW"
    return UNSENT_MEANS.get(name)
