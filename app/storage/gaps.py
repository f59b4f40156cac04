"""Who meets each open need, as the worker last found it, and which index it asked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Select, delete, insert, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.access import Caller, Website
from app.storage import pages
from app.storage.mapping import Table
from app.storage.organisations import Organisation, suggested_to
from app.storage.pages import Page, Position
from app.storage.statements import Statement, select_visible
from app.vocabulary import StatementKind, StatementStatus

PUBLIC, MEMBERS = "public", "members"
MAP = "gaps"


class NeedCoverage(Table):
    """The chance that the best supplier of each place meets a need, among those its audience is shown."""

    __tablename__ = "need_coverage"

    statement_id: Mapped[str] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True
    )
    audience: Mapped[str] = mapped_column(primary_key=True)
    sector: Mapped[str | None]
    section: Mapped[str | None]
    own: Mapped[float]
    domestic: Mapped[float]
    foreign: Mapped[float]


class GapEdition(Table):
    """What the stored coverage was computed from; one row."""

    __tablename__ = "gap_edition"

    name: Mapped[str] = mapped_column(primary_key=True)
    index_version: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[date]
    computed_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Placed:
    """An open need's coverage, and where and whose it is."""

    coverage: NeedCoverage
    region: str | None
    kind: str


def audience_of(caller: Caller) -> str:
    """Whose map a caller sees: the public's, or that of those who hold a key."""
    return PUBLIC if isinstance(caller, Website) else MEMBERS


def edition(session: Session) -> GapEdition | None:
    """What the stored coverage was computed from; None before the first time."""
    return session.get(GapEdition, MAP)


def replace_all(session: Session, made: GapEdition, rows: Iterable[Mapping[str, Any]]) -> int:
    """Store coverage anew, of the needs that still are there; how many rows there are."""
    alive = set(session.scalars(select(Statement.id).where(Statement.kind == StatementKind.NEED)))
    kept = [row for row in rows if row["statement_id"] in alive]
    session.execute(delete(NeedCoverage))
    if kept:
        session.execute(insert(NeedCoverage), kept)
    session.merge(made)
    return len(kept)


def placed(session: Session, caller: Caller, today: date) -> list[Placed]:
    """The coverage of every need that is still open and may still be counted for this caller."""
    allowed = sorted(suggested_to(caller))
    query = (
        select(NeedCoverage, Organisation.region, Organisation.kind)
        .join(Statement, Statement.id == NeedCoverage.statement_id)
        .join(Organisation, Organisation.id == Statement.organisation_id)
        .where(
            NeedCoverage.audience == audience_of(caller),
            Statement.status == StatementStatus.PUBLISHED,
            or_(Statement.expires_on.is_(None), Statement.expires_on >= today),
            Organisation.visibility.in_(allowed),
            or_(Statement.visibility.is_(None), Statement.visibility.in_(allowed)),
        )
        .order_by(NeedCoverage.statement_id)
    )
    return [Placed(*row) for row in session.execute(query)]


def replacing(session: Session, caller: Caller, ids: Sequence[str]) -> list[Statement]:
    """Those of these needs that name an imported item and that the caller may read, by id."""
    named = (Statement.id.in_(ids), Statement.replaces_import.is_not(None))
    return list(session.scalars(select_visible(caller).where(*named).order_by(Statement.id)))


def readable(session: Session, caller: Caller, ids: Sequence[str], position: Position) -> Page[Statement]:
    """Those of these needs that the caller may read with their owners, by id, a page at a time."""
    query: Select[Statement] = select_visible(caller).where(Statement.id.in_(ids))
    return pages.page_of(session, query, (Statement.id, False, Statement.id), position)
