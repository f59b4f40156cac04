"""The child process that reads a spreadsheet: from standard input, to JSON lines on standard output.

It limits its own memory and time before it looks at a byte. A line {"sheet": name} begins a sheet, a line
[number, [cells]] is a row; dates are {"at": ISO 8601}. A refusal is one JSON line on standard error.
"""

import datetime
import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from app.errors import Invalid, Violation
from app.files import archives
from app.files.limits import COLUMNS, CPU_SECONDS, MEMORY_BYTES, ROWS, UNPACKED_BYTES

PAGE_BYTES = resource.getpagesize()


def main() -> int:
    """Read one spreadsheet; the exit code of the process."""
    _limit_itself()
    try:
        for line in _lines(sys.stdin.buffer.read()):
            sys.stdout.write(line)
            sys.stdout.write("\n")
        sys.stdout.flush()
    except Invalid as refusal:
        wrong = refusal.violations[0]
        sys.stderr.write("\n" + json.dumps([wrong.code, dict(wrong.params)]))
        return 1
    return 0


def _limit_itself() -> None:
    with open("/proc/self/statm", encoding="ascii") as statm:
        own = int(statm.read().split()[0]) * PAGE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (own + MEMORY_BYTES, own + MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _lines(content: bytes) -> Iterator[str]:
    archives.check(content)
    left = UNPACKED_BYTES
    rows = 0
    for name, sheet in _sheets(content):
        yield json.dumps({"sheet": name}, ensure_ascii=False)
        for number, cells in _rows(sheet):
            rows += 1
            if rows > ROWS + 1:
                raise Invalid([Violation("", "file_rows", {"limit": ROWS})])
            if len(cells) > COLUMNS:
                raise Invalid([Violation("", "file_columns", {"limit": COLUMNS})])
            line = json.dumps([number, cells], ensure_ascii=False, default=_moment)
            left -= len(line)
            if left < 0:
                raise Invalid([Violation("", "file_unpacked", {"limit": UNPACKED_BYTES})])
            yield line


def _sheets(content: bytes) -> Iterator[tuple[str, CalamineSheet]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            yield name, book.get_sheet_by_name(name)
    except CalamineError as error:
        raise Invalid([Violation("", "file_broken")]) from error


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[Any]]]:
    """The rows that hold anything under their numbers, each without the empty cells at its end."""
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        kept = [None if cell == "" else cell for cell in cells]
        while kept and kept[-1] is None:
            kept.pop()
        if kept:
            yield number, kept


def _moment(value: object) -> object:
    if isinstance(value, datetime.date):
        return {"at": value.isoformat()}
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
