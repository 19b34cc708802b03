"""How a fork of the loaded program becomes a mutant: by the one function that changed, or by loading all rules anew."""

import ast
import functools
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Rule
from tests.bench.mutants import Mutant

# Used while the others are loaded, or by the reading of a tree: a change there is loaded, not swapped
CORE = ("book", "facts", "findings", "passports", "policy")
PACKAGE = "campaigns.rules"

_trees: dict[str, TreeFacts] = {}
_known: set[int] = set()  # of the trees above, which are kept: an id stays theirs
_said: dict[tuple[str, int], list[Any]] = {}  # by rule and facts, as the sound rules say it
_functions: dict[tuple[str, str], list[types.FunctionType]] = {}  # by module and qualified name
_caches: list[Any] = []
_imports: dict[str, set[str]] = {}  # by module, inside the package
_find = Rule.find


def remember(tests: types.ModuleType) -> types.ModuleType:
    """The table of cases, reading each tree and asking each rule about it once: forks only repeat what changed."""
    resolve: Callable[..., TreeFacts] = tests.resolve
    build: Callable[[dict[str, Any]], tuple[dict[str, Any], Any]] = tests.build
    built: dict[int, tuple[dict[str, Any], Any]] = {}  # by case; the table keeps its cases
    lasting = {id(tree) for tree in tests.BASES.values()}

    def build_once(case: dict[str, Any]) -> tuple[dict[str, Any], Any]:
        if id(case) not in built:
            built[id(case)] = build(case)
            lasting.add(id(built[id(case)][0]))
        return built[id(case)]

    def resolve_once(tree: dict[str, Any], *account: Any) -> TreeFacts:
        key = f"{id(tree)} {[*map(id, account)]}" if id(tree) in lasting else repr((tree, account))
        if key not in _trees:
            _trees[key] = resolve(tree, *account)
            _known.add(id(_trees[key]))
        return _trees[key]

    def find_once(rule: Rule[Any], facts: Any) -> Iterable[Any]:
        if id(facts) not in _known:
            return _find(rule, facts)
        key = (rule.id, id(facts))
        if key not in _said:
            _said[key] = list(_find(rule, facts))
        return _said[key]

    tests.build, tests.resolve = build_once, resolve_once  # type: ignore[attr-defined]
    Rule.find = find_once  # type: ignore[method-assign, assignment]
    return tests


def prepare() -> None:
    """What every fork would look up again: functions, caches and who imports whom. Before gc.freeze, which hides them."""
    for thing in gc.get_objects():
        if isinstance(thing, types.FunctionType) and (thing.__module__ or "").startswith(PACKAGE):
            _functions.setdefault((thing.__module__, thing.__code__.co_qualname), []).append(thing)
        elif isinstance(thing, functools._lru_cache_wrapper) and thing.__module__.startswith(PACKAGE):
            _caches.append(thing)
    for file in Path(PACKAGE.replace(".", "/")).glob("*.py"):
        _imports[file.stem] = _list_imports(file)


def swap(mutant: Mutant) -> frozenset[str] | None:
    """Puts the changed function in the place of the sound one. The rules of its module, or None: then load it whole."""
    if mutant.path.stem in CORE:
        return None
    sound = compile(mutant.path.read_text("utf-8"), str(mutant.path), "exec")
    broken = compile(mutant.source, str(mutant.path), "exec")
    pairs = list(_pair(sound, broken))
    if not pairs or any(old is sound for old, _ in pairs):
        return None
    for old, new in pairs:
        functions = _functions.get((f"{PACKAGE}.{mutant.path.stem}", old.co_qualname))
        if functions is None:  # what a class is made by is over once it is made
            return None
        for function in functions:
            function.__code__ = new
    for cache in _caches:
        cache.cache_clear()
    _forget(_list_rules(mutant.path))
    return frozenset(_list_rules(mutant.path, alone=True))


def load_whole(mutant: Mutant) -> tuple[types.ModuleType, frozenset[str]]:
    """All rules and their tests loaded anew around the mutant."""
    Rule.find = _find  # type: ignore[method-assign]
    for name in [name for name in sys.modules if name.startswith((PACKAGE, "campaigns.sync", "tests.rules"))]:
        del sys.modules[name]
    sys.meta_path.insert(0, _Mutated(f"{PACKAGE}.{mutant.path.stem}", mutant))
    tests = importlib.import_module("tests.rules.test_rules")
    return tests, frozenset(_list_rules(mutant.path, alone=True))


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a mutant instead of its file."""

    def __init__(self, name: str, mutant: Mutant) -> None:
        self.name, self.mutant = name, mutant

    def find_spec(
        self, name: str, path: object, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.mutant.path, loader=self)  # type: ignore[arg-type]

    def exec_module(self, module: types.ModuleType) -> None:
        exec(compile(self.mutant.source, str(self.mutant.path), "exec"), module.__dict__)


def _pair(old: types.CodeType, new: types.CodeType) -> Iterable[tuple[types.CodeType, types.CodeType]]:
    """The outermost functions that differ; (module, module) where the difference is not inside one."""
    if old.co_code != new.co_code or old.co_names != new.co_names or len(old.co_consts) != len(new.co_consts):
        yield old, new
        return
    for one, other in zip(old.co_consts, new.co_consts, strict=True):
        if isinstance(one, types.CodeType) and isinstance(other, types.CodeType):
            if (
                one.co_name[0] == "<" or not one.co_flags & 2
            ):  # a lambda, a class body: swapped with its holder
                if not _equal(one, other):
                    yield from [(old, new)] if one.co_name[0] == "<" else _pair(one, other)
            elif not _equal(one, other):
                yield one, other
        elif repr(one) != repr(other):
            yield old, new


def _equal(one: types.CodeType, other: types.CodeType) -> bool:
    """Whether two functions do the same: where they stand in their file does not matter."""
    if (one.co_code, one.co_names, one.co_varnames) != (other.co_code, other.co_names, other.co_varnames):
        return False
    if len(one.co_consts) != len(other.co_consts):
        return False
    return all(
        _equal(mine, theirs)
        if isinstance(mine, types.CodeType) and isinstance(theirs, types.CodeType)
        else repr(mine) == repr(theirs)
        for mine, theirs in zip(one.co_consts, other.co_consts, strict=True)
    )


def _list_rules(path: Path, *, alone: bool = False) -> set[str]:
    """The rules of a module, and unless `alone` of those that import from it."""
    reach, grown = {path.stem}, not alone
    while grown:
        users = {stem for stem, imported in _imports.items() if reach & imported}
        grown = not users <= reach
        reach |= users
    return {
        thing.id
        for stem in reach
        for thing in vars(sys.modules.get(f"{PACKAGE}.{stem}", types)).values()
        if hasattr(thing, "id") and hasattr(thing, "check")
    }


def _list_imports(file: Path) -> set[str]:
    """The modules of the package that a file imports from."""
    found: set[str] = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(PACKAGE):
            found.add(node.module.removeprefix(PACKAGE).lstrip("."))
    return found


def _forget(rules: set[str]) -> None:
    """What the felt rules said, and all that facts remember from it."""
    for key in [key for key in _said if key[0] in rules]:
        del _said[key]
    for facts in _trees.values():
        facts.memo.clear()
        for thing in facts.objects:
            thing.memo.clear()
