"""Reviews: what of a member waits for its centre, and how it was decided."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.storage.mapping import Table, new_id, now
from app.vocabulary import ReviewState

_OPEN = text(f"state = '{ReviewState.OPEN.value}'")


class Review(Table):
    """One review of a statement: of all of it, or of `changes` wished to what is published.

    `changes` are the fields of the form as they shall be; they stand here and nowhere else until somebody
    publishes them. A statement has one open review at most. `centre_id` is the centre it was handed over to.
    """

    __tablename__ = "review"
    __table_args__ = (
        Index("uq_review_open", "statement_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_review_state_opened_at", "state", "opened_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    statement_id: Mapped[str] = mapped_column(ForeignKey("statement.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(default=ReviewState.OPEN)
    changes: Mapped[dict[str, Any] | None]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(default=now)
    opened_on: Mapped[date]
    due_on: Mapped[date | None]
    overdue_told: Mapped[bool] = mapped_column(default=False)
    centre_id: Mapped[str | None] = mapped_column(ForeignKey("centre.id", ondelete="SET NULL"), index=True)
    handed_over_by: Mapped[str | None]
    handed_over_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    updated_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column()

    statement: Mapped[Any] = relationship("Statement", lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def is_open(self) -> bool:
        """Nobody has decided yet."""
        return self.state == ReviewState.OPEN

    def is_overdue(self, today: date) -> bool:
        """Its last day has passed, and nobody has decided."""
        return self.is_open and self.due_on is not None and self.due_on < today

    def propose(self, changes: Mapping[str, Any] | None) -> None:
        """What is wished now; whoever read it before must read it again, for the version goes on."""
        self.changes = dict(changes) if changes is not None else None
        self.updated_at = now()

    def hand_over(self, centre_id: str, by: str) -> None:
        """From now on this centre sees and decides it too."""
        self.centre_id, self.handed_over_by, self.handed_over_at = centre_id, by, now()
        self.updated_at = self.handed_over_at

    def decide(self, state: ReviewState, by: str, reason: str | None = None) -> None:
        """It ended so."""
        self.state, self.decided_by, self.reason, self.decided_at = state, by, reason, now()
        self.updated_at = self.decided_at
