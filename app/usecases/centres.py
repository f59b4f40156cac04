"""Promotion centres: registering and changing them, as data the association gives."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.access import Writer
from app.errors import AlreadyExists, Invalid, VersionMismatch, Violation
from app.schemas.centres import CentreIn
from app.schemas.merge_patch import patched
from app.storage import centres, changes
from app.storage.centres import Centre
from app.storage.finding import found
from app.vocabulary import ChangeAction


def create(session: Session, caller: Writer, given: CentreIn) -> Centre:
    """Register a centre. Raises AlreadyExists where its id is taken."""
    if centres.get(session, given.id) is not None:
        raise AlreadyExists([Violation("/id", "centre_taken")])
    row = Centre(id=given.id, areas=[])
    _take(row, given)
    session.add(row)
    session.flush()
    changes.record(session, caller, ("centre", row.id, ""), ChangeAction.CREATED, given.model_fields_set)
    return row


def read(session: Session, centre_id: str) -> Centre:
    """One centre. Raises NotFound where there is none."""
    return found(centres.get(session, centre_id), "centre", centre_id[:40])


def browse(session: Session) -> list[Centre]:
    """Every centre, by id."""
    return centres.all_centres(session)


def update(
    session: Session, caller: Writer, centre_id: str, version: int, patch: Mapping[str, Any]
) -> Centre:
    """Change what the merge patch names; the id stays. Raises VersionMismatch where another came first."""
    row = read(session, centre_id)
    if row.version != version:
        raise VersionMismatch(current=row.version)
    form = {"id": row.id, "name_ru": row.name_ru, "name_en": row.name_en, "regions": row.regions}
    given = CentreIn.model_validate(patched(form, patch, CentreIn))
    if given.id != row.id:
        raise Invalid([Violation("/id", "id_fixed")])
    _change(session, caller, row, given)
    return row


def bring(session: Session, caller: Writer, given: CentreIn) -> Centre:
    """Register the centre, or bring the one with this id to what is said."""
    row = centres.get(session, given.id)
    if row is None:
        return create(session, caller, given)
    _change(session, caller, row, given)
    return row


def _change(session: Session, caller: Writer, row: Centre, given: CentreIn) -> None:
    if (row.name_ru, row.name_en, row.regions) == (given.name_ru, given.name_en, sorted(set(given.regions))):
        return
    _take(row, given)
    session.flush()
    changes.record(session, caller, ("centre", row.id, ""), ChangeAction.UPDATED, given.model_fields_set)


def _take(row: Centre, given: CentreIn) -> None:
    row.name_ru, row.name_en = given.name_ru, given.name_en
    row.take_regions(given.regions)
