"""The one builder of match documents, for a single organisation and for the whole directory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, selectinload

from app.access import Caller
from app.clock import Deadlines
from app.matching.documents import MatchDocument
from app.matching.masking import masked_document
from app.matching.reading import full_text
from app.matching.semantics import Encoder
from app.storage.identities import identities_of
from app.storage.organisations import Organisation
from app.storage.statements import Statement, audience_of, is_veiled, party_of, seen_by
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
    """Under which statements are read and written: the day, what encodes their meaning, and the deadlines."""

    today: date
    encoder: Encoder | None = None
    deadlines: Deadlines = field(default_factory=Deadlines)


def live_documents(
    session: Session, conditions: Conditions, organisation_ids: Iterable[str] | None = None
) -> list[MatchDocument]:
    """Every statement that may be suggested to somebody, of these organisations or of all, by id.

    Those of anonymous organisations are masked here, before any index sees them: what an index does not
    know can neither be shown by it nor be found out by asking for it.

    Expiry is left to the engine, which asks per question; the day only decides which certificates hold.
    """
    wanted = [
        Statement.status == StatementStatus.PUBLISHED,
        Organisation.visibility != Visibility.HIDDEN,
        or_(Statement.visibility.is_(None), Statement.visibility != Visibility.HIDDEN),
    ]
    if organisation_ids is not None:
        wanted.append(Statement.organisation_id.in_(list(organisation_ids)))
    rows = _rows(session, conditions, wanted)
    documents = shown_documents(
        session, [(statement, owner) for statement, owner, _ in rows], conditions.today
    )
    return [
        replace(
            document,
            organisation_id=_party(statement, owner),
            passages=vector.read() if vector and vector.is_of(full_text(document)) else None,
        )
        for document, (statement, owner, vector) in zip(documents, rows, strict=True)
    ]


def documents_of(
    session: Session, conditions: Conditions, caller: Caller, organisation_id: str
) -> list[MatchDocument]:
    """The published statements of one organisation that the caller may read, as questions to the index."""
    wanted = [
        Statement.status == StatementStatus.PUBLISHED,
        Statement.organisation_id == organisation_id,
        seen_by(caller),
    ]
    return _questions(session, conditions, wanted)


def questions_of(
    session: Session, conditions: Conditions, statement_ids: Iterable[str], organisation_ids: Iterable[str]
) -> list[MatchDocument]:
    """These statements in whatever state, and the published ones of these organisations, as questions."""
    published = Statement.status == StatementStatus.PUBLISHED
    of_owners = and_(Statement.organisation_id.in_(list(organisation_ids)), published)
    return _questions(session, conditions, [or_(Statement.id.in_(list(statement_ids)), of_owners)])


def question_of(session: Session, conditions: Conditions, statement_id: str) -> MatchDocument | None:
    """One statement in whatever state as a question to the index."""
    found = _questions(session, conditions, [Statement.id == statement_id])
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
        visibility=audience_of(statement, owner),
        expires_on=statement.expires_on,
    )


def shown_documents(
    session: Session, rows: Sequence[tuple[Statement, Organisation]], today: date
) -> list[MatchDocument]:
    """What everybody may see of these statements: anonymous ones are masked."""
    anonymous = {owner.id: owner for statement, owner in rows if is_veiled(statement, owner)}
    known = identities_of(session, anonymous.values()) if anonymous else {}
    return [
        masked_document(document, known[owner.id]) if is_veiled(statement, owner) else document
        for statement, owner in rows
        for document in (document_of(statement, owner, today),)
    ]


def _party(statement: Statement, owner: Organisation) -> str:
    alone = is_veiled(statement, owner) and owner.visibility != Visibility.ANONYMOUS
    return party_of(owner.id) if alone else owner.id


def _questions(
    session: Session, conditions: Conditions, wanted: Iterable[ColumnElement[bool]]
) -> list[MatchDocument]:
    """Statements as their owner wrote them, with the vectors there are: as questions they are their own."""
    return [
        replace(document_of(statement, owner, conditions.today), passages=vector.read() if vector else None)
        for statement, owner, vector in _rows(session, conditions, wanted)
    ]


def _rows(
    session: Session, conditions: Conditions, wanted: Iterable[ColumnElement[bool]]
) -> list[tuple[Statement, Organisation, StatementVector | None]]:
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
    return [(statement, owner, vector) for statement, owner, vector in session.execute(query)]
