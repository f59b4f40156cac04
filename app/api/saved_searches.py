"""Saved searches over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status
from pydantic import Field

from app.access import READ_OWN, WRITE_OWN
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, BasedOn, Reads, Writes, id_in_path
from app.api.etags import NOT_MODIFIED, MergePatch, not_modified, tag
from app.api.pagination import cursor_to, link_next, position_at
from app.schemas.saved_searches import SavedSearch, SavedSearchIn, SavedSearchPage
from app.schemas.texts import Strict
from app.usecases import saved_searches

router = APIRouter(prefix="/v1/saved-searches", tags=["alerts"])

NEWEST_FIRST = "-created_at"


def search_id(search_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(search_id)


SearchId = Annotated[str, Depends(search_id)]


class SavedSearchQuery(Strict):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000)] | None = None


@router.post(
    "", status_code=status.HTTP_201_CREATED, dependencies=[NO_PARAMETERS], openapi_extra=under(WRITE_OWN)
)
def create_saved_search(given: SavedSearchIn, work: Writes, response: Response) -> SavedSearch:
    """Save a search. From now on each new or changed statement that answers it raises one alert."""
    row = saved_searches.create(work.session, work.caller, given, work.conditions)
    response.headers["Location"] = f"/v1/saved-searches/{row.id}"
    response.headers["ETag"] = tag(row.version)
    return _view(row)


@router.get("", openapi_extra=under(READ_OWN))
def list_saved_searches(
    query: Annotated[SavedSearchQuery, Query()], look: Reads, request: Request, response: Response
) -> SavedSearchPage:
    """Your saved searches, newest first; nobody else sees them."""
    position = position_at(query, NEWEST_FIRST)
    page = saved_searches.browse(look.session, look.caller, position)
    cursor = cursor_to(page.next, query, NEWEST_FIRST)
    link_next(request, response, cursor)
    return SavedSearchPage(items=[_view(row) for row in page.rows], next_cursor=cursor)


@router.get(
    "/{search_id}", dependencies=[NO_PARAMETERS], responses=NOT_MODIFIED, openapi_extra=under(READ_OWN)
)
def get_saved_search(search_id: SearchId, look: Reads, request: Request, response: Response) -> SavedSearch:
    """One of your saved searches."""
    row = saved_searches.read(look.session, look.caller, search_id)
    response.headers["ETag"] = tag(row.version)
    not_modified(request, row.version)
    return _view(row)


@router.patch("/{search_id}", dependencies=[NO_PARAMETERS], openapi_extra=under(WRITE_OWN))
def update_saved_search(
    search_id: SearchId, patch: MergePatch, version: BasedOn, work: Writes, response: Response
) -> SavedSearch:
    """Change a search by a JSON Merge Patch; it then looks at what comes after the change."""
    row = saved_searches.update(work.session, work.caller, (search_id, version), patch, work.conditions)
    response.headers["ETag"] = tag(row.version)
    return _view(row)


@router.delete(
    "/{search_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(WRITE_OWN),
)
def delete_saved_search(search_id: SearchId, version: BasedOn, work: Writes) -> None:
    """Remove a search with its alerts; a second time answers 404."""
    saved_searches.delete(work.session, work.caller, search_id, version)


def _view(row: saved_searches.Saved) -> SavedSearch:
    meta = {name: getattr(row, name) for name in ("id", "version", "created_at", "updated_at")}
    return SavedSearch.model_validate({**row.form(), **meta})
