"""Spreadsheets as tables. A child process reads them, within limits that no file can talk it out of."""

import datetime
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from app.errors import Invalid, Violation
from app.files.limits import CPU_SECONDS
from app.files.tables import Cell, Row, Table

READER = "app.files.workbook_reader"
_WALL_SECONDS = 6 * CPU_SECONDS


def tables(content: bytes) -> Iterator[Table]:
    """The sheets that hold anything, in their order. Raises Invalid for a file that cannot be read."""
    with tempfile.TemporaryFile() as output:
        _run_reader(content, output)
        output.seek(0)
        line = output.readline()
        while line:
            name, rows = json.loads(line)["sheet"], list[Row]()
            while (line := output.readline()) and line.startswith(b"["):
                number, cells = json.loads(line)
                rows.append(Row(number, [_cell(cell) for cell in cells]))
            if rows:
                yield Table(name, iter(rows))


def _run_reader(content: bytes, output: IO[bytes]) -> None:
    # The child is given the way to the code and nothing else of the environment: it needs no secrets.
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.defpath}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, by its full name
            [sys.executable, "-m", READER],
            input=content,
            stdout=output,
            stderr=subprocess.PIPE,
            env=environment,
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid([Violation("", "file_too_heavy")]) from error
    if done.returncode:
        raise Invalid([_refusal(done.stderr)])


def _refusal(said: bytes) -> Violation:
    """What the reader said, or, where it was stopped in the middle, that the file is too heavy."""
    try:
        code, params = json.loads(said.splitlines()[-1])
        return Violation("", code, params)
    except (ValueError, IndexError, TypeError):
        return Violation("", "file_too_heavy")


def _cell(cell: Any) -> Cell:
    if isinstance(cell, dict):
        moment = datetime.datetime.fromisoformat(cell["at"])
        return moment.date() if moment.time() == datetime.time() else moment
    value: Cell = cell
    return value
