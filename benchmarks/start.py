"""Ready after a start: a database of stored statements and vectors becomes an index.

Beside reading the documents alone, which no index can be built without.
"""

import tempfile
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from app.bootstrap import Runtime, conditions
from app.matching import kernel
from app.storage.documents import live_documents
from benchmarks import database
from benchmarks.command import Result, main
from benchmarks.measuring import Case, Row, rows_of, seconds_of

SIZES = {
    "tiny": ((400,), 2),
    "small": ((12_000,), 3),
    "moderate": ((12_000, 120_000), 3),
    "large": ((12_000, 120_000, 400_000), 3),
}
"""Statements, rounds."""

READY, READING = "index from the database", "reading the documents"


def measure(size: str) -> Result:
    """Fills a database of each size and times what a start does with it."""
    sizes, rounds = SIZES[size]
    rows: list[Row] = []
    kernel.warm()
    for statements in sizes:
        with tempfile.TemporaryDirectory() as folder:
            database.fill(Path(folder), statements)
            with database.running(Path(folder)) as runtime:
                rows += _race(runtime, statements, rounds)
    return Result("start", "from stored statements and vectors to an index that can be asked", rows)


def _race(runtime: Runtime, statements: int, rounds: int) -> list[Row]:
    times: dict[str, list[float]] = {READY: [], READING: []}
    for _ in range(rounds):
        with runtime.database.reading() as session:
            times[READY].append(seconds_of(partial(_ready, runtime, session))[0])
        with runtime.database.reading() as session:
            times[READING].append(seconds_of(partial(_read, runtime, session))[0])
    return rows_of(Case(statements, "one start", READING), times)


def _ready(runtime: Runtime, session: Session) -> int:
    return runtime.keeper.reload(session).size


def _read(runtime: Runtime, session: Session) -> int:
    return len(live_documents(session, conditions(runtime)))


if __name__ == "__main__":
    main(measure)
