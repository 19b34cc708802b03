"""Tables to take along: rows of plain values as CSV or XLSX, in which no spreadsheet finds a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would run
CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def guard_cell(text: str) -> str:
    """A cell's text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


class _Line:
    """What csv writes into: hands each line on."""

    def write(self, text: str) -> str:
        return text


def write_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Line by line. Numbers stay numbers, negative ones too; None is an empty cell."""
    writer = csv.writer(_Line())
    yield writer.writerow(heads)
    for row in rows:
        yield writer.writerow([guard_cell(cell) if isinstance(cell, str) else _say(cell) for cell in row])


def write_xlsx(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet, written row by row. Text is text by its type, and stays so when somebody edits the cell."""
    held = io.BytesIO()
    with Workbook(held, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        quoted = book.add_format()
        quoted.set_quote_prefix()
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, int | Decimal):
                    sheet.write_number(number, column, cell)
                elif cell not in (None, ""):
                    text = str(_say(cell))
                    sheet.write_string(number, column, text, quoted if text.startswith(FORMULA) else None)
    return held.getvalue()


def _say(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, datetime) else cell
