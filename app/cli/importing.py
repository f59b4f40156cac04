"""Running an import file through the use case in transactions of some lines, with progress."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.access import Admin
from app.bootstrap import Runtime
from app.bootstrap import conditions as conditions_of
from app.cli.session import notes
from app.schemas.import_files import RawLine, Shape, read_lines
from app.usecases.imports import LineReport, Outcome, store_lines
from app.usecases.meanings import AT_ONCE, encode, without_vectors

LINES_AT_ONCE = 200
"""Lines in one transaction: large enough to be quick, small enough to let other writers in."""


@dataclass(slots=True)
class ImportReport:
    """How many lines had which outcome, and all that were refused."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    refused: list[LineReport] = field(default_factory=list)

    def add(self, reports: Iterable[LineReport]) -> None:
        """Take these lines into the count."""
        for report in reports:
            self.counts[report.outcome] += 1
            if report.outcome is Outcome.REFUSED:
                self.refused.append(report)


def import_lines(runtime: Runtime, path: Path, shape: Shape) -> ImportReport:
    """Store the file's lines and report on each; Raises Invalid for a file that cannot be read at all."""
    report = ImportReport()
    conditions = conditions_of(runtime)
    with path.open("rb") as file:
        total = sum(1 for _ in file)
    with _progress() as progress:
        task = progress.add_task(path.name, total=total)
        for lines in _chunks(read_lines(path, shape)):
            with runtime.database.writing() as session:
                report.add(store_lines(session, Admin("cli"), lines, conditions))
            progress.update(task, completed=lines[-1].number)
        progress.update(task, completed=total)
    return report


def fill_vectors(runtime: Runtime) -> int:
    """Encode the statements that have no vectors of the current model; how many there were."""
    conditions = conditions_of(runtime)
    with runtime.database.reading() as session:
        missing = without_vectors(session, conditions)
    with _progress() as progress:
        task = progress.add_task("vectors", total=len(missing), visible=bool(missing))
        for start in range(0, len(missing), AT_ONCE):
            with runtime.database.writing() as session:
                encode(session, Admin("cli"), conditions, missing[start : start + AT_ONCE])
            progress.advance(task, AT_ONCE)
    return len(missing)


def _chunks(lines: Iterator[RawLine]) -> Iterator[list[RawLine]]:
    while chunk := list(islice(lines, LINES_AT_ONCE)):
        yield chunk


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=notes, transient=not notes.is_terminal)
