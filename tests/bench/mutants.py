"""The mutants of a module, made by cosmic-ray's operators.

Left out is what no test should notice: the texts of messages, how much of a value they repeat and which of two sentences is
said, annotations, and the decorators and flags that only freeze, cache or hide.
"""

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

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
# Without the first two a module is slower or less strict, never wrong; without the third it does not load
_SILENT_DECORATORS = ("dataclass", "cache", "property")
_SHOWN = "SHOWN"  # so begin the constants that say how much of a typed value a message repeats

Span = tuple[tuple[int, int], tuple[int, int]]  # from and to, as (line, byte in the line)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed place. `line` counts from 1; `was` and `now` are that line before and after, without margins."""

    path: Path
    line: int
    was: str
    now: str
    source: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What a list of survivors knows it by: it outlives a moved line."""
        return self.path.stem, self.was, self.now

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.was}  →  {self.now}"


def list_mutants(path: Path, *, every: int = 1) -> Iterator[Mutant]:
    """The mutants of a module that a test could notice, in the order of the operators; `every` 3 takes each third one."""
    source = path.read_text("utf-8")
    tree, silent = get_ast(source), list_silent(source)
    names = {name.partition("/")[2]: name for name in operator_names()}
    place = itertools.count(sum(path.stem.encode()))  # not the first of each module again and again
    for operator in OPERATORS:
        made = get_operator(names[operator])()
        count = sum(1 for node in _walk(tree) for _ in made.mutation_positions(node))
        for occurrence in range(count):
            if next(place) % every:
                continue
            changed = mutate_code(source, made, occurrence)
            if changed is None or changed == source:
                continue
            line, column, was, now = _compare(source, changed)
            if now == was.replace("*,", "/,", 1):
                continue  # the star of a signature, which is no product
            if not any(start <= (line, column) <= end for start, end in silent):
                yield Mutant(path, line, was, now, changed)


def list_silent(source: str) -> list[Span]:
    """Where a change is left out."""
    spans: list[ast.expr | ast.stmt] = []
    above: list[Span] = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.JoinedStr() | ast.Call(func=ast.Name("field")):
                spans.append(node)
            case ast.IfExp() if _is_prose(node.body) and _is_prose(node.orelse):
                spans.append(node)
            case ast.Assign(targets=[ast.Name(name)]) if name.startswith(_SHOWN):
                spans.append(node)
            case ast.Subscript() | ast.Compare() if _SHOWN in ast.unparse(node):
                spans.append(node)
            case ast.AnnAssign(annotation=annotation) | ast.arg(annotation=ast.expr() as annotation):
                spans.append(annotation)
            case ast.FunctionDef(decorator_list=decorators) | ast.ClassDef(decorator_list=decorators):
                gone = [item for item in decorators if ast.unparse(item).startswith(_SILENT_DECORATORS)]
                # taken away, a decorator shows first at the empty lines before it: two at the module's top, else one
                above += [
                    (
                        (item.lineno - (2 if item.col_offset == 1 else 1), 0),
                        (item.lineno, item.end_col_offset or 0),
                    )
                    for item in gone
                ]
    return above + [
        ((item.lineno, item.col_offset), (item.end_lineno or item.lineno, item.end_col_offset or 0))
        for item in spans
    ]


def _is_prose(node: ast.expr) -> bool:
    """Whether an expression is a piece of a sentence: words, or nothing in their place."""
    match node:
        case ast.Constant(str(text)):
            return " " in text or not text
    return isinstance(node, ast.JoinedStr)


def _compare(source: str, changed: str) -> tuple[int, int, str, str]:
    """The first place in which two texts differ: line, byte in the line, the line before and after."""
    old, new = source.splitlines(), changed.splitlines()
    line = next(
        (at for at, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]),
        min(len(old), len(new)) - 1,
    )
    same = next(
        (at for at, pair in enumerate(zip(old[line], new[line], strict=False)) if pair[0] != pair[1]), 0
    )
    return line + 1, len(old[line][:same].encode()), old[line].strip(), new[line].strip()


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", ()):
        yield from _walk(child)
