"""Working on imports: one file at a time, a batch of rows in one transaction, until told to stop."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

import structlog

from app.access import Writer
from app.bootstrap import Runtime
from app.bootstrap import conditions as conditions_of
from app.errors import AppError
from app.matching.classifying import CodeBook
from app.schemas.classifiers import ClassifierKind
from app.schemas.import_files import Contents, Shape, count_lines, read_file
from app.schemas.import_outcomes import LineReport
from app.schemas.import_rows import RawLine
from app.storage import imports
from app.usecases import import_runs
from app.usecases.classifiers import book_of, likely_codes
from app.usecases.import_runs import Claim, RowEnd
from app.usecases.imports import Number, foresee_lines, store_lines
from app.usecases.meanings import AT_ONCE, encode, without_vectors

LINES_AT_ONCE = 200
"""Rows in one transaction: large enough to be quick, small enough to let other writers in."""

log = structlog.get_logger("smezhnik.importer")


class LeaseLost(Exception):
    """Another worker has taken the import over."""


def import_one(runtime: Runtime, stop: threading.Event) -> bool:
    """Work on one waiting import until it is done; whether there was one."""
    with runtime.database.reading() as session:
        if not imports.is_anything_due(session, runtime.clock()):
            return False
    with runtime.database.writing() as session:
        claimed = import_runs.claim(session, runtime.clock())
    if claimed is None:
        return True
    try:
        _work(runtime, claimed, stop)
    except LeaseLost:
        log.warning("import taken over", import_id=claimed.import_id)
    except AppError as error:
        refusal = error
        _settle(runtime, claimed, lambda row: import_runs.fail(row, refusal, runtime.clock()))
    return True


def fill_vectors(runtime: Runtime, caller: Writer, done: Callable[[int], None] = lambda _: None) -> int:
    """Encode the statements that have no vectors of the current model; how many there were."""
    conditions = conditions_of(runtime)
    with runtime.database.reading() as session:
        missing = without_vectors(session, conditions)
    for start in range(0, len(missing), AT_ONCE):
        with runtime.database.writing() as session:
            encode(session, caller, conditions, missing[start : start + AT_ONCE])
        done(min(start + AT_ONCE, len(missing)))
    return len(missing)


def in_batches(lines: Iterator[RawLine]) -> Iterator[list[RawLine]]:
    """The lines, as many at once as stand in one transaction."""
    while batch := list(islice(lines, LINES_AT_ONCE)):
        yield batch


def _work(runtime: Runtime, claimed: Claim, stop: threading.Event) -> None:
    given = claimed.submitted
    total = count_lines(given.content, given.kind, given.wishes)
    contents = read_file(given.content, given.kind, Shape(), given.wishes)
    _settle(runtime, claimed, lambda row: import_runs.note_contents(row, contents, total))
    # Rows in front of the place are stored already.
    lines = islice(contents.lines, claimed.done, None)
    seen: set[Number | str] = set()
    for batch in in_batches(lines):
        if stop.is_set():
            with runtime.database.writing() as session:
                imports.release(session, claimed.import_id, claimed.attempt)
            return
        _store(runtime, claimed, batch, seen)
    _finish(runtime, claimed, contents)


def _store(runtime: Runtime, claimed: Claim, batch: list[RawLine], seen: set[Number | str]) -> None:
    # Meanings are encoded afterwards, many at a time: one by one they take longer than all the rest.
    conditions = replace(conditions_of(runtime), encoder=None)
    if claimed.submitted.dry_run:
        with runtime.database.writing() as session:
            reports = foresee_lines(session, claimed.caller, batch, conditions, seen)
    with runtime.database.writing() as session:
        row = import_runs.hold(session, claimed, runtime.clock())
        if row is None:
            raise LeaseLost
        import_runs.require_key(session, row)
        if not claimed.submitted.dry_run:
            reports = store_lines(session, claimed.caller, batch, conditions)
        # Past that many problems nobody would read the proposals.
        book = book_of(session, ClassifierKind.OKPD2) if row.problems < imports.PROBLEMS_KEPT else None
        import_runs.advance(session, row, [_end(report, book) for report in reports])


def _finish(runtime: Runtime, claimed: Claim, contents: Contents) -> None:
    if not claimed.submitted.dry_run:
        fill_vectors(runtime, claimed.caller)
    _settle(runtime, claimed, lambda row: import_runs.finish(row, contents.ignored, runtime.clock()))
    log.info("import", import_id=claimed.import_id, attempt=claimed.attempt)


def _settle(runtime: Runtime, claimed: Claim, change: Callable[[imports.Import], None]) -> None:
    with runtime.database.writing() as session:
        row = import_runs.hold(session, claimed, runtime.clock())
        if row is None:
            raise LeaseLost
        change(row)


def _end(report: LineReport, book: CodeBook | None) -> RowEnd:
    line = report.line
    if book is not None and not report.violations:
        line = replace(line, notes=(*line.notes, *likely_codes(book, line)))
    return RowEnd(line, report.outcome.value, report.violations)
