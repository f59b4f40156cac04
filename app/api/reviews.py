"""Reviews over HTTP: the queue of a centre, its decisions, and what a member sees of them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from app.access import READ_KEPT, REVIEW, WRITE_KEPT
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, BasedOn, Reads, StatementId, Writes, id_in_path
from app.api.etags import tag
from app.api.pagination import cursor_to, link_next, position_at
from app.api.views_of_reviews import review_view
from app.schemas.places import RegionCode
from app.schemas.reviews import HandOverIn, RejectionIn, Review, ReviewPage
from app.schemas.texts import Strict
from app.usecases import reviews

router = APIRouter(prefix="/v1", tags=["reviews"])

OLDEST_FIRST, NEWEST_FIRST = "opened_at", "-opened_at"


def review_id(review_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(review_id)


ReviewId = Annotated[str, Depends(review_id)]


class PageQuery(Strict):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000)] | None = None


class QueueQuery(PageQuery):
    """Which open reviews; a repeated parameter means «or»."""

    region: list[RegionCode] = Field(default=[], max_length=100)
    overdue: bool | None = Field(default=None, description="Only those past their last day, or only others.")
    handed_over: bool | None = Field(
        default=None, description="Only those handed over to a centre, or only others."
    )


@router.get("/reviews", openapi_extra=under(REVIEW))
def list_reviews(
    query: Annotated[QueueQuery, Query()], look: Reads, request: Request, response: Response
) -> ReviewPage:
    """The statements that wait for your decision, the oldest first, a page at a time."""
    today = look.conditions.today
    wanted = reviews.QueueFilter(today, query.region, query.overdue, query.handed_over)
    position = position_at(query, OLDEST_FIRST)
    page = reviews.queue(look.session, look.caller, wanted, position)
    cursor = cursor_to(page.next, query, OLDEST_FIRST)
    link_next(request, response, cursor)
    return ReviewPage(items=[review_view(row, look.caller, today) for row in page.rows], next_cursor=cursor)


@router.get("/reviews/{review_id}", dependencies=[NO_PARAMETERS], openapi_extra=under(REVIEW))
def get_review(review_id: ReviewId, look: Reads, response: Response) -> Review:
    """One review, open or decided. Its ETag goes into If-Match of the decision."""
    row = reviews.read(look.session, look.caller, review_id)
    return _tagged(response, review_view(row, look.caller, look.conditions.today))


@router.get("/statements/{statement_id}/reviews", openapi_extra=under(READ_KEPT))
def list_statement_reviews(
    statement_id: StatementId,
    query: Annotated[PageQuery, Query()],
    look: Reads,
    request: Request,
    response: Response,
) -> ReviewPage:
    """All reviews of a statement you keep, the newest first: what was decided, and why it was rejected."""
    position = position_at(query, NEWEST_FIRST)
    page = reviews.history(look.session, look.caller, statement_id, position)
    cursor = cursor_to(page.next, query, NEWEST_FIRST)
    link_next(request, response, cursor)
    today = look.conditions.today
    return ReviewPage(items=[review_view(row, look.caller, today) for row in page.rows], next_cursor=cursor)


@router.post("/reviews/{review_id}/publish", dependencies=[NO_PARAMETERS], openapi_extra=under(REVIEW))
def publish_review(review_id: ReviewId, version: BasedOn, work: Writes, response: Response) -> Review:
    """Publish what waits. 409 where somebody was first, 412 where the text has changed since you read it."""
    row = reviews.publish(work.session, work.caller, (review_id, version), work.conditions)
    return _tagged(response, review_view(row, work.caller, work.conditions.today))


@router.post("/reviews/{review_id}/reject", dependencies=[NO_PARAMETERS], openapi_extra=under(REVIEW))
def reject_review(
    review_id: ReviewId, version: BasedOn, given: RejectionIn, work: Writes, response: Response
) -> Review:
    """Reject what waits, with a reason its owner reads. What is published already stays as it is."""
    row = reviews.reject(work.session, work.caller, (review_id, version), given.reason)
    return _tagged(response, review_view(row, work.caller, work.conditions.today))


@router.post("/reviews/{review_id}/hand-over", dependencies=[NO_PARAMETERS], openapi_extra=under(REVIEW))
def hand_over_review(
    review_id: ReviewId, version: BasedOn, given: HandOverIn, work: Writes, response: Response
) -> Review:
    """Let another centre see and decide this review; it sees the statement and whose it is."""
    row = reviews.hand_over(work.session, work.caller, (review_id, version), given.centre_id)
    return _tagged(response, review_view(row, work.caller, work.conditions.today))


@router.post("/reviews/{review_id}/withdraw", dependencies=[NO_PARAMETERS], openapi_extra=under(WRITE_KEPT))
def withdraw_review(review_id: ReviewId, work: Writes, response: Response) -> Review:
    """Take back what waits: the statement is a draft again, or the wished changes are gone."""
    row = reviews.withdraw(work.session, work.caller, review_id)
    return _tagged(response, review_view(row, work.caller, work.conditions.today))


def _tagged(response: Response, shown: Review) -> Review:
    response.headers["ETag"] = tag(shown.version)
    return shown
