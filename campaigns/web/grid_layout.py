"""The cells of the grid: what each holds, what is said of it, what is one for all rows. Asks the database for nothing."""

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.contract.choices import APP_EVENTS, AUTOMATIC_EVENTS
from campaigns.contract.levels import Level
from campaigns.contract.paths import find_at
from campaigns.models import Campaign, Thing
from campaigns.rules.facts import TreeFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.services.choices import judge_words
from campaigns.services.speakers import KIND, Hearing, judge_kinds, only_speakers, set_alone
from campaigns.web.builder_library import Library
from campaigns.web.builder_tree import TONES, Place, tone_of
from campaigns.web.forms import Scene
from campaigns.web.grid_cells import Names, write_cell
from campaigns.web.grid_columns import Column, choose_columns, list_columns

ALL = "all"  # stands for the row in the key of a merged cell
ASKED = 6  # kinds of rows whose words are judged beforehand; beyond, the dot says it after the choice
_NAMED = frozenset(
    ("places", "pixels", "events", "identities", "languages", "interests", "audiences", "videos", "pictures")
)
# An app's SEARCH is not what a website's is called
_ALSO_KNOWN = {"events": (*APP_EVENTS, *AUTOMATIC_EVENTS)}
_SINGLE = frozenset(
    ("pixels", "events", "identities", "videos", "pictures")
)  # one in a cell: its name may have commas

# Members in which ad groups differ and on which no word depends
_OWN = frozenset(
    (
        "adgroup_name",
        "budget",
        "min_budget",
        "max_budget",
        "bid_price",
        "conversion_bid_price",
        "roas_bid",
        "schedule_start_time",
        "schedule_end_time",
        "dayparting",
        "targeting_spec",
    )
)


@dataclass(slots=True)
class Cell:
    """`text` is what stands, `typed` what the input holds where that is something else."""

    key: str
    column: Column
    text: str
    typed: str | None = None
    findings: list[Finding] = field(default_factory=list)
    refused: Mapping[str, Finding] = field(default_factory=dict)  # words that the rules refuse here
    asked: Mapping[str, Finding] = field(default_factory=dict)  # words that they want a yes for
    matters: bool = True
    note: str = ""
    doubt: str = ""  # why its name means nothing certain
    span: int = 1  # the rows that it lies over
    of: int = 1  # the rows that it stands for, also those that are not seen

    @property
    def shown(self) -> str:
        return self.text if self.typed is None else self.typed

    @property
    def weighty(self) -> list[Finding]:
        """What is worth a dot."""
        return [item for item in self.findings if item.level is not FindingLevel.ADVICE]

    @property
    def gravest(self) -> str:
        tones = {tone_of(item) for item in self.weighty}
        return next((tone for tone in TONES if tone in tones), "")


@dataclass(slots=True)
class Row:
    place: Place
    scene: Scene
    lock: str
    cells: list[Cell | None]  # None where a merged cell lies over it

    @property
    def key(self) -> str:
        return str(self.place.thing.pk)

    @property
    def number(self) -> int:
        return self.place.index + 1

    @property
    def starts(self) -> bool:
        """The first ad of its ad group."""
        return self.place.level is Level.AD and self.place.index == 0


@dataclass(frozen=True, slots=True)
class Said:
    """A finding with the cell or row where it is shown."""

    row: Row
    column: Column
    cell: str
    finding: Finding
    hidden: str = ""  # the member, where no column shows it

    @property
    def href(self) -> str:
        return self.row.place.link_to(self.finding.path)


@dataclass(slots=True)
class Grid:
    """`columns` are those chosen of `every`; `merged` the paths that stand in one cell for all rows."""

    level: Level
    every: tuple[Column, ...]
    columns: tuple[Column, ...]
    rows: list[Row]
    merged: frozenset[str]

    @property
    def shape(self) -> str:
        """What a page drawn otherwise must be drawn anew for."""
        return "|".join(
            [*(row.key for row in self.rows), *(column.path for column in self.columns), *sorted(self.merged)]
        )

    def find_column(self, path: str) -> Column | None:
        return next((column for column in self.every if column.path == path), None)

    @property
    def cells(self) -> dict[str, Cell]:
        return {cell.key: cell for row in self.rows for cell in row.cells if cell is not None}


def plain_scene(campaign: Campaign, thing: Thing) -> Scene:
    account = campaign.advertiser
    return Scene(thing.level, thing.wanted, campaign.wanted, account.money, ZoneInfo(account.zone))


def list_things(campaign: Campaign, level: Level) -> list[Thing]:
    groups = campaign.adgroups.all()
    return list(groups) if level is Level.ADGROUP else [ad for group in groups for ad in group.ads.all()]


def find_names(library: Library) -> dict[str, Names]:
    """What ids are called, where only one is called so: a place, a video or an audience is named in a cell."""
    found: dict[str, Names] = {}
    for kind in _NAMED & library.lists.keys():
        items = library.list_names(kind)
        counts = Counter(name.lower() for name in items.values())
        known = {value.lower() for value in (*items, *_ALSO_KNOWN.get(kind, ()))}
        parting = r"[\t\n]|^\s*$" if kind in _SINGLE else r"[,;\t\n]|^\s*$"
        # a name that parts cells, or is another one's id, says nothing certain
        sure = {
            value: name
            for value, name in items.items()
            if name.lower() not in known and not re.search(parting, name)
        }
        labels = _find_labels(library, kind, items)
        called = {value: name for value, name in sure.items() if counts[name.lower()] == 1}
        shared: dict[str, list[str]] = {}
        for value, name in items.items():
            if counts[name.lower()] > 1 and name.strip():
                called |= {value: labels[value]} if value in labels else {}
                shared.setdefault(name.lower(), []).append(labels.get(value, value))
        ids = {said.lower(): value for part in (labels, called) for value, said in part.items()}
        found[kind] = Names(ids, called, shared)
    return found


def _find_labels(library: Library, kind: str, items: Mapping[str, str]) -> dict[str, str]:
    """What the forms' menus call what has a name, where that means one alone: an identity with its type."""
    if kind != "identities":
        return {}
    labels = {value: label for value, label in library.lists[kind].items() if label != items.get(value)}
    taken = Counter(label.lower() for label in (*labels.values(), *items.values(), *items))
    return {value: label for value, label in labels.items() if taken[label.lower()] == 1}


def lay_out(
    campaign: Campaign,
    level: Level,
    places: Sequence[Place],
    facts: TreeFacts,
    asked: Sequence[str],
    library: Library,
    names: Mapping[str, Names],
) -> Grid:
    members = {item.path: item.members for item in facts.objects}
    zone = ZoneInfo(facts.account.zone)
    scenes = [
        Scene(level, members.get(place.path, {}), facts.campaign.members, facts.account.currency, zone)
        for place in places
    ]
    every = list_columns(
        level, [place.thing for place in places], scenes[0] if scenes else plain_scene(campaign, campaign)
    )
    columns = choose_columns(
        every, asked, [(place.thing.wanted, scene) for place, scene in zip(places, scenes, strict=True)]
    )
    locked = [
        f"It exists at TikTok (id {place.thing.remote_id})." if place.thing.remote_id else ""
        for place in places
    ]
    table = [
        [
            write_cell(
                column.field, find_at(place.thing.wanted, column.path), scene, names.get(column.field.suggest)
            )
            for column in columns
        ]
        for place, scene in zip(places, scenes, strict=True)
    ]
    merged = frozenset(
        column.path
        for index, column in enumerate(columns)
        if column.equal
        and len(places) > 1
        and not any(locked)
        and len({column.weigh(texts[index], names) for texts in table}) == 1
    )
    rows = []
    for number, (place, scene, texts, lock) in enumerate(zip(places, scenes, table, locked, strict=True)):
        cells: list[Cell | None] = []
        for column, text in zip(columns, texts, strict=True):
            if column.path not in merged:
                known = names.get(column.field.suggest)
                cells.append(
                    Cell(
                        f"{place.thing.pk}:{column.path}",
                        column,
                        text,
                        note=_say_names(column, text, library, known),
                        doubt=known.doubt(text) if known and text else "",
                        matters=column.field.when(scene),
                    )
                )
            elif number == 0:
                cells.append(
                    Cell(
                        f"{ALL}:{column.path}",
                        column,
                        text,
                        span=len(places),
                        of=len(places),
                        matters=column.field.when(scene),
                        note=_say_names(column, text, library, names.get(column.field.suggest)),
                    )
                )
            else:
                cells.append(None)
        rows.append(Row(place, scene, lock, cells))
    return Grid(level, every, columns, rows, merged)


def narrow(grid: Grid, keys: Collection[str]) -> Grid:
    """The same with these rows alone; a cell that is one for all lies over them and still stands for all."""
    rows = [row for row in grid.rows if row.key in keys]
    if rows:
        rows[0].cells = [cell or above for cell, above in zip(rows[0].cells, grid.rows[0].cells, strict=True)]
    for cell in rows[0].cells if rows else ():
        if cell is not None and cell.of > 1:
            cell.span = len(rows)
    return replace(grid, rows=rows)


def _say_names(column: Column, text: str, library: Library, names: Names | None) -> str:
    """The id of what stands in a cell by its name, or the name of an id that shares it; of one, several are named."""
    field = column.field
    if not field.suggest or field.kind not in ("text", "objects"):
        return ""
    known = names.ids.get(text.lower()) if names else None
    return f"id {known}" if known else library.name_of(field.suggest, text)


def attach(grid: Grid) -> list[Said]:
    """Puts every finding on its cell; where no column shows the member, on the name of its row."""
    said: list[Said] = []
    over = {cell.column.path: cell for cell in (grid.rows[0].cells if grid.rows else ()) if cell}
    for row in grid.rows:
        own = {
            column.path: cell or over[column.path]
            for column, cell in zip(grid.columns, row.cells, strict=True)
        }
        for finding in row.place.findings:
            rest = row.place.relative(finding.path)
            path = find_home(own, rest)
            cell = own[path or grid.columns[0].path]
            if cell.doubt and finding.level is FindingLevel.REFUSE:
                finding = replace(finding, message=cell.doubt)
            if cell.of == 1 or finding.message not in {item.message for item in cell.findings}:
                cell.findings.append(finding)
                said.append(Said(row, cell.column, cell.key, finding, "" if path else rest))
    return said


def find_home(paths: Mapping[str, Any], path: str) -> str | None:
    """The column that a finding lies in, else the first one inside of what it is about."""
    above = [name for name in paths if path == name or path.startswith(f"{name}/")]
    if above:
        return max(above, key=len)
    return next((name for name in paths if path and name.startswith(f"{path}/")), None)


def ask_words(grid: Grid, campaign: Campaign, facts: TreeFacts) -> None:
    """Which words the rules would refuse in a row, asked once for all rows that differ in nothing that matters to it."""
    if grid.level is Level.AD:
        _ask_speakers(grid, campaign, facts)
        return
    columns = [column for column in grid.columns if column.field.kind == "word"]
    known: dict[str, dict[str, dict[str, Finding]]] = {}
    for row in grid.rows:
        wanted = _leave(row.place.thing.wanted, _OWN)
        key = json.dumps(wanted, sort_keys=True, default=str)
        if key not in known and len(known) < ASKED:
            raw = {**campaign.wanted, "adgroups": [{**wanted, "ads": []}]}
            words = {
                f"adgroups/0/{column.path}": [option.value for option in column.field.options]
                for column in columns
            }
            known[key] = judge_words(
                account=facts.account, policy=facts.policy, raw=raw, words=words, now=facts.now
            )
        for cell in row.cells:
            if cell is not None:
                cell.refused = known.get(key, {}).get(f"adgroups/0/{cell.column.path}", {})


def _ask_speakers(grid: Grid, campaign: Campaign, facts: TreeFacts) -> None:
    """What the rules would say to each kind of identity in a row."""
    hearing = Hearing(facts.account, facts.policy, facts.now)
    known: dict[str, dict[str, Finding]] = {}
    for row in grid.rows:
        assert row.place.parent is not None
        group, ad = _leave(row.place.parent.thing.wanted, _OWN), only_speakers(row.place.thing.wanted)
        for cell in row.cells:
            place, _, member = cell.column.path.rpartition("/") if cell is not None else ("", "", "")
            if cell is None or member != KIND:
                continue
            raw, path = set_alone(campaign.wanted, group, ad, place)
            key = f"{path} {json.dumps(raw, sort_keys=True, default=str)}"
            if key not in known and len(known) < ASKED:
                kinds = [option.value for option in cell.column.field.options]
                known[key] = judge_kinds(hearing, raw, path, kinds)
            said = known.get(key, {})
            cell.refused = {kind: item for kind, item in said.items() if item.level is FindingLevel.REFUSE}
            cell.asked = {kind: item for kind, item in said.items() if kind not in cell.refused}


def _leave(members: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if name not in names}
