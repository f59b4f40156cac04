"""Tables for spreadsheets: CSV with a byte order mark and semicolons, XLSX; no cell is ever a formula."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter

from app.files.limits import CELL_LENGTH
from app.files.tables import Cell

BOM = "\ufeff"
DELIMITER = ";"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
            "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
_WIDTH = 24
_WIDE = 60


def inert(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula: an apostrophe stands before what looks so.

    OWASP, CSV injection; numbers such as -5 and phones such as +7 are guarded too: they stay text.
    """
    return "'" + text if text.lstrip(" \N{NO-BREAK SPACE}").startswith(_FORMULA) else text


def csv_file(rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file that Excel opens as it is."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=DELIMITER)
    writer.writerows([inert(shown(cell)) for cell in row] for row in rows)
    return (BOM + output.getvalue()).encode()


def workbook(sheets: Mapping[str, Iterable[Sequence[Cell]]], wide: frozenset[str] = frozenset()) -> bytes:
    """An XLSX file; every cell is text, the first row of each sheet is its headings."""
    output = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(output, {**options, "strings_to_numbers": False}) as book:
        head, text = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "@"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            _fill(sheet, rows, (head, text), wide)
    return output.getvalue()


def shown(cell: Cell) -> str:
    """The cell as text, in the form the import reads."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "да" if cell else "нет"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _fill(sheet: Any, rows: Iterable[Sequence[Cell]], shapes: tuple[Any, Any], wide: frozenset[str]) -> None:
    head, text = shapes
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if number == 0:
                sheet.set_column(column, column, _WIDE if cell in wide else _WIDTH, text)
            sheet.write_string(number, column, shown(cell)[:CELL_LENGTH], text if number else head)
