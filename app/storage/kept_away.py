"""Who is not suggested to an organisation although it would fit: all that keeps partners away."""

from datetime import date

from sqlalchemy.orm import Session

from app.access import Caller
from app.storage import feedback


def partners_kept_away(session: Session, caller: Caller, organisation_id: str, today: date) -> frozenset[str]:
    """The organisations that do not exist in suggestions to this one today, as this caller reads them."""
    return frozenset(session.scalars(feedback.hidden_from(caller, organisation_id, today)))
