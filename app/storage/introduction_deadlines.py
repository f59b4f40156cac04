"""Interests whose time runs out: which are to be reminded of, and which have ended."""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.introducing import IntroductionState
from app.storage.introductions import Introduction


def is_reminder_due(session: Session, moment: datetime) -> bool:
    """Somebody is to be reminded; a look without locks."""
    return session.scalar(select(Introduction.id).where(*_unreminded(moment)).limit(1)) is not None


def is_expiry_due(session: Session, moment: datetime) -> bool:
    """An interest has run out of time; a look without locks."""
    return session.scalar(select(Introduction.id).where(*_overdue(moment)).limit(1)) is not None


def due_for_reminder(session: Session, moment: datetime, limit: int) -> list[Introduction]:
    """Interests whose partner is to be reminded now, claimed from other workers."""
    return _claimed(session, _unreminded(moment), limit)


def due_for_expiry(session: Session, moment: datetime, limit: int) -> list[Introduction]:
    """Interests that nobody answered in time, claimed from other workers."""
    return _claimed(session, _overdue(moment), limit)


def mark_reminded(session: Session, introduction_id: str, moment: datetime) -> None:
    """Note the reminder past the version: the partner's answer to what it read must not collide with it."""
    query = update(Introduction).where(Introduction.id == introduction_id).values(reminded_at=moment)
    session.execute(query)


def _unreminded(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Introduction.state == IntroductionState.INTEREST,
        Introduction.reminded_at.is_(None),
        Introduction.remind_at <= moment,
        Introduction.deadline_at > moment,
    )


def _overdue(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return Introduction.state == IntroductionState.INTEREST, Introduction.deadline_at <= moment


def _claimed(session: Session, wanted: tuple[ColumnElement[bool], ...], limit: int) -> list[Introduction]:
    query = select(Introduction).where(*wanted).order_by(Introduction.deadline_at).limit(limit)
    return list(session.scalars(query.with_for_update(skip_locked=True)))
