"""Running an import file through the use case in transactions of some lines, with progress."""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.access import Admin
from app.bootstrap import Runtime
from app.bootstrap import conditions as conditions_of
from app.cli.session import notes
from app.files.kinds import kind_by_name
from app.importer import fill_vectors as encode_missing
from app.importer import in_batches
from app.schemas.import_files import Contents, Shape, Wishes, read_file
from app.schemas.import_outcomes import LineReport, Outcome
from app.usecases.imports import Number, foresee_lines, store_lines

UNLIMITED = Wishes(rows=sys.maxsize)
"""An operator's own file may be of any length."""


@dataclass(slots=True)
class ImportReport:
    """How the file was understood, how many lines had which outcome, all that were refused or mended."""

    contents: Contents
    counts: Counter[Outcome] = field(default_factory=Counter)
    refused: list[LineReport] = field(default_factory=list)
    mended: list[LineReport] = field(default_factory=list)

    def add(self, reports: Iterable[LineReport]) -> None:
        """Take these lines into the count."""
        for report in reports:
            self.counts[report.outcome] += 1
            if report.outcome is Outcome.REFUSED:
                self.refused.append(report)
            elif report.line.notes:
                self.mended.append(report)


def import_lines(
    runtime: Runtime, path: Path, shape: Shape, wishes: Wishes = UNLIMITED, dry_run: bool = False
) -> ImportReport:
    """Store the file's lines and report on each; Raises Invalid for a file that cannot be read at all."""
    contents = read_file(path.read_bytes(), kind_by_name(path.name), shape, wishes)
    report = ImportReport(contents)
    conditions = conditions_of(runtime)
    seen: set[Number | str] = set()
    with _progress() as progress:
        task = progress.add_task(path.name, total=None)
        for lines in in_batches(contents.lines):
            with runtime.database.writing() as session:
                store = partial(foresee_lines, seen=seen) if dry_run else store_lines
                report.add(store(session, Admin("cli"), lines, conditions))
            progress.advance(task, len(lines))
    return report


def fill_vectors(runtime: Runtime) -> int:
    """Encode the statements that have no vectors of the current model; how many there were."""
    with _progress() as progress:
        task = progress.add_task("vectors", total=None, visible=False)
        return encode_missing(
            runtime, Admin("cli"), lambda done: progress.update(task, completed=done, visible=True)
        )


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=notes, transient=not notes.is_terminal)
