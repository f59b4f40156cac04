"""Erasure: a person is gone from contacts, letters, kept answers and texts, in one transaction (152-ФЗ)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Admin, Writer
from app.errors import NotFound, VersionMismatch
from app.schemas.erasures import ErasureIn
from app.storage import changes, encodings, erasure, organisations
from app.storage.contacts import Contact
from app.storage.documents import Conditions
from app.storage.erasure import Owners
from app.storage.identities import is_shown_otherwise
from app.storage.mapping import Table, new_id, now
from app.storage.organisations import Organisation, kept_by
from app.storage.statements import Statement, of_organisation
from app.storage.traces import Person, digits_of, person_of
from app.vocabulary import ChangeAction

CONTACT_FIELDS = ("name", "position", "email", "phone", "consent_at")


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did; it names nobody."""

    id: str
    contacts: int
    letters: int
    texts: int
    organisations: Sequence[str]
    without_contact: Sequence[str]


@dataclass(frozen=True, slots=True)
class Left:
    """Statements that are shown otherwise now, and organisations without a contact."""

    retold: set[str]
    without_contact: list[str]


Rows = Mapping[Table, frozenset[str]]
"""Rows whose texts named the person, with the fields that did."""


def erase_contact(
    session: Session,
    caller: Writer,
    versioned_id: tuple[str, int],
    contact_id: str,
    conditions: Conditions,
) -> None:
    """Forget one contact of an organisation. Raises NotFound, VersionMismatch."""
    organisation_id, version = versioned_id
    owner = organisations.get_kept(session, caller, organisation_id)
    found = [one for one in owner.contacts if one.id == contact_id] if owner else []
    if owner is None or not found:
        raise NotFound(what="contact", id=contact_id)
    if owner.version != version:
        raise VersionMismatch(current=owner.version)
    changes.lock_feed(session)
    own = select(Organisation.id).where(Organisation.id == owner.id)
    _erase(session, caller, conditions, found, (Person(), person_of(found), own))


def erase_person(session: Session, caller: Writer, given: ErasureIn, conditions: Conditions) -> Erased:
    """Forget a person in all organisations the caller keeps; an administrator everywhere.

    Nobody found is an answer like any other: what is asked for is true afterwards.
    """
    changes.lock_feed(session)
    asked = Person(
        frozenset({given.email.lower()} if given.email else ()),
        frozenset({number} if (number := digits_of(given.phone)) else ()),
    )
    found = erasure.contacts_of(session, asked, kept_by(caller))
    owners = None if isinstance(caller, Admin) else select(Organisation.id).where(kept_by(caller))
    done = _erase(session, caller, conditions, found, (asked, person_of(found), owners))
    changes.record(session, caller, ("erasure", done.id, ""), ChangeAction.ERASED)
    return done


def _erase(
    session: Session,
    caller: Writer,
    conditions: Conditions,
    found: Sequence[Contact],
    who: tuple[Person, Person, Owners],
) -> Erased:
    """Remove the contacts, and take those `who` was asked for and was found, out of the texts of `owners`."""
    asked, known, owners = who
    touched = sorted({contact.organisation_id for contact in found})
    for contact in found:
        _remove(session, caller, contact)
    session.flush()
    letters = erasure.forget_outside_texts(session, known.joined(asked))
    erasure.forget_files(session, caller, known.joined(asked))
    theirs = select(Organisation.id).where(Organisation.id.in_(touched))
    everywhere = erasure.alone(session, known.addresses()).joined(asked)
    rows: dict[Table, frozenset[str]] = {}
    for who_in, where in ((everywhere, owners), (known, theirs)):
        for row, fields in erasure.redact_texts(session, who_in, where):
            rows[row] = rows.get(row, frozenset()) | fields
    of_statements = _note_statements(session, caller, rows)
    left = _note_organisations(session, caller, touched, rows)
    encodings.fill(session, conditions, sorted(of_statements | left.retold))
    return Erased(new_id(), len(found), letters, len(rows), touched, left.without_contact)


def _remove(session: Session, caller: Writer, contact: Contact) -> None:
    fields = [name for name in CONTACT_FIELDS if getattr(contact, name) is not None]
    session.delete(contact)
    changes.record(
        session, caller, ("contact", contact.id, contact.organisation_id), ChangeAction.ERASED, fields
    )


def _note_statements(session: Session, caller: Writer, rows: Rows) -> set[str]:
    """Bring statements whose texts lost the person up to date; their ids."""
    found = {row: fields for row, fields in rows.items() if isinstance(row, Statement)}
    for row, fields in found.items():
        row.refresh_keys()
        row.updated_at = now()
        session.flush()
        changes.record(
            session, caller, ("statement", row.id, row.organisation_id), ChangeAction.UPDATED, _named(fields)
        )
    return {row.id for row in found}


def _note_organisations(session: Session, caller: Writer, touched: Sequence[str], rows: Rows) -> Left:
    """Bring organisations that lost a contact, or the person in a text, up to date."""
    fields_of = {one: frozenset({"contacts"}) for one in touched}
    for row, fields in rows.items():
        if isinstance(row, Organisation):
            fields_of[row.id] = fields_of.get(row.id, frozenset()) | _named(fields)
    left = Left(set(), [])
    wanted = organisations.select_visible(caller).where(Organisation.id.in_(sorted(fields_of)))
    for owner in session.scalars(wanted.execution_options(populate_existing=True)):
        changed = fields_of[owner.id]
        owner.refresh_keys()
        owner.updated_at = now()
        changes.record(session, caller, ("organisation", owner.id, owner.id), ChangeAction.UPDATED, changed)
        if not owner.contacts:
            left.without_contact.append(owner.id)
        if is_shown_otherwise(changed):
            left.retold.update(one.id for one in of_organisation(session, owner.id))
    return left


def _named(fields: frozenset[str]) -> frozenset[str]:
    """The fields without the copies that searches use."""
    return frozenset(name for name in fields if not name.endswith("_key"))
