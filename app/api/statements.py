"""Statements over HTTP: capabilities and needs."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import Field

from app.access import READ_VISIBLE, WRITE_KEPT
from app.api.callers import under
from app.api.dependencies import (
    NO_PARAMETERS,
    BasedOn,
    OrganisationId,
    Reads,
    StatementId,
    Writes,
)
from app.api.etags import NOT_MODIFIED, MergePatch, not_modified, tag
from app.api.pagination import cursor_to, link_next, position_at
from app.api.views import statement_view
from app.schemas.codes import Sector
from app.schemas.places import CountryCode, RegionCode
from app.schemas.statement_input import RenewalIn, StatementIn
from app.schemas.statements import OwnStatement, Statement, StatementPage
from app.schemas.texts import Id, Line, Strict
from app.usecases import statements
from app.vocabulary import StatementKind, StatementStatus

router = APIRouter(prefix="/v1", tags=["statements"])


class StatementQuery(Strict):
    """Which statements, in which order; a repeated parameter means «or»."""

    q: Line | None = Field(default=None, description="Part of the title or text; case and ё do not matter.")
    organisation_id: list[Id] = Field(default=[], max_length=100)
    kind: list[StatementKind] = Field(default=[], max_length=2)
    status: list[StatementStatus] = Field(default=[], max_length=10)
    sector: list[Sector] = Field(default=[], max_length=100)
    region: list[RegionCode] = Field(default=[], max_length=100)
    country: list[CountryCode] = Field(default=[], max_length=100)
    sort: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000)] | None = None


@router.post(
    "/organisations/{organisation_id}/statements",
    status_code=status.HTTP_201_CREATED,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(WRITE_KEPT),
)
def create_statement(
    work: Writes, organisation_id: OrganisationId, given: StatementIn, response: Response
) -> OwnStatement | Statement:
    """Write down what an organisation can do or needs, as a draft, for review, or published at once."""
    row = statements.create(work.session, work.caller, organisation_id, given, work.conditions)
    response.headers["Location"] = f"/v1/statements/{row.id}"
    response.headers["ETag"] = tag(row.version)
    return statement_view(row, work.caller)


@router.get("/statements", openapi_extra=under(READ_VISIBLE))
def list_statements(
    query: Annotated[StatementQuery, Query()], look: Reads, request: Request, response: Response
) -> StatementPage:
    """The statements you may see, a page at a time."""
    wanted = statements.StatementFilter(
        text=query.q,
        organisation_ids=query.organisation_id,
        kinds=query.kind,
        statuses=query.status,
        sectors=query.sector,
        regions=query.region,
        countries=query.country,
    )
    position = position_at(query, query.sort)
    page = statements.browse(look.session, look.caller, wanted, query.sort, position)
    cursor = cursor_to(page.next, query, query.sort)
    link_next(request, response, cursor)
    return StatementPage(items=[statement_view(row, look.caller) for row in page.rows], next_cursor=cursor)


@router.get(
    "/statements/{statement_id}",
    dependencies=[NO_PARAMETERS],
    responses=NOT_MODIFIED,
    openapi_extra=under(READ_VISIBLE),
)
def get_statement(
    look: Reads, statement_id: StatementId, request: Request, response: Response
) -> OwnStatement | Statement:
    """One capability or need."""
    row = statements.read(look.session, look.caller, statement_id)
    response.headers["ETag"] = tag(row.version)
    not_modified(request, row.version)
    return statement_view(row, look.caller)


@router.patch("/statements/{statement_id}", dependencies=[NO_PARAMETERS], openapi_extra=under(WRITE_KEPT))
def update_statement(
    work: Writes, statement_id: StatementId, patch: MergePatch, version: BasedOn, response: Response
) -> OwnStatement | Statement:
    """Change fields or the state by a JSON Merge Patch; a step its life does not have is refused."""
    row = statements.update(work.session, work.caller, (statement_id, version), patch, work.conditions)
    response.headers["ETag"] = tag(row.version)
    return statement_view(row, work.caller)


@router.post(
    "/statements/{statement_id}/renew", dependencies=[NO_PARAMETERS], openapi_extra=under(WRITE_KEPT)
)
def renew_statement(
    work: Writes, statement_id: StatementId, given: RenewalIn, response: Response
) -> OwnStatement | Statement:
    """Let a published or expired statement stand on: 180 days from today, or to the day you name."""
    row = statements.renew(work.session, work.caller, statement_id, given.expires_on, work.conditions)
    response.headers["ETag"] = tag(row.version)
    return statement_view(row, work.caller)


@router.delete(
    "/statements/{statement_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(WRITE_KEPT),
)
def delete_statement(work: Writes, statement_id: StatementId, version: BasedOn) -> None:
    """Remove a statement for good; set its status to withdrawn to keep it. A second time answers 404."""
    statements.delete(work.session, work.caller, (statement_id, version))
