"""Feedback on suggestions over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status
from pydantic import Field

from app.access import READ_KEPT, WRITE_KEPT
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, BasedOn, OrganisationId, Reads, Writes, id_in_path
from app.api.etags import tag
from app.api.live import runtime_of
from app.api.pagination import cursor_to, link_next, position_at
from app.schemas.feedback import FeedbackIn, FeedbackOut, FeedbackPage
from app.schemas.texts import Strict
from app.usecases import feedback
from app.usecases.feedback import Custom, Shown
from app.vocabulary import Verdict

router = APIRouter(prefix="/v1/organisations/{organisation_id}/feedback", tags=["suggestions"])

NEWEST_FIRST = "-created_at"


class FeedbackQuery(Strict):
    """Which feedback."""

    verdict: list[Verdict] = Field(default=[], max_length=2)
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000)] | None = None


def feedback_id(feedback_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(feedback_id)


FeedbackId = Annotated[str, Depends(feedback_id)]


@router.post(
    "", status_code=status.HTTP_201_CREATED, dependencies=[NO_PARAMETERS], openapi_extra=under(WRITE_KEPT)
)
def give_feedback(
    given: FeedbackIn, work: Writes, organisation_id: OrganisationId, request: Request, response: Response
) -> FeedbackOut:
    """Say whether a suggested partner is of use; it replaces what was said of the same pair before."""
    custom = Custom(work.conditions.today, runtime_of(request).feedback_hide_days)
    shown = feedback.give(work.session, work.caller, organisation_id, given, custom)
    response.headers["ETag"] = tag(shown.row.version)
    return feedback_view(shown)


@router.get("", openapi_extra=under(READ_KEPT))
def list_feedback(
    query: Annotated[FeedbackQuery, Query()],
    look: Reads,
    organisation_id: OrganisationId,
    request: Request,
    response: Response,
) -> FeedbackPage:
    """What the organisation said of its partners, newest first, for those who keep its profile."""
    position = position_at(query, NEWEST_FIRST)
    page = feedback.browse(look.session, look.caller, organisation_id, query.verdict, position)
    cursor = cursor_to(page.next, query, NEWEST_FIRST)
    link_next(request, response, cursor)
    return FeedbackPage(items=[feedback_view(shown) for shown in page.rows], next_cursor=cursor)


@router.delete(
    "/{feedback_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(WRITE_KEPT),
)
def take_feedback_back(
    work: Writes, organisation_id: OrganisationId, feedback_id: FeedbackId, version: BasedOn
) -> None:
    """Take feedback back; a partner it kept away may be suggested from the next request on."""
    feedback.take_back(work.session, work.caller, organisation_id, feedback_id, version)


def feedback_view(shown: Shown) -> FeedbackOut:
    """Feedback as its organisation may see it; of a partner that is hidden by now no id is told."""
    row = shown.row
    named = set(FeedbackOut.model_fields) - {"partner_id", "own_statement_id", "statement_id"}
    return FeedbackOut(
        partner_id=shown.partner_id,
        own_statement_id=row.own_statement_id or None,
        statement_id=row.statement_id or None if shown.partner_id == row.partner_id else None,
        **{name: getattr(row, name) for name in named},
    )
