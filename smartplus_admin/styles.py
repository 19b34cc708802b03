"""A style sheet without what no page names: of Tabler's 640 kB the pages use a sixth. Text in, text out; knows no files."""

import re
from collections.abc import Collection, Iterator

_CLASS = re.compile(r"\.((?:[\w-]|\\.)+)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_INSIDE = re.compile(r"\([^()]*\)")
_GROUPS = ("@media", "@supports", "@container", "@layer")  # hold rules; other at-rules are kept as they are


def prune(css: str, words: Collection[str]) -> str:
    """Leaves out each selector with a class that is not among the words; those in brackets, as of `:not(…)`, do not count."""
    kept = []
    for before, body in _list_rules(css):
        prelude = _COMMENT.sub("", before)
        kept += [
            comment for comment in _COMMENT.findall(before) if comment.startswith("/*!")
        ]  # a licence stays
        if body is None:
            kept.append(prelude)
        elif prelude.lstrip().startswith(_GROUPS):
            inner = prune(body, words)
            kept += [f"{prelude}{{{inner}}}"] if inner else []
        elif prelude.lstrip().startswith("@"):
            kept.append(f"{prelude}{{{body}}}")
        else:
            selectors = [one for one in _split(prelude) if _is_named(one, words)]
            kept += [f"{','.join(selectors)}{{{body}}}"] if selectors else []
    return "".join(kept)


def _is_named(selector: str, words: Collection[str]) -> bool:
    while selector != (outside := _INSIDE.sub("", selector)):
        selector = outside
    return all(name.replace("\\", "") in words for name in _CLASS.findall(selector))


def _list_rules(css: str) -> Iterator[tuple[str, str | None]]:
    """(what stands before the braces, what stands in them), or (a statement, None)."""
    start = place = depth = 0
    opened = 0
    while place < len(css):
        char = css[place]
        if char in "\"'":
            place = _skip_string(css, place)
            continue
        if css.startswith("/*", place):
            place = css.find("*/", place) + 2
            continue
        if char == "{":
            opened = place if depth == 0 else opened
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened], css[opened + 1 : place]
                start = place + 1
        elif char == ";" and depth == 0:
            yield css[start : place + 1], None
            start = place + 1
        place += 1


def _skip_string(css: str, place: int) -> int:
    mark = css[place]
    place += 1
    while place < len(css) and css[place] != mark:
        place += 2 if css[place] == "\\" else 1
    return place + 1


def _split(prelude: str) -> list[str]:
    """A selector list at its commas outside brackets."""
    parts, depth, start = [], 0, 0
    for place, char in enumerate(prelude):
        depth += (char in "([") - (char in ")]")
        if char == "," and depth == 0:
            parts.append(prelude[start:place])
            start = place + 1
    return [*parts, prelude[start:]]
