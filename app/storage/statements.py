"""Statements: what an organisation can do and needs, their states, and the documents the engine sees."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, Text, or_, select
from sqlalchemy.orm import Mapped, Session, contains_eager, mapped_column, relationship, selectinload

from app.access import Caller
from app.errors import TransitionRefused
from app.matching.text import normalise
from app.storage.mapping import Table, new_id, now
from app.storage.organisations import Organisation, kept_by, visible_to
from app.vocabulary import StatementKind, StatementStatus

NEED_LIFETIME = timedelta(days=180)
"""How long a need stands when nobody says otherwise (DOMAIN.md)."""

TRANSITIONS: Mapping[StatementStatus, frozenset[StatementStatus]] = {
    StatementStatus.DRAFT: frozenset({StatementStatus.IN_REVIEW, StatementStatus.PUBLISHED}),
    StatementStatus.IN_REVIEW: frozenset(
        {StatementStatus.DRAFT, StatementStatus.PUBLISHED, StatementStatus.REJECTED}
    ),
    StatementStatus.REJECTED: frozenset({StatementStatus.DRAFT, StatementStatus.IN_REVIEW}),
    StatementStatus.PUBLISHED: frozenset(
        {StatementStatus.EXPIRED, StatementStatus.WITHDRAWN, StatementStatus.MATCHED}
    ),
    StatementStatus.EXPIRED: frozenset({StatementStatus.PUBLISHED, StatementStatus.WITHDRAWN}),
    StatementStatus.WITHDRAWN: frozenset({StatementStatus.DRAFT}),
    StatementStatus.MATCHED: frozenset({StatementStatus.PUBLISHED}),
}
"""Where a statement may go from each state; renewal is expired → published."""


class StatementCode(Table):
    """A classifier code of a statement."""

    __tablename__ = "statement_code"

    statement_id: Mapped[str] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True
    )
    scheme: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)


class Statement(Table):
    """A capability or a need of an organisation."""

    __tablename__ = "statement"
    __table_args__ = (
        Index("ix_statement_organisation_id_status", "organisation_id", "status"),
        Index("uq_statement_organisation_id_external_id", "organisation_id", "external_id", unique=True),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    external_id: Mapped[str | None]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str | None] = mapped_column(Text)
    text_key: Mapped[str] = mapped_column(Text)
    sector: Mapped[str | None] = mapped_column(index=True)
    core: Mapped[bool]
    processes: Mapped[list[str]]
    equipment: Mapped[list[str]]
    materials: Mapped[list[str]]
    batch: Mapped[str | None]
    tolerance: Mapped[str | None]
    capacity_per_month: Mapped[str | None]
    lead_time_days: Mapped[int | None]
    readiness_level: Mapped[int | None]
    need_type: Mapped[str | None]
    volume: Mapped[str | None]
    deliver_from: Mapped[date | None]
    deliver_until: Mapped[date | None]
    wished_regions: Mapped[list[str]]
    must_have: Mapped[list[str]]
    replaces_import: Mapped[str | None]
    budget: Mapped[str | None]
    expires_on: Mapped[date | None] = mapped_column(index=True)
    rejection_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    published_at: Mapped[datetime | None]

    codes: Mapped[list[StatementCode]] = relationship(
        lazy="raise",
        cascade="all, delete-orphan",
        order_by=lambda: (StatementCode.scheme, StatementCode.code),
        passive_deletes=True,
    )
    organisation: Mapped[Organisation] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def move_to(self, status: StatementStatus) -> None:
        """Go to another state; raises TransitionRefused where the life of a statement has no such step."""
        if status == self.status:
            return
        if status not in TRANSITIONS[StatementStatus(self.status)]:
            raise TransitionRefused(old=self.status, new=status.value)
        self.status = status
        if status is StatementStatus.PUBLISHED:
            self.published_at = now()

    def set_expiry(self, wished: date | None, today: date) -> None:
        """A need ends on the wished day or after its usual life; a capability only when it says so."""
        if wished is None and self.kind == StatementKind.NEED:
            wished = today + NEED_LIFETIME
        self.expires_on = wished

    def refresh_keys(self) -> None:
        """Bring the column that text searches use up to date."""
        self.text_key = normalise(f"{self.title}\n{self.text}")


def select_visible(caller: Caller) -> Select[Statement]:
    """The query of all statements this caller may see, with their codes.

    A foreign caller sees what is published; unpublished work is seen by those who act for its owner.
    """
    return _visible(_with_owner(), caller)


def _visible(query: Select[Any], caller: Caller) -> Select[Any]:
    seen = or_(Statement.status == StatementStatus.PUBLISHED, kept_by(caller))
    return query.where(visible_to(caller), seen)


def get(session: Session, caller: Caller, statement_id: str) -> Statement | None:
    """The statement where the caller may see it."""
    return session.scalar(select_visible(caller).where(Statement.id == statement_id))


def get_kept(session: Session, caller: Caller, statement_id: str) -> Statement | None:
    """The statement where the caller acts for its owner."""
    return session.scalar(_with_owner().where(Statement.id == statement_id, kept_by(caller)))


def is_visible(session: Session, caller: Caller, statement_id: str) -> bool:
    """Whether there is such a statement and the caller may see it."""
    found = select(Statement.id).join(Statement.organisation).where(Statement.id == statement_id)
    return session.scalar(_visible(found, caller)) is not None


def of_organisation(session: Session, organisation_id: str) -> list[Statement]:
    """All statements of an organisation in whatever state, with their codes, oldest first."""
    query = select(Statement).where(Statement.organisation_id == organisation_id)
    return list(session.scalars(query.options(selectinload(Statement.codes)).order_by(Statement.id)))


def of_organisations(session: Session, ids: Iterable[str]) -> list[Statement]:
    """All statements of these organisations in whatever state, with their codes, oldest first."""
    query = (
        select(Statement)
        .where(Statement.organisation_id.in_(list(ids)))
        .options(selectinload(Statement.codes))
    )
    return list(session.scalars(query.order_by(Statement.id).execution_options(populate_existing=True)))


def published_by_id(session: Session, caller: Caller, ids: Iterable[str]) -> dict[str, Statement]:
    """The published statements among these ids that the caller may see now."""
    query = select_visible(caller).where(
        Statement.id.in_(list(ids)), Statement.status == StatementStatus.PUBLISHED
    )
    rows: Iterable[Statement] = session.scalars(query)
    return {row.id: row for row in rows}


def find_by_external_id(session: Session, organisation_id: str, external_id: str) -> Statement | None:
    """The statement of an organisation that its centre knows under this number."""
    query = select(Statement).where(
        Statement.organisation_id == organisation_id, Statement.external_id == external_id
    )
    return session.scalar(query.options(selectinload(Statement.codes)))


def _with_owner() -> Select[Statement]:
    return (
        select(Statement)
        .join(Statement.organisation)
        .options(selectinload(Statement.codes), contains_eager(Statement.organisation))
    )
