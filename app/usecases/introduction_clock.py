"""What time does to introductions: one reminder before the deadline, and the end after it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.introducing import IntroductionStep
from app.storage import changes, introduction_deadlines
from app.storage.introduction_steps import CLOCK, note, warn_centre

AT_ONCE = 200
"""Introductions in one transaction; the rest has its turn a minute later."""


def remind(session: Session, moment: datetime) -> int:
    """Remind the partners who have not answered, each once; how many."""
    if not introduction_deadlines.is_reminder_due(session, moment):
        return 0
    # Before the rows, in the order of everybody who writes an introduction.
    changes.lock_feed(session)
    rows = introduction_deadlines.due_for_reminder(session, moment, AT_ONCE)
    for row in rows:
        introduction_deadlines.mark_reminded(session, row.id, moment)
        note(session, CLOCK, row, IntroductionStep.REMINDED, None, moment)
    return len(rows)


def expire(session: Session, moment: datetime) -> int:
    """End the interests nobody answered in time, and warn the centre of each partner; how many."""
    if not introduction_deadlines.is_expiry_due(session, moment):
        return 0
    changes.lock_feed(session)
    rows = introduction_deadlines.due_for_expiry(session, moment, AT_ONCE)
    for row in rows:
        row.expire(moment)
        session.flush()
        note(session, CLOCK, row, IntroductionStep.EXPIRED, None, moment)
        warn_centre(session, row)
    return len(rows)
