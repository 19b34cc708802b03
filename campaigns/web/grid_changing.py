"""One change for many rows: a value set, a percentage added, a text found and replaced, or filled down.

Plans only; nothing is stored here. What is read and compared is the text of the cells, by the grid's own reader.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from campaigns.contract.levels import Level
from campaigns.contract.money import Currency
from campaigns.contract.paths import set_at
from campaigns.contract.shape import read_money
from campaigns.models import Campaign
from campaigns.web.grid_cells import Names
from campaigns.web.grid_columns import Column
from campaigns.web.grid_completing import Completing
from campaigns.web.grid_saving import Changes, Sheet, set_cell

EVERYWHERE = "*"  # all columns of names, addresses and texts
VERBS = {
    "set": "Set to",
    "add": "Add percent",
    "replace": "Find and replace",
    "fill": "Fill down from the first",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. `value` is the text that is set, the percentage, or what stands in for `find`."""

    verb: str
    column: str
    value: str = ""
    find: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    label: str
    column: Column
    before: str
    after: str


@dataclass(slots=True)
class Many:
    """`matches` counts what was found, `left` says what is not changed and why."""

    steps: list[Step] = field(default_factory=list)
    changes: Changes = field(default_factory=list)
    matches: int = 0
    left: list[str] = field(default_factory=list)


def is_text(column: Column) -> bool:
    """Whether it holds what a person wrote: names, addresses, texts."""
    kind = column.field.kind
    return (
        kind == "pairs" or (kind == "objects" and not column.field.options) or column.member.endswith("_name")
    )


def is_amount(column: Column) -> bool:
    return column.field.kind == "money" or column.member == "roas_bid"


def plan_many(
    *,
    campaign: Campaign,
    level: Level,
    picked: Sequence[str],
    orders: Sequence[Order],
    names: Mapping[str, Names],
    now: datetime,
) -> Many:
    """What orders would do to the rows with these ids, one after the other, each to what the one before left."""
    sheet, many = Sheet.of(campaign, level, names), Many()
    rows = [row for row in sheet.things if row in picked]
    texts: dict[tuple[str, Column], str] = {}
    for order in orders:
        columns = [sheet.columns[order.column]] if order.column in sheet.columns else []
        if order.verb == "replace" and order.column == EVERYWHERE:
            columns = [column for column in sheet.columns.values() if is_text(column)]
        for column in columns:
            stands = {row: texts.get((row, column), sheet.text(row, column)) for row in rows}
            change = _find_way(sheet, column, stands, order, many)
            if change is not None:
                texts |= {(row, column): change(text) for row, text in stands.items()}
    for (row, column), after in texts.items():
        before = sheet.text(row, column)
        found = set_cell(sheet, row, column, after) if after != before else []
        many.changes += found
        if found:
            many.steps.append(Step(sheet.things[row].label, column, before, after))
    many.changes = Completing(campaign, now).complete(campaign.raw_tree(), many.changes)
    return many


def _find_way(
    sheet: Sheet, column: Column, stands: Mapping[str, str], order: Order, many: Many
) -> Callable[[str], str] | None:
    """How the text of a cell becomes the new one. `stands` are the texts of the rows, in their order."""
    match order.verb:
        case "set":
            return lambda text: order.value.strip()
        case "fill":
            first = next(iter(stands.values()), "")
            return lambda text: first
        case "replace" if order.find:
            return lambda text: _replace(text, order, many)
        case "add":
            return _add_percent(sheet, column, list(stands), order, many)
    return None


def _replace(text: str, order: Order, many: Many) -> str:
    many.matches += text.count(order.find)
    return text.replace(order.find, order.value)


def _add_percent(
    sheet: Sheet, column: Column, rows: Sequence[str], order: Order, many: Many
) -> Callable[[str], str] | None:
    try:
        share = Decimal(order.value.strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        share = Decimal("NaN")
    if not share.is_finite() or not is_amount(column):
        many.left.append("Write the percentage as a number, such as 10 or -5, and choose an amount.")
        return None
    currency = sheet.scenes[rows[0]].currency if rows else None

    def change(text: str) -> str:
        try:
            amount = read_money(text)
        except ValueError:
            many.left.append(
                f"{column.title}: {f'“{text}” is no amount' if text else 'an empty cell'} was left as it is."
            )
            return text
        return _round(amount * (1 + share / 100), currency, column)

    return change


def _round(amount: Decimal, currency: Currency | None, column: Column) -> str:
    exact = currency is not None and column.field.kind == "money"
    return str(currency.quantize(amount) if currency and exact else amount.quantize(Decimal("0.01")))


def foresee(tree: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """A draft's tree as it would be."""
    then = dict(tree)
    for path, value in changes:
        then = set_at(then, path, value)
    return then
