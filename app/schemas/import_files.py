"""Reading import files line by line: JSON Lines and CSV become plain records, bad lines become violations."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from app.errors import Invalid, Violation

MAX_LINE = 1_000_000
"""Characters in one line; a longer one is no directory entry."""

LIST_SEPARATOR = "|"
"""What stands between the entries of a list inside one CSV cell."""

LIST_COLUMNS = frozenset({"languages", "okved2", "cluster_ids", "committee_ids", "capabilities", "needs"})
NUMBER_COLUMNS = ("inn", "ogrn", "ogrnip", "kpp", "lei")


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of the file: its number (from 1), and what it says or what is wrong with it."""

    number: int
    record: Mapping[str, Any] | None = None
    violation: Violation | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file's fields become ours.

    `renamed` gives old → new names (None drops a field), `constants` hold for all lines, `defaults` for
    those that leave a field empty.
    """

    renamed: Mapping[str, str | None] = field(default_factory=dict)
    constants: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def applied(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The record with our names; texts of two fields renamed to the same one are joined."""
        result: dict[str, Any] = dict(self.constants)
        for name, value in record.items():
            new = self.renamed.get(name, name)
            # An empty cell says nothing; in a file for exchange «» and null are the same.
            if new is None or value is None or value == "":
                continue
            if new in result and isinstance(result[new], str) and new not in self.constants:
                value = f"{result[new]}. {value}"
            result[new] = value
        return {**self.defaults, **result}


def read_lines(path: Path, shape: Shape) -> Iterator[RawLine]:
    """The lines of a .jsonl or .csv file in UTF-8. Raises Invalid for another kind of file or encoding."""
    readers = {".jsonl": _jsonl, ".ndjson": _jsonl, ".csv": _csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise Invalid([Violation("", "file_kind", {"value": path.suffix or path.name})])
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            spoken = (line for line in reader(file) if line.record is not None or line.violation is not None)
            yield from (_shaped(line, shape) for line in spoken)
    except UnicodeDecodeError as error:
        raise Invalid([Violation("", "file_encoding", {"position": error.start})]) from error


def _shaped(line: RawLine, shape: Shape) -> RawLine:
    if line.record is None:
        return line
    return RawLine(line.number, _identifiers_gathered(shape.applied(line.record)))


def _identifiers_gathered(record: dict[str, Any]) -> dict[str, Any]:
    """Columns named after a number's scheme become entries of `identifiers`."""
    numbers = [
        {"scheme": scheme, "number": str(number)}
        for scheme in NUMBER_COLUMNS
        if (number := record.pop(scheme, None)) not in (None, "")
    ]
    if numbers:
        record["identifiers"] = [*record.get("identifiers", []), *numbers]
    if isinstance(record.get("external_id"), int):
        record["external_id"] = str(record["external_id"])
    return record


def _jsonl(file: TextIO) -> Iterator[RawLine]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        if len(line) > MAX_LINE:
            yield RawLine(number, violation=Violation("", "line_too_long", {"limit": MAX_LINE}))
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield RawLine(
                number, violation=Violation("", "json_invalid", {"position": getattr(error, "pos", 0) + 1})
            )
            continue
        if isinstance(record, dict):
            yield RawLine(number, record)
        else:
            yield RawLine(number, violation=Violation("", "line_no_object"))


def _csv(file: TextIO) -> Iterator[RawLine]:
    csv.field_size_limit(MAX_LINE)
    lines = file.read().splitlines(keepends=True)
    delimiter = max((";", ",", "\t"), key=lines[0].count) if lines else ";"
    heads = next(csv.reader(lines[:1], delimiter=delimiter), [])
    position = 1
    while position < len(lines):
        for line in _rows(heads, lines, position, delimiter):
            yield line
            # A quote that is never closed swallows the rest of the file: go on in the line behind it.
            position = line.number if line.violation is not None else len(lines)


def _rows(heads: list[str], lines: list[str], start: int, delimiter: str) -> Iterator[RawLine]:
    """The rows from this line on, up to the first that is no CSV."""
    reader = csv.reader(lines[start:], delimiter=delimiter, strict=True)
    done = 0
    try:
        for cells in reader:
            yield _csv_row(heads, cells, start + done + 1)
            done = reader.line_num
    except csv.Error as error:
        yield RawLine(start + done + 1, violation=Violation("", "csv_invalid", {"error": str(error)}))


def _csv_row(heads: list[str], cells: list[str], number: int) -> RawLine:
    if len(cells) > len(heads):
        return RawLine(number, violation=Violation("", "csv_columns"))
    record = {name: _cell(name, cell) for name, cell in zip(heads, cells, strict=False) if cell}
    return RawLine(number, record) if record else RawLine(number)


def _cell(name: str, cell: str) -> Any:
    if name in LIST_COLUMNS:
        return [entry.strip() for entry in cell.split(LIST_SEPARATOR) if entry.strip()]
    return cell.strip()
