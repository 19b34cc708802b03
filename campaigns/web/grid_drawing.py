"""Cells as HTML. Written here and not in a template: a page has up to nine thousand of them."""

from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from campaigns.contract.levels import Level
from campaigns.rules.findings import Finding
from campaigns.services.speakers import KIND
from campaigns.web.forms_words import Option
from campaigns.web.grid_cells import is_long
from campaigns.web.grid_layout import Cell, Grid, Row
from campaigns.web.saying import say_message
from campaigns.web.words import FINDING_WORDS, TO_CONFIRM


def draw_cells(grid: Grid, row: Row, *, lock: str) -> SafeString:
    """The cells of a row beside its name."""
    closed = bool(lock or row.lock)
    return mark_safe(
        "".join(
            _draw(cell, place, row, grid, closed) for place, cell in enumerate(row.cells) if place and cell
        )
    )


def draw_name(grid: Grid, row: Row, *, lock: str) -> SafeString:
    """The input of a row's name, and its dot."""
    cell = row.cells[0]
    assert cell is not None, "names are never merged"
    return mark_safe(_dot(cell) + _control(cell, f"c0 r{row.key}", bool(lock or row.lock), grid.level))


def _draw(cell: Cell, place: int, row: Row, grid: Grid, closed: bool) -> str:
    kinds = ["all"] if cell.of > 1 else []
    kinds += [] if cell.matters or cell.text else ["moot"]
    kinds += [] if cell.column.field.kind != "money" else ["num"]
    kinds += [f"says-{cell.gravest}"] if cell.gravest else []
    label = f"c{place}" if cell.of > 1 else f"c{place} r{row.key}"
    attributes = f' class="{" ".join(kinds)}"' if kinds else ""
    attributes += f' rowspan="{cell.span}"' if cell.span > 1 else ""
    attributes += f' title="{escape(cell.note)}"' if cell.note and not cell.gravest else ""
    extra = f'<small class="all-of">all {cell.of}</small>' if cell.of > 1 else ""
    return f'<td data-c="{place}"{attributes}>{_dot(cell)}{_control(cell, label, closed, grid.level)}{extra}</td>'


def _dot(cell: Cell) -> str:
    if not cell.gravest:
        return ""
    said = " ".join(f"{say_message(item.message)} ({item.rule})" for item in cell.weighty)
    word = FINDING_WORDS[cell.gravest]
    return (
        f'<a class="cell-dot dot dot-{cell.gravest}" href="#{said_id(cell.key)}" title="{escape(said)}">'
        f'<span class="visually-hidden">{escape(word)}</span></a>'
    )


def said_id(key: str) -> str:
    """Where the findings of a cell are written out."""
    return "said-" + key.replace(":", "-").replace("/", "-")


def _control(cell: Cell, label: str, closed: bool, level: Level) -> str:
    field = cell.column.field
    shared = f' name="{escape(cell.key)}" aria-labelledby="{label}"'
    shared += ' aria-invalid="true"' if cell.gravest == "refuse" else ""
    shared += (
        f' data-stands="{escape(cell.text)}"' if cell.typed is not None and cell.typed != cell.text else ""
    )
    shared += " disabled" if closed else ""
    if field.kind == "word" and (level is Level.ADGROUP or cell.column.member == KIND):
        return f"<select{shared}>{''.join(_options(cell))}</select>"
    if field.kind == "flag":
        return f"<select{shared}>{''.join(_flags(cell))}</select>"
    if is_long(field):
        return f'<textarea{shared} rows="1">{escape(cell.shown)}</textarea>'
    shared += f' list="{list_id(cell)}"' if list_id(cell) else ""
    shared += ' inputmode="decimal"' if field.kind == "money" else ""
    return f'<input{shared} value="{escape(cell.shown)}">'


def list_id(cell: Cell) -> str:
    """The list of suggestions of an input that takes one value."""
    field = cell.column.field
    if field.kind in ("word", "text") and (field.suggest or field.options):
        return f"list-{field.suggest or cell.column.id}"
    return ""


def _options(cell: Cell) -> Iterable[str]:
    field = cell.column.field
    shown = cell.shown
    if field.blank or not shown:
        yield f'<option value=""{_selected(not shown)}>{escape(field.blank or "Not set")}</option>'
    group = ""
    for option in field.list_options((shown,) if shown else ()):
        if option.group and option.group != group:
            group = option.group
            yield f'<option value="" disabled>— {escape(group)} —</option>'
        yield _option(option, shown, cell.refused.get(option.value), cell.asked.get(option.value))


def _option(option: Option, shown: str, refused: Finding | None, asked: Finding | None) -> str:
    chosen = option.value == shown
    closed = f' title="{escape(say_message(asked.message))}"' if asked else ""
    label = f"{option.label} ({TO_CONFIRM})" if asked else option.label
    if refused is not None and not chosen:
        closed = f' disabled title="{escape(f"{say_message(refused.message)} ({refused.rule}; {refused.source})")}"'
    return f'<option value="{escape(option.value)}"{_selected(chosen)}{closed}>{escape(label)}</option>'


def _flags(cell: Cell) -> Iterable[str]:
    words = dict.fromkeys(("off", "on", cell.shown))
    return (f"<option{_selected(word == cell.shown)}>{escape(word)}</option>" for word in words)


def _selected(chosen: bool) -> str:
    return " selected" if chosen else ""
