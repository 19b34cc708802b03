"""Reading and setting members of a tree as typed by the paths that findings use. Copies what it changes."""

from collections.abc import Iterable, Mapping
from typing import Any


def read_value(raw: Any, path: str) -> Any:
    """The value at a path; None where there is none."""
    for part in path.split("/"):
        if isinstance(raw, Mapping):
            raw = raw.get(part)
        elif isinstance(raw, list) and part.isdigit() and int(part) < len(raw):
            raw = raw[int(part)]
        else:
            return None
    return raw


def put_values(raw: Mapping[str, Any], changes: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The tree with some members set; None takes one away. What is not on the way to a change is shared, not copied."""
    tree: Any = dict(raw)
    for path, value in changes:
        tree = _put(tree, path.split("/"), value)
    return dict(tree)


def _put(holder: Any, parts: list[str], value: Any) -> Any:
    first, rest = parts[0], parts[1:]
    if isinstance(holder, list):
        place = int(first) if first.isdigit() else len(holder)
        if place >= len(holder):
            return holder
        inner = _put(holder[place], rest, value) if rest else value
        return [*holder[:place], inner, *holder[place + 1 :]]
    if not isinstance(holder, Mapping):
        return holder
    if rest:
        below = holder.get(first)
        return {**holder, first: _put(below if isinstance(below, Mapping | list) else {}, rest, value)}
    if value is None:
        return {name: item for name, item in holder.items() if name != first}
    return {**holder, first: value}
