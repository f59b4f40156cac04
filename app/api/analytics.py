"""What the directory as a whole lacks, over HTTP."""

from hashlib import blake2b
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from app.access import READ_VISIBLE, SURVEY
from app.api.callers import under
from app.api.dependencies import Reads
from app.api.etags import NOT_MODIFIED, is_known
from app.api.pagination import cursor_to, link_next, position_at
from app.api.views_of_gaps import gap_map, gap_need_page, sovereignty_list
from app.schemas.gaps import GapMap, GapNeedPage, GapNeedQuery, GapQuery, SovereigntyList, SovereigntyQuery
from app.usecases import gaps, sovereignty
from app.vocabulary import Language

router = APIRouter(prefix="/v1/analytics", tags=["analytics"])

BY_ID = "gap_needs"


@router.get("/gaps", response_model=GapMap, responses=NOT_MODIFIED, openapi_extra=under(READ_VISIBLE))
def show_gaps(look: Reads, query: Annotated[GapQuery, Query()], request: Request) -> Response:
    """Open needs by sector and place, and from where somebody meets them."""
    found = gaps.count(look.session, look.caller, query, look.conditions.today)
    return _named(request, gap_map(found, query.min_strength, look.language), look.language)


@router.get("/gaps/needs", openapi_extra=under(SURVEY))
def list_gap_needs(
    look: Reads, query: Annotated[GapNeedQuery, Query()], request: Request, response: Response
) -> GapNeedPage:
    """The needs behind the map that you may read, each with how well it is met from where."""
    position = position_at(query, BY_ID)
    found = gaps.needs(look.session, look.caller, query, look.conditions.today, position)
    cursor = cursor_to(found.page.next, query, BY_ID)
    link_next(request, response, cursor)
    return gap_need_page(found, query.min_strength, cursor)


@router.get(
    "/sovereignty", response_model=SovereigntyList, responses=NOT_MODIFIED, openapi_extra=under(SURVEY)
)
def list_imported_items(
    look: Reads, query: Annotated[SovereigntyQuery, Query()], request: Request
) -> Response:
    """Imported items that needs name and no known domestic maker replaces, most needs waiting first."""
    found = sovereignty.waiting(look.session, look.caller, query, look.conditions.today)
    shape = sovereignty_list(found, query.min_strength, look.language)
    return _named(request, shape, look.language)


def _named(request: Request, shape: BaseModel, language: Language) -> Response:
    """The answer under a name made of its bytes, or 304 for who has them."""
    body = shape.model_dump_json().encode()
    name = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    headers = {
        "ETag": name,
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Accept-Language",
        "Content-Language": language.value,
    }
    if is_known(request.headers.get("if-none-match", ""), name):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
