"""Organisations: registering, reading, listing, changing and removing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute, Session

from app.access import Caller, Writer, actor_of, keeper_of, require_fields, require_kept
from app.errors import AlreadyExists, VersionMismatch, Violation
from app.matching.text import name_key
from app.reference import regions
from app.schemas.merge_patch import patched
from app.schemas.organisation_input import OrganisationIn
from app.storage import changes, encodings, erasure, organisation_names, organisations
from app.storage.contacts import Contact
from app.storage.documents import Conditions
from app.storage.finding import found
from app.storage.identifiers import NOT_AN_IDENTITY
from app.storage.identities import is_shown_otherwise
from app.storage.organisations import Organisation
from app.storage.pages import Page, Position, page_of
from app.storage.profiles import as_input, new_organisation, take
from app.storage.traces import Person, person_of
from app.vocabulary import ChangeAction, OrganisationKind


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """Which organisations a list shows; an empty part lets everything through."""

    text: str | None = None
    kinds: Sequence[OrganisationKind] = ()
    countries: Sequence[str] = ()
    regions: Sequence[str] = ()
    districts: Sequence[str] = ()
    centre_ids: Sequence[str] = ()
    external_ids: Sequence[str] = ()


SORTS: Mapping[str, tuple[InstrumentedAttribute[Any], bool]] = {
    "name": (Organisation.name_key, False),
    "-name": (Organisation.name_key, True),
    "created_at": (Organisation.created_at, False),
    "-created_at": (Organisation.created_at, True),
}
"""The orders a list may be asked in: column and whether it falls."""


def create(session: Session, caller: Writer, given: OrganisationIn) -> Organisation:
    """Register an organisation. Raises AlreadyExists where one of its numbers is known."""
    require_kept(caller, "", given.centre_id, given.region)
    row = new_organisation(given, _by(caller))
    _refuse_doubles(session, row)
    session.add(row)
    session.flush()
    changes.record(
        session, caller, ("organisation", row.id, row.id), ChangeAction.CREATED, given.model_fields_set
    )
    return row


def read(session: Session, caller: Caller, organisation_id: str) -> Organisation:
    """One organisation. Raises NotFound where there is none or the caller may not know of it."""
    return found(organisations.get(session, caller, organisation_id), "organisation", organisation_id)


def contacts(session: Session, caller: Caller, organisation_id: str) -> list[Contact]:
    """The contacts of an organisation, for those who keep its profile."""
    return _owned(session, caller, organisation_id).contacts


def browse(
    session: Session, caller: Caller, wanted: OrganisationFilter, sort: str, position: Position
) -> Page[Organisation]:
    """A page of the organisations this caller may see."""
    query = organisations.select_visible(caller)
    in_districts = [code for code, region in regions().items() if region.district in wanted.districts]
    for column, asked, values in (
        (Organisation.kind, wanted.kinds, wanted.kinds),
        (Organisation.country, wanted.countries, wanted.countries),
        (Organisation.region, wanted.regions, wanted.regions),
        (Organisation.region, wanted.districts, in_districts),
        (Organisation.centre_id, wanted.centre_ids, wanted.centre_ids),
        (Organisation.external_id, wanted.external_ids, wanted.external_ids),
    ):
        if asked:
            query = query.where(column.in_(list(values)))
    if wanted.text:
        query = query.where(Organisation.search_key.contains(name_key(wanted.text), autoescape=True))
    order, falling = SORTS[sort]
    return page_of(session, query, (order, falling, Organisation.id), position)


def newest(session: Session, caller: Caller, most: int) -> list[tuple[str, datetime]]:
    """Ids of organisations this caller may see, with the moment of their last change, latest first."""
    return organisations.visible_by_change(session, caller, most)


def update(
    session: Session,
    caller: Writer,
    versioned_id: tuple[str, int],
    patch: Mapping[str, Any],
    conditions: Conditions,
) -> Organisation:
    """Change what the merge patch names. Raises VersionMismatch where another change came first."""
    organisation_id, version = versioned_id
    row = _owned(session, caller, organisation_id)
    if row.version != version:
        raise VersionMismatch(current=row.version)
    given = OrganisationIn.model_validate(patched(as_input(row), patch, OrganisationIn))
    require_kept(caller, row.id, given.centre_id, given.region)
    people, before = person_of(row.contacts), keeper_of(row.centre_id, row.region)
    changed = take(row, given, _by(caller))
    if changed:
        becomes_centre = given.kind is OrganisationKind.PROMOTION_CENTRE
        require_fields(caller, changed if becomes_centre else changed - {"kind"})
        _refuse_doubles(session, row)
        if is_shown_otherwise(changed):
            encodings.renew(session, conditions, row)
        change = changes.record(
            session, caller, ("organisation", row.id, row.id), ChangeAction.UPDATED, changed
        )
        if before != keeper_of(row.centre_id, row.region):
            change.kept_before = before
    if "contacts" in changed:
        erasure.forget_outside_texts(session, people.without(person_of(row.contacts)))
    return row


def delete(session: Session, caller: Writer, organisation_id: str, version: int) -> None:
    """Remove an organisation with all that belongs to it, its people in letters and kept answers too."""
    row = _owned(session, caller, organisation_id)
    if row.version != version:
        raise VersionMismatch(current=row.version)
    # Before the row goes: who is told depends on who keeps it.
    change = changes.record(session, caller, ("organisation", row.id, row.id), ChangeAction.DELETED)
    change.kept_before = keeper_of(row.centre_id, row.region)
    gone = person_of(row.contacts).joined(Person(names=frozenset({row.legal_name, row.id})))
    session.delete(row)
    session.flush()
    erasure.forget_outside_texts(session, gone)


def _owned(session: Session, caller: Caller, organisation_id: str) -> Organisation:
    return found(organisations.get_kept(session, caller, organisation_id), "organisation", organisation_id)


def _refuse_doubles(session: Session, row: Organisation) -> None:
    numbers = [
        (number.country, number.scheme, number.number)
        for number in row.identifiers
        if number.scheme != NOT_AN_IDENTITY
    ]
    with session.no_autoflush:
        twins = [twin for twin in organisation_names.find_by_number(session, numbers) if twin is not row]
        if twins:
            raise AlreadyExists([Violation("/identifiers", "number_taken")], id=twins[0].id)
        if row.external_key:
            twin = organisation_names.find_by_external_key(session, row.external_key)
            if twin is not None and twin is not row:
                raise AlreadyExists([Violation("/external_id", "external_id_taken")], id=twin.id)


def _by(caller: Caller) -> str:
    return ":".join(actor_of(caller))
