"""What was shown: which partner, at which place, how probable, on which day; for evaluation alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.access import Caller
from app.clock import day_of
from app.storage import organisations
from app.storage.mapping import Table
from app.storage.organisations import Organisation

SWEPT_AT_ONCE = 5_000


class Showing(Table):
    """A partner in an organisation's own list, once a day; it names no person and no key."""

    __tablename__ = "showing"
    __table_args__ = (Index("ix_showing_kept_until", "kept_until"),)

    organisation_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    partner_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    rank: Mapped[int]
    probability: Mapped[float]
    model_version: Mapped[str]
    kept_until: Mapped[date]


@dataclass(frozen=True, slots=True)
class ShownPartner:
    """A partner at its place in a list, from 1, with the probability shown."""

    partner_id: str
    rank: int
    probability: float


@dataclass(frozen=True, slots=True)
class ShownList:
    """A list that somebody who acts for the organisation was shown."""

    organisation_id: str
    day: date
    kept_until: date
    model_version: str
    partners: Sequence[ShownPartner]


def keep(session: Session, caller: Caller, shown: ShownList) -> None:
    """Keep a list where the caller acts for its organisation; the first of a day is the one that counts."""
    if not organisations.is_kept(session, caller, shown.organisation_id):
        return
    wanted = [one.partner_id for one in shown.partners]
    alive = set(session.scalars(select(Organisation.id).where(Organisation.id.in_(wanted))))
    rows = [
        {
            "organisation_id": shown.organisation_id,
            "partner_id": one.partner_id,
            "day": shown.day,
            "rank": one.rank,
            "probability": one.probability,
            "model_version": shown.model_version,
            "kept_until": shown.kept_until,
        }
        for one in shown.partners
        if one.partner_id in alive
    ]
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    if rows:
        session.execute(dialect.insert(Showing).values(rows).on_conflict_do_nothing())


def first_showings(session: Session) -> Iterable[Showing]:
    """Every pair of organisation and partner at its first showing that is still kept."""
    first: dict[tuple[str, str], Showing] = {}
    for row in session.scalars(select(Showing).order_by(Showing.day)):
        first.setdefault((row.organisation_id, row.partner_id), row)
    return first.values()


def sweep(session: Session, moment: datetime) -> int:
    """Forget what was kept long enough, some at a time; how many went."""
    old = select(Showing).where(Showing.kept_until < day_of(moment)).limit(SWEPT_AT_ONCE)
    rows = list(session.scalars(old))
    for row in rows:
        match = (
            Showing.organisation_id == row.organisation_id,
            Showing.partner_id == row.partner_id,
            Showing.day == row.day,
        )
        session.execute(delete(Showing).where(*match))
    return len(rows)
