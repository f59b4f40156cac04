"""Organisations by what names them: official numbers, and the keys under which centres know them."""

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.storage.identifiers import Identifier
from app.storage.organisations import Organisation, select_whole


def find_by_number(session: Session, numbers: Sequence[tuple[str, str, str]]) -> list[Organisation]:
    """The organisations that carry one of these (country, scheme, number), each once, oldest first."""
    if not numbers:
        return []
    wanted = or_(
        *(
            (Identifier.country == country) & (Identifier.scheme == scheme) & (Identifier.number == number)
            for country, scheme, number in numbers
        )
    )
    owners = select(Identifier.organisation_id).where(wanted)
    return list(session.scalars(select_whole().where(Organisation.id.in_(owners)).order_by(Organisation.id)))


def find_named(session: Session, numbers: Iterable[str], keys: Iterable[str]) -> list[Organisation]:
    """The organisations that carry one of these numbers, or that centres know under one of these keys."""
    owners = select(Identifier.organisation_id).where(Identifier.number.in_(list(numbers)))
    named = or_(Organisation.id.in_(owners), Organisation.external_key.in_(list(keys)))
    return list(session.scalars(select_whole().where(named)))


def find_by_external_key(session: Session, key: str) -> Organisation | None:
    """The organisation that a centre knows under this number."""
    return session.scalar(select_whole().where(Organisation.external_key == key))
