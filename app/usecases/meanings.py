"""Filling in the vectors of statements that were written without the encoder, or with another model."""

from sqlalchemy.orm import Session

from app.access import Writer
from app.storage import changes, encodings
from app.storage.documents import Conditions
from app.vocabulary import ChangeAction

AT_ONCE = encodings.AT_ONCE


def without_vectors(session: Session, conditions: Conditions) -> list[str]:
    """The statements whose meaning the current encoder has not seen; none without an encoder."""
    return encodings.missing(session, conditions.encoder.model) if conditions.encoder else []


def encode(session: Session, caller: Writer, conditions: Conditions, statement_ids: list[str]) -> None:
    """Encode these statements and keep their vectors; every index takes them up, for they are in the feed."""
    changes.lock_feed(session)
    for statement_id, owner_id in encodings.fill(session, conditions, statement_ids):
        changes.record(
            session, caller, ("statement", statement_id, owner_id), ChangeAction.UPDATED, ("meaning",)
        )
