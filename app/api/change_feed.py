"""The change feed over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.access import READ_KEPT
from app.api.callers import under
from app.api.dependencies import Reads
from app.schemas.change_feed import ChangeFeed, ChangeFeedQuery
from app.usecases import change_feed

router = APIRouter(prefix="/v1/changes", tags=["changes"])


@router.get("", openapi_extra=under(READ_KEPT))
def follow_changes(query: Annotated[ChangeFeedQuery, Query()], look: Reads) -> ChangeFeed:
    """What to read anew and what to forget since a position, oldest first, to keep a copy elsewhere.

    A member follows its own organisation and statements, a centre those of the members it keeps, an
    administrator all. What was deleted or went to another keeper is `gone`. Without `after`: where the feed
    stands now, to take before the first full reading. A position beyond the feed is 400 `cursor_invalid`:
    read everything anew. The feed is kept whole.
    """
    return change_feed.follow(look.session, look.caller, query)
