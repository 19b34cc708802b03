"""Mutation testing of campaigns/rules: one forked process per mutant, the tests of the rules as judge.

Run by `make mutate`. Everything is loaded, read and judged once; a fork then takes over the changed function and asks only the
rules that can feel it. Fails below the aim and on a survivor that tests/bench/survivors.toml does not explain.
`--module budget` takes one module, `--sample N` every N-th mutant, `--jobs N` so many processes at once.
"""

import argparse
import gc
import importlib
import itertools
import os
import resource
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.mutants import Mutant, list_mutants
from tests.bench.striking import load_whole, prepare, remember, swap
from tests.rules import (  # noqa: F401 - loaded once for all
    test_book,
    test_edges,
    test_edits,
    test_paths,
    test_policy,
    test_repair,
    test_rules,
    test_significance,
    test_units,
    test_unjudged,
    test_values,
    test_words,
)

RULES = Path("campaigns/rules")
SURVIVORS = Path(__file__).with_name("survivors.toml")
AIM = 85.0  # percent killed, issue of the rule book
SECONDS = 40  # of its own computing time: a mutant that takes longer is caught in a loop, which is its death
# Modules that no rule of the table needs
_REPAIR = ("repair", "trial", "reading", "paths")
# The files that know a module beside the table of cases and beside the two that know them all
_OWN = {
    **dict.fromkeys(_REPAIR, ["test_paths", "test_repair"]),
    **dict.fromkeys(("edits", "lifecycle", "pace"), ["test_edits"]),
    **dict.fromkeys(("policy", "authority"), ["test_policy"]),
    "significance": ["test_significance"],
    "unjudged": ["test_unjudged"],
    **dict.fromkeys(("findings", "passports"), ["test_book"]),
    "facts": ["test_facts", "test_book"],
    "book": ["test_book"],
    "dialect": ["test_words"],
    "values": ["test_values"],
}


def list_own_tests(module: str) -> list[str]:
    """The files that know a module beside the table of cases, the nearest first."""
    return [*_OWN.get(module, []), *([] if module in _REPAIR else ["test_edges", "test_units"])]


def call_tests(tests: object) -> None:
    """Every test of a file, with all its parameters."""
    for name, test in vars(tests).items():
        if name.startswith("test_"):
            rows: list[dict[str, object]] = [{}]
            for mark in getattr(test, "pytestmark", []):
                names, values = mark.args
                names = [names] if isinstance(names, str) else names
                rows = [
                    row | dict(zip(names, value if len(names) > 1 else [value], strict=True))
                    for row in rows
                    for value in values
                ]
            for row in rows:
                test(**row)


def list_checks(tests: object, own: frozenset[str]) -> Iterator[Callable[[], object]]:
    """The table of cases as calls, those of a mutant's own rules first: that is where most mutants die."""
    yield from (tests.test_every_rule_has_a_broken_example_and_a_kept_one,)  # type: ignore[attr-defined]
    yield from (tests.test_rule_ids_are_kebab_case_and_used_once,)  # type: ignore[attr-defined]
    calls = [
        (case.values[0] not in own, check, case.values)
        for name, cases in (
            ("test_a_broken_rule_says_so_where_it_is_broken_and_no_other_speaks", "FAILS"),
            ("test_a_kept_rule_is_silent", "PASSES"),
            ("test_a_rule_broken_in_the_second_ad_group_is_found_there_too", "BELOW"),
            ("test_a_fix_removes_what_it_mends", "FIXED"),
        )
        for check in (getattr(tests, name),)
        for case in getattr(tests, cases)
    ]
    offers = tests.test_a_finding_offers_exactly_the_fix_that_stands_in_the_table_or_none  # type: ignore[attr-defined]
    calls += [(case.values[0] not in own, offers, (case.id, *case.values)) for case in tests.FAILS]  # type: ignore[attr-defined]
    sound = tests.test_the_sound_trees_have_nothing_to_answer_for  # type: ignore[attr-defined]
    calls += [(True, sound, (base,)) for base in sorted(set(tests.BASES) - {"guide-1", "guide-2"})]  # type: ignore[attr-defined]
    for _, check, values in sorted(calls, key=lambda call: call[0]):
        yield lambda check=check, values=values: check(*values)  # type: ignore[misc]


def strike(mutant: Mutant) -> None:
    """In the child: the tests against one mutant. Raises where one fails, which is the mutant's death."""
    own = swap(mutant)
    tests: object = test_rules
    if own is None:
        tests, own = load_whole(mutant)
    for check in [] if mutant.path.stem in _REPAIR else list_checks(tests, own):
        check()
    for file in list_own_tests(mutant.path.stem):
        call_tests(importlib.import_module(f"tests.rules.{file}"))


def start(mutant: Mutant) -> int:
    """Forks a child that ends with 0 if the mutant survives. Answers its process id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        strike(mutant)
        code = 0
    finally:  # any way to fail is a death
        os._exit(code)


def judge(mutants: Iterator[Mutant], jobs: int) -> Iterator[tuple[Mutant, bool]]:
    """Every mutant with whether it was killed, as they end."""
    running: dict[int, Mutant] = {}
    while True:
        for mutant in itertools.islice(mutants, jobs - len(running)):
            running[start(mutant)] = mutant
        if not running:
            return
        child, status = os.wait()
        yield running.pop(child), bool(status)


def read_reasons() -> dict[tuple[str, str, str], str]:
    """Why a survivor lives, by its key. One reason may stand for several lines, and for several changes of a line."""
    rows = tomllib.loads(SURVIVORS.read_text("utf-8")).get("survivor", [])
    return {
        (row["module"], was, now): row["reason"]
        for row in rows
        for was, *changed in row["lines"]
        for now in changed
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--module", action="append", default=[])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    paths = [path for path in sorted(RULES.glob("*.py")) if path.stem != "__init__"]
    paths = [path for path in paths if not options.module or path.stem in options.module]
    mutants = (mutant for path in paths for mutant in list_mutants(path, every=options.sample))
    reasons = read_reasons()
    begun = time.monotonic()
    for check in list_checks(remember(test_rules), frozenset()):
        check()
    call_tests(test_units)
    prepare()
    gc.freeze()  # forks share what was loaded
    made: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    unlisted = 0
    met: set[tuple[str, str, str]] = set()
    for mutant, dead in judge(mutants, options.jobs):
        made[mutant.path.stem] += 1
        killed[mutant.path.stem] += dead
        if not dead:
            unlisted += mutant.key not in reasons
            met.add(mutant.key)
            say(f"survived  {mutant}  ({reasons.get(mutant.key, 'NOT LISTED')})")
    for stem in sorted(made):
        say(f"{stem:14} {killed[stem]:4} of {made[stem]:4}")
    total, dead = made.total(), killed.total()
    share = 100 * dead / max(total, 1)
    say(
        f"killed {dead} of {total} mutants: {share:.1f} % (aim {AIM:.0f} %) in {time.monotonic() - begun:.0f} s"
    )
    say(f"survived {total - dead}, of which {unlisted} stand without a reason in {SURVIVORS}")
    stale = [key for key in reasons if key[0] in made and key not in met]
    if options.sample == 1 and stale:
        say(f"{len(stale)} listed survivors are none any more; take them out: {stale}")
    return int(share < AIM or unlisted > 0)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
