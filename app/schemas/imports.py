"""Imports as they go out."""

from datetime import datetime

from pydantic import BaseModel, Field

from app.vocabulary import ImportState


class ImportCounts(BaseModel):
    """How many rows had which outcome."""

    created: int
    updated: int
    unchanged: int
    refused: int


class IgnoredColumn(BaseModel):
    """A column that was left out, because nobody knows its heading."""

    heading: str
    meant: str | None = Field(description="The nearest heading that is known.")


class ImportFailure(BaseModel):
    """Why the file as a whole was refused."""

    code: str
    detail: str


class ImportOut(BaseModel):
    """An import: how the file was understood, how far it is, and how it ended."""

    id: str
    state: ImportState = Field(
        description="partial: some rows were refused, the others are stored; failed: nothing is stored."
    )
    file_name: str
    kind: str = Field(description="csv, xlsx, ods or jsonl, by the file's content.")
    dry_run: bool
    encoding: str | None = Field(description="Of a CSV file, as given or as found.")
    delimiter: str | None
    ignored_columns: list[IgnoredColumn]
    rows_total: int | None = Field(description="Rows with anything in them; null until they are counted.")
    rows_done: int
    counts: ImportCounts
    problems: int = Field(description="Errors and notes in all; the first 1000 of them can be read.")
    failure: ImportFailure | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    kept_until: datetime | None = Field(
        description="When the import is forgotten with its file and its errors: 7 days after its end."
    )


class ImportPage(BaseModel):
    """Some of your imports, newest first."""

    items: list[ImportOut]
    next_cursor: str | None


class ImportErrorOut(BaseModel):
    """What is wrong with a row, or was mended in it."""

    severity: str = Field(description="error: the row is not stored; note: it is, look at it.")
    sheet: str
    row: int = Field(description="As the spreadsheet numbers it, from 1.")
    column: str | None = Field(description="As the spreadsheet names it, A, B, …; null for the whole row.")
    pointer: str
    code: str
    detail: str


class ImportErrorPage(BaseModel):
    """Some of the errors and notes of an import, in the order of its rows."""

    items: list[ImportErrorOut]
    next_cursor: str | None
