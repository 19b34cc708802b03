"""A cell of the grid: one text for one member, read by the very fields that the one-object forms have.

Knows how a person writes several values into one cell, and the names that words and ids go by. What cannot be read is
kept as typed; the rules say what is wrong with it.
"""

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.contract.money import Currency
from campaigns.web.forms import Field, Scene, read_texts
from campaigns.web.words import CURRENCY_MARKS

SHOWN = 4  # things that a sentence repeats
AGES = "age_groups"
KINDS = frozenset(("text", "word", "money", "flag", "moment", "list", "words", "objects", "pairs", "week"))
_YES, _NO = frozenset(("on", "yes", "true", "1")), frozenset(("off", "no", "false", "0", ""))


@dataclass(frozen=True, slots=True)
class Names:
    """What ids of one kind are called, where a name means one alone: `ids` by names in small letters, `called` by ids.

    `shared` are the names that several have, in small letters, with what to write for each: a longer name or the id.
    """

    ids: Mapping[str, str]
    called: Mapping[str, str]
    shared: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)

    def doubt(self, text: str) -> str:
        """What to say to a name that means nothing certain; "" where it does."""
        each = self.shared.get(text.strip().lower(), ())
        if not each:
            return ""
        said = ", ".join(each[:SHOWN]) + (" …" if len(each) > SHOWN else "")
        return f"{len(each)} are called “{text.strip()}”. Write which one: {said}."


@dataclass(frozen=True, slots=True)
class _Typed:
    """One cell as a browser would post it."""

    parts: Mapping[str, Sequence[str]]

    def getlist(self, key: str) -> list[Any]:
        return list(self.parts.get(key, ()))

    def __contains__(self, key: object) -> bool:
        return key in self.parts


def is_long(field: Field) -> bool:
    """Whether a cell of it may hold several lines: texts have commas of their own."""
    return field.kind == "pairs" or (field.kind == "objects" and not field.options and field.most != 1)


def write_cell(field: Field, stored: Any, scene: Scene, names: Names | None = None) -> str:
    """What the cell of a stored value holds."""
    texts = field.show(stored, scene)
    match field.kind:
        case "flag":
            strange = isinstance(stored, str) and stored.lower() not in ("true", "false")
            return stored if strange else "on" if texts == ("true",) else "off"
        case "moment":
            return texts[0].replace("T", " ") if re.fullmatch(r"[-\d]+T[:\d]+", texts[0]) else texts[0]
        case "pairs":
            rows: list[Any] = [json.loads(text) for text in texts]
            return "\n".join("=".join(row).rstrip("=") for row in rows)
        case "list" | "words" | "objects":
            called = {**_labels_of(field), **(names.called if names else {})}
            said = (called.get(text, text) for text in texts)
            return ("\n" if is_long(field) else ", ").join(said)
    first = texts[0] if texts else ""
    return names.called.get(first, first) if names else first


def read_cell(field: Field, text: str, scene: Scene, names: Names | None = None) -> Any:
    """The JSON value of a typed text; None takes the member away."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    known = {**_words_of(field), **(names.ids if names else {})}
    if field.kind == "flag":
        word = text.lower()
        if word not in _YES | _NO:
            return text  # not taken for off: what was typed is kept
        text = "true" if word in _YES else ""
    if field.kind == "money":
        text = _strip_mark(text, scene.currency)
    parts = [known.get(part.lower(), part) for typed in _split(field, text) for part in _spread(field, typed)]
    columns = {field.path: parts}
    if field.kind == "pairs":
        pairs = [(*part.split("=", 1), "")[:2] for part in parts]
        columns = {
            name: [pair[index].strip() for pair in pairs] for index, name in enumerate(field.inputs[:2])
        }
    return field.read(read_texts(field, _Typed(columns)) or (), scene)


def _split(field: Field, text: str) -> list[str]:
    if field.kind == "pairs":
        parts = re.split(r"[\n&]", text)
    elif is_long(field):
        parts = text.split("\n")
    elif field.kind in ("list", "words") or (field.kind == "objects" and field.options):
        parts = re.split(r"[,;\n\t]", text)
    else:
        return [text]
    return [part.strip() for part in parts if part.strip()]


def _spread(field: Field, part: str) -> list[str]:
    """`25+` and `25-54` as the age groups that they are made of, where both ends are ends of groups: never more people."""
    if field.path.rpartition("/")[2] != AGES or not (
        typed := re.fullmatch(r"(\d+)\s*(?:\+|[-–]\s*(\d+))", part)
    ):
        return [part]
    ends = {option.value: re.findall(r"\d+", option.value) for option in field.options}
    groups = {value: (int(found[0]), int(found[1])) for value, found in ends.items() if len(found) == 2}
    first, last = (
        int(typed[1]),
        int(typed[2]) if typed[2] else max((end for _, end in groups.values()), default=0),
    )
    within = {value: span for value, span in groups.items() if first <= span[0] and span[1] <= last}
    spans = sorted(within.values())
    return list(within) if spans and (spans[0][0], spans[-1][1]) == (first, last) else [part]


def _labels_of(field: Field) -> dict[str, str]:
    """What words are called in a cell that holds several; a label that would part the cell says nothing."""
    labels = {option.value: option.label for option in field.options if not option.group}
    return {value: label for value, label in labels.items() if not re.search(r"[,;\t\n]", label)}


def _words_of(field: Field) -> dict[str, str]:
    """Words in any case, and their labels, with whichever dash; a word itself comes before another one's label."""
    labels = {option.label.lower(): option.value for option in field.options if not option.group}
    plain = {label.replace("–", "-"): value for label, value in labels.items()}
    return plain | labels | {option.value.lower(): option.value for option in field.options}


def _strip_mark(text: str, currency: Currency) -> str:
    """An amount without the account's own currency beside it. Another's stays, and is no amount here."""
    for mark in (currency.code, CURRENCY_MARKS.get(currency.code, "")):
        if mark and text.startswith(mark):
            return text.removeprefix(mark).strip()
        if mark and text.endswith(mark):
            return text.removesuffix(mark).strip()
    return text
