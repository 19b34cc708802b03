"""Saving cells: what a person changed since they were drawn, against what stands now, in one act for all of them.

As the one-object forms do it (builder_saving): a script brings for each cell what it held when it was drawn; a plain
form brings the versions of its rows. Only where two people changed one cell does somebody have to choose.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaigns import queries
from campaigns.contract.levels import Level
from campaigns.contract.paths import find_at
from campaigns.models import Campaign, Change, Person, Thing
from campaigns.services import bulk
from campaigns.services.errors import Stale
from campaigns.web.builder_saving import TRIES
from campaigns.web.forms import Posted, Scene
from campaigns.web.grid_cells import Names, read_cell, write_cell
from campaigns.web.grid_columns import Column, list_columns
from campaigns.web.grid_completing import Completing
from campaigns.web.grid_layout import ALL, list_things, plain_scene

Changes = list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class CellConflict:
    key: str
    row: str
    column: Column
    theirs: str
    yours: str


@dataclass(slots=True)
class Outcome:
    """`typed` is what was not saved, by key; `saved` counts what was; `act` is the change that was made."""

    typed: dict[str, str] = field(default_factory=dict)
    conflicts: list[CellConflict] = field(default_factory=list)
    saved: int = 0
    act: Change | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a level as they stand, to compare cells with: things in their order, their paths, all columns."""

    things: Mapping[str, Thing]
    paths: Mapping[str, str]
    columns: Mapping[str, Column]
    scenes: Mapping[str, Scene]
    names: Mapping[str, Names]  # by the kind of suggestion

    @classmethod
    def of(cls, campaign: Campaign, level: Level, names: Mapping[str, Names]) -> "Sheet":
        things = list_things(campaign, level)
        places: list[tuple[str, Thing]] = []
        for index, group in enumerate(campaign.adgroups.all()):
            if level is Level.ADGROUP:
                places.append((f"adgroups/{index}", group))
            else:
                places += [(f"adgroups/{index}/ads/{place}", ad) for place, ad in enumerate(group.ads.all())]
        scene = plain_scene(campaign, things[0] if things else campaign)
        scenes = {
            str(thing.pk): Scene(level, thing.wanted, campaign.wanted, scene.currency, scene.zone)
            for thing in things
        }
        columns = {column.path: column for column in list_columns(level, things, scene)}
        return cls(
            {str(thing.pk): thing for thing in things},
            {str(thing.pk): path for path, thing in places},
            columns,
            scenes,
            names,
        )

    def text(self, row: str, column: Column) -> str:
        stored = find_at(self.things[row].wanted, column.path)
        return write_cell(column.field, stored, self.scenes[row], self.names.get(column.field.suggest))

    def rows_of(self, row: str) -> Sequence[str]:
        if row == ALL:
            return list(self.things)
        return [row] if row in self.things else []


def save_cells(
    *,
    actor: Person,
    campaign: Campaign,
    level: Level,
    posted: Posted,
    keys: Iterable[str],
    names: Mapping[str, Names],
    choice: str,
    now: datetime,
) -> Outcome:
    """Saves what was changed, as one act. `choice` is `keep:` or `take:` with a key, or with `*` for all that conflict."""
    given = {key: str(posted.getlist(key)[-1]).replace("\r\n", "\n") for key in keys if ":" in key}
    base = _read_base(str((posted.getlist("base") or [""])[-1]))
    versions = {key.removeprefix("v-"): str(posted.getlist(key)[-1]) for key in keys if key.startswith("v-")}
    completing = Completing(campaign, now)
    for attempt in range(TRIES):
        sheet = Sheet.of(campaign, level, names)
        outcome, changes = _compare(sheet, given, base, versions, choice)
        if not changes:
            return outcome
        try:
            outcome.act = bulk.apply_bulk(
                actor=actor,
                door="page",
                campaign=campaign,
                version=campaign.tree_version,
                changes=completing.complete(campaign.raw_tree(), changes),
                now=now,
            )
        except Stale:
            if attempt == TRIES - 1:
                raise
            campaign = _read_again(campaign)
            continue
        outcome.saved = len(changes)
        return outcome
    raise AssertionError("the loop returns or raises")


def _compare(
    sheet: Sheet,
    given: Mapping[str, str],
    base: Mapping[str, str],
    versions: Mapping[str, str],
    choice: str,
) -> tuple[Outcome, Changes]:
    verb, _, chosen = choice.partition(":")
    outcome = Outcome()
    changes: Changes = []
    for key, yours in given.items():
        row, _, path = key.partition(":")
        column = sheet.columns.get(path)
        rows = sheet.rows_of(row)
        if column is None or not rows:
            continue
        stand = {sheet.text(one, column) for one in rows}
        drawn = base.get(key)
        if drawn is None and all(versions.get(one) == str(sheet.things[one].version) for one in rows):
            drawn = next(iter(stand))
        if stand == {yours} or yours == drawn:
            continue
        moved = drawn is None or {column.weigh(text, sheet.names) for text in stand} != {
            column.weigh(drawn, sheet.names)
        }
        if moved and not (verb == "keep" and chosen in (key, "*")):
            if not (verb == "take" and chosen in (key, "*")):
                theirs = " / ".join(sorted(stand))
                outcome.conflicts.append(CellConflict(key, _label(sheet, row), column, theirs, yours))
                outcome.typed[key] = yours
            continue
        for one in rows:
            changes += set_cell(sheet, one, column, yours)
    return outcome, changes


def set_cell(sheet: Sheet, row: str, column: Column, text: str) -> Changes:
    """The changes, by paths from the root, that put a text into a cell; none where it says what stands already."""
    thing, scene = sheet.things[row], sheet.scenes[row]
    return change_member(thing.wanted, sheet.paths[row], column, text, scene, sheet.names)


def change_member(
    wanted: Mapping[str, Any],
    where: str,
    column: Column,
    text: str,
    scene: Scene,
    names: Mapping[str, Names],
) -> Changes:
    stored = find_at(wanted, column.path)
    value = read_cell(column.field, text, scene, names.get(column.field.suggest))
    if value == read_cell(column.field, write_cell(column.field, stored, scene), scene):
        return []
    return [(f"{where}/{column.path}", value)]


def _label(sheet: Sheet, row: str) -> str:
    return "All rows" if row == ALL else sheet.things[row].label


def _read_again(campaign: Campaign) -> Campaign:
    return queries.with_tree(Campaign.objects.with_state()).get(pk=campaign.pk)


def _read_base(text: str) -> dict[str, str]:
    try:
        given = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return {str(key): str(value) for key, value in given.items()} if isinstance(given, dict) else {}
