"""Imports over HTTP: a file is taken in at once and worked on in the background."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status
from pydantic import Field

from app.access import OPEN, REGISTER
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, Reads, Speech, Writes, id_in_path
from app.api.pagination import cursor_to, link_next, position_at
from app.api.views_of_imports import (
    import_view,
    marked_workbook,
    problem_rows,
    problem_view,
    template_rows,
    template_sheets,
)
from app.errors import Invalid, UnsupportedMediaType, Violation
from app.files.kinds import MEDIA_TYPES
from app.files.limits import FILE_BYTES
from app.files.tables import FileKind
from app.files.writing import csv_file, workbook
from app.schemas.import_files import Wishes
from app.schemas.imports import ImportErrorPage, ImportOut, ImportPage
from app.schemas.texts import Line, Strict
from app.usecases import import_runs
from app.usecases.import_runs import Submitted

router = APIRouter(prefix="/v1/imports", tags=["imports"])

NEWEST_FIRST = "-created_at"
BY_ROW = "row"
CSV, XLSX = "text/csv", next(name for name, kind in MEDIA_TYPES.items() if kind is FileKind.XLSX)
DELIMITERS = {"semicolon": ";", "comma": ",", "tab": "\t"}
BODY = {"schema": {"type": "string", "format": "binary"}}


class SubmissionQuery(Strict):
    """What to do with the file, and what is known of it."""

    dry_run: bool = Field(default=False, description="Say what would happen, and store nothing.")
    file_name: Line | None = Field(default=None, examples=["members.xlsx"], description="For your own use.")
    encoding: Literal["utf-8", "utf-16", "cp1251", "koi8-r", "cp866"] | None = Field(
        default=None, description="Of a CSV file; found out where it is left out."
    )
    delimiter: Literal["semicolon", "comma", "tab"] | None = Field(
        default=None, description="Of a CSV file; found out where it is left out."
    )


class PageQuery(Strict):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000)] | None = None


def import_id(import_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(import_id)


async def sent_file(request: Request) -> tuple[bytes, FileKind]:
    """The body and what it is said to be. Raises UnsupportedMediaType for what cannot be imported."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    kind = MEDIA_TYPES.get(media_type)
    if kind is None:
        raise UnsupportedMediaType
    content = await request.body()
    if not content:
        raise Invalid([Violation("", "file_empty")])
    return content, kind


ImportId = Annotated[str, Depends(import_id)]
SentFile = Annotated[tuple[bytes, FileKind], Depends(sent_file)]


def _file(media_type: str, text: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": text, "content": {media_type: BODY}}}


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    max_body_size=FILE_BYTES,
    openapi_extra={
        **under(REGISTER),
        "requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, BODY)},
    },
)
def create_import(
    query: Annotated[SubmissionQuery, Query()], sent: SentFile, work: Writes, response: Response
) -> ImportOut:
    """Take in a file of organisations and statements. A worker stores its rows; see `Location`.

    The body is the file itself, up to 10 MB and 20,000 rows. Known organisations (by number or
    external_id) are brought up to date, unchanged ones stay as they are, one bad row loses no good one.
    """
    content, kind = sent
    wishes = Wishes(query.encoding, DELIMITERS[query.delimiter] if query.delimiter else None)
    given = Submitted(content, kind, query.file_name or f"import.{kind}", query.dry_run, wishes)
    row = import_runs.submit(work.session, work.caller, given)
    response.headers["Location"] = f"/v1/imports/{row.id}"
    return import_view(row, work.language)


@router.get("", openapi_extra=under(REGISTER))
def list_imports(
    query: Annotated[PageQuery, Query()], look: Reads, request: Request, response: Response
) -> ImportPage:
    """Your imports, newest first."""
    position = position_at(query, NEWEST_FIRST)
    page = import_runs.browse(look.session, look.caller, position)
    cursor = cursor_to(page.next, query, NEWEST_FIRST)
    link_next(request, response, cursor)
    return ImportPage(items=[import_view(row, look.language) for row in page.rows], next_cursor=cursor)


@router.get(
    "/template.csv",
    dependencies=[NO_PARAMETERS],
    response_class=Response,
    responses=_file(CSV, "The template"),
    openapi_extra=under(OPEN),
)
def get_import_template_csv(language: Speech) -> Response:
    """A table of organisations with a filled example, for Excel: `;` and a byte order mark."""
    return _download(csv_file(template_rows(language)), CSV, "smezhnik.csv")


@router.get(
    "/template.xlsx",
    dependencies=[NO_PARAMETERS],
    response_class=Response,
    responses=_file(XLSX, "The template"),
    openapi_extra=under(OPEN),
)
def get_import_template_xlsx(language: Speech) -> Response:
    """Two sheets with a filled example: organisations, and their capabilities and needs."""
    return _download(workbook(template_sheets(language)), XLSX, "smezhnik.xlsx")


@router.get("/{import_id}", dependencies=[NO_PARAMETERS], openapi_extra=under(REGISTER))
def get_import(import_id: ImportId, look: Reads, response: Response) -> ImportOut:
    """How far an import is, and how it ended. It is forgotten 7 days after its end."""
    response.headers["Link"] = f'</v1/imports/{import_id}/errors>; rel="errors"'
    return import_view(import_runs.read(look.session, look.caller, import_id), look.language)


@router.get("/{import_id}/errors", openapi_extra=under(REGISTER))
def list_import_errors(
    import_id: ImportId,
    query: Annotated[PageQuery, Query()],
    look: Reads,
    request: Request,
    response: Response,
) -> ImportErrorPage:
    """What is wrong with the rows, and what was mended in them, by sheet, row and column."""
    position = position_at(query, BY_ROW)
    page = import_runs.problems(look.session, look.caller, import_id, position)
    cursor = cursor_to(page.next, query, BY_ROW)
    link_next(request, response, cursor)
    return ImportErrorPage(items=[problem_view(row, look.language) for row in page.rows], next_cursor=cursor)


@router.get(
    "/{import_id}/errors.csv",
    dependencies=[NO_PARAMETERS],
    response_class=Response,
    responses=_file(CSV, "The errors"),
    openapi_extra=under(REGISTER),
)
def get_import_errors_csv(import_id: ImportId, look: Reads) -> Response:
    """The errors and notes as a table for Excel."""
    _, _, found = import_runs.with_problems(look.session, look.caller, import_id)
    return _download(csv_file(problem_rows(found, look.language)), CSV, "errors.csv")


@router.get(
    "/{import_id}/errors.xlsx",
    dependencies=[NO_PARAMETERS],
    response_class=Response,
    responses=_file(XLSX, "The spreadsheet with its errors"),
    openapi_extra=under(REGISTER),
)
def get_import_errors_xlsx(import_id: ImportId, look: Reads) -> Response:
    """The spreadsheet as it was sent, with a column that says what is wrong; mend it and send it again."""
    row, content, found = import_runs.with_problems(look.session, look.caller, import_id)
    return _download(marked_workbook(row, content, found, look.language), XLSX, "errors.xlsx")


def _download(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
