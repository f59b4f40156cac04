"""Feedback: what organisations say of the partners suggested to them, the newest word on each pair."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Select, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from app.access import Caller
from app.storage.mapping import Table, new_id, now
from app.storage.organisations import Organisation, kept_by

PAIR = ("organisation_id", "partner_id", "own_statement_id", "statement_id")
"""What a verdict is about; of each there is one."""


class Feedback(Table):
    """A verdict on a partner, or on a pair of statements; an id of "" means that none was named.

    Statements are named without a foreign key: the verdict outlives them, for it says how good we were.
    """

    __tablename__ = "feedback"
    __table_args__ = (Index("uq_feedback_pair", *PAIR, unique=True),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    partner_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    own_statement_id: Mapped[str] = mapped_column(default="")
    statement_id: Mapped[str] = mapped_column(default="")
    verdict: Mapped[str]
    reason: Mapped[str | None]
    comment: Mapped[str | None] = mapped_column(Text)
    hide_until: Mapped[date | None]
    rank: Mapped[int | None]
    probability: Mapped[float | None]
    index_version: Mapped[int | None] = mapped_column(BigInteger)
    model_version: Mapped[str | None]
    given_by: Mapped[str]
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)

    organisation: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[organisation_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


@dataclass(frozen=True, slots=True)
class RatedPair:
    """Whose verdict, on whom, about which of their statements ("" for none)."""

    organisation_id: str
    partner_id: str
    own_statement_id: str = ""
    statement_id: str = ""


def forget(session: Session, pair: RatedPair) -> None:
    """Remove what was said of exactly this pair before."""
    session.execute(
        delete(Feedback).where(
            Feedback.organisation_id == pair.organisation_id,
            Feedback.partner_id == pair.partner_id,
            Feedback.own_statement_id == pair.own_statement_id,
            Feedback.statement_id == pair.statement_id,
        )
    )


def get_kept(session: Session, caller: Caller, organisation_id: str, feedback_id: str) -> Feedback | None:
    """The feedback of this organisation where the caller acts for it."""
    return session.scalar(select_kept(caller, organisation_id).where(Feedback.id == feedback_id))


def select_kept(caller: Caller, organisation_id: str) -> Select[Feedback]:
    """The query of an organisation's feedback, for those who act for it."""
    query = select(Feedback).join(Feedback.organisation)
    return query.where(Feedback.organisation_id == organisation_id, kept_by(caller))


def hidden_from(caller: Caller, organisation_id: str, today: date) -> Select[str]:
    """The query of the partners an organisation wants to hear nothing of today.

    Only whoever acts for it is spared them: a list that others read would tell whom it dismissed.
    """
    return (
        select(Feedback.partner_id)
        .join(Feedback.organisation)
        .where(Feedback.organisation_id == organisation_id, Feedback.hide_until >= today, kept_by(caller))
    )
