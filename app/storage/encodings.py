"""Keeping the vectors of statements true to their texts."""

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, selectinload

from app.matching.documents import MatchDocument
from app.matching.reading import full_text
from app.matching.semantics import Encoder, encoded
from app.storage.documents import Conditions, shown_documents
from app.storage.organisations import Organisation
from app.storage.statements import Statement, of_organisation
from app.storage.vectors import StatementVector, text_hash

AT_ONCE = 100
"""Statements encoded in one go when vectors are filled in; also one transaction."""


def keep(session: Session, conditions: Conditions, statement: Statement, owner: Organisation) -> None:
    """Encode a statement whose text is not the one its vectors are of; without an encoder do nothing."""
    if conditions.encoder is None:
        return
    (document,) = shown_documents(session, [(statement, owner)], conditions.today)
    known = session.get(StatementVector, statement.id)
    model = conditions.encoder.model
    if known is None or known.model != model or not known.is_of(full_text(document)):
        _store(session, conditions.encoder, [document])


def renew(session: Session, conditions: Conditions, owner: Organisation) -> None:
    """Encode the statements of an organisation whose texts are shown otherwise since it changed."""
    for statement in of_organisation(session, owner.id) if conditions.encoder else ():
        keep(session, conditions, statement, owner)


def missing(session: Session, model: str) -> list[str]:
    """The statements without vectors of this model."""
    query = (
        select(Statement.id)
        .outerjoin(
            StatementVector,
            and_(StatementVector.statement_id == Statement.id, StatementVector.model == model),
        )
        .where(StatementVector.statement_id.is_(None))
        .order_by(Statement.id)
    )
    return list(session.scalars(query))


def fill(session: Session, conditions: Conditions, statement_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Encode these statements, whatever vectors they have; (id, owner's id) of those that were there."""
    if conditions.encoder is None:
        return []
    query = (
        select(Statement, Organisation)
        .join(Statement.organisation)
        .where(Statement.id.in_(statement_ids))
        .options(selectinload(Statement.codes), selectinload(Organisation.certificates))
    )
    rows = [(statement, owner) for statement, owner in session.execute(query)]
    documents = shown_documents(session, rows, conditions.today)
    _store(session, conditions.encoder, documents)
    return [(document.id, document.organisation_id) for document in documents]


def _store(session: Session, encoder: Encoder, documents: Sequence[MatchDocument]) -> None:
    for document, passages in zip(documents, encoded(documents, encoder), strict=True):
        session.merge(
            StatementVector(
                statement_id=document.id,
                model=encoder.model,
                text_hash=text_hash(full_text(document)),
                dimensions=passages.shape[1],
                passages=passages.tobytes(),
            )
        )
