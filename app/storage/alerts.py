"""Alerts: that a statement answers a saved search; who may see them, and how far the feed was read for them.

An alert holds ids and numbers only. Its texts are made when it is read, of what the reader may see then.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    Integer,
    Select,
    UniqueConstraint,
    and_,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from app.access import Caller, Centre, Member
from app.storage.centres import Centre as CentreRow
from app.storage.kept_away import partners_kept_away
from app.storage.mapping import Table, new_id, now
from app.storage.organisations import Organisation, kept_by, suggested_to, visibilities_for, visible_to
from app.storage.saved_searches import SavedSearch, held_by
from app.storage.statements import Statement
from app.vocabulary import StatementStatus, Visibility


class Alert(Table):
    """A statement that fits a saved search, once; `mine_id` is the holder's statement it answers, if any."""

    __tablename__ = "alert"
    __table_args__ = (UniqueConstraint("search_id", "statement_id"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    search_id: Mapped[str] = mapped_column(ForeignKey("saved_search.id", ondelete="CASCADE"))
    statement_id: Mapped[str] = mapped_column(ForeignKey("statement.id", ondelete="CASCADE"), index=True)
    mine_id: Mapped[str | None] = mapped_column(ForeignKey("statement.id", ondelete="CASCADE"), index=True)
    probability: Mapped[float]
    strength: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    read_at: Mapped[datetime | None]

    search: Mapped[SavedSearch] = relationship(lazy="raise")
    statement: Mapped[Statement] = relationship(lazy="raise", foreign_keys=statement_id)
    mine: Mapped[Statement | None] = relationship(lazy="raise", foreign_keys=mine_id)


class FeedPosition(Table):
    """Up to which change somebody has read the feed."""

    __tablename__ = "feed_position"

    reader: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))


READER = "alerts"


def position(session: Session) -> int:
    """Up to which change alerts were raised."""
    return session.scalar(select(FeedPosition.seq).where(FeedPosition.reader == READER)) or 0


def advance(session: Session, start: int, end: int) -> bool:
    """Move the position from `start` to `end` in this transaction; whether nobody else has moved it."""
    row = session.get(FeedPosition, READER, with_for_update=True, populate_existing=True)
    if row is None or row.seq != start:
        return False
    row.seq = end
    return True


def known_pairs(
    session: Session, search_ids: Iterable[str], statement_ids: Iterable[str]
) -> set[tuple[str, str]]:
    """The (search, statement) of these that an alert was raised for."""
    query = select(Alert.search_id, Alert.statement_id).where(
        Alert.search_id.in_(list(search_ids)), Alert.statement_id.in_(list(statement_ids))
    )
    return {(search, statement) for search, statement in session.execute(query)}


def still_there(
    session: Session, search_ids: Collection[str], statement_ids: Collection[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Which of these searches and statements exist; they stay until this transaction ends."""
    searches = select(SavedSearch.id).where(SavedSearch.id.in_(search_ids)).order_by(SavedSearch.id)
    of_others = select(Statement.id).where(Statement.id.in_(statement_ids)).order_by(Statement.id)
    return (
        frozenset(session.scalars(searches.with_for_update(read=True, key_share=True))),
        frozenset(session.scalars(of_others.with_for_update(read=True, key_share=True))),
    )


def shown_statements(
    session: Session, caller: Caller, statement_ids: Iterable[str], today: date
) -> dict[str, tuple[str, bool]]:
    """The statements among these that may be suggested to the caller now: (whose, whether by name)."""
    # A comparison with an absent centre or region is neither true nor false.
    named = func.coalesce(visible_to(caller), false())
    query = (
        select(Statement.id, Statement.organisation_id, named)
        .join(Statement.organisation)
        .where(Statement.id.in_(list(statement_ids)), _suggestible(caller, today))
    )
    return {one: (owner, bool(named)) for one, owner, named in session.execute(query)}


def spared(session: Session, caller: Caller, organisation_id: str | None, today: date) -> frozenset[str]:
    """Whom nobody tells this organisation of; for a text of no organisation it is the asking member."""
    asking = organisation_id or (caller.organisation_id if isinstance(caller, Member) else None)
    return partners_kept_away(session, caller, asking, today) if asking else frozenset()


def select_shown(caller: Caller, today: date) -> Select[Alert]:
    """The query of the caller's alerts whose statements it may still be told of."""
    return (
        select(Alert)
        .join(Alert.search)
        .join(Alert.statement)
        .join(Statement.organisation)
        .where(held_by(caller), _suggestible(caller, today))
        .options(joinedload(Alert.statement), joinedload(Alert.mine), joinedload(Alert.search))
    )


def get_with_holder(session: Session, alert_id: str) -> tuple[Alert, Member | Centre] | None:
    """An alert, and whose it is."""
    to_centre = joinedload(Alert.search).joinedload(SavedSearch.centre).selectinload(CentreRow.areas)
    query = select(Alert).where(Alert.id == alert_id).options(to_centre, joinedload(Alert.mine))
    row = session.scalar(query)
    return (row, row.search.holder()) if row is not None else None


def is_shown(session: Session, alert_id: str, today: date) -> bool:
    """Whether the holder of this alert may still be told of it."""
    found = get_with_holder(session, alert_id)
    if found is None:
        return False
    alert, holder = found
    owner, _ = shown_statements(session, holder, [alert.statement_id], today).get(
        alert.statement_id, ("", False)
    )
    asking = alert.mine.organisation_id if alert.mine else None
    return bool(owner) and owner not in spared(session, holder, asking, today)


def count_unread(session: Session, caller: Caller, today: date, since: datetime) -> int:
    """How many of the caller's alerts since then were not read, of those it may still be told of."""
    unread = select_shown(caller, today).where(
        Alert.read_at.is_(None),
        Alert.created_at >= since,
        Statement.organisation_id.not_in(spared(session, caller, None, today)),
    )
    ids = unread.with_only_columns(Alert.id)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def _suggestible(caller: Caller, today: date) -> ColumnElement[bool]:
    shown = or_(Organisation.visibility.in_(sorted(suggested_to(caller))), kept_by(caller))
    lasting = or_(Statement.expires_on.is_(None), Statement.expires_on >= today)
    return and_(Statement.status == StatementStatus.PUBLISHED, lasting, shown, _as_its_owner(caller))


def _as_its_owner(caller: Caller) -> ColumnElement[bool]:
    """Whether nothing but its owner keeps a statement from the caller.

    Of an anonymous statement of an organisation with a name nobody is told: an alert would join the two.
    """
    return or_(
        Statement.visibility.is_(None),
        Statement.visibility.in_(sorted(visibilities_for(caller))),
        and_(Statement.visibility == Visibility.ANONYMOUS, Organisation.visibility == Visibility.ANONYMOUS),
        kept_by(caller),
    )
