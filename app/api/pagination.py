"""Opaque cursors for keyset pages, and the links that lead on."""

import base64
import json
import re
from datetime import datetime

from fastapi import Request
from fastapi.datastructures import URL
from fastapi.responses import Response

from app.errors import CursorInvalid
from app.storage.pages import Position

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""No row holds these: PostgreSQL takes no NUL, and no half of a surrogate pair is UTF-8."""


def position_at(cursor: str | None, sort: str, limit: int) -> Position:
    """The place a cursor stands for. Raises CursorInvalid where it is not one of a list in this order."""
    if cursor is None:
        return Position(limit)
    try:
        order, kind, value, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if order != sort or not isinstance(value, str) or not isinstance(row_id, str):
            raise CursorInvalid
        if _UNSTORABLE.search(value + row_id):
            raise CursorInvalid
        return Position(limit, (datetime.fromisoformat(value) if kind == "t" else value, row_id))
    except (ValueError, TypeError, RecursionError) as error:
        raise CursorInvalid from error


def cursor_to(place: tuple[str | datetime, str] | None, sort: str) -> str | None:
    """A cursor to read on from this place."""
    if place is None:
        return None
    value, row_id = place
    moment = isinstance(value, datetime)
    parts = [
        sort,
        "t" if moment else "s",
        value.isoformat() if isinstance(value, datetime) else value,
        row_id,
    ]
    packed = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Add the Link header to the next page (RFC 8288), where there is one."""
    if cursor is not None:
        url: URL = request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
