"""A file as tables of rows: what every reader yields."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.errors import Violation

Cell = str | int | float | bool | datetime.date | datetime.datetime | None


class FileKind(StrEnum):
    """The kinds of files that can be imported."""

    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"
    ODS = "ods"


@dataclass(frozen=True, slots=True)
class Row:
    """A row under its number in the spreadsheet (from 1): its cells, or why they cannot be read."""

    number: int
    cells: list[Cell]
    problem: Violation | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet, or the whole of a CSV file (without a name); the first row holds the headings."""

    name: str
    rows: Iterator[Row]


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as tables, and how its text was understood; spreadsheets have neither encoding nor delimiter."""

    kind: FileKind
    tables: Iterator[Table]
    encoding: str | None = None
    delimiter: str | None = None


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in the cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())
