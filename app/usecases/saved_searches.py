"""Saved searches as their holders keep them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.access import Caller, Member, Writer
from app.errors import Invalid, LimitReached, VersionMismatch, Violation
from app.schemas.merge_patch import patched
from app.schemas.saved_searches import SavedSearchIn, SearchSubject
from app.storage import changes, organisations, saved_searches, statements
from app.storage.documents import Conditions
from app.storage.finding import found
from app.storage.pages import Page, Position, page_of
from app.storage.saved_searches import SavedSearch

SEARCHES_OF_ONE_HOLDER = 50

Saved = SavedSearch
"""A search as it is stored."""


def create(session: Session, caller: Writer, given: SavedSearchIn, conditions: Conditions) -> SavedSearch:
    """Save a search. Raises Invalid where it is about a record that is not the caller's."""
    if saved_searches.count(session, caller) >= SEARCHES_OF_ONE_HOLDER:
        raise LimitReached(limit=SEARCHES_OF_ONE_HOLDER)
    row = SavedSearch()
    if isinstance(caller, Member):
        row.member_id = caller.organisation_id
    else:
        row.centre_id = getattr(caller, "centre_id", None)
    _take(session, caller, row, given, conditions)
    session.add(row)
    session.flush()
    return row


def read(session: Session, caller: Caller, search_id: str) -> SavedSearch:
    """One search of the caller's. Raises NotFound otherwise."""
    return found(saved_searches.get(session, caller, search_id), "saved_search", search_id)


def browse(session: Session, caller: Caller, position: Position) -> Page[SavedSearch]:
    """A page of the caller's searches, newest first."""
    query = saved_searches.select_held(caller)
    return page_of(session, query, (SavedSearch.created_at, True, SavedSearch.id), position)


def update(
    session: Session,
    caller: Writer,
    versioned_id: tuple[str, int],
    patch: Mapping[str, Any],
    conditions: Conditions,
) -> SavedSearch:
    """Change what the merge patch names; what came before the change raises no alert."""
    search_id, version = versioned_id
    row = _at_version(session, caller, search_id, version)
    given = SavedSearchIn.model_validate(patched(row.form(), patch, SavedSearchIn))
    _take(session, caller, row, given, conditions)
    session.flush()
    return row


def delete(session: Session, caller: Writer, search_id: str, version: int) -> None:
    """Remove a search with its alerts."""
    session.delete(_at_version(session, caller, search_id, version))


def _at_version(session: Session, caller: Writer, search_id: str, version: int) -> SavedSearch:
    row = read(session, caller, search_id)
    if row.version != version:
        raise VersionMismatch(current=row.version)
    return row


def _take(
    session: Session, caller: Writer, row: SavedSearch, given: SavedSearchIn, conditions: Conditions
) -> None:
    if given.about is SearchSubject.ORGANISATION and given.organisation_id is None:
        if not isinstance(caller, Member):
            raise Invalid([Violation("/organisation_id", "required")])
        given = given.model_copy(update={"organisation_id": caller.organisation_id})
    _refuse_what_is_not_kept(session, caller, given)
    row.take(given, changes.last_seq(session), conditions.encoder)


def _refuse_what_is_not_kept(session: Session, caller: Writer, given: SavedSearchIn) -> None:
    if given.statement_id and statements.get_kept(session, caller, given.statement_id) is None:
        raise Invalid([Violation("/statement_id", "not_yours")])
    if given.organisation_id and not organisations.is_kept(session, caller, given.organisation_id):
        raise Invalid([Violation("/organisation_id", "not_yours")])
