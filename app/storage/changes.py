"""The change feed: what was changed, in the order of commits; audit trail, outbox and index clock in one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger, Index, Integer, Select, and_, func, or_, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.access import Admin, Caller, actor_of
from app.storage import deliveries
from app.storage.mapping import Table, now
from app.storage.organisations import Organisation, kept_by
from app.vocabulary import ChangeAction

FEED_LOCK = 0x534D455A
"""Key of the PostgreSQL advisory lock that makes sequence order equal commit order («SMEZ»)."""

Entity = Literal[
    "organisation",
    "statement",
    "centre",
    "key",
    "feedback",
    "introduction",
    "block",
    "review",
    "contact",
    "erasure",
]

INDEXED: tuple[Entity, ...] = ("organisation", "statement")
"""Records whose changes an index takes up; others move its version only."""


class Change(Table):
    """One change of one record; `fields` names what changed and never holds values."""

    __tablename__ = "change"
    __table_args__ = (
        Index("ix_change_organisation_id_seq", "organisation_id", "seq"),
        Index("ix_change_kept_before_seq", "kept_before", "seq"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime] = mapped_column(default=now)
    entity: Mapped[str]
    entity_id: Mapped[str]
    organisation_id: Mapped[str]
    action: Mapped[str]
    fields: Mapped[list[str]]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    key_id: Mapped[str | None]
    kept_before: Mapped[str | None]
    """Of a change that took an organisation away from its keeper, who that was."""


def record(
    session: Session,
    caller: Caller,
    record_of: tuple[Entity, str, str],
    action: ChangeAction,
    fields: Iterable[str] = (),
    at_once: bool = True,
) -> Change:
    """Write a change of (entity, its id, its organisation's id or "") into feed and outbox.

    Not `at_once`, it goes to the database with the caller's next flush, in the same order.
    """
    entity, entity_id, organisation_id = record_of
    lock_feed(session)
    kind, actor = actor_of(caller)
    named = sorted(fields)
    change = Change(
        entity=entity,
        entity_id=entity_id,
        organisation_id=organisation_id,
        action=action,
        fields=named,
        actor_kind=kind,
        actor_id=actor,
        key_id=caller.key_id or None,
    )
    session.add(change)
    data = {"id": entity_id, "organisation_id": organisation_id, "fields": named}
    deliveries.announce(session, f"{entity}.{action}", data)
    if at_once:
        session.flush()
    return change


def lock_feed(session: Session) -> None:
    """Make other feed writers wait until this transaction ends.

    A transaction that changes many records takes it first: taking it between row locks invites deadlocks.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FEED_LOCK})


def select_audited(caller: Caller) -> Select[Change]:
    """The query of the changes this caller answers for: a centre's are those of its members and its own."""
    if isinstance(caller, Admin):
        return select(Change)
    kind, actor = actor_of(caller)
    kept = Change.organisation_id.in_(select(Organisation.id).where(kept_by(caller)))
    return select(Change).where(or_(kept, and_(Change.actor_kind == kind, Change.actor_id == actor)))


def last_seq(session: Session) -> int:
    """The sequence number of the newest change this session sees; 0 for none."""
    return session.scalar(select(func.max(Change.seq))) or 0


def read_on(session: Session, after: int, limit: int) -> list[Change]:
    """The next changes after this sequence number, oldest first."""
    return list(session.scalars(select(Change).where(Change.seq > after).order_by(Change.seq).limit(limit)))


def touched_organisations(session: Session, after: int) -> frozenset[str]:
    """The organisations whose documents changed after this sequence number."""
    of_organisations = (Change.seq > after, Change.organisation_id != "", Change.entity.in_(INDEXED))
    return frozenset(session.scalars(select(Change.organisation_id).where(*of_organisations).distinct()))
