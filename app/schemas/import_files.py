"""Reading import files: JSON Lines and tables become plain records, bad lines become violations."""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from app.errors import Invalid, Violation
from app.files import delimited, workbooks
from app.files.encodings import decoded
from app.files.kinds import kind_of
from app.files.limits import COLUMNS, LINE_LENGTH, ROWS
from app.files.tables import Cell, FileKind, Opened, Row, Table, is_blank
from app.schemas.import_columns import Heads, heads_of
from app.schemas.import_rows import NUMBERS, RawLine, lines_of

LOOKED_AT = 10
"""Rows at the top of a sheet among which the headings are looked for: titles and notes stand above them."""

LEAST_KNOWN = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file's fields become ours.

    `renamed` gives old → new names (None drops a field), `constants` hold for all lines, `defaults` for
    those that leave a field empty.
    """

    renamed: Mapping[str, str | None] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def applied(self, record: Mapping[str, Any], names: Mapping[str, str | None]) -> dict[str, Any]:
        """The record with our names; texts of two fields renamed to the same one are joined."""
        result: dict[str, Any] = dict(self.constants)
        for name, value in record.items():
            new = names.get(name, name)
            # An empty cell says nothing; in a file for exchange «» and null are the same.
            if new is None or value is None or value == "":
                continue
            if new in result and isinstance(result[new], str) and new not in self.constants:
                value = f"{result[new]}. {value}"
            result[new] = value
        return {**self.defaults, **result}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the sender says of the file, where it is not to be found out; `rows` is the most it may have."""

    encoding: str | None = None
    delimiter: str | None = None
    rows: int = ROWS


@dataclass(frozen=True, slots=True)
class Contents:
    """A file as lines, how it was understood, and the headings nobody knows with what was perhaps meant."""

    kind: FileKind
    lines: Iterator[RawLine]
    encoding: str | None = None
    delimiter: str | None = None
    ignored: dict[str, str | None] = field(default_factory=dict)


def read_file(content: bytes, said: FileKind, shape: Shape, wishes: Wishes) -> Contents:
    """The file's lines. Raises Invalid for a file that cannot be read at all; so may reading the lines."""
    if not content.strip():
        raise Invalid([Violation("", "file_empty")])
    kind = kind_of(content, said)
    if kind is FileKind.JSONL:
        text, encoding = decoded(content, wishes.encoding or "utf-8")
        return Contents(kind, _within(wishes.rows, _jsonl(text, shape)), encoding)
    opened = open_tables(content, kind, wishes)
    ignored: dict[str, str | None] = {}
    lines = _within(wishes.rows, _lines(opened.tables, shape, ignored))
    first = next(lines, None)
    if first is None:
        raise Invalid([Violation("", "file_empty")])
    return Contents(kind, chain([first], lines), opened.encoding, opened.delimiter, ignored)


def count_lines(content: bytes, said: FileKind, wishes: Wishes) -> int:
    """How many lines there are to read, about. Raises Invalid for a file with too many, or that is broken."""
    if not content.strip():
        raise Invalid([Violation("", "file_empty")])
    kind = kind_of(content, said)
    if kind is FileKind.JSONL:
        return _at_most(wishes.rows, sum(1 for line in content.splitlines() if line.strip()))
    rows = (row for table in open_tables(content, kind, wishes).tables for row in table.rows)
    return _at_most(
        wishes.rows, sum(1 for row in rows if row.problem or not all(map(is_blank, row.cells))) - 1
    )


def _at_most(limit: int, count: int) -> int:
    if count > limit:
        raise Invalid([Violation("", "file_rows", {"limit": limit})])
    return max(count, 0)


def open_tables(content: bytes, kind: FileKind, wishes: Wishes) -> Opened:
    """The file's tables as they stand. Raises Invalid for a file that cannot be read at all."""
    if kind is not FileKind.CSV:
        return Opened(kind, workbooks.tables(content))
    text, encoding = decoded(content, wishes.encoding)
    delimiter = wishes.delimiter or delimited.delimiter_of(text)
    return Opened(kind, iter([Table("", delimited.rows(text, delimiter))]), encoding, delimiter)


def _within(most: int, lines: Iterator[RawLine]) -> Iterator[RawLine]:
    for count, line in enumerate(lines):
        if count == most:
            raise Invalid([Violation("", "file_rows", {"limit": most})])
        yield line


def _lines(tables: Iterator[Table], shape: Shape, ignored: dict[str, str | None]) -> Iterator[RawLine]:
    """Sheets of organisations first: sheets of their statements may stand before them."""
    later: list[tuple[Table, Heads]] = []
    known = 0
    for table in tables:
        heads = _heads(table, shape)
        if heads is None:
            continue
        known += 1
        ignored.update(heads.ignored)
        if "legal_name" in heads.names():
            yield from (_shaped(line, shape, {}) for line in lines_of(table, heads))
        else:
            later.append((table, heads))
    if not known:
        raise Invalid([Violation("", "file_headings")])
    for table, heads in later:
        yield from (_shaped(line, shape, {}) for line in lines_of(table, heads))


def are_headings(cells: list[Cell]) -> bool:
    """Whether the import takes these cells for the headings of a table."""
    return _heads_in(Row(1, cells), Shape()) is not None


def _heads(table: Table, shape: Shape) -> Heads | None:
    """The first row that holds known headings; None for a sheet without any."""
    for row, _ in zip(table.rows, range(LOOKED_AT), strict=False):
        heads = _heads_in(row, shape)
        if heads is not None:
            return heads
    return None


def _heads_in(row: Row, shape: Shape) -> Heads | None:
    titles = row.cells
    while titles and is_blank(titles[-1]):
        titles = titles[:-1]
    if len(titles) > COLUMNS:
        raise Invalid([Violation("", "file_columns", {"limit": COLUMNS})])
    heads = heads_of(titles, shape.renamed)
    return heads if len(heads.names()) >= min(LEAST_KNOWN, len(titles) or 1) else None


def _shaped(line: RawLine, shape: Shape, names: Mapping[str, str | None]) -> RawLine:
    if line.record is None:
        return line
    record = _identifiers_gathered(shape.applied(line.record, names))
    return RawLine(line.number, record, None, line.sheet, line.columns, line.notes, line.of_known)


def _identifiers_gathered(record: dict[str, Any]) -> dict[str, Any]:
    """Fields named after a number's scheme become entries of `identifiers`."""
    numbers = [
        {"scheme": scheme, "number": str(number)}
        for scheme in NUMBERS
        if (number := record.pop(scheme, None)) not in (None, "")
    ]
    if numbers:
        record["identifiers"] = [*record.get("identifiers", []), *numbers]
    if isinstance(record.get("external_id"), int):
        record["external_id"] = str(record["external_id"])
    return record


def _jsonl(text: str, shape: Shape) -> Iterator[RawLine]:
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if not line.strip():
            continue
        if len(line) > LINE_LENGTH:
            yield RawLine(number, violation=Violation("", "line_too_long", {"limit": LINE_LENGTH}))
            continue
        yield _shaped(_json_line(number, line), shape, shape.renamed)


def _json_line(number: int, line: str) -> RawLine:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        position = getattr(error, "pos", 0) + 1
        return RawLine(number, violation=Violation("", "json_invalid", {"position": position}))
    if isinstance(record, dict):
        return RawLine(number, record)
    return RawLine(number, violation=Violation("", "line_no_object"))
