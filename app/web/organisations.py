"""Pages of organisations: the list, one as public as it is, and who fits it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from app.access import READ_VISIBLE
from app.api.callers import under
from app.api.dependencies import OrganisationId, Question, Reading, Reads
from app.api.organisations import OrganisationQuery
from app.api.pagination import cursor_to, position_at
from app.api.views import card_of, organisation_view, statement_view, suggestion_page
from app.schemas.organisations import Organisation
from app.schemas.statements import Statement
from app.schemas.suggestions import WishQuery
from app.storage.pages import Position
from app.usecases import organisations, statements, suggestions
from app.vocabulary import Language, StatementKind, StatementStatus
from app.web.rendering import name_of, page
from app.web.search import Form, choices
from app.web.speech import Tongue, speech_of

STATEMENTS_SHOWN = 100

router = APIRouter(prefix="/organisations", include_in_schema=False)


class Listed(Form):
    """What the form over the list sends."""

    cursor: str = ""

    def query(self) -> OrganisationQuery:
        """The same as the API takes it. Raises ValidationError where it does not."""
        texts = {"q": self.q.strip(), "cursor": self.cursor}
        given = {name: value for name, value in texts.items() if value}
        return OrganisationQuery.model_validate(self.filters() | given)


@router.get("", response_class=HTMLResponse, openapi_extra=under(READ_VISIBLE))
def listing(
    request: Request, asked: Annotated[Listed, Query()], look: Reads, language: Tongue
) -> HTMLResponse:
    """The organisations a visitor may see, by name, a page at a time."""
    values: dict[str, Any] = {
        "chosen": asked,
        "rows": [],
        "next": None,
        "invalid": False,
        **choices(language),
    }
    try:
        query = asked.query()
    except ValidationError:
        return page(request, "organisations.html", 422, {**values, "invalid": True})
    wanted = organisations.OrganisationFilter(
        text=query.q, kinds=query.kind, countries=query.country, regions=query.region
    )
    found = organisations.browse(
        look.session, look.caller, wanted, query.sort, position_at(query, query.sort)
    )
    cursor = cursor_to(found.next, query, query.sort)
    more = str(request.url.include_query_params(cursor=cursor).query) if cursor else None
    rows = [{**card_of(row), "description": row.description} for row in found.rows]
    return page(request, "organisations.html", values={**values, "rows": rows, "next": more})


@router.get("/{organisation_id}", response_class=HTMLResponse, openapi_extra=under(READ_VISIBLE))
def organisation(request: Request, look: Reads, organisation_id: OrganisationId) -> HTMLResponse:
    """An organisation with what it can do and needs, as public as it is."""
    row = organisations.read(look.session, look.caller, organisation_id)
    shown = organisation_view(row, look.conditions.today, speech_of(request))
    said = _published(look, organisation_id)
    values = {
        "who": shown,
        "said": {kind.value: [one for one in said if one.kind is kind] for kind in StatementKind},
        "data": described(shown, said, str(request.url)),
    }
    return page(request, "organisation.html", values=values)


@router.get("/{organisation_id}/partners", response_class=HTMLResponse, openapi_extra=under(READ_VISIBLE))
def partners(
    request: Request, asking: Question, organisation_id: OrganisationId, language: Tongue
) -> HTMLResponse:
    """Who fits an organisation, as a list that prints for a meeting."""
    row = organisations.read(asking.session, asking.caller, organisation_id)
    found = suggestions.for_organisation(asking, organisation_id, WishQuery(limit=20))
    values = {"who": card_of(row), "found": suggestion_page(found, language)}
    return page(request, "partners.html", values=values)


def described(who: Organisation, said: list[Statement], address: str) -> dict[str, Any]:
    """The organisation in the words of schema.org, for machines that read pages."""
    place = {"addressCountry": who.country, "addressLocality": who.city}
    if who.region:
        place["addressRegion"] = name_of("region", who.region, Language.RU)
    offers = [
        {"@type": "Offer", "itemOffered": {"@type": "Service", "name": one.title}}
        for one in said
        if one.kind is StatementKind.CAPABILITY
    ]
    wishes = [{"@type": "Demand", "name": one.title} for one in said if one.kind is StatementKind.NEED]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": address,
        "name": who.name,
        "legalName": who.legal_name,
        "description": who.description,
        "address": {"@type": "PostalAddress", **place},
        "sameAs": who.site,
        "makesOffer": offers,
        "seeks": wishes,
    }
    return {key: value for key, value in data.items() if value}


def _published(look: Reading, organisation_id: str) -> list[Statement]:
    wanted = statements.StatementFilter(
        organisation_ids=[organisation_id], statuses=[StatementStatus.PUBLISHED]
    )
    found = statements.browse(look.session, look.caller, wanted, "created_at", Position(STATEMENTS_SHOWN))
    return [statement_view(row, look.caller) for row in found.rows]
