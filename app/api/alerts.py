"""Alerts over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, status
from pydantic import Field

from app.access import READ_OWN, WRITE_OWN
from app.api.callers import under
from app.api.dependencies import (
    NO_PARAMETERS,
    AnyCaller,
    CurrentIndex,
    ReadSession,
    Speech,
    UnderConditions,
    Writes,
)
from app.api.live import runtime_of
from app.api.pagination import cursor_to, link_next, position_at
from app.api.views import anonymous_card, named_card, statement_pair
from app.schemas.alerts import Alert, AlertEvent, AlertPage, ReadAlerts, ReadCount
from app.schemas.texts import Id, Strict
from app.usecases import alerts
from app.usecases.alerts import Reading, ShownAlert
from app.vocabulary import Language

router = APIRouter(prefix="/v1/alerts", tags=["alerts"])
events = APIRouter()
"""What receivers are sent; it stands in the OpenAPI document only."""

NEWEST_FIRST = "-created_at"


class AlertQuery(Strict):
    """Which alerts; a repeated parameter means «or»."""

    unread: bool = Field(default=False, description="Only those not marked as read.")
    saved_search_id: list[Id] = Field(default=[], max_length=50)
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000)] | None = None


async def reading(
    conditions: UnderConditions, session: ReadSession, caller: AnyCaller, index: CurrentIndex
) -> Reading:
    """What alerts are read with."""
    return Reading(session, index, caller, conditions)


@router.get("", openapi_extra=under(READ_OWN))
def list_alerts(
    query: Annotated[AlertQuery, Query()],
    reading: Annotated[Reading, Depends(reading)],
    language: Speech,
    request: Request,
    response: Response,
) -> AlertPage:
    """What answered your saved searches, newest first, with the reasons as they are now.

    Whoever was hidden, withdrawn or blocked meanwhile is left out, so a page may be shorter than its limit.
    """
    position = position_at(query, NEWEST_FIRST)
    page = alerts.browse(reading, query.unread, query.saved_search_id, position)
    cursor = cursor_to(page.next, query, NEWEST_FIRST)
    link_next(request, response, cursor)
    return AlertPage(items=[alert_view(one, language) for one in page.rows], next_cursor=cursor)


@router.post(
    "/read", status_code=status.HTTP_200_OK, dependencies=[NO_PARAMETERS], openapi_extra=under(WRITE_OWN)
)
def mark_alerts_read(given: ReadAlerts, work: Writes, request: Request) -> ReadCount:
    """Mark alerts as read; ids that are not yours are passed over."""
    moment = runtime_of(request).clock()
    return ReadCount(read=alerts.mark_read(work.session, work.caller, given.ids, moment))


@events.post("alert-created", status_code=status.HTTP_204_NO_CONTENT)
def alert_created(event: AlertEvent) -> None:
    """A new or changed statement answers one of your saved searches. Signed as all events are."""


def alert_view(one: ShownAlert, language: Language) -> Alert:
    """An alert in the reader's language."""
    if one.card is not None:
        card = named_card(one.card)
    else:
        assert one.veil is not None  # noqa: S101 - a shown alert has one of the two
        card = anonymous_card(one.veil, one.row.statement.sector, language)
    return Alert(
        id=one.row.id,
        saved_search_id=one.row.search_id,
        organisation=card,
        strength=one.row.strength,
        probability=one.row.probability,
        pair=statement_pair(one.pair, card.anonymous, language) if one.pair else None,
        created_at=one.row.created_at,
        read_at=one.row.read_at,
    )
