"""How much there is of what a caller may see, counted by the database."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Caller
from app.storage.organisations import Organisation, visible_to
from app.storage.statements import Statement, seen_by
from app.vocabulary import StatementStatus

Place = tuple[str, str | None]
"""A country and a region of it."""


def organisations_by_place(session: Session, caller: Caller) -> dict[tuple[Place, str, str], int]:
    """Numbers of organisations by place, kind and source."""
    parts = (Organisation.country, Organisation.region, Organisation.kind, Organisation.source)
    query = select(*parts, func.count()).where(visible_to(caller)).group_by(*parts)
    rows = session.execute(query)
    return {((country, region), kind, source): number for country, region, kind, source, number in rows}


def statements_by_place(session: Session, caller: Caller) -> dict[tuple[Place, str, str | None], int]:
    """Numbers of published statements by place of their owner, kind and sector."""
    parts = (Organisation.country, Organisation.region, Statement.kind, Statement.sector)
    query = select(*parts, func.count()).join(Statement.organisation).group_by(*parts)
    published = Statement.status == StatementStatus.PUBLISHED
    rows = session.execute(query.where(seen_by(caller), published))
    return {((country, region), kind, sector): number for country, region, kind, sector, number in rows}
