"""Opaque cursors for keyset pages, and the links that lead on."""

import base64
import hashlib
import json
import re
from datetime import datetime
from typing import Protocol

from fastapi import Request
from fastapi.datastructures import URL
from fastapi.responses import Response

from app.errors import CursorInvalid
from app.storage.pages import Position

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""No row holds these: PostgreSQL takes no NUL, and no half of a surrogate pair is UTF-8."""


class Listing(Protocol):
    """What every list is asked with, beside its own filters."""

    cursor: str | None
    limit: int

    def model_dump_json(self, *, exclude: set[str]) -> str:
        """Its fields as JSON."""


def position_at(query: Listing, sort: str) -> Position:
    """The place a cursor stands for. Raises CursorInvalid where it is of another order or other filters."""
    if query.cursor is None:
        return Position(query.limit)
    try:
        packed = base64.urlsafe_b64decode(query.cursor + "=" * (-len(query.cursor) % 4))
        order, kind, value, row_id = json.loads(packed)
        if order != _listing(query, sort) or not isinstance(value, str) or not isinstance(row_id, str):
            raise CursorInvalid
        if _UNSTORABLE.search(value + row_id):
            raise CursorInvalid
        return Position(query.limit, (datetime.fromisoformat(value) if kind == "t" else value, row_id))
    except (ValueError, TypeError, RecursionError) as error:
        raise CursorInvalid from error


def cursor_to(place: tuple[str | datetime, str] | None, query: Listing, sort: str) -> str | None:
    """A cursor to read on from this place, in the same order and with the same filters."""
    if place is None:
        return None
    value, row_id = place
    moment = isinstance(value, datetime)
    parts = [
        _listing(query, sort),
        "t" if moment else "s",
        value.isoformat() if isinstance(value, datetime) else value,
        row_id,
    ]
    packed = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _listing(query: Listing, sort: str) -> str:
    """The order, and a digest of the filters: a page of one list is no page of another."""
    filters = type(query).__name__ + query.model_dump_json(exclude={"cursor", "limit"})
    return sort + ":" + hashlib.sha256(filters.encode()).hexdigest()[:16]


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Add the Link header to the next page (RFC 8288), where there is one."""
    if cursor is not None:
        url: URL = request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
