"""The change feed as one caller follows it: changes of what it keeps, and of what it kept until then."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from app.access import Admin, Caller, Centre, Member, keepers
from app.storage.changes import Change
from app.storage.organisations import Organisation, kept_by
from app.storage.statements import Statement

FOLLOWED = ("organisation", "statement")
"""Records another system holds a copy of."""


def select_followed(caller: Caller) -> Select[Change]:
    """The query of the changes this caller follows, without order.

    Those of organisations it keeps now, the one that took an organisation from it, and those of its centre.
    """
    return select(Change).where(or_(and_(Change.entity.in_(FOLLOWED), _reached(caller)), _centres(caller)))


def present(session: Session, caller: Caller, changes: Iterable[Change]) -> frozenset[str]:
    """The ids of those changed records that are there for this caller now."""
    asked: dict[str, set[str]] = {}
    for change in changes:
        asked.setdefault(change.entity, set()).add(change.entity_id)
    organisations = select(Organisation.id).where(
        Organisation.id.in_(asked.get("organisation", ())), kept_by(caller)
    )
    statements = (
        select(Statement.id)
        .join(Organisation, Organisation.id == Statement.organisation_id)
        .where(Statement.id.in_(asked.get("statement", ())), kept_by(caller))
    )
    return frozenset(session.scalars(organisations)).union(
        session.scalars(statements), asked.get("centre", ())
    )


def _reached(caller: Caller) -> ColumnElement[bool]:
    match caller:
        case Admin():
            return Change.organisation_id != ""
        case Member(organisation_id):
            return Change.organisation_id == organisation_id
        case Centre():
            kept = Change.organisation_id.in_(select(Organisation.id).where(kept_by(caller)))
            return or_(kept, Change.kept_before.in_(keepers(caller)))
    return false()


def _centres(caller: Caller) -> ColumnElement[bool]:
    match caller:
        case Admin():
            return Change.entity == "centre"
        case Centre(centre_id):
            return and_(Change.entity == "centre", Change.entity_id == centre_id)
    return false()
