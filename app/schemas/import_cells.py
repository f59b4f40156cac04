"""One cell of a table becomes a value: what spreadsheets do to numbers, codes and dates is undone here."""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app import reference
from app.files.limits import CELL_LENGTH
from app.files.tables import Cell
from app.schemas.identifiers import IdentifierError, check_identifier, normalise_number
from app.schemas.import_columns import Column, heading_key, words

LIST_SEPARATOR = "|"
"""What stands between the entries of a list inside one cell; a text may go over several lines."""

_CODES = re.compile(r"[|\n;,]")
_FLAGS = {
    "да": True,
    "yes": True,
    "true": True,
    "1": True,
    "нет": False,
    "no": False,
    "false": False,
    "0": False,
}
_DATE = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_LOST_ZERO = re.compile(r"\d(\.\d+)*")
_SHORT = {"inn": (9, 11), "kpp": (8,)}
_MOSCOW = datetime.timezone(datetime.timedelta(hours=3))


class CellError(ValueError):
    """A cell that cannot mean anything; `code` is in app.messages."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Read:
    """The value of a cell, and the code of a note where something was mended on the way."""

    value: Any
    note: str | None = None


def read_cell(column: Column, cell: Cell) -> Read:
    """The value a cell has in this column. Raises CellError where it can have none."""
    if isinstance(cell, str):
        if len(cell) > CELL_LENGTH:
            raise CellError("cell_too_long", limit=CELL_LENGTH)
        # An export of ours puts an apostrophe before what a spreadsheet would take for a formula.
        cell = cell.replace("\N{NO-BREAK SPACE}", " ").strip()
        if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@"):
            cell = cell[1:]
    return _READERS.get(column.holds, _text)(column, cell)


def _text(_: Column, cell: Cell) -> Read:
    return Read(_written(cell))


def _written(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "да" if cell else "нет"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime.date) else str(cell)


def _number(column: Column, cell: Cell) -> Read:
    text = _written(cell)
    bare = normalise_number(text)
    if bare.isdigit() and len(bare) in _SHORT.get(column.name, ()):
        padded = "0" + bare
        try:
            check_identifier("RU", column.name, padded)
        except IdentifierError:
            return Read(text)
        return Read(padded, "zero_added")
    return Read(text)


def _code(_: Column, cell: Cell) -> Read:
    if isinstance(cell, datetime.date):
        raise CellError("code_as_date")
    text = _written(cell)
    if _LOST_ZERO.fullmatch(text):
        return Read("0" + text, "zero_added")
    return Read(text, "code_as_number" if isinstance(cell, float) and not cell.is_integer() else None)


def _code_list(column: Column, cell: Cell) -> Read:
    if not isinstance(cell, str):
        read = _code(column, cell)
        return Read([read.value], read.note)
    reads = [_code(column, part.strip()) for part in _CODES.split(cell) if part.strip()]
    return Read([read.value for read in reads], next((read.note for read in reads if read.note), None))


def _tnved_list(_: Column, cell: Cell) -> Read:
    parts = [re.sub(r"\s", "", part) for part in _CODES.split(_written(cell)) if part.strip()]
    padded = ["0" + part if part.isdigit() and len(part) in (3, 5, 7, 9) else part for part in parts]
    return Read(padded, "zero_added" if padded != parts else None)


def _list(_: Column, cell: Cell) -> Read:
    return Read([entry.strip() for entry in _written(cell).split(LIST_SEPARATOR) if entry.strip()])


def _certificates(column: Column, cell: Cell) -> Read:
    return Read([{"kind": entry} for entry in _list(column, cell).value])


def _site(_: Column, cell: Cell) -> Read:
    text = _written(cell)
    return Read(text if "://" in text else f"https://{text}")


def _word(column: Column, cell: Cell) -> Read:
    text = _written(cell)
    return Read(words().get(column.name, {}).get(heading_key(text), text))


def _region(_: Column, cell: Cell) -> Read:
    return Read(_region_code(_written(cell)))


def _region_code(text: str) -> str:
    known = reference.find_region(text)
    if known is None:
        raise CellError("region_unknown", value=text[:100])
    return known.code


def _region_list(column: Column, cell: Cell) -> Read:
    return Read([_region_code(entry) for entry in _list(column, cell).value])


def _country(_: Column, cell: Cell) -> Read:
    known = reference.find_country(_written(cell))
    if known is None:
        raise CellError("country_unknown", value=_written(cell)[:100])
    return Read(known.code)


def _flag(_: Column, cell: Cell) -> Read:
    if isinstance(cell, bool):
        return Read(cell)
    return Read(_FLAGS.get(_written(cell).casefold(), cell))


def _whole(_: Column, cell: Cell) -> Read:
    text = _written(cell).replace(" ", "")
    return Read(int(text) if re.fullmatch(r"\d{1,9}", text) else cell)


def _date(_: Column, cell: Cell) -> Read:
    if isinstance(cell, datetime.date):
        return Read(cell.isoformat()[:10])
    parts = _DATE.fullmatch(str(cell))
    return Read(f"{parts[3]}-{int(parts[2]):02}-{int(parts[1]):02}" if parts else _written(cell))


def _moment(column: Column, cell: Cell) -> Read:
    """A day without a time begins at midnight in Moscow."""
    text = str(_date(column, cell).value)
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return Read(text)
    return Read(datetime.datetime.combine(day, datetime.time(), _MOSCOW).isoformat())


_READERS: Mapping[str, Callable[[Column, Cell], Read]] = {
    "number": _number,
    "code": _code,
    "code_list": _code_list,
    "tnved_list": _tnved_list,
    "list": _list,
    "certificates": _certificates,
    "site": _site,
    "word": _word,
    "region": _region,
    "region_list": _region_list,
    "country": _country,
    "flag": _flag,
    "whole": _whole,
    "date": _date,
    "moment": _moment,
}
