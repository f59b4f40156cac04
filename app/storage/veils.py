"""What may be known of an organisation without its name, and the handle that stands for its id."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.access import Caller
from app.storage import organisations
from app.storage.installation import handles_of
from app.storage.organisations import Organisation


@dataclass(frozen=True, slots=True)
class Veiled:
    """What may be known of an anonymous partner, and the handle that stands for its id."""

    handle: str
    country: str
    region: str | None


def veils_of(session: Session, caller: Caller, rows: Mapping[str, Organisation]) -> dict[str, Veiled]:
    """The veil of each of these organisations, by id, as this caller knows it."""
    handles = handles_of(session, caller, list(rows))
    return {one: Veiled(handles[one], row.country, row.region) for one, row in rows.items()}


def meant_by(session: Session, caller: Caller, handle: str) -> str | None:
    """The id of the anonymous organisation this caller knows by this handle; None where there is none."""
    veiled = organisations.veiled_ids(session, caller)
    known = handles_of(session, caller, veiled)
    return next((one for one, other in known.items() if other == handle), None)
