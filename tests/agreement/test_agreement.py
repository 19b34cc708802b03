"""The same trees and edits past our rules and past a strict sandbox. What one refuses and the other takes is listed with
its reason in cases.toml, or the build fails; so does a listed difference that no case shows any more."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from campaigns.contract.levels import Level
from campaigns.rules.book import judge, judge_edit
from campaigns.rules.facts import ObjectFacts, TreeFacts
from campaigns.rules.findings import Finding, FindingLevel
from tests.agreement.mutations import mutated_trees
from tests.agreement.parties import Strict, Verdict, list_refusals, open_strict
from tests.rules.bases import BASES, NOW, change, make_edit, resolve
from tests.rules.test_rules import DOCUMENTED, FAILS, PASSES, TODAY, build

TABLE: dict[str, list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("cases.toml").read_text("utf-8")
)
OURS, THEIRS = TABLE["ours"], TABLE["theirs"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What each party said of one case."""

    findings: tuple[Finding, ...]
    verdict: Verdict

    @property
    def unlisted(self) -> list[str]:
        """What stands in no list: a refusal of theirs that we let pass, or ours that they do not know."""
        refusals = [item for item in self.findings if item.level is FindingLevel.REFUSE]
        if self.verdict.refused and not refusals:
            return [] if self.theirs else [f"they refuse, we let pass: {self.verdict.message}"]
        if refusals and not self.verdict.refused:
            return [
                f"we refuse, they take: {item.rule} at {item.path}: {item.message}"
                for item in refusals
                if not any(_is_ours(row, item) for row in OURS)
            ]
        return []

    @property
    def theirs(self) -> list[int]:
        """The listed differences that explain their refusal."""
        speaks = {item.rule for item in self.findings}
        return [
            index
            for index, row in enumerate(THEIRS)
            if row["says"] in self.verdict.message and ("asks" not in row or row["asks"] in speaks)
        ]


def _is_ours(row: dict[str, Any], finding: Finding) -> bool:
    return row["rule"] == finding.rule and row.get("says", "") in finding.message


def list_trees() -> dict[str, dict[str, Any]]:
    """Every sound base, every broken and kept tree of the rules' own tables, the worked examples, and our own."""
    found: dict[str, dict[str, Any]] = {f"base-{name}": {"base": name, "set": {}} for name in BASES}
    for kind, params in (("broken", FAILS), ("kept", PASSES)):
        for param in params:
            if param.values[1]["base"] != "edit":
                found[f"{kind}-{param.id}"] = param.values[1]
    for number in (1, 2):
        changes: dict[str, Any] = dict(TODAY) if number == 2 else {}
        found[f"guide-{number}-in-the-guides-spelling"] = {"base": f"guide-{number}", "set": changes}
        daily = {"adgroups/0/budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET"} if number == 2 else {}
        found[f"guide-{number}-in-tiktoks-spelling"] = {
            "base": f"guide-{number}",
            "set": {**changes, **DOCUMENTED, **daily},
        }
    return found | {f"own-{row['name']}": row for row in TABLE["tree"]}


TREES = list_trees()
EDITS = {row["name"]: row for row in TABLE.get("edit", [])}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Strict]:
    with open_strict(tmp_path_factory.mktemp("agreement"), NOW) as party:
        yield party


@pytest.fixture(scope="module")
def outcomes(strict: Strict) -> dict[str, Outcome]:
    trees = {name: judge_tree(strict, case) for name, case in TREES.items()}
    return trees | {f"edit-{name}": judge_change(strict, row) for name, row in EDITS.items()}


def judge_tree(strict: Strict, case: dict[str, Any]) -> Outcome:
    tree, account = build({"base": case["base"], "set": case["set"]})
    facts = resolve(tree, account)
    return Outcome(judge(facts), strict.launch(facts, tree))


def judge_change(strict: Strict, row: dict[str, Any]) -> Outcome:
    """A change of something live: the rules of edits and those of the tree as it would be; then the update itself."""
    raw = change(BASES[row["base"]], row.get("live", {}))
    before = resolve(raw)
    launched = strict.launch(before, raw)
    assert not launched.refused, launched.message
    level, path = Level(row["level"]), row.get("path", "")
    key = launched.made[path]
    spent = row.get("spent")
    if spent is not None:
        strict.control({"level": level.value, "id": key, "spend": spent})
    if row.get("deleted"):
        strict.control({"level": level.value, "id": key, "operation_status": "DELETE"})
    prefix = f"{path}/" if path else ""
    after = resolve(change(raw, {f"{prefix}{name}": value for name, value in row["set"].items()}))
    old, new = find_object(before, path), find_object(after, path)
    names = list(dict.fromkeys(name.split("/")[0] for name in row["set"]))
    edit = make_edit({"level": level.value, "path": path, "deleted": row.get("deleted", False)})
    edit = replace(
        edit,
        before={name: old.members.get(name) for name in names},
        after={name: new.members.get(name) for name in names},
        spent=None if spent is None else Decimal(spent),
    )
    return Outcome((*judge_edit(edit), *judge(after)), strict.update(after, new, key, names))


def find_object(facts: TreeFacts, path: str) -> ObjectFacts:
    return next(thing for thing in facts.objects if thing.path == path)


@pytest.mark.parametrize("name", [*TREES, *(f"edit-{name}" for name in EDITS)])
def test_both_parties_say_the_same_or_the_difference_is_listed(
    outcomes: dict[str, Outcome], name: str
) -> None:
    assert outcomes[name].unlisted == []


@pytest.mark.parametrize(
    "name", [*(f"own-{row['name']}" for row in TABLE["tree"]), *(f"edit-{name}" for name in EDITS)]
)
def test_our_own_cases_say_what_each_party_answers(outcomes: dict[str, Outcome], name: str) -> None:
    row = TREES.get(name) or EDITS[name.removeprefix("edit-")]
    outcome = outcomes[name]
    assert sorted(list_refusals(outcome.findings)) == sorted(row.get("ours", []))
    assert row.get("theirs", "") in outcome.verdict.message
    assert outcome.verdict.refused == ("theirs" in row), outcome.verdict.message


@pytest.mark.parametrize("spelling", ["the-guides", "tiktoks"])
def test_both_worked_examples_leave_the_house(outcomes: dict[str, Outcome], spelling: str) -> None:
    """R74 is the one thing left: we ask, they refuse."""
    for number in (1, 2):
        outcome = outcomes[f"guide-{number}-in-{spelling}-spelling"]
        assert list_refusals(outcome.findings) == set()
        assert "custom-identity-closed" in {item.rule for item in outcome.findings}
        assert "new ads with a custom identity" in outcome.verdict.message


def test_every_listed_difference_is_shown_by_a_case(outcomes: dict[str, Outcome]) -> None:
    apart = [item for item in outcomes.values() if item.verdict.refused != bool(list_refusals(item.findings))]
    shown = {index for item in apart if item.verdict.refused for index in item.theirs}
    assert [row["says"] for index, row in enumerate(THEIRS) if index not in shown] == []
    ours = [item for outcome in apart if not outcome.verdict.refused for item in outcome.findings]
    assert [row for row in OURS if not any(_is_ours(row, item) for item in ours)] == []


def test_every_difference_has_a_reason() -> None:
    assert all(row["reason"].endswith(".") for row in (*OURS, *THEIRS))


@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tree=mutated_trees())
def test_a_tree_that_nobody_thought_of_parts_the_two_no_more_than_listed(
    strict: Strict, tree: dict[str, Any]
) -> None:
    """What our rules let pass is taken, and what they refuse is refused."""
    facts = resolve(tree)
    assert Outcome(judge(facts), strict.launch(facts, tree)).unlisted == []
