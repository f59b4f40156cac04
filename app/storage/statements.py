"""Statements: what an organisation can do and needs, their states, and the documents the engine sees."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, Text, and_, false, func, not_, or_, select
from sqlalchemy.orm import Mapped, Session, contains_eager, mapped_column, relationship, selectinload

from app.access import Caller
from app.errors import TransitionRefused
from app.matching.text import normalise
from app.storage.mapping import Table, new_id, now
from app.storage.organisations import Organisation, kept_by, visibilities_for, visible_to
from app.storage.reviews import Review
from app.vocabulary import ReviewState, StatementKind, StatementStatus, Visibility

LIFETIME = timedelta(days=180)
"""How long a need stands, and a renewal holds, when nobody says otherwise (DOMAIN.md)."""

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


LIVED = frozenset({StatementStatus.PUBLISHED, StatementStatus.EXPIRED, StatementStatus.MATCHED})
"""States of a statement that passed its review."""


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
    warn_on: Mapped[date | None] = mapped_column(index=True)
    visibility: Mapped[str | None]
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
    review: Mapped[Review | None] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin=lambda: and_(Statement.id == Review.statement_id, Review.state == ReviewState.OPEN),
        uselist=False,
    )
    """The open review, where there is one."""

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

    def set_expiry(self, wished: date | None, today: date, warning_days: int) -> None:
        """A need ends on the wished day or after its usual life; a capability only when it says so.

        Its owner is warned so many days before, unless that day is over by now.
        """
        if wished is None and self.kind == StatementKind.NEED:
            wished = today + LIFETIME
        self.expires_on = wished
        warn_on = wished - timedelta(days=warning_days) if wished and warning_days else None
        self.warn_on = warn_on if warn_on and warn_on > today else None

    def refresh_keys(self) -> None:
        """Bring the column that text searches use up to date."""
        self.text_key = normalise(f"{self.title}\n{self.text}")


PARTS = (selectinload(Statement.codes), selectinload(Statement.review))
"""What is read with a statement; a query each, however many statements."""


def select_visible(caller: Caller) -> Select[Statement]:
    """The query of all statements this caller may see, with their codes.

    A foreign caller sees what is published; unpublished work is seen by those who act for its owner.
    """
    return _with_owner().where(seen_by(caller))


def seen_by(caller: Caller) -> ColumnElement[bool]:
    """The condition under which this caller may read a statement: published, and open to it as its owner is.

    A statement is never wider than its organisation: both must be open to the caller. Of anonymous ones
    others see only what a suggestion shows, masked.
    """
    as_wide = or_(Statement.visibility.is_(None), Statement.visibility.in_(sorted(visibilities_for(caller))))
    published = Statement.status == StatementStatus.PUBLISHED
    return or_(kept_by(caller), and_(visible_to(caller), published, as_wide))


def audience_of(statement: Statement, owner: Organisation) -> Visibility:
    """To whom a statement is suggested: the stricter of its own and its organisation's visibility.

    Whether it is shown without a name is `is_veiled`: both at once are members only, and nameless.
    """
    both = {owner.visibility, statement.visibility or owner.visibility}
    order = (Visibility.HIDDEN, Visibility.MEMBERS, Visibility.ANONYMOUS)
    return next((one for one in order if one in both), Visibility.PUBLIC)


def is_veiled(statement: Statement, owner: Organisation) -> bool:
    """Whether others see it without name and identifying words."""
    return Visibility.ANONYMOUS in (owner.visibility, statement.visibility)


def party_of(organisation_id: str) -> str:
    """As whose an index knows the anonymous statements of an organisation that is not anonymous itself.

    To the engine this is another organisation: nothing that is counted, grouped or excluded joins the two.
    """
    return f"{organisation_id}~"


def organisation_of(party: str) -> str:
    """The id of the organisation behind a party."""
    return party.removesuffix("~")


def veiled_parties(session: Session, caller: Caller) -> list[str]:
    """The parties whose organisation this caller may not know to be behind them."""
    kept = func.coalesce(kept_by(caller), false())
    wanted = (Statement.visibility == Visibility.ANONYMOUS, Organisation.visibility != Visibility.ANONYMOUS)
    query = select(Statement.organisation_id).join(Statement.organisation).where(*wanted, not_(kept))
    return [party_of(one) for one in session.scalars(query.distinct())]


def get(session: Session, caller: Caller, statement_id: str) -> Statement | None:
    """The statement where the caller may see it."""
    return session.scalar(select_visible(caller).where(Statement.id == statement_id))


def get_kept(session: Session, caller: Caller, statement_id: str) -> Statement | None:
    """The statement where the caller acts for its owner."""
    return session.scalar(_with_owner().where(Statement.id == statement_id, kept_by(caller)))


def is_visible(session: Session, caller: Caller, statement_id: str) -> bool:
    """Whether there is such a statement and the caller may see it."""
    found = select(Statement.id).join(Statement.organisation).where(Statement.id == statement_id)
    return session.scalar(found.where(seen_by(caller))) is not None


def of_organisation(session: Session, organisation_id: str) -> list[Statement]:
    """All statements of an organisation in whatever state, with their codes, oldest first."""
    query = select(Statement).where(Statement.organisation_id == organisation_id)
    return list(session.scalars(query.options(*PARTS).order_by(Statement.id)))


def of_organisations(session: Session, ids: Iterable[str]) -> list[Statement]:
    """All statements of these organisations in whatever state, with their parts, oldest first, read anew."""
    query = select(Statement).where(Statement.organisation_id.in_(list(ids))).options(*PARTS)
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
    return session.scalar(query.options(*PARTS))


def _with_owner() -> Select[Statement]:
    return (
        select(Statement).join(Statement.organisation).options(*PARTS, contains_eager(Statement.organisation))
    )
