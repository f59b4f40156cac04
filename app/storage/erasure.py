"""Taking a person out of the database: letters, kept answers, and whatever texts name it in any table."""

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    LargeBinary,
    Select,
    String,
    and_,
    cast,
    delete,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapper, Session

from app.access import Caller
from app.files.searching import searchable
from app.storage import imports
from app.storage.contacts import Contact
from app.storage.database import leaves_nothing
from app.storage.deliveries import Delivery
from app.storage.idempotency import IdempotencyKey
from app.storage.mapping import Table
from app.storage.organisations import Organisation
from app.storage.traces import Person, person_of, redacted

NOT_TEXTS = frozenset({"contact", "delivery", "delivery_attempt", "idempotency_key", "change"})
"""Tables that are looked after here, and the feed, which never holds a value."""

Owners = Select[str] | None
"""The ids of the organisations whose texts may be touched; None for all."""


def contacts_of(session: Session, person: Person, owners: ColumnElement[bool]) -> list[Contact]:
    """The contacts that have one of the person's addresses, of the organisations that meet the condition."""
    query = select(Contact).join(Organisation, Organisation.id == Contact.organisation_id).where(owners)
    return [contact for contact in session.scalars(query.order_by(Contact.id)) if person.is_in(contact)]


def alone(session: Session, person: Person) -> Person:
    """The person without what contacts at its addresses have too: an office's number is not one person's."""
    return person.without(person_of(contacts_of(session, person, true())))


def forget_outside_texts(session: Session, person: Person) -> int:
    """Take a person whose contact is gone out of outbox and kept answers; how many letters that touched.

    Letters to an address that another contact has stay: they may be about that one.
    """
    leaves_nothing(session)
    _forget_answers(session, person)
    return _forget_letters(session, alone(session, person))


def forget_files(session: Session, caller: Caller, person: Person) -> None:
    """Drop the caller's imports whose file names the person; one that waits would bring it back."""
    pattern = person.pattern()
    ids = session.scalars(imports.select_owned(caller).with_only_columns(imports.Import.id)).all()
    for import_id in ids if pattern else ():
        assert pattern is not None  # noqa: S101 - else nothing is looked through
        if pattern.search(searchable(imports.content_of(session, import_id))):
            session.execute(delete(imports.Import).where(imports.Import.id == import_id))


def redact_texts(session: Session, person: Person, owners: Owners) -> Iterator[tuple[Table, frozenset[str]]]:
    """Take the person out of all texts of these organisations; each row touched, with its fields.

    It goes by the mapping, so a table that is added later is covered; rows belong to the organisations they
    have a foreign key to.
    """
    pattern = person.pattern()
    for mapper in sorted(Table.registry.mappers, key=lambda one: one.class_.__name__) if pattern else ():
        columns = _texts_of(mapper)
        condition = _owned(mapper, owners)
        if not columns or condition is None or mapper.class_.__tablename__ in NOT_TEXTS:
            continue
        hints = or_(*(_may_hold(getattr(mapper.class_, name), person) for name in columns))
        for row in session.scalars(select(mapper.class_).where(condition, hints)):
            assert pattern is not None  # noqa: S101 - else nothing is looked through
            if changed := _redact(row, columns, pattern):
                yield row, changed
    session.flush()


def _redact(row: Any, columns: list[str], pattern: re.Pattern[str]) -> frozenset[str]:
    changed = set()
    for name in columns:
        before = getattr(row, name)
        after = redacted(before, pattern)
        if after != before:
            setattr(row, name, after)
            changed.add(name)
    return frozenset(changed)


def _texts_of(mapper: Mapper[Any]) -> list[str]:
    """The columns people write texts into: neither keys nor ids."""
    return [
        attribute.key
        for attribute in mapper.column_attrs
        for column in attribute.columns
        if isinstance(column.type, String | JSON) and not column.primary_key and not column.foreign_keys
    ]


def _owned(mapper: Mapper[Any], owners: Owners) -> ColumnElement[bool] | None:
    if owners is None:
        return true()
    if mapper.class_ is Organisation:
        return Organisation.id.in_(owners)
    links = [
        column
        for column in mapper.local_table.columns
        if any(key.column is Organisation.__table__.c.id for key in column.foreign_keys)
    ]
    return or_(*(column.in_(owners) for column in links)) if links else None


def _may_hold(column: Any, person: Person) -> ColumnElement[bool]:
    """A coarse look in SQL, so that not every row is read; names are looked for in every row there is."""
    if person.names:
        return true()
    text = func.lower(cast(column, String))
    found = [text.contains(form, autoescape=True) for email in person.emails for form in _forms(email)]
    found += [text.like("%" + "%".join(phone) + "%") for phone in person.phones]
    return or_(*found)


def _forms(text: str) -> set[str]:
    """The text as it is, and as JSON writes it."""
    return {text, json.dumps(text)[1:-1].lower()}


def _forget_answers(session: Session, person: Person) -> None:
    pattern = person.pattern()
    if pattern is None:
        return
    kept = select(IdempotencyKey.caller_and_key, cast(IdempotencyKey.body, LargeBinary)).where(
        IdempotencyKey.body.is_not(None)
    )
    rows = session.execute(kept.execution_options(yield_per=500))
    named = [key for key, body in rows if pattern.search(body.decode(errors="replace"))]
    if named:
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.caller_and_key.in_(named)))


def _forget_letters(session: Session, person: Person) -> int:
    pattern = person.pattern()
    letters = select(Delivery).where(and_(Delivery.endpoint_id.is_(None), Delivery.recipient.is_not(None)))
    touched = 0
    for letter in session.scalars(letters) if pattern else ():
        assert pattern is not None  # noqa: S101 - else nothing is looked through
        if (letter.recipient or "").lower() in person.emails:
            session.execute(delete(Delivery).where(Delivery.id == letter.id))
            touched += 1
        elif _redact(letter, ["data"], pattern):
            touched += 1
    session.flush()
    return touched
