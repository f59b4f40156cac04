"""The one builder of match documents, for a single organisation and for the whole directory."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from app.matching.documents import MatchDocument
from app.storage.organisations import Organisation
from app.storage.statements import Statement
from app.vocabulary import (
    CodeScheme,
    NeedType,
    OrganisationKind,
    StatementKind,
    StatementStatus,
    Visibility,
)


def live_documents(
    session: Session, today: date, organisation_ids: Iterable[str] | None = None
) -> list[MatchDocument]:
    """Every statement that may be suggested to somebody, of these organisations or of all, by id.

    Expiry is left to the engine, which asks per question; `today` only decides which certificates hold.
    """
    conditions = [
        Statement.status == StatementStatus.PUBLISHED,
        Organisation.visibility != Visibility.HIDDEN,
    ]
    if organisation_ids is not None:
        conditions.append(Statement.organisation_id.in_(list(organisation_ids)))
    return _documents(session, today, conditions)


def documents_of(session: Session, today: date, organisation_id: str) -> list[MatchDocument]:
    """The published statements of one organisation, as questions to the index, whatever its visibility."""
    conditions = [
        Statement.status == StatementStatus.PUBLISHED,
        Statement.organisation_id == organisation_id,
    ]
    return _documents(session, today, conditions)


def document_of(statement: Statement, owner: Organisation, today: date) -> MatchDocument:
    """What the engine sees of a statement."""
    extras = (statement.text_en, *statement.processes, *statement.equipment, *statement.materials)
    return MatchDocument(
        id=statement.id,
        organisation_id=statement.organisation_id,
        kind=StatementKind(statement.kind),
        title=statement.title,
        text=statement.text,
        extras=tuple(filter(None, extras)),
        country=owner.country,
        region=owner.region,
        sector=statement.sector,
        codes=frozenset((CodeScheme(code.scheme), code.code) for code in statement.codes),
        organisation_kind=OrganisationKind(owner.kind),
        certificates=frozenset(held.kind for held in owner.certificates if held.holds_on(today)),
        must_have=tuple(statement.must_have),
        wished_regions=frozenset(statement.wished_regions),
        need_type=NeedType(statement.need_type) if statement.need_type else None,
        core=statement.core,
        visibility=Visibility(owner.visibility),
        expires_on=statement.expires_on,
    )


def _documents(
    session: Session, today: date, conditions: Iterable[ColumnElement[bool]]
) -> list[MatchDocument]:
    query = (
        select(Statement, Organisation)
        .join(Statement.organisation)
        .where(*conditions)
        .order_by(Statement.id)
        .options(selectinload(Statement.codes), selectinload(Organisation.certificates))
    )
    return [document_of(statement, owner, today) for statement, owner in session.execute(query)]
