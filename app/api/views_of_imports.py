"""From the rows of an import to the shapes and tables that go out."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from app.files.kinds import kind_of
from app.files.tables import Cell, FileKind
from app.files.writing import workbook
from app.messages import message
from app.schemas.import_columns import OF_STATEMENT, Column, columns
from app.schemas.import_files import Wishes, are_headings, open_tables
from app.schemas.imports import (
    IgnoredColumn,
    ImportCounts,
    ImportErrorOut,
    ImportFailure,
    ImportOut,
)
from app.storage.imports import Import, ImportProblem
from app.vocabulary import Language

ERRORS_HEADING = "Ошибки / Errors"
SHEETS = ("Организации", "Возможности и потребности")
OF_KNOWN = ("external_id", "inn")
"""Columns by which a row of statements names its organisation."""


def import_view(row: Import, language: Language) -> ImportOut:
    """An import as it may be shown."""
    failure = row.failure
    return ImportOut.model_validate(
        {
            **{name: getattr(row, name) for name in SAME},
            "counts": ImportCounts(**{name: getattr(row, name) for name in ImportCounts.model_fields}),
            "ignored_columns": [
                IgnoredColumn(heading=title, meant=meant) for title, meant in (row.ignored or {}).items()
            ],
            "failure": failure
            and ImportFailure(
                code=failure["code"], detail=message(failure["code"], language, failure["params"])
            ),
        }
    )


SAME = tuple(name for name in ImportOut.model_fields if name not in ("counts", "ignored_columns", "failure"))


def problem_view(row: ImportProblem, language: Language) -> ImportErrorOut:
    """What is wrong with a row, in words."""
    return ImportErrorOut(
        severity="note" if row.is_note else "error",
        sheet=row.sheet,
        row=row.row,
        column=letters(row.column) if row.column else None,
        pointer=row.pointer,
        code=row.code,
        detail=message(row.code, language, row.params),
    )


def problem_rows(found: Sequence[ImportProblem], language: Language) -> Iterator[Sequence[Cell]]:
    """The errors as a table."""
    heads = tuple(ImportErrorOut.model_fields)
    yield heads
    for problem in found:
        view = problem_view(problem, language)
        yield [getattr(view, name) for name in heads]


def marked_workbook(row: Import, content: bytes, found: Sequence[ImportProblem], language: Language) -> bytes:
    """The spreadsheet as it was sent, with a column that says what is wrong with each row."""
    texts: dict[tuple[str, int], list[str]] = defaultdict(list)
    for problem in found:
        view = problem_view(problem, language)
        texts[view.sheet, view.row].append(f"{view.column}: {view.detail}" if view.column else view.detail)
    opened = open_tables(content, kind_of(content, FileKind(row.kind)), Wishes(row.encoding, row.delimiter))
    sheets = {}
    for number, table in enumerate(opened.tables, start=1):
        rows = [(line.number, line.cells) for line in table.rows]
        sheets[table.name or f"Лист{number}"] = _marked(rows, table.name, texts)
    return workbook(sheets, frozenset({ERRORS_HEADING}))


def _marked(
    rows: list[tuple[int, list[Cell]]], sheet: str, texts: dict[tuple[str, int], list[str]]
) -> list[list[Cell]]:
    width = max((len(cells) for _, cells in rows), default=0)
    heads = next((number for number, cells in rows if are_headings(cells)), 1)
    marked: list[list[Cell]] = []
    for number, cells in rows:
        # Rows keep their numbers: where the file had empty ones, they are put back.
        marked += [[] for _ in range(number - 1 - len(marked))]
        said = "\n".join(texts.get((sheet, number), ())) if number != heads else ERRORS_HEADING
        marked.append([*cells, *([None] * (width - len(cells))), said])
    return marked


def template_sheets(language: Language) -> dict[str, list[list[Cell]]]:
    """Two sheets with the headings in this language and a filled example: organisations, their statements."""
    organisation = [column for column in columns().values() if not column.of_statement]
    of_known = [columns()[name] for name in OF_KNOWN]
    statement = [
        *of_known,
        *(column for column in columns().values() if column.name.startswith(OF_STATEMENT)),
    ]
    return {
        name: _example(part, language) for name, part in zip(SHEETS, (organisation, statement), strict=True)
    }


def template_rows(language: Language) -> list[list[Cell]]:
    """One table with the headings in this language and a filled example."""
    return _example([column for column in columns().values() if not column.of_statement], language)


def _example(part: list[Column], language: Language) -> list[list[Cell]]:
    heads = [column.heading_ru if language is Language.RU else column.heading_en for column in part]
    return [[*heads], [column.example or None for column in part]]


def letters(column: int) -> str:
    """The name a spreadsheet gives a column: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
