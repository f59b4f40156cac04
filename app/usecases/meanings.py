"""Filling in the vectors of statements that were written without the encoder, or with another model."""

from sqlalchemy.orm import Session

from app.storage import encodings
from app.storage.documents import Conditions

AT_ONCE = encodings.AT_ONCE


def without_vectors(session: Session, conditions: Conditions) -> list[str]:
    """The statements whose meaning the current encoder has not seen; none without an encoder."""
    return encodings.missing(session, conditions.encoder.model) if conditions.encoder else []


def encode(session: Session, conditions: Conditions, statement_ids: list[str]) -> None:
    """Encode these statements and keep their vectors."""
    encodings.fill(session, conditions, statement_ids)
