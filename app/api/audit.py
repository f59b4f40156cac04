"""The audit log over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.access import AUDIT
from app.api.callers import under
from app.api.dependencies import Reads
from app.api.pagination import cursor_to, link_next, position_at
from app.schemas.audit import AuditEntry, AuditPage, AuditPageQuery
from app.usecases import audit

router = APIRouter(prefix="/v1/audit", tags=["privacy"])

NEWEST_FIRST = "-seq"


@router.get("", openapi_extra=under(AUDIT))
def list_changes(
    query: Annotated[AuditPageQuery, Query()], look: Reads, request: Request, response: Response
) -> AuditPage:
    """Who changed what, and when, newest first: names of fields and ids, never a value.

    An administrator sees all; a centre the changes of the members it keeps, and what it did itself.
    """
    page = audit.browse(look.session, look.caller, query, position_at(query, NEWEST_FIRST))
    cursor = cursor_to(page.next, query, NEWEST_FIRST)
    link_next(request, response, cursor)
    return AuditPage(items=[AuditEntry.model_validate(row) for row in page.rows], next_cursor=cursor)
