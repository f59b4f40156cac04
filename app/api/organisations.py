"""Organisations over HTTP."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import Field

from app.access import READ_CONTACTS, READ_VISIBLE, REGISTER, WRITE_KEPT
from app.api.callers import under
from app.api.dependencies import (
    NO_PARAMETERS,
    AnyCaller,
    BasedOn,
    OrganisationId,
    Reads,
    ReadSession,
    Writes,
)
from app.api.etags import NOT_MODIFIED, MergePatch, not_modified, tag
from app.api.pagination import cursor_to, link_next, position_at
from app.api.views import organisation_view
from app.schemas.organisation_input import OrganisationIn
from app.schemas.organisations import Contact, ContactList, Organisation, OrganisationPage
from app.schemas.places import CountryCode, DistrictCode, RegionCode
from app.schemas.texts import Line, Strict, Word
from app.usecases import organisations
from app.vocabulary import OrganisationKind

router = APIRouter(prefix="/v1/organisations", tags=["organisations"])


class OrganisationQuery(Strict):
    """Which organisations, in which order; a repeated parameter means «or»."""

    q: Line | None = Field(
        default=None, description="Part of a name or a city; case, ё and quotes do not matter."
    )
    kind: list[OrganisationKind] = Field(default=[], max_length=10)
    country: list[CountryCode] = Field(default=[], max_length=100)
    region: list[RegionCode] = Field(default=[], max_length=100)
    federal_district: list[DistrictCode] = Field(default=[], max_length=20)
    centre_id: list[Word] = Field(default=[], max_length=50)
    external_id: list[Word] = Field(default=[], max_length=100)
    sort: Literal["name", "-name", "created_at", "-created_at"] = "name"
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000)] | None = None


@router.post(
    "", status_code=status.HTTP_201_CREATED, dependencies=[NO_PARAMETERS], openapi_extra=under(REGISTER)
)
def create_organisation(given: OrganisationIn, work: Writes, response: Response) -> Organisation:
    """Register an organisation with its numbers, certificates and contacts."""
    row = organisations.create(work.session, work.caller, given)
    response.headers["Location"] = f"/v1/organisations/{row.id}"
    response.headers["ETag"] = tag(row.version)
    return organisation_view(row, work.conditions.today, work.language)


@router.get("", openapi_extra=under(READ_VISIBLE))
def list_organisations(
    query: Annotated[OrganisationQuery, Query()], look: Reads, request: Request, response: Response
) -> OrganisationPage:
    """The organisations you may see, a page at a time."""
    wanted = organisations.OrganisationFilter(
        text=query.q,
        kinds=query.kind,
        countries=query.country,
        regions=query.region,
        districts=query.federal_district,
        centre_ids=query.centre_id,
        external_ids=query.external_id,
    )
    position = position_at(query, query.sort)
    page = organisations.browse(look.session, look.caller, wanted, query.sort, position)
    cursor = cursor_to(page.next, query, query.sort)
    link_next(request, response, cursor)
    return OrganisationPage(
        items=[organisation_view(row, look.conditions.today, look.language) for row in page.rows],
        next_cursor=cursor,
    )


@router.get(
    "/{organisation_id}",
    dependencies=[NO_PARAMETERS],
    responses=NOT_MODIFIED,
    openapi_extra=under(READ_VISIBLE),
)
def get_organisation(
    look: Reads, organisation_id: OrganisationId, request: Request, response: Response
) -> Organisation:
    """One organisation, without its contacts."""
    row = organisations.read(look.session, look.caller, organisation_id)
    response.headers["ETag"] = tag(row.version)
    not_modified(request, row.version)
    return organisation_view(row, look.conditions.today, look.language)


@router.patch("/{organisation_id}", dependencies=[NO_PARAMETERS], openapi_extra=under(WRITE_KEPT))
def update_organisation(
    work: Writes, organisation_id: OrganisationId, patch: MergePatch, version: BasedOn, response: Response
) -> Organisation:
    """Change the fields named in a JSON Merge Patch (RFC 7396); null clears one, a list is replaced whole."""
    row = organisations.update(work.session, work.caller, (organisation_id, version), patch, work.conditions)
    response.headers["ETag"] = tag(row.version)
    return organisation_view(row, work.conditions.today, work.language)


@router.delete(
    "/{organisation_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(WRITE_KEPT),
)
def delete_organisation(work: Writes, organisation_id: OrganisationId, version: BasedOn) -> None:
    """Remove an organisation with its statements, numbers and contacts; a second time answers 404."""
    organisations.delete(work.session, work.caller, organisation_id, version)


@router.get("/{organisation_id}/contacts", dependencies=[NO_PARAMETERS], openapi_extra=under(READ_CONTACTS))
def list_contacts(session: ReadSession, caller: AnyCaller, organisation_id: OrganisationId) -> ContactList:
    """The contacts of an organisation, for those who keep its profile."""
    rows = organisations.contacts(session, caller, organisation_id)
    return ContactList(items=[Contact.model_validate(row) for row in rows])
