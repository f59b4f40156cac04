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
            for line in reader(file):
                yield _shaped(line, shape)
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
            yield RawLine(number, violation=Violation("", "json_invalid", {"error": str(error)[:200]}))
            continue
        if isinstance(record, dict):
            yield RawLine(number, record)
        else:
            yield RawLine(number, violation=Violation("", "line_no_object"))


def _csv(file: TextIO) -> Iterator[RawLine]:
    sample = file.read(65_536)
    file.seek(0)
    header = sample.partition("\n")[0]
    delimiter = max((";", ",", "\t"), key=header.count)
    reader = csv.DictReader(file, delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RawLine(reader.line_num, violation=Violation("", "csv_invalid", {"error": str(error)}))
            return
        if None in row:
            yield RawLine(reader.line_num, violation=Violation("", "csv_columns", {}))
            continue
        yield RawLine(reader.line_num, {name: _cell(name, cell) for name, cell in row.items() if cell})


def _cell(name: str, cell: str) -> Any:
    if name in LIST_COLUMNS:
        return [entry.strip() for entry in cell.split(LIST_SEPARATOR) if entry.strip()]
    return cell.strip()
