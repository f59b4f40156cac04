"""Statements: writing, reading, listing, changing and removing capabilities and needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute, Session

from app.access import Caller, Writer
from app.errors import TransitionRefused, VersionMismatch
from app.matching.text import normalise
from app.schemas.merge_patch import patched
from app.schemas.statement_input import StatementIn
from app.storage import changes, encodings, organisations, statements
from app.storage.documents import Conditions
from app.storage.finding import found
from app.storage.organisations import Organisation
from app.storage.pages import Page, Position, page_of
from app.storage.statement_texts import as_input, new_statement, take
from app.storage.statements import LIFETIME, Statement
from app.storage.submissions import begin as begin_review
from app.storage.submissions import form_for, refuse_doubles, submit
from app.vocabulary import ChangeAction, StatementKind, StatementStatus


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """Which statements a list shows; an empty part lets everything through."""

    text: str | None = None
    organisation_ids: Sequence[str] = ()
    kinds: Sequence[StatementKind] = ()
    statuses: Sequence[StatementStatus] = ()
    sectors: Sequence[str] = ()
    regions: Sequence[str] = ()
    countries: Sequence[str] = ()


SORTS: Mapping[str, tuple[InstrumentedAttribute[Any], bool]] = {
    "created_at": (Statement.created_at, False),
    "-created_at": (Statement.created_at, True),
    "updated_at": (Statement.updated_at, False),
    "-updated_at": (Statement.updated_at, True),
}
"""The orders a list may be asked in: column and whether it falls."""


def create(
    session: Session, caller: Writer, organisation_id: str, given: StatementIn, conditions: Conditions
) -> Statement:
    """Write a statement of an organisation. Raises AlreadyExists where its external id is taken."""
    owner = _owner(session, caller, organisation_id)
    row = new_statement(owner, given, conditions)
    refuse_doubles(session, row)
    session.add(row)
    session.flush()
    begin_review(session, caller, row, (StatementStatus.DRAFT, None), conditions)
    encodings.keep(session, conditions, row, owner)
    _record(session, caller, row, ChangeAction.CREATED, given.model_fields_set)
    return row


def read(session: Session, caller: Caller, statement_id: str) -> Statement:
    """One statement. Raises NotFound where there is none or the caller may not know of it."""
    return found(statements.get(session, caller, statement_id), "statement", statement_id)


def browse(
    session: Session, caller: Caller, wanted: StatementFilter, sort: str, position: Position
) -> Page[Statement]:
    """A page of the statements this caller may see."""
    query = statements.select_visible(caller)
    for column, values in (
        (Statement.organisation_id, wanted.organisation_ids),
        (Statement.kind, wanted.kinds),
        (Statement.status, wanted.statuses),
        (Statement.sector, wanted.sectors),
        (Organisation.region, wanted.regions),
        (Organisation.country, wanted.countries),
    ):
        if values:
            query = query.where(column.in_(list(values)))
    if wanted.text:
        query = query.where(Statement.text_key.contains(normalise(wanted.text), autoescape=True))
    order, falling = SORTS[sort]
    return page_of(session, query, (order, falling, Statement.id), position)


def update(
    session: Session,
    caller: Writer,
    versioned_id: tuple[str, int],
    patch: Mapping[str, Any],
    conditions: Conditions,
) -> Statement:
    """Change what the merge patch names, at once or when its centre agrees (storage/submissions.py).

    Raises VersionMismatch where another change came first.
    """
    row = _owned(session, caller, versioned_id)
    owner = _owner(session, caller, row.organisation_id)
    form = form_for(caller, row, conditions)
    given = StatementIn.model_validate(patched(form, patch, StatementIn))
    changed = submit(session, caller, (row, owner), given, conditions)
    if changed:
        refuse_doubles(session, row)
        encodings.keep(session, conditions, row, owner)
        _record(session, caller, row, ChangeAction.UPDATED, changed)
    return row


def renew(
    session: Session, caller: Writer, statement_id: str, wished: date | None, conditions: Conditions
) -> Statement:
    """Let a published or expired statement stand on, to the wished day or for its usual life.

    A renewal never shortens by itself, and a capability without an end keeps none. Raises TransitionRefused
    for a statement in another state.
    """
    row = found(statements.get_kept(session, caller, statement_id), "statement", statement_id)
    if row.status not in (StatementStatus.PUBLISHED, StatementStatus.EXPIRED):
        raise TransitionRefused(old=row.status, new=StatementStatus.PUBLISHED.value)
    if wished is None and row.expires_on is not None:
        wished = max(row.expires_on, conditions.today + LIFETIME)
    form = {**as_input(row), "status": StatementStatus.PUBLISHED, "expires_on": wished}
    owner = _owner(session, caller, row.organisation_id)
    changed = take(row, owner, StatementIn.model_validate(form), conditions)
    if changed:
        _record(session, caller, row, ChangeAction.UPDATED, changed)
    return row


def delete(session: Session, caller: Writer, versioned_id: tuple[str, int]) -> None:
    """Remove a statement for good; withdrawing keeps it."""
    row = _owned(session, caller, versioned_id)
    session.delete(row)
    session.flush()
    _record(session, caller, row, ChangeAction.DELETED)


def _owned(session: Session, caller: Writer, versioned_id: tuple[str, int]) -> Statement:
    statement_id, version = versioned_id
    row = found(statements.get_kept(session, caller, statement_id), "statement", statement_id)
    if row.version != version:
        raise VersionMismatch(current=row.version)
    return row


def _owner(session: Session, caller: Writer, organisation_id: str) -> Organisation:
    return found(organisations.get_kept(session, caller, organisation_id), "organisation", organisation_id)


def _record(
    session: Session,
    caller: Writer,
    row: Statement,
    action: ChangeAction,
    fields: Sequence[str] | frozenset[str] | set[str] = (),
) -> None:
    changes.record(session, caller, ("statement", row.id, row.organisation_id), action, fields)
