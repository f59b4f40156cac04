"""Suggested partners over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.access import READ_VISIBLE
from app.api.answers import answered
from app.api.callers import under
from app.api.dependencies import (
    NO_PARAMETERS,
    OrganisationId,
    Question,
    Speech,
    StatementId,
)
from app.api.etags import NOT_MODIFIED
from app.api.live import runtime_of
from app.api.views import suggestion_page
from app.matching.scoring import MODEL_VERSION
from app.schemas.suggestions import FreeTextSearch, SuggestionPage, WishQuery
from app.storage.asking import Asking
from app.usecases import suggestions
from app.usecases.suggestions import Suggested

router = APIRouter(prefix="/v1", tags=["suggestions"])


@router.get(
    "/organisations/{organisation_id}/suggestions",
    response_model=SuggestionPage,
    responses=NOT_MODIFIED,
    openapi_extra=under(READ_VISIBLE),
)
def list_suggestions(
    asking: Question,
    organisation_id: OrganisationId,
    query: Annotated[WishQuery, Query()],
    language: Speech,
    request: Request,
) -> Response:
    """Partners that fit the organisation's needs and capabilities, best first, each with its reasons."""

    def suggest(asking: Asking) -> Suggested:
        found = suggestions.for_organisation(asking, organisation_id, query)
        showings, today = runtime_of(request).showings, asking.conditions.today
        if showings.wants(asking.caller):
            showings.note(asking.caller, organisation_id, today, MODEL_VERSION, suggestions.shown_of(found))
        return found

    return answered(request, asking, language, suggest)


@router.get(
    "/statements/{statement_id}/suggestions",
    response_model=SuggestionPage,
    responses=NOT_MODIFIED,
    openapi_extra=under(READ_VISIBLE),
)
def list_statement_suggestions(
    asking: Question,
    statement_id: StatementId,
    query: Annotated[WishQuery, Query()],
    language: Speech,
    request: Request,
) -> Response:
    """Partners that fit one capability or need, best first, each with its reasons."""

    def suggest(asking: Asking) -> Suggested:
        return suggestions.for_statement(asking, statement_id, query)

    return answered(request, asking, language, suggest)


@router.post("/suggestions/search", dependencies=[NO_PARAMETERS], openapi_extra=under(READ_VISIBLE))
def search_suggestions(given: FreeTextSearch, asking: Question, language: Speech) -> SuggestionPage:
    """Partners for a need or a capability in your own words; nothing is stored."""
    return suggestion_page(suggestions.for_text(asking, given), language)
