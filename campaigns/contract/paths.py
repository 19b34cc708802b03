"""Paths into a JSON object: names and list places with `/` between them, such as `creative_list/0/creative_info`."""

from collections.abc import Mapping, Sequence
from typing import Any


def find_at(members: Any, path: str) -> Any:
    """The value at a path below an object; None where there is none."""
    for part in path.split("/"):
        if isinstance(members, Mapping):
            members = members.get(part)
        elif isinstance(members, list | tuple) and part.isdigit() and int(part) < len(members):
            members = members[int(part)]
        else:
            return None
    return members


def set_at(members: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of an object with one value set at a path; None takes it away, empty objects on the way with it."""
    head, _, rest = path.partition("/")
    copy = dict(members)
    if rest:
        inner = copy.get(head)
        if isinstance(inner, list) or (inner is None and rest.partition("/")[0].isdigit()):
            copy[head] = _set_in_list(inner or [], rest, value)
        else:
            copy[head] = set_at(inner if isinstance(inner, Mapping) else {}, rest, value)
            if copy[head] == {}:
                copy.pop(head)
    elif value is None:
        copy.pop(head, None)
    else:
        copy[head] = value
    return copy


def _set_in_list(items: Sequence[Any], path: str, value: Any) -> list[Any]:
    head, _, rest = path.partition("/")
    copy = list(items)
    index = min(int(head), len(copy)) if head.isdigit() else len(copy)
    if index == len(copy):
        copy.append({})
    if rest:
        copy[index] = set_at(copy[index] if isinstance(copy[index], Mapping) else {}, rest, value)
    elif value is None:
        copy.pop(index)
    else:
        copy[index] = value
    return copy
