"""What an account may target, searched by name or id, and the names of what was chosen."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from campaigns.models import Advertiser, Audience, Interest, Language, Place

MOST = 20  # shown at once: who sees more than a screen types one letter more


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to choose. `within` are the ids of what holds it, the nearest first; `warning` a reason to think twice."""

    value: str
    name: str
    detail: str = ""
    within: tuple[str, ...] = ()
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    targets: tuple[Target, ...]
    more: int  # matching ones that are not shown


def find_targets(advertiser: Advertiser, kind: str, text: str) -> Found:
    """`kind` is a key of KINDS. Names that begin with the text come first; an id is found whole."""
    shelf = KINDS[kind]
    rows = shelf.rows(advertiser)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(**{shelf.key: text}))
    first = Case(
        When(**{shelf.key: text}, then=Value(0)),
        When(name__istartswith=text, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    total = rows.count()
    found = list(rows.order_by(first, *shelf.order, "name", shelf.key)[:MOST])
    return Found(tuple(_dress(advertiser, shelf, found)), max(0, total - MOST))


def name_targets(advertiser: Advertiser, kind: str, values: Collection[str]) -> dict[str, Target]:
    """What is known of ids; those that are not on the account's list are left out."""
    shelf = KINDS[kind]
    rows = shelf.rows(advertiser).filter(**{f"{shelf.key}__in": list(values)}) if values else ()
    return {target.value: target for target in _dress(advertiser, shelf, list(rows))}


def is_id(kind: str, text: str) -> bool:
    """Whether a text may be an id of the kind, known or not."""
    return re.fullmatch(KINDS[kind].looks_like, text) is not None


def count_targets(advertiser: Advertiser, kind: str) -> int:
    return KINDS[kind].rows(advertiser).count()


def list_plain(advertiser: Advertiser, kind: str, most: int) -> Mapping[str, str]:
    """Suggestions for an input without script: id → name. Of places the countries alone."""
    shelf = KINDS[kind]
    rows = shelf.rows(advertiser)
    rows = rows.filter(parent_id="") if kind == "places" else rows
    return dict(rows.values_list(shelf.key, "name")[:most])


def list_names(advertiser: Advertiser, kind: str) -> Mapping[str, str]:
    """All of a kind: id → name. A place that is called as a wider one says where it lies: that name means the wider one."""
    shelf = KINDS[kind]
    if not shelf.nested:
        return dict(shelf.rows(advertiser).values_list(shelf.key, "name"))
    rows = list(shelf.rows(advertiser).values_list(shelf.key, "name", "parent_id"))
    held = {key: (name, parent) for key, name, parent in rows}
    widest: dict[str, int] = {}
    for key, name, _ in rows:
        depth = len(_find_above(held, key))
        widest[name.lower()] = min(depth, widest.get(name.lower(), depth))
    return {
        key: f"{name}, {held[parent][0]}"
        if parent in held and len(_find_above(held, key)) > widest[name.lower()]
        else name
        for key, name, parent in rows
    }


def _find_above(held: Mapping[str, tuple[str, str]], key: str) -> tuple[str, ...]:
    """The ids of all that hold one, the nearest first."""
    above: list[str] = []
    parent = held[key][1]
    while parent in held and parent not in above:
        above.append(parent)
        parent = held[parent][1]
    return tuple(above)


@dataclass(frozen=True, slots=True)
class _Shelf:
    rows: Callable[[Advertiser], QuerySet[Any]]
    key: str
    order: tuple[str | Case, ...] = ()  # among names that fit alike
    nested: bool = False
    looks_like: str = r"\d{1,20}"  # an id of the kind, which may be typed without being on the list


_WIDEST = Case(
    When(parent_id="", then=Value(0)),
    When(level="CITY", then=Value(2)),
    default=Value(1),
    output_field=IntegerField(),
)  # countries, their divisions, cities
KINDS: Mapping[str, _Shelf] = {
    "places": _Shelf(lambda of: Place.objects.filter(advertiser=of), "location_id", (_WIDEST,), True),
    "languages": _Shelf(
        lambda of: Language.objects.filter(advertiser=of), "code", looks_like="[A-Za-z]{2,3}(-[A-Za-z]+)?"
    ),
    "interests": _Shelf(lambda of: Interest.objects.filter(advertiser=of), "category_id", (), True),
    "audiences": _Shelf(lambda of: Audience.objects.filter(advertiser=of), "audience_id"),
}


def _dress(advertiser: Advertiser, shelf: _Shelf, rows: list[Any]) -> Iterable[Target]:
    held = _read_holders(advertiser, shelf, rows) if shelf.nested else {}
    for row in rows:
        value = getattr(row, shelf.key)
        if isinstance(row, Audience):
            yield Target(value, row.name, _say_audience(row), warning=_warn(row))
        elif shelf.nested:
            above = _find_above(held, value)
            yield Target(value, row.name, ", ".join(held[key][0] for key in above), above)
        else:
            yield Target(value, row.name, value)


def _read_holders(advertiser: Advertiser, shelf: _Shelf, rows: list[Any]) -> dict[str, tuple[str, str]]:
    """Names and holders of rows and of all that hold them, by id: a query for each step up."""
    held = {getattr(row, shelf.key): (row.name, row.parent_id) for row in rows}
    while missing := {parent for _, parent in held.values() if parent and parent not in held}:
        found = shelf.rows(advertiser).filter(**{f"{shelf.key}__in": missing})
        held |= dict.fromkeys(missing, ("", "")) | {
            key: (name, parent) for key, name, parent in found.values_list(shelf.key, "name", "parent_id")
        }
    return held


def _say_audience(row: Audience) -> str:
    size = "size not told" if row.size is None else f"{row.size:,} people"
    return f"{row.kind} · {size}" if row.kind else size


def _warn(row: Audience) -> str:
    if row.valid is False:
        return "TikTok says it cannot be used"
    return "expires soon" if row.expiring else ""
