"""Reading the official tables: a code and its name in each row or line, under whatever headings they have."""

import json
import re
from collections.abc import Iterator

from app.errors import Invalid, Violation
from app.files.encodings import decoded
from app.files.kinds import kind_of
from app.files.tables import Cell, FileKind
from app.schemas.import_columns import heading_key
from app.schemas.import_files import Wishes, open_tables

CODE_HEADS = frozenset({"код", "code", "код оквэд 2", "код оквэд2", "код окпд2", "код окпд 2", "код тн вэд"})
NAME_HEADS = frozenset({"наименование", "название", "name", "description", "наименование позиции"})
CODE = re.compile(r"\d{2}(\.?\d+)*")


def read_classifier(content: bytes, said: FileKind) -> dict[str, str]:
    """Names by code in the order of the file; sections (letters) are left out.

    Raises Invalid for a file without codes, and for a code that stands twice with different names.
    """
    kind = kind_of(content, said)
    pairs = _of_lines(content) if kind is FileKind.JSONL else _of_tables(content, kind)
    names: dict[str, str] = {}
    for number, code, name in pairs:
        if not CODE.fullmatch(code) or not name:
            continue
        if names.setdefault(code, name) != name:
            raise Invalid([Violation("", "code_twice", {"code": code, "line": number})])
    if not names:
        raise Invalid([Violation("", "classifier_empty")])
    return names


def _of_lines(content: bytes) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(decoded(content, "utf-8")[0].splitlines(), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            yield number, str(record.get("code") or "").strip(), str(record.get("name") or "").strip()
        except (ValueError, AttributeError) as error:
            raise Invalid([Violation("", "set_line", {"line": number})]) from error


def _of_tables(content: bytes, kind: FileKind) -> Iterator[tuple[int, str, str]]:
    for table in open_tables(content, kind, Wishes()).tables:
        places: tuple[int, int] | None = None
        for row in table.rows:
            if places is None:
                places = _places(row.cells)
            elif max(places) < len(row.cells):
                yield row.number, _text(row.cells[places[0]]), _text(row.cells[places[1]])


def _places(cells: list[Cell]) -> tuple[int, int] | None:
    keys = [heading_key(_text(cell)) for cell in cells]
    code = next((place for place, key in enumerate(keys) if key in CODE_HEADS), None)
    name = next((place for place, key in enumerate(keys) if key in NAME_HEADS), None)
    return None if code is None or name is None else (code, name)


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()
