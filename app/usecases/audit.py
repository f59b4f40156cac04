"""The audit log: the change feed read by those who answer for what was changed."""

from sqlalchemy.orm import Session

from app.access import Caller
from app.errors import CursorInvalid
from app.schemas.audit import AuditQuery
from app.storage import changes
from app.storage.changes import Change
from app.storage.pages import Page, Position

LONGEST_NUMBER = 18
"""Digits of a sequence number that fits every database."""


def browse(session: Session, caller: Caller, wanted: AuditQuery, position: Position) -> Page[Change]:
    """A page of the changes this caller answers for, newest first: all, or a centre's members' and its own.

    Raises CursorInvalid for a position that is none of this list.
    """
    query = changes.select_audited(caller)
    for column, values in (
        (Change.organisation_id, wanted.organisation_id),
        (Change.entity, wanted.entity),
        (Change.entity_id, [wanted.entity_id] if wanted.entity_id else []),
        (Change.action, wanted.action),
        (Change.actor_kind, wanted.actor_kind),
        (Change.actor_id, [wanted.actor_id] if wanted.actor_id else []),
    ):
        if values:
            query = query.where(column.in_(list(values)))
    if wanted.since is not None:
        query = query.where(Change.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Change.at < wanted.until)
    if position.after is not None:
        query = query.where(Change.seq < _seq_of(position.after[1]))
    rows = list(session.scalars(query.order_by(Change.seq.desc()).limit(position.limit + 1)))
    last = str(rows[position.limit - 1].seq) if len(rows) > position.limit else None
    return Page(rows[: position.limit], ("", last) if last else None)


def _seq_of(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise CursorInvalid
    return int(text)
