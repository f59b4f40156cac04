"""Introductions: who is interested in whom, how far it came, who did what, and the queries."""

from datetime import date, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    Text,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column, relationship, selectinload

from app.access import Admin, Caller
from app.errors import TransitionRefused
from app.introducing import IntroductionState, OutcomeType, Side
from app.storage.mapping import Table, new_id, now
from app.storage.organisations import Organisation, kept_by

OPEN = (IntroductionState.INTEREST, IntroductionState.ACCEPTED)
"""States in which the two sides are still about something with each other."""

REMIND_AFTER = 0.75
"""The part of the time to answer after which the partner is reminded, once."""


class IntroductionEvent(Table):
    """One step of an introduction: what, on which side, and who acted for that side."""

    __tablename__ = "introduction_event"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    introduction_id: Mapped[str] = mapped_column(
        ForeignKey("introduction.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    step: Mapped[str]
    side: Mapped[str | None]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]


class Introduction(Table):
    """An organisation's interest in another one, and what became of it.

    The interest is the first accept, the partner's the second; both stand in the state `accepted` alone.
    `open_key` is unique while the introduction is open: one at a time for an ordered pair.
    """

    __tablename__ = "introduction"
    __table_args__ = (
        Index("ix_introduction_initiator_id_created_at", "initiator_id", "created_at"),
        Index("ix_introduction_partner_id_created_at", "partner_id", "created_at"),
        Index("ix_introduction_state_deadline_at", "state", "deadline_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    initiator_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    partner_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    initiator_statement_id: Mapped[str | None] = mapped_column(
        ForeignKey("statement.id", ondelete="SET NULL"), index=True
    )
    partner_statement_id: Mapped[str | None] = mapped_column(
        ForeignKey("statement.id", ondelete="SET NULL"), index=True
    )
    open_key: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    decline_reason: Mapped[str | None] = mapped_column(Text)
    withdrawn_by: Mapped[str | None]
    deadline_at: Mapped[datetime]
    remind_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    apart_until: Mapped[date | None]
    initiator_outcome: Mapped[str | None]
    partner_outcome: Mapped[str | None]
    outcome: Mapped[str | None]
    concluded_at: Mapped[datetime | None]
    suggested_rank: Mapped[int | None]
    suggested_probability: Mapped[float | None]
    suggested_index_version: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    log: Mapped[list[IntroductionEvent]] = relationship(
        lazy="raise", order_by=lambda: (IntroductionEvent.at, IntroductionEvent.id), passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def organisation_of(self, side: Side) -> str:
        """The id of the organisation on this side."""
        return self.initiator_id if side is Side.INITIATOR else self.partner_id

    def statement_of(self, side: Side) -> str | None:
        """The id of the statement this side is asked about, where there is one."""
        return self.initiator_statement_id if side is Side.INITIATOR else self.partner_statement_id

    def outcome_of(self, side: Side) -> str | None:
        """The outcome this side states."""
        return self.initiator_outcome if side is Side.INITIATOR else self.partner_outcome

    @property
    def both_accept(self) -> bool:
        """Whether both accepts stand: the one condition for names and contacts of the other side."""
        return self.state == IntroductionState.ACCEPTED

    def set_deadline(self, moment: datetime, days: int) -> None:
        """Give the partner so many days to answer, with a reminder when most of them have passed."""
        self.deadline_at = moment + timedelta(days=days)
        self.remind_at = moment + timedelta(days=days) * REMIND_AFTER

    def accept(self, moment: datetime) -> None:
        """The second accept. Raises TransitionRefused where the interest does not stand any more."""
        self._require(IntroductionState.ACCEPTED, moment, IntroductionState.INTEREST)
        self._go(IntroductionState.ACCEPTED, moment)
        self.answered_at = moment

    def decline(self, moment: datetime, reason: str, apart_until: date) -> None:
        """The partner does not want to; until that day neither is suggested to the other."""
        self._require(IntroductionState.DECLINED, moment, IntroductionState.INTEREST)
        self._end(IntroductionState.DECLINED, moment)
        self.answered_at, self.decline_reason, self.apart_until = moment, reason, apart_until

    def withdraw(self, moment: datetime, side: Side) -> None:
        """A side takes its accept back: contacts are closed from here on."""
        self._require(IntroductionState.WITHDRAWN, moment, *OPEN)
        self._end(IntroductionState.WITHDRAWN, moment)
        self.withdrawn_by = side

    def expire(self, moment: datetime) -> None:
        """Nobody answered in time."""
        self._end(IntroductionState.EXPIRED, moment)

    def state_outcome(self, moment: datetime, side: Side, outcome: OutcomeType) -> bool:
        """A side says what came of it; whether the other side said the same, so that it counts.

        Raises TransitionRefused where it counts already, or where the two never accepted each other.
        """
        if not self.both_accept or self.outcome is not None:
            raise TransitionRefused(old=self.outcome or self.state, new=outcome.value)
        if side is Side.INITIATOR:
            self.initiator_outcome = outcome
        else:
            self.partner_outcome = outcome
        self.updated_at = moment
        if self.outcome_of(side.other) == outcome:
            self.outcome, self.concluded_at = outcome, moment
        return self.outcome is not None

    def _require(self, wanted: IntroductionState, moment: datetime, *allowed: IntroductionState) -> None:
        state = self.state
        if state == IntroductionState.INTEREST and moment >= self.deadline_at:
            # The clockwork writes it down a little later.
            state = IntroductionState.EXPIRED
        if state not in allowed:
            raise TransitionRefused(old=state, new=wanted.value)

    def _go(self, state: IntroductionState, moment: datetime) -> None:
        self.state, self.updated_at = state, moment

    def _end(self, state: IntroductionState, moment: datetime) -> None:
        self._go(state, moment)
        self.ended_at, self.open_key = moment, None


def key_of(initiator_id: str, partner_id: str) -> str:
    """What only one open introduction of this ordered pair may carry."""
    return f"{initiator_id}:{partner_id}"


def side_kept(column: InstrumentedAttribute[str], caller: Caller) -> ColumnElement[bool]:
    """The condition under which the caller acts for the organisation in this column."""
    if isinstance(caller, Admin):
        return true()
    return column.in_(select(Organisation.id).where(kept_by(caller)))


def select_kept(caller: Caller) -> Select[Introduction]:
    """The query of all introductions with a side this caller acts for, with their steps."""
    sides = (side_kept(column, caller) for column in (Introduction.initiator_id, Introduction.partner_id))
    return select(Introduction).where(or_(*sides)).options(selectinload(Introduction.log))


def get_kept(session: Session, caller: Caller, introduction_id: str) -> Introduction | None:
    """The introduction where the caller acts for one of its sides."""
    return session.scalar(select_kept(caller).where(Introduction.id == introduction_id))


def open_between(session: Session, one: str, other: str) -> list[Introduction]:
    """The open introductions of two organisations, whoever of them asked."""
    keys = (key_of(one, other), key_of(other, one))
    return list(session.scalars(select(Introduction).where(Introduction.open_key.in_(keys))))


def apart_until(session: Session, initiator_id: str, partner_id: str, today: date) -> date | None:
    """Until when this partner, who declined, is not to be asked again; None where it may be."""
    query = select(func.max(Introduction.apart_until)).where(
        Introduction.initiator_id == initiator_id,
        Introduction.partner_id == partner_id,
        Introduction.apart_until > today,
    )
    return session.scalar(query)


def count_open_interests(session: Session, initiator_id: str) -> int:
    """How many answers an organisation waits for."""
    wanted = (Introduction.initiator_id == initiator_id, Introduction.state == IntroductionState.INTEREST)
    return session.scalar(select(func.count()).select_from(Introduction).where(*wanted)) or 0


def count_interests_since(session: Session, initiator_id: str, moment: datetime) -> int:
    """How many interests an organisation has sent since this moment."""
    wanted = (Introduction.initiator_id == initiator_id, Introduction.created_at >= moment)
    return session.scalar(select(func.count()).select_from(Introduction).where(*wanted)) or 0
