"""Block lists: whom an organisation does not want to meet; private, and in force in both directions."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Select, and_, func, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from app.storage.mapping import Table, new_id, now


class Block(Table):
    """One organisation blocks another. An entry is made and removed, never changed: its version is 1."""

    __tablename__ = "block"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    blocked_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    pair_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


def hides(column: InstrumentedAttribute[str], organisation_id: str) -> ColumnElement[bool]:
    """The condition under which the organisation in this column has blocked that one, and is nobody to it."""
    return column.in_(blockers_of(organisation_id))


def stands_between(column: InstrumentedAttribute[str], organisation_id: str) -> ColumnElement[bool]:
    """The condition under which a block keeps the organisation in this column and that one apart."""
    return or_(
        hides(column, organisation_id),
        column.in_(select(Block.blocked_id).where(Block.organisation_id == organisation_id)),
    )


def barred(organisation_id: str) -> Select[str]:
    """The query of all organisations that a block keeps apart from this one, whoever made it.

    For every path on which two organisations are brought together: suggestions, exports, alerts.
    """
    made = select(Block.blocked_id).where(Block.organisation_id == organisation_id)
    both = union(made, blockers_of(organisation_id)).subquery()
    return select(both.c[0])


def blockers_of(organisation_id: str) -> Select[str]:
    """The query of all organisations that have blocked this one."""
    return select(Block.organisation_id).where(Block.blocked_id == organisation_id)


def find(session: Session, organisation_id: str, blocked_id: str) -> Block | None:
    """The block of one organisation on another."""
    wanted = and_(Block.organisation_id == organisation_id, Block.blocked_id == blocked_id)
    return session.scalar(select(Block).where(wanted))


def of_organisation(organisation_id: str) -> Select[Block]:
    """The query of the blocks an organisation made."""
    return select(Block).where(Block.organisation_id == organisation_id)


def count(session: Session, organisation_id: str) -> int:
    """How many organisations this one blocks."""
    query = select(func.count()).select_from(Block).where(Block.organisation_id == organisation_id)
    return session.scalar(query) or 0
