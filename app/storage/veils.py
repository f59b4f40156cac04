"""What may be known of an organisation without its name, and the handle that stands for its id."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import and_, not_, or_, select
from sqlalchemy.orm import Session

from app.access import Caller
from app.storage import blocks, organisations
from app.storage.installation import handles_of
from app.storage.organisations import Organisation
from app.vocabulary import Visibility


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


def known_as(
    session: Session, caller: Caller, ids: Collection[str]
) -> tuple[dict[str, Organisation], dict[str, Veiled]]:
    """These organisations as the caller may know them: by name, or behind a veil; by id."""
    named = organisations.cards_by_id(session, caller, ids)
    others = organisations.places_by_id(session, [one for one in ids if one not in named])
    return named, veils_of(session, caller, others)


def meant_by(session: Session, caller: Caller, handle: str) -> str | None:
    """The id of the anonymous organisation this caller knows by this handle; None where there is none."""
    veiled = organisations.veiled_ids(session, caller)
    known = handles_of(session, caller, veiled)
    return next((one for one, other in known.items() if other == handle), None)


def addressable(session: Session, caller: Caller, own: str, named: tuple[str, str | None]) -> bool:
    """Whether the caller may address, for an organisation `own`, what it named by an id or a handle.

    `named`: the id as given, and whom it means where it is a handle. Hidden organisations are addressed by
    nobody, and a block looks like them, in the same query.
    """
    given, meant = named
    known = or_(and_(Organisation.id == given, organisations.visible_to(caller)), Organisation.id == meant)
    open_to = and_(
        Organisation.visibility != Visibility.HIDDEN, not_(blocks.stands_between(Organisation.id, own))
    )
    found = select(Organisation.id).where(known, open_to)
    return session.scalar(found) is not None
