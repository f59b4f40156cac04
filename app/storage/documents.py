"""The one builder of match documents, for a single organisation and for the whole directory."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, selectinload

from app.matching.documents import MatchDocument
from app.matching.semantics import Encoder
from app.storage.organisations import Organisation
from app.storage.statements import Statement
from app.storage.vectors import StatementVector
from app.vocabulary import (
    CodeScheme,
    NeedType,
    OrganisationKind,
    StatementKind,
    StatementStatus,
    Visibility,
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under which statements are read and written: the day, and what encodes their meaning, if anything."""

    today: date
    encoder: Encoder | None = None


def live_documents(
    session: Session, conditions: Conditions, organisation_ids: Iterable[str] | None = None
) -> list[MatchDocument]:
    """Every statement that may be suggested to somebody, of these organisations or of all, by id.

    Expiry is left to the engine, which asks per question; the day only decides which certificates hold.
    """
    wanted = [
        Statement.status == StatementStatus.PUBLISHED,
        Organisation.visibility != Visibility.HIDDEN,
    ]
    if organisation_ids is not None:
        wanted.append(Statement.organisation_id.in_(list(organisation_ids)))
    return _documents(session, conditions, wanted)


def documents_of(session: Session, conditions: Conditions, organisation_id: str) -> list[MatchDocument]:
    """The published statements of one organisation, as questions to the index, whatever its visibility."""
    wanted = [
        Statement.status == StatementStatus.PUBLISHED,
        Statement.organisation_id == organisation_id,
    ]
    return _documents(session, conditions, wanted)


def question_of(session: Session, conditions: Conditions, statement_id: str) -> MatchDocument | None:
    """One statement in whatever state as a question to the index."""
    found = _documents(session, conditions, [Statement.id == statement_id])
    return found[0] if found else None


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
    session: Session, conditions: Conditions, wanted: Iterable[ColumnElement[bool]]
) -> list[MatchDocument]:
    model = conditions.encoder.model if conditions.encoder else ""
    query = (
        select(Statement, Organisation, StatementVector)
        .join(Statement.organisation)
        .outerjoin(
            StatementVector,
            and_(StatementVector.statement_id == Statement.id, StatementVector.model == model),
        )
        .where(*wanted)
        .order_by(Statement.id)
        .options(selectinload(Statement.codes), selectinload(Organisation.certificates))
    )
    return [
        replace(document_of(statement, owner, conditions.today), passages=vector.read() if vector else None)
        for statement, owner, vector in session.execute(query)
    ]
