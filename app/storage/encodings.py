"""Keeping the vectors of statements true to their texts."""

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, selectinload

from app.matching.documents import MatchDocument
from app.matching.reading import full_text
from app.matching.semantics import Encoder, encoded
from app.storage.documents import Conditions, document_of
from app.storage.organisations import Organisation
from app.storage.statements import Statement
from app.storage.vectors import StatementVector

AT_ONCE = 100
"""Statements encoded in one go when vectors are filled in; also one transaction."""


def keep(session: Session, conditions: Conditions, statement: Statement, owner: Organisation) -> None:
    """Encode a statement whose text is not the one its vectors are of; without an encoder do nothing."""
    if conditions.encoder is None:
        return
    document = document_of(statement, owner, conditions.today)
    known = session.get(StatementVector, statement.id)
    model = conditions.encoder.model
    if known is None or (known.model, known.text_hash) != (model, _hash(document)):
        _store(session, conditions.encoder, [document])


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
    rows = session.execute(query)
    documents = [document_of(statement, owner, conditions.today) for statement, owner in rows]
    _store(session, conditions.encoder, documents)
    return [(document.id, document.organisation_id) for document in documents]


def _store(session: Session, encoder: Encoder, documents: Sequence[MatchDocument]) -> None:
    for document, passages in zip(documents, encoded(documents, encoder), strict=True):
        session.merge(
            StatementVector(
                statement_id=document.id,
                model=encoder.model,
                text_hash=_hash(document),
                dimensions=passages.shape[1],
                passages=passages.tobytes(),
            )
        )


def _hash(document: MatchDocument) -> str:
    return sha256(full_text(document).encode()).hexdigest()
