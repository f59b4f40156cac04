"""Block lists over HTTP; nobody but those who act for an organisation learns of its list."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status
from pydantic import Field

from app.access import READ_KEPT, WRITE_KEPT
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, BasedOn, OrganisationId, Reads, Writes, id_in_path
from app.api.etags import tag
from app.api.live import runtime_of
from app.api.pagination import cursor_to, link_next, position_at
from app.api.views_of_introductions import block_view
from app.schemas.blocks import Block, BlockPage
from app.schemas.texts import Strict
from app.usecases import blocks

router = APIRouter(prefix="/v1/organisations/{organisation_id}/blocks", tags=["blocks"])

NEWEST_FIRST = "-created_at"


def partner_id(partner_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> str:
    """The id or the handle from the path. Raises NotFound for what cannot be one."""
    return id_in_path(partner_id)


PartnerId = Annotated[str, Depends(partner_id)]


class BlockQuery(Strict):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000)] | None = None


@router.get("", openapi_extra=under(READ_KEPT))
def list_blocks(
    organisation_id: OrganisationId,
    query: Annotated[BlockQuery, Query()],
    look: Reads,
    request: Request,
    response: Response,
) -> BlockPage:
    """Whom an organisation blocks, newest first, a page at a time."""
    position = position_at(query, NEWEST_FIRST)
    page = blocks.browse(look.session, look.caller, organisation_id, position)
    cursor = cursor_to(page.next, query, NEWEST_FIRST)
    link_next(request, response, cursor)
    return BlockPage(items=[block_view(one, look.language) for one in page.rows], next_cursor=cursor)


@router.put("/{partner_id}", dependencies=[NO_PARAMETERS], openapi_extra=under(WRITE_KEPT))
def add_block(
    organisation_id: OrganisationId, partner_id: PartnerId, work: Writes, request: Request, response: Response
) -> Block:
    """Block an organisation, by its id or its handle; a second time changes nothing, so no If-Match is asked.

    From the next request on neither is suggested to the other, asks the other, or has its contacts; to the
    blocked member the profile does not exist. It is not told: an open introduction ends as if withdrawn.
    """
    moment = runtime_of(request).clock()
    shown = blocks.add(work.session, work.caller, (organisation_id, partner_id), moment)
    response.headers["ETag"] = tag(blocks.VERSION)
    return block_view(shown, work.language)


@router.delete(
    "/{partner_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(WRITE_KEPT),
)
def remove_block(
    organisation_id: OrganisationId, partner_id: PartnerId, version: BasedOn, work: Writes
) -> None:
    """Take an organisation off the list, as the list names it; a second time answers 404."""
    blocks.remove(work.session, work.caller, (organisation_id, partner_id), version)
