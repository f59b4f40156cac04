"""What anonymous organisations may be recognised by, for taking it out of what they say."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.matching.masking import Identity
from app.storage.contacts import Contact
from app.storage.identifiers import Identifier
from app.storage.organisations import Organisation

AT_ONCE = 500
"""Ids in one query: SQLite takes 32,766 values, and long lists are slow to compile."""

_TELLING_FIELDS = frozenset(
    {"legal_name", "short_name", "city", "address", "site", "identifiers", "contacts"}
)


def is_shown_otherwise(changed: frozenset[str]) -> bool:
    """Whether a change of these fields may change what is masked in an organisation's statements."""
    return "visibility" in changed or bool(changed & _TELLING_FIELDS)


def identities_of(session: Session, owners: Iterable[Organisation]) -> dict[str, Identity]:
    """The names and numbers of these organisations, of their places and their people, by id."""
    known = list(owners)
    numbers: dict[str, list[str]] = {owner.id: [] for owner in known}
    people: dict[str, list[str]] = {owner.id: [] for owner in known}
    for start in range(0, len(known), AT_ONCE):
        ids = [owner.id for owner in known[start : start + AT_ONCE]]
        for owner_id, number in _pairs(session, Identifier.organisation_id, Identifier.number, ids):
            numbers[owner_id].append(number)
        for owner_id, name in _pairs(session, Contact.organisation_id, Contact.name, ids):
            people[owner_id].append(name)
    return {owner.id: _identity(owner, numbers[owner.id], people[owner.id]) for owner in known}


def _pairs(session: Session, owner_id: Any, value: Any, ids: Sequence[str]) -> Iterable[tuple[str, str]]:
    return [(key, found) for key, found in session.execute(select(owner_id, value).where(owner_id.in_(ids)))]


def _identity(owner: Organisation, numbers: Iterable[str], people: Iterable[str]) -> Identity:
    names = (owner.legal_name, owner.short_name, owner.city, owner.address, _host(owner.site), *people)
    return Identity(tuple(filter(None, names)), tuple(sorted(numbers)))


def _host(site: str | None) -> str:
    """The name in a site's address, without its last part, which is a country or a kind."""
    return (urlsplit(site or "").hostname or "").removeprefix("www.").rpartition(".")[0]
