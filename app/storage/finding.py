"""What is not there, or not for this caller, is refused alike everywhere: as not found."""

from typing import TypeVar

from sqlalchemy.orm import Session

from app.access import Caller
from app.errors import NotFound
from app.storage import organisations

Row = TypeVar("Row")


def found(row: Row | None, what: str, id_: str) -> Row:
    """What a look-up gave. Raises NotFound, with the kind and the id asked for, where it gave nothing."""
    if row is None:
        raise NotFound(what=what, id=id_)
    return row


def require_kept(session: Session, caller: Caller, organisation_id: str) -> None:
    """Pass where the caller acts for this organisation. Raises NotFound otherwise."""
    if not organisations.is_kept(session, caller, organisation_id):
        raise NotFound(what="organisation", id=organisation_id)
