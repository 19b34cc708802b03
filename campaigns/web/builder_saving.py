"""Saving one object's form: what the person changed since the form was drawn, against what stands now.

The form brings `base`, the texts its inputs held when they were drawn. What differs from it is the person's; what
stands otherwise than it is somebody else's. Only where both touched one field does a person have to choose; the rest
is saved. Without a base every difference under an old version counts as both.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.paths import find_at
from campaigns.models import Person, Thing
from campaigns.services import editing
from campaigns.services.drafts import follow_pool
from campaigns.services.errors import Stale
from campaigns.services.speakers import MEMBERS, follow_speakers
from campaigns.services.wanted import campaign_of
from campaigns.web.forms import Field, Form, Posted, Scene, Texts
from campaigns.web.week import say_week

UNKNOWN: Texts = ("\x00",)  # what a form held that did not say so: equal to nothing that can be typed
TRIES = 3  # against others who save the same object in the same instant


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two people changed: what stands, and what was typed here."""

    field: Field
    theirs: str
    yours: str


@dataclass(slots=True)
class Outcome:
    """What the inputs hold after a save, and what they are compared with next time."""

    texts: dict[str, Texts]
    base: dict[str, Texts]
    conflicts: list[Conflict] = field(default_factory=list)
    moved: list[Field] = field(default_factory=list)  # changed by others and not touched here
    filled: list[Field] = field(default_factory=list)  # set along with what was typed
    saved: bool = False


def save_form(
    *,
    actor: Person,
    thing: Thing,
    form: Form,
    scene: Scene,
    posted: Posted,
    base: str,
    version: str,
    choice: str,
    now: datetime,
) -> Outcome:
    """Saves what was changed. `choice` is `keep:` or `take:` with a path, or with `*` for all that conflicts."""
    for attempt in range(TRIES):
        stored = form.show_all(thing.wanted, scene)
        given = _read_base(base)
        known = given is not None or version == str(thing.version)
        drawn = {**stored, **(given or {})} if known else {}
        texts = form.read_posted(posted, drawn or stored)
        moved_rows = given is not None and _rows(given) != _rows(stored)
        outcome, changed = _compare(form, stored, drawn, texts, choice, moved_rows)
        changes = {path: form.by_path[path].read(texts[path], scene) for path in changed}
        for path in [
            path for path in changed if changes[path] == form.by_path[path].read(stored[path], scene)
        ]:
            del changes[path]  # another way to write what stands, such as blanks for nothing
            outcome.base[path] = stored[path]
        if not changes:
            return outcome
        along = dict(follow_along(thing, changes))
        changes |= along
        outcome.filled = [form.by_path[path] for path in along if path in form.by_path]
        try:
            editing.save_members(
                actor=actor, door="page", thing=thing, version=thing.version, changes=changes, now=now
            )
        except Stale:
            if attempt == TRIES - 1:
                raise
            continue  # the service has read the object anew
        outcome.saved = True
        kept = form.show_all(thing.wanted, scene)
        # What stands may read otherwise than it was typed; taken for somebody else's, it would be a conflict with oneself.
        outcome.base |= {path: kept[path] for path in changes if path in kept}
        outcome.texts |= {path: kept[path] for path in along if path in kept}
        return outcome
    raise AssertionError("the loop returns or raises")


def follow_along(thing: Thing, changes: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Who speaks is a kind and an id: what goes along with the one that was chosen. So does the mode of a budget."""
    if thing.level is Level.CAMPAIGN:
        return follow_pool(thing.wanted, changes)
    if not any(path.rpartition("/")[2] in MEMBERS for path in changes):
        return []
    identities = campaign_of(thing).advertiser.facts().identities
    return follow_speakers(partial(find_at, thing.wanted), list(changes.items()), identities)


def _compare(
    form: Form,
    stored: Mapping[str, Texts],
    drawn: Mapping[str, Texts],
    texts: Mapping[str, Texts],
    choice: str,
    moved_rows: bool,
) -> tuple[Outcome, list[str]]:
    """`drawn` is empty where nobody knows what the form held: then every difference may be somebody else's."""
    verb, _, chosen = choice.partition(":")
    outcome = Outcome(dict(texts), {})
    changed: list[str] = []
    for path, item in form.by_path.items():
        theirs, yours = stored[path], texts[path]
        before = drawn.get(path)
        theirs_moved = before is None or before != theirs or (moved_rows and _in_row(path))
        if yours == theirs:
            outcome.base[path] = theirs
        elif yours == before:
            outcome.moved.append(item)
            outcome.texts[path] = outcome.base[path] = theirs
        elif not theirs_moved or (verb == "keep" and chosen in (path, "*")):
            changed.append(path)
            outcome.base[path] = yours
        elif verb == "take" and chosen in (path, "*"):
            outcome.moved.append(item)
            outcome.texts[path] = outcome.base[path] = theirs
        else:
            outcome.conflicts.append(Conflict(item, say_texts(item, theirs), say_texts(item, yours)))
            outcome.base[path] = UNKNOWN if before is None else before
    return outcome, changed


def _rows(texts: Mapping[str, Texts]) -> set[str]:
    return {path for path in texts if _in_row(path)}


def _in_row(path: str) -> bool:
    """Inside a row of a list, whose place another person may have moved."""
    return any(part.isdigit() for part in path.split("/"))


def _read_base(text: str) -> dict[str, Texts] | None:
    """The texts that the form was drawn with; None when it did not bring them whole."""
    try:
        given = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(given, dict) or not all(isinstance(value, list) for value in given.values()):
        return None
    return {str(path): tuple(str(item) for item in value) for path, value in given.items()}


def write_base(base: Mapping[str, Texts]) -> str:
    return json.dumps(base, ensure_ascii=False, separators=(",", ":"))


def say_texts(item: Field, texts: Texts) -> str:
    """What an input holds, as a person reads it."""
    labels = {option.value: option.label for option in item.options}
    if item.kind == "flag":
        return "on" if texts and texts[0] == "true" else "off"
    if item.kind == "week":
        return say_week(texts[0] if texts else "")
    if item.kind == "pairs":
        rows: list[Any] = [json.loads(text) for text in texts]
        return ", ".join(" = ".join(part for part in row if part) for row in rows) or "nothing"
    return ", ".join(labels.get(text, text) for text in texts if text) or "nothing"
