"""Cells as a spreadsheet puts them on the clipboard, or as a CSV has them, and the head that names their columns.

Knows how cells are quoted. Knows no campaign.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from campaigns.web.grid_cells import is_long
from campaigns.web.grid_columns import Column, plain

MOST_TEXT = 1_000_000  # characters that are read; thirty ad groups of thirty ads take a fifth of it


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells. `columns` are those that a head names, None where it has none; `unknown` what it names in vain."""

    rows: tuple[tuple[str, ...], ...]
    columns: tuple[Column | None, ...] | None = None
    unknown: tuple[str, ...] = ()


def read_table(text: str, columns: Sequence[Column]) -> Table:
    """Without a tab a text is CSV only where its first line is a head: texts of one column have commas of their own."""
    text = text[:MOST_TEXT]
    rows = split_cells(text, "\t")
    head = _read_head(rows, columns)
    if head is None and not any(len(row) > 1 for row in rows):
        for mark in (",", ";"):
            parted = split_cells(text, mark)
            if len(parted[0]) > 1 and (head := _read_head(parted, columns)) is not None:
                rows = parted
                break
    if head is None:
        return Table(tuple(rows))
    unknown = tuple(
        cell for cell, column in zip(rows[0], head, strict=True) if cell.strip() and column is None
    )
    return Table(tuple(rows[1:]), tuple(head), unknown)


def split_cells(text: str, mark: str) -> list[tuple[str, ...]]:
    """Rows of cells. Quotes part nothing only where they hold a whole cell: `"Best" shoes` is a text with quotes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    rows: list[tuple[str, ...]] = []
    row: list[str] = []
    at = 0
    while at <= len(text):
        cell, at = _read_cell(text, at, mark)
        row.append(cell.replace("\x00", ""))
        if at >= len(text) or text[at] == "\n":
            rows.append(tuple(row))
            row = []
        at += 1
    while len(rows) > 1 and not any(cell.strip() for cell in rows[-1]):
        rows.pop()  # what a spreadsheet leaves behind its last row
    return rows


def _read_cell(text: str, at: int, mark: str) -> tuple[str, int]:
    """A cell and where it ends."""
    if text.startswith('"', at):
        end = at + 1
        while (end := text.find('"', end)) >= 0:
            if text.startswith('""', end):
                end += 2
                continue
            if end + 1 == len(text) or text[end + 1] in (mark, "\n"):
                return text[at + 1 : end].replace('""', '"'), end + 1
            break
    ends = [end for end in (text.find(mark, at), text.find("\n", at)) if end >= 0]
    end = min(ends, default=len(text))
    return text[at:end], end


def _read_head(rows: Sequence[Sequence[str]], columns: Iterable[Column]) -> list[Column | None] | None:
    """The columns that the first row names; None where it names too few to be a head."""
    if len(rows) < 2:
        return None
    known = list(columns)
    head = [_find_column(cell, known) for cell in rows[0]]
    said = sum(bool(cell.strip()) for cell in rows[0])
    found = sum(column is not None for column in head)
    return head if found and found * 2 > said else None


def _find_column(cell: str, columns: Sequence[Column]) -> Column | None:
    name = plain(cell)
    if not name:
        return None
    for column in columns:
        if name in column.names:
            return column
    numbered = re.sub(r"\d+$", "", name)  # Text 1, Text 2: further values of one list
    for column in columns if numbered != name else ():
        if numbered in column.names and (is_long(column.field) or column.field.kind in ("list", "objects")):
            return column
    return None
