"""What pasted rows would do to a draft: cells that change, ad groups and ads that are made, and what does not fit.

Plans only; nothing is stored here. Rows of the sheet fill rows of the grid from a first one on, and those that are left
make new ones. A row may bring its ad along: rows that name the same ad group one after the other are its ads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.limits import ADGROUPS_PER_CAMPAIGN, ADS_PER_ADGROUP
from campaigns.contract.paths import find_at, set_at
from campaigns.models import Campaign
from campaigns.services.branches import begin_ad, begin_adgroup
from campaigns.services.judging import Judgement, judge_raw, list_made
from campaigns.web.forms import Scene
from campaigns.web.grid_cells import Names, is_long, write_cell
from campaigns.web.grid_columns import Column
from campaigns.web.grid_completing import Completing
from campaigns.web.grid_layout import ALL, plain_scene
from campaigns.web.grid_saving import Changes, change_member
from campaigns.web.grid_table import Table

NEW = "new"  # a first row behind the last one
Texts = dict[Column, str]


@dataclass(slots=True)
class Line:
    """One pasted row in the preview. `changes` are (column, before, after) as cells hold them."""

    path: str
    label: str
    made: bool
    changes: list[tuple[Column, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Paste:
    """`tree` is the draft as it would be; `left` says in sentences what is not taken over."""

    tree: dict[str, Any]
    changes: Changes = field(default_factory=list)
    added: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not self.changes and not self.added

    @property
    def made(self) -> tuple[int, int]:
        """How many ad groups, and how many ads in ad groups that are there already."""
        groups = sum(where == "adgroups" for where, _ in self.added)
        return groups, len(self.added) - groups


class Planner:
    """Lays pasted rows over a draft, one after the other."""

    def __init__(self, campaign: Campaign, names: Mapping[str, Names], now: datetime) -> None:
        self.campaign, self.names = campaign, names
        self.completing = Completing(campaign, now)
        self.doubts: dict[str, None] = {}  # what names mean nothing certain, each said once
        self.paste = Paste(campaign.raw_tree())
        self.groups: list[dict[str, Any]] = self.paste.tree["adgroups"]
        self.stood = [
            len(group["ads"]) for group in self.groups
        ]  # how many ads each had that was there before
        # what further ads have in common with the first
        self.sibling = next((ad for group in self.groups for ad in group["ads"]), None)
        self.lines: dict[str, Line] = {}

    def put_adgroup(self, index: int, texts: Texts) -> None:
        """Fills the ad group at a place, which may be the next one that is not there yet."""
        path = f"adgroups/{index}"
        made = index == len(self.groups)
        if made:
            begun = begin_adgroup(_own(self.groups[0]) if self.groups else None, index + 1)
            self.groups.append({**begun, "ads": [begin_ad(self.sibling)]})
        self._fill(path, self.groups[index], Level.ADGROUP, texts, made=index >= len(self.stood))

    def put_ad(self, group: int, index: int, texts: Texts) -> None:
        path = f"adgroups/{group}/ads/{index}"
        ads = self.groups[group]["ads"]
        if index == len(ads):
            ads.append(begin_ad(ads[0] if ads else self.sibling))
        made = group >= len(self.stood) or index >= self.stood[group]
        self._fill(path, ads[index], Level.AD, texts, made=made)

    def _fill(self, path: str, raw: dict[str, Any], level: Level, texts: Texts, *, made: bool) -> None:
        account = self.campaign.advertiser
        scene = plain_scene(self.campaign, self.campaign)
        scene = Scene(level, raw, self.campaign.wanted, account.money, scene.zone)
        line = self.lines.get(path)
        if line is None:
            line = self.lines[path] = Line(path, "", made)
            self.paste.lines.append(line)
        changes: Changes = []
        for column, text in texts.items():
            found = change_member(raw, path, column, text, scene, self.names)
            changes += found
            if found:
                known = self.names.get(column.field.suggest)
                if known and (doubt := known.doubt(text)):
                    self.doubts[f"{column.title}: {doubt}"] = None
                before = "" if made else write_cell(column.field, find_at(raw, column.path), scene, known)
                line.changes.append((column, before, write_cell(column.field, found[0][1], scene, known)))
        for where, value in self.completing.complete(self.paste.tree, changes):
            rest = where.removeprefix(f"{path}/")
            changed = set_at(raw, rest, value)
            raw.clear()
            raw.update(changed)
            if not made:
                self.paste.changes.append((where, value))
        line.label = self._call(path, raw, level)

    def _call(self, path: str, raw: Mapping[str, Any], level: Level) -> str:
        if name := str(raw.get(level.name_member) or ""):
            return name
        parts = path.split("/")
        group = self.groups[int(parts[1])]
        whose = str(group.get("adgroup_name") or "") or f"{Level.ADGROUP.label} {int(parts[1]) + 1}"
        return f"{level.label} {int(parts[3]) + 1} of {whose}" if level is Level.AD else whose

    def finish(self) -> Paste:
        self.paste.left += self.doubts
        for index, group in enumerate(self.groups):
            if index >= len(self.stood):
                self.paste.added.append(("adgroups", group))
            else:
                self.paste.added += [
                    (f"adgroups/{index}/ads", ad) for ad in group["ads"][self.stood[index] :]
                ]
        return self.paste


def plan_paste(
    *,
    campaign: Campaign,
    level: Level,
    table: Table,
    start: str,
    columns: Sequence[Column],
    names: Mapping[str, Names],
    now: datetime,
    rows: int = 1,
    width: int = 1,
) -> Paste:
    """What a table would do from the row `start` on: a row's id, ALL, or NEW.

    `columns` are those that cells without a head fall into, from the left. One row fills `rows` of them, one cell `width`.
    """
    planner = Planner(campaign, names, now)
    table = _spread(table, rows if start != ALL else len(_list_places(planner.groups, level)), width)
    first = 0 if start == ALL else _find_start(campaign, level, start)
    left = planner.paste.left
    left += [f"The column “{name}” is not known here and was left out." for name in table.unknown]
    heads = table.columns
    if heads is None:
        heads = tuple(columns)
        over = max((len(row) for row in table.rows), default=0) - len(heads)
        if over > 0:
            left.append(f"{_count(over, 'column')} did not fit beside the last column.")
    put = _lay_adgroups if level is Level.ADGROUP else _lay_ads
    put(planner, [_read_row(row, heads) for row in table.rows], first, left)
    return planner.finish()


def judge_paste(*, campaign: Campaign, paste: Paste, now: datetime) -> Judgement:
    """The draft as it would be."""
    return judge_raw(advertiser=campaign.advertiser, raw=paste.tree, made=list_made(campaign), now=now)


def _lay_adgroups(planner: Planner, rows: Sequence[Texts], first: int, left: list[str]) -> None:
    index, ad, last = first - 1, 0, ""
    over: list[str] = []
    for texts in rows:
        own = {column: text for column, text in texts.items() if column.level is Level.ADGROUP}
        ads = {column: text for column, text in texts.items() if column.level is Level.AD}
        name = next((text.strip() for column, text in own.items() if column.path == "adgroup_name"), "")
        if ads and name and name == last:
            ad += 1
            own = {column: text for column, text in own.items() if text.strip()}
        else:
            index, ad, last = index + 1, 0, name
        if index >= ADGROUPS_PER_CAMPAIGN:
            over.append(name)
        elif ad >= ADS_PER_ADGROUP:
            left.append(
                f"An ad group holds at most {ADS_PER_ADGROUP} ads (R11): a further one of {name} did not fit."
            )
        else:
            planner.put_adgroup(index, own)
            if ads:
                planner.put_ad(index, ad, ads)
    if over:
        named = ", ".join(dict.fromkeys(name for name in over if name)) or "they have no names"
        said = f"{_count(len(over), 'row')} did not fit"
        left.append(
            f"{said}: a campaign holds at most {ADGROUPS_PER_CAMPAIGN} ad groups (P1). Left out: {named}."
        )


def _lay_ads(planner: Planner, rows: Sequence[Texts], first: int, left: list[str]) -> None:
    places = _list_places(planner.groups, Level.AD)
    labels = {
        str(group.get("adgroup_name") or "").strip(): index
        for index, group in reversed(list(enumerate(planner.groups)))
    }
    counts: dict[int, int] = {}
    last = places[-1][0] if places else len(planner.groups) - 1
    over = 0
    for number, texts in enumerate(rows, first):
        own = {column: text for column, text in texts.items() if column.level is Level.AD}
        name = next((text.strip() for column, text in texts.items() if column.path == "adgroup_name"), "")
        if name and name not in labels:
            left.append(f"No ad group is called “{name}”: its row was left out.")
            continue
        if name:
            group = labels[name]
            index = counts.get(group, 0)
            counts[group] = index + 1
        elif number < len(places):
            group, index = places[number]
        else:
            group, index = last, len(planner.groups[last]["ads"]) if last >= 0 else 0
        if group < 0 or index >= ADS_PER_ADGROUP:
            over += 1
        else:
            planner.put_ad(group, index, own)
    if over:
        left.append(
            f"{_count(over, 'row')} did not fit: an ad group holds at most {ADS_PER_ADGROUP} ads (R11)."
        )


def _list_places(groups: Sequence[Mapping[str, Any]], level: Level) -> list[tuple[int, int]]:
    if level is Level.ADGROUP:
        return [(index, 0) for index in range(len(groups))]
    return [(index, place) for index, group in enumerate(groups) for place in range(len(group["ads"]))]


def _find_start(campaign: Campaign, level: Level, start: str) -> int:
    groups = campaign.adgroups.all()
    keys = (
        [group.pk for group in groups]
        if level is Level.ADGROUP
        else [ad.pk for group in groups for ad in group.ads.all()]
    )
    return next((index for index, key in enumerate(keys) if str(key) == start), len(keys))


def _spread(table: Table, rows: int, width: int) -> Table:
    """One copied row, or one cell, for all that were chosen."""
    if table.columns is not None or len(table.rows) != 1:
        return table
    row = table.rows[0] * width if len(table.rows[0]) == 1 else table.rows[0]
    return Table((row,) * max(rows, 1))


def _read_row(row: Sequence[str], heads: Sequence[Column | None]) -> Texts:
    texts: Texts = {}
    for text, column in zip(row, heads, strict=False):
        if column is None:
            continue
        if column in texts and text.strip():  # further columns of one list
            mark = "\n" if is_long(column.field) else ", "
            text = mark.join(part for part in (texts[column], text) if part.strip())
        texts[column] = text if text.strip() or column not in texts else texts[column]
    return texts


def _own(group: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if name != "ads"}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
