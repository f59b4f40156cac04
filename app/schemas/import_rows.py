"""A row of a table becomes a record: cells into fields, and back from a wrong field to its cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.errors import Violation
from app.files.tables import Row, Table, is_blank
from app.schemas.import_cells import CellError, read_cell
from app.schemas.import_columns import OF_STATEMENT, Column, Heads
from app.vocabulary import StatementKind

NUMBERS = ("inn", "ogrn", "ogrnip", "kpp", "lei")
CONTACT = "contact_"
HOME = "RU"
"""The country of whoever has a Russian number or region and names none."""

KIND_OF = {"capabilities": StatementKind.CAPABILITY.value, "needs": StatementKind.NEED.value}
LISTS_OF_STATEMENTS = tuple(KIND_OF)


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of the file: its number (from 1), and what it says or what is wrong with it.

    `columns` are the positions (from 1) of the cells that fields came from, by JSON Pointer; `notes` say
    what was mended. A line `of_known` speaks of statements of an organisation that is there already.
    """

    number: int
    record: Mapping[str, Any] | None = None
    violation: Violation | None = None
    sheet: str = ""
    columns: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Violation, ...] = ()
    of_known: bool = False


class _Record:
    """What is gathered of one row."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.contact: dict[str, Any] = {}
        self.statement: dict[str, Any] = {}
        self.identifiers: list[dict[str, str]] = []
        self.columns: dict[str, int] = {}
        self.notes: list[Violation] = []

    def put(self, column: Column, value: Any, position: int) -> str:
        """Take a value in; the pointer to where it stands in the record."""
        name = column.name
        if name in NUMBERS:
            pointer = f"/identifiers/{len(self.identifiers)}"
            self.identifiers.append({"scheme": name, "number": value})
        elif column.of_statement:
            name = name.removeprefix(OF_STATEMENT)
            self.statement[name], pointer = value, f"/statements/0/{name}"
        elif name.startswith(CONTACT):
            name = name.removeprefix(CONTACT)
            self.contact[name], pointer = value, f"/contacts/0/{name}"
        else:
            self.fields[name], pointer = value, f"/{name}"
        self.columns[pointer] = position
        return pointer

    def whole(self) -> dict[str, Any]:
        """The record in the form of an import line."""
        record = dict(self.fields)
        parts = {"identifiers": self.identifiers, "contacts": [self.contact] if self.contact else []}
        record |= {name: value for name, value in parts.items() if value}
        if self.statement:
            self._take_single_text(record)
            record["statements"] = [self.statement]
        self._point_at_lists(1 if self.statement else 0)
        if "country" not in record and (self.identifiers or "region" in record):
            record["country"] = HOME
        return record

    def _take_single_text(self, record: dict[str, Any]) -> None:
        """Codes and the like beside a single capability or need are that one's."""
        listed = [(name, entry) for name in LISTS_OF_STATEMENTS for entry in record.get(name, ())]
        if "text" in self.statement or len(listed) != 1:
            return
        ((name, text),) = listed
        self.statement |= {"kind": KIND_OF[name], "text": text}
        self.columns["/statements/0/text"] = self.columns[f"/{name}"]
        del record[name], self.fields[name]

    def _point_at_lists(self, first: int) -> None:
        for name in LISTS_OF_STATEMENTS:
            for _ in self.fields.get(name, ()):
                self.columns[f"/statements/{first}"] = self.columns[f"/{name}"]
                first += 1


def lines_of(table: Table, heads: Heads) -> Iterator[RawLine]:
    """The rows below the headings as lines; empty rows say nothing."""
    places = _places_of_heads(heads)
    for row in table.rows:
        if row.problem is not None:
            yield RawLine(row.number, violation=row.problem, sheet=table.name)
        elif not all(map(is_blank, row.cells)):
            yield _line(row, table.name, heads, places)


def _line(row: Row, sheet: str, heads: Heads, places: Mapping[str, int]) -> RawLine:
    if any(not is_blank(cell) for cell in row.cells[len(heads.columns) :]):
        return RawLine(row.number, violation=Violation("", "csv_columns"), sheet=sheet)
    found = _Record()
    for position, (column, cell) in enumerate(zip(heads.columns, row.cells, strict=False), start=1):
        if column is None or is_blank(cell):
            continue
        try:
            read = read_cell(column, cell)
        except CellError as error:
            wrong = Violation(f"/{column.name}", error.code, error.params)
            return RawLine(row.number, None, wrong, sheet, {wrong.pointer: position})
        pointer = found.put(column, read.value, position)
        if read.note:
            found.notes.append(Violation(pointer, read.note, {"value": str(read.value)}))
    record = found.whole()
    of_known = "legal_name" not in record and bool(found.statement)
    return RawLine(row.number, record, None, sheet, {**places, **found.columns}, tuple(found.notes), of_known)


def _places_of_heads(heads: Heads) -> dict[str, int]:
    """Where a field would stand that a row leaves empty."""
    places: dict[str, int] = {}
    for position, column in enumerate(heads.columns, start=1):
        if column is None:
            continue
        name = column.name
        if name == "inn":
            places["/identifiers"] = position
        elif column.of_statement:
            places[f"/statements/0/{name.removeprefix(OF_STATEMENT)}"] = position
        elif name.startswith(CONTACT):
            places[f"/contacts/0/{name.removeprefix(CONTACT)}"] = position
        else:
            places[f"/{name}"] = position
    return places


def column_of(line: RawLine, pointer: str) -> int | None:
    """The position of the cell that a pointer leads to; None for what has no cell of its own."""
    while pointer:
        if pointer in line.columns:
            return line.columns[pointer]
        pointer = pointer.rpartition("/")[0]
    return None
