"""How members of TikTok's objects become inputs and come back: types only, never thresholds.

A Field shows a stored value as the texts its inputs hold (`show`) and reads texts back into TikTok's JSON (`read`).
What cannot be read is kept as typed; the rules say what is wrong with it. Comparing texts with texts tells what a
person changed, so that saving touches nothing else. Knows no rule and no row.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from campaigns.contract.levels import Level
from campaigns.contract.money import Currency
from campaigns.contract.paths import find_at
from campaigns.contract.shape import read_moment, read_money
from campaigns.web.forms_words import Option
from campaigns.web.week import PRESETS, read_times

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a form stands in. `members` are the object's as they would be sent, `campaign` those of its campaign."""

    level: Level
    members: Mapping[str, Any]
    campaign: Mapping[str, Any]
    currency: Currency
    zone: ZoneInfo

    @property
    def cbo(self) -> bool:
        return self.campaign.get("budget_optimize_on") is not False

    @property
    def manual(self) -> bool:
        return self.members.get("targeting_optimization_mode") == "MANUAL"


def always(scene: Scene) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Field:
    """One member on a form. `path` counts from its object; `kind` names the input and how values are read."""

    path: str
    label: str
    kind: str = "text"
    hint: str = ""
    options: tuple[Option, ...] = ()
    suggest: str = ""  # the list of suggestions that the input offers
    inner: Texts = ()  # the members of a list's items, where it is a list of objects
    most: int = 0  # how many inputs a list draws; 0 = one more than it holds
    default: object = None  # what an absent member counts as, at TikTok
    example: str = ""
    blank: str = ""  # the words of the choice that leaves the member out
    when: Callable[[Scene], bool] = always  # whether it matters; it is shown anyway once it holds something

    @property
    def id(self) -> str:
        return "field-" + self.path.replace("/", "-")

    @property
    def inputs(self) -> Texts:
        """The names under which a browser posts it."""
        return tuple(f"{self.path}/{name}" for name in self.inner) if self.kind == "pairs" else (self.path,)

    def show(self, stored: Any, scene: Scene) -> Texts:
        return _KINDS[self.kind].show(self, stored, scene)

    def read(self, texts: Texts, scene: Scene) -> Any:
        """The JSON value; None takes the member away."""
        return _KINDS[self.kind].read(self, texts, scene)

    def list_options(self, texts: Texts) -> tuple[Option, ...]:
        """The options, with whatever else is stored among them."""
        known = {option.value for option in self.options}
        return self.options + tuple(
            Option(text, f"{text} (as typed)") for text in dict.fromkeys(texts) if text and text not in known
        )


class Posted(Protocol):
    """Django's QueryDict, as far as forms need it."""

    def getlist(self, key: str) -> list[Any]: ...
    def __contains__(self, key: object) -> bool: ...


def read_texts(field: Field, posted: Posted) -> Texts | None:
    """What a browser sent for a field; None when the form did not hold it."""
    if not any(name in posted for name in field.inputs):
        return None
    if field.kind == "week":
        return (_read_week(field.path, posted),)
    columns = [[_clean(str(item)) for item in posted.getlist(name)] for name in field.inputs]
    if field.kind == "pairs":
        length = max(map(len, columns))
        rows = zip(*(column + [""] * (length - len(column)) for column in columns), strict=True)
        return tuple(json.dumps(row, ensure_ascii=False) for row in rows if row[0])
    texts = columns[0]
    if field.kind in ("list", "words", "objects"):
        return tuple(part for text in texts for part in _split(field, text) if part)
    return (texts[-1],)


def _read_week(path: str, posted: Posted) -> str:
    """The week of a pressed preset, else of the times where they were changed, else the characters as typed."""
    if (preset := str((posted.getlist(f"{path}/preset") or [""])[-1])) in PRESETS:
        return PRESETS[preset][1]
    text = _clean(str(posted.getlist(path)[-1])).strip()
    drawn, starts, ends = (
        [_clean(str(item)) for item in posted.getlist(f"{path}/{name}")] for name in ("drawn", "from", "to")
    )
    if not drawn or text != drawn[-1]:
        return text
    return read_times(starts, ends, drawn[-1])


def _split(field: Field, text: str) -> list[str]:
    """Ids may be pasted several at once."""
    if field.kind == "list":
        return [part.strip() for part in text.replace(";", ",").replace("\t", ",").split(",")]
    return [text]


def _clean(text: str) -> str:
    """As a one-line input holds it; a zero byte is nothing anybody types."""
    return text.replace("\r", "").replace("\n", "").replace("\x00", "")


@dataclass(frozen=True, slots=True)
class _Kind:
    show: Callable[[Field, Any, Scene], Texts]
    read: Callable[[Field, Texts, Scene], Any]


def _write(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _items(stored: Any) -> Sequence[Any]:
    if stored is None:
        return ()
    return stored if isinstance(stored, list | tuple) else (stored,)


def _show_text(field: Field, stored: Any, scene: Scene) -> Texts:
    return (_write(field.default if stored is None else stored),)


def _read_text(field: Field, texts: Texts, scene: Scene) -> Any:
    return texts[-1] if texts and texts[-1].strip() else None


def _show_money(field: Field, stored: Any, scene: Scene) -> Texts:
    if isinstance(stored, int | float) and not isinstance(stored, bool):
        try:
            amount = read_money(stored)
        except ValueError:
            return (_write(stored),)
        exact = scene.currency.quantize(amount)
        return (str(exact if exact == amount else amount),)
    return (_write(stored),)


def _read_money(field: Field, texts: Texts, scene: Scene) -> Any:
    text = (texts[-1] if texts else "").strip()
    return text or None


def _show_flag(field: Field, stored: Any, scene: Scene) -> Texts:
    value = field.default if stored is None else stored
    return ("true",) if value is True or str(value).lower() == "true" else ("",)


def _read_flag(field: Field, texts: Texts, scene: Scene) -> Any:
    return bool(texts) and texts[-1] == "true"


def _show_moment(field: Field, stored: Any, scene: Scene) -> Texts:
    """The account's wall clock, as the browser's own input writes it; what is no time stays as typed."""
    if stored in (None, ""):
        return ("",)
    try:
        local = read_moment(stored).astimezone(scene.zone)
    except (ValueError, OverflowError):
        return (_write(stored),)
    return (local.strftime("%Y-%m-%dT%H:%M:%S" if local.second else "%Y-%m-%dT%H:%M"),)


def _read_moment(field: Field, texts: Texts, scene: Scene) -> Any:
    text = (texts[-1] if texts else "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=scene.zone)
        return zoned.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return text


def _show_list(field: Field, stored: Any, scene: Scene) -> Texts:
    return tuple(text for text in map(_write, _items(stored)) if text)


def _read_list(field: Field, texts: Texts, scene: Scene) -> Any:
    return list(texts) or None


def _show_objects(field: Field, stored: Any, scene: Scene) -> Texts:
    name = field.inner[0]
    items = (item.get(name) if isinstance(item, Mapping) else item for item in _items(stored))
    return tuple(text for text in map(_write, items) if text)


def _read_objects(field: Field, texts: Texts, scene: Scene) -> Any:
    return [{field.inner[0]: text} for text in texts] or None


def _show_pairs(field: Field, stored: Any, scene: Scene) -> Texts:
    rows = [
        [_write(item.get(name)) for name in field.inner]
        for item in _items(stored)
        if isinstance(item, Mapping)
    ]
    return tuple(json.dumps(row, ensure_ascii=False) for row in rows if row[0])


def _read_pairs(field: Field, texts: Texts, scene: Scene) -> Any:
    rows = [json.loads(text) for text in texts]
    return [{name: text for name, text in zip(field.inner, row, strict=True) if text} for row in rows] or None


_KINDS: Mapping[str, _Kind] = {
    "text": _Kind(_show_text, _read_text),
    "word": _Kind(_show_text, _read_text),
    "money": _Kind(_show_money, _read_money),
    "flag": _Kind(_show_flag, _read_flag),
    "moment": _Kind(_show_moment, _read_moment),
    "list": _Kind(_show_list, _read_list),
    "words": _Kind(_show_list, _read_list),
    "objects": _Kind(_show_objects, _read_objects),
    "pairs": _Kind(_show_pairs, _read_pairs),
    "week": _Kind(_show_text, _read_text),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A group of fields under one heading. `tone` is `hard` or `soft` where it matters which."""

    id: str
    title: str
    fields: tuple[Field, ...]
    about: str = ""
    tone: str = ""
    row: int | None = None  # its place, where the section is one row of a list that grows
    grows: str = ""  # the list that a button below adds a row to


@dataclass(frozen=True, slots=True)
class Form:
    """All sections of one object's form."""

    sections: tuple[Section, ...]
    by_path: Mapping[str, Field] = field(default_factory=dict)

    @classmethod
    def of(cls, *sections: Section) -> "Form":
        return cls(sections, {item.path: item for section in sections for item in section.fields})

    def show_all(self, wanted: Mapping[str, Any], scene: Scene) -> dict[str, Texts]:
        return {path: item.show(find_at(wanted, path), scene) for path, item in self.by_path.items()}

    def read_posted(self, posted: Posted, before: Mapping[str, Texts]) -> dict[str, Texts]:
        """What every field holds now; a field that was not on the form holds what it held."""
        return {path: _or(read_texts(item, posted), before[path]) for path, item in self.by_path.items()}


def _or(texts: Texts | None, before: Texts) -> Texts:
    return before if texts is None else texts
