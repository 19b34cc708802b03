"""Mutation testing of campaigns/rules: cosmic-ray's operators, one forked process per mutant, the table of cases as judge.

Run by `make mutate`. Message texts are left out: no operator touches a string. Prints what survived and the share killed; the aim
is 85 %. `--sample N` takes every N-th mutant, `--module budget` one module.
"""

import argparse
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import multiprocessing
import os
import signal
import sys
import time
import traceback
import types
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Loaded once before forking; nothing of the house is imported here, so that each child imports the mutant
import pytest
import rapidfuzz  # noqa: F401
from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

RULES = Path("campaigns/rules")
SECONDS = 60  # a mutant that takes longer is caught in a loop: killed
# Comparisons and operators are exchanged for their neighbours only: `<` for `<=`, not for `is`
OPERATORS = (
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_Lt_Gt",
    "ReplaceComparisonOperator_LtE_GtE",
    "ReplaceComparisonOperator_Gt_Lt",
    "ReplaceComparisonOperator_GtE_LtE",
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBinaryOperator_Mul_Div",
    "ReplaceBinaryOperator_Div_Mul",
    "ReplaceBinaryOperator_Mod_Mul",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_USub",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "NumberReplacer",
    "AddNot",
    "ZeroIterationForLoop",
    "RemoveDecorator",
)
# Modules whose tests are functions of their own beside the table
_REPAIR = ("repair", "reading", "paths")
_WHOLE = ("authority", "policy", "facts", "findings", "book", "edits", "passports")
OWN_TESTS = dict.fromkeys(_REPAIR, "tests/rules/test_repair.py") | dict.fromkeys(_WHOLE, "tests/rules")


def list_mutants(path: Path) -> Iterator[tuple[str, int, str]]:
    """Every mutant of a module: operator, occurrence, source."""
    source = path.read_text("utf-8")
    tree = get_ast(source)
    names = {name.partition("/")[2]: name for name in operator_names()}
    for operator in OPERATORS:
        made = get_operator(names[operator])()
        count = sum(1 for node in walk(tree) for _ in made.mutation_positions(node))
        for occurrence in range(count):
            mutant = mutate_code(source, made, occurrence)
            if mutant is not None and mutant != source and not in_text(source, mutant):
                yield operator, occurrence, mutant


def in_text(source: str, mutant: str) -> bool:
    """Whether the difference lies inside the braces of a message: texts are left out."""
    for old, new in zip(source.splitlines(), mutant.splitlines(), strict=False):
        if old != new:
            same = next((at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), 0)
            return old[:same].count('f"') > 0 and old[:same].count('"') % 2 == 1
    return False


def walk(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", ()):
        yield from walk(child)


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a source of ours instead of its file."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(
        self, name: str, path: object, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)  # type: ignore[arg-type]

    def exec_module(self, module: types.ModuleType) -> None:
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)


def run(path: Path, source: str) -> None:
    """In the child: the tests against one mutant. Raises where a test fails, which is the mutant's death."""
    name = f"campaigns.rules.{path.stem}"
    sys.meta_path.insert(0, Mutated(name, path, source))
    from campaigns.rules.findings import Rule
    from tests.rules import test_rules

    for check in (
        test_rules.test_every_rule_has_a_broken_example_and_a_kept_one,
        test_rules.test_rule_ids_are_kebab_case_and_used_once,
    ):
        check()
    for check, cases in (
        (test_rules.test_a_broken_rule_says_so_where_it_is_broken_and_no_other_speaks, test_rules.FAILS),
        (test_rules.test_a_kept_rule_is_silent, test_rules.PASSES),
        (test_rules.test_a_rule_broken_in_the_second_ad_group_is_found_there_too, test_rules.BELOW),
        (test_rules.test_a_fix_removes_what_it_mends, test_rules.FIXED),
    ):
        # the rules of the mutant's own module first: that is where most mutants die
        own = {rule.id for rule in vars(sys.modules[name]).values() if isinstance(rule, Rule)}
        for case in sorted(cases, key=lambda case: case.values[0] not in own):
            check(*case.values)
    for case in test_rules.FAILS:
        test_rules.test_a_finding_offers_exactly_the_fix_that_stands_in_the_table_or_none(
            case.id, *case.values
        )
    for base in sorted(set(test_rules.BASES) - {"guide-1", "guide-2"}):
        test_rules.test_the_sound_trees_have_nothing_to_answer_for(base)
    tests = [OWN_TESTS[path.stem]] if path.stem in OWN_TESTS else ["tests/rules/test_units.py"]
    options = ["-x", "-q", "-p", "no:cacheprovider", "--deselect", "tests/rules/test_rules.py"]
    if pytest.main([*options, *tests]):
        raise AssertionError("a test of its own failed")


def judge(task: tuple[Path, str, int, str]) -> tuple[str, str, int, bool]:
    """In a worker: forks once for the mutant and waits. True = killed."""
    path, operator, occurrence, source = task
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException), open(os.devnull, "w") as nothing:
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
            try:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    run(path, source)
                code = 0
            except BaseException:  # noqa: BLE001 - any way to fail is a death
                traceback.clear_frames(sys.exc_info()[2])
        os._exit(code)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return path.stem, operator, occurrence, bool(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return path.stem, operator, occurrence, True


def read_line(path: Path, source: str) -> str:
    """The line in which a mutant differs."""
    pairs = zip(path.read_text("utf-8").splitlines(), source.splitlines(), strict=False)
    for number, (old, new) in enumerate(pairs, 1):
        if old != new:
            return f"{path}:{number}: {old.strip()}  →  {new.strip()}"
    return str(path)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--module", default="")
    options = parser.parse_args()
    paths = [
        path
        for path in sorted(RULES.glob("*.py"))
        if path.stem != "__init__" and options.module in ("", path.stem)
    ]
    tasks = [(path, *mutant) for path in paths for mutant in list_mutants(path)][:: options.sample]
    sources = {(path.stem, operator, occurrence): source for path, operator, occurrence, source in tasks}
    killed: Counter[str] = Counter()
    made: Counter[str] = Counter()
    survived: list[str] = []
    with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
        for stem, operator, occurrence, dead in pool.imap_unordered(judge, tasks):
            made[stem] += 1
            killed[stem] += dead
            if not dead:
                survived.append(read_line(RULES / f"{stem}.py", sources[stem, operator, occurrence]))
                sys.stdout.write(f"survived  {survived[-1]}\n")
                sys.stdout.flush()
    for stem in sorted(made):
        sys.stdout.write(f"{stem:14} {killed[stem]:4} of {made[stem]:4}\n")
    total, dead = sum(made.values()), sum(killed.values())
    sys.stdout.write(f"killed {dead} of {total} mutants: {dead / total:.1%} (aim 85 %)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
