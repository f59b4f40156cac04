"""What an import says in a shell: counts, how the file was read, refused lines by their reason, notes."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table

from app.cli.importing import UNLIMITED, ImportReport
from app.cli.session import fail, screen
from app.errors import Violation
from app.files.encodings import ENCODINGS
from app.messages import message
from app.schemas.import_files import Wishes
from app.schemas.import_outcomes import LineReport, Outcome
from app.schemas.import_rows import RawLine, column_of
from app.vocabulary import Language

LINES_SHOWN = 10
DELIMITERS = {"tab": "\t", "\\t": "\t", ";": ";", ",": ","}


def wishes_of(given: list[str] | None) -> Wishes:
    """What --read says of the file; ends the command where it says nothing known."""
    said = dict(entry.partition("=")[::2] for entry in given or [])
    encoding, delimiter = said.pop("encoding", None), said.pop("delimiter", None)
    if said or encoding not in (None, *ENCODINGS) or delimiter not in (None, *DELIMITERS):
        fail(f"--read: encoding={'|'.join(ENCODINGS)}, delimiter={'|'.join(DELIMITERS)}", 2)
    return Wishes(encoding, DELIMITERS[delimiter] if delimiter else None, UNLIMITED.rows)


def report_of(report: ImportReport, language: Language) -> dict[str, Any]:
    """The report as one JSON object."""
    contents = report.contents
    return {
        **{outcome.value: report.counts[outcome] for outcome in Outcome},
        "encoding": contents.encoding,
        "delimiter": contents.delimiter,
        "ignored_columns": contents.ignored,
        "lines": list(_entries(report.refused, language)),
        "notes": list(_notes(report, language)),
    }


def show_report(report: ImportReport, language: Language) -> None:
    """Print the report for a person."""
    counts = {outcome.value: report.counts[outcome] for outcome in Outcome}
    screen.print("  ".join(f"{name}: [bold]{count}[/bold]" for name, count in counts.items()))
    if report.contents.encoding not in (None, "utf-8"):
        screen.print(f"{report.contents.encoding}, «{report.contents.delimiter}»")
    for title, meant in report.contents.ignored.items():
        screen.print(message("heading_unknown", language, {"title": title, "meant": meant or "—"}))
    for lines in (list(_entries(report.refused, language)), list(_notes(report, language))):
        if lines:
            screen.print(_table(lines))


def _table(lines: list[dict[str, Any]]) -> Table:
    table = Table("поле / field", "код / code", "причина / reason", "строки / lines")
    for (pointer, code, detail), numbers in _by_reason(lines).items():
        shown = ", ".join(map(str, numbers[:LINES_SHOWN])) + (" …" if len(numbers) > LINES_SHOWN else "")
        table.add_row(pointer, code, detail, f"{len(numbers)}: {shown}")
    return table


def _by_reason(lines: list[dict[str, Any]]) -> dict[tuple[str, str, str], list[int]]:
    """The numbers of the lines that have the same reason, most frequent reason first."""
    reasons: dict[tuple[str, str, str], list[int]] = {}
    for line in lines:
        reasons.setdefault((line["pointer"], line["code"], line["detail"]), []).append(line["line"])
    return dict(sorted(reasons.items(), key=lambda reason: -len(reason[1])))


def _entries(reports: list[LineReport], language: Language) -> Iterator[dict[str, Any]]:
    for report in reports:
        for wrong in report.violations:
            yield _entry(report.line, wrong, language)


def _notes(report: ImportReport, language: Language) -> Iterator[dict[str, Any]]:
    for mended in report.mended:
        for note in mended.line.notes:
            yield _entry(mended.line, note, language)


def _entry(line: RawLine, said: Violation, language: Language) -> dict[str, Any]:
    return {
        "sheet": line.sheet,
        "line": line.number,
        "column": column_of(line, said.pointer),
        "pointer": said.pointer,
        "code": said.code,
        "detail": message(said.code, language, said.params),
    }
