"""What happens when a day has come: statements end, their owners are warned before, centres are reminded.

Each is a duty of the clockwork: what it does is done once, however many workers do it and however often.
The feed is locked before the rows, and locked rows are left for next time, so no two transactions wait
for each other.
"""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, literal, select, update
from sqlalchemy.orm import Session, contains_eager

from app.access import Admin
from app.clock import day_of
from app.delivering import EventType
from app.messages.warnings import warning
from app.storage import addressees, changes, deliveries
from app.storage.organisations import Organisation
from app.storage.review_queue import overdue_on
from app.storage.reviews import Review
from app.storage.statements import Statement
from app.vocabulary import ChangeAction, ReviewState, StatementStatus

CLOCK = Admin("clock")
AT_ONCE = 200

Row = TypeVar("Row", Statement, Review)


def expire(session: Session, moment: datetime) -> int:
    """Statements past their last day become `expired`; how many."""
    due = select(Statement).where(
        Statement.status == StatementStatus.PUBLISHED, Statement.expires_on < day_of(moment)
    )
    rows = _taken(session, due.order_by(Statement.id))
    for row in rows:
        row.move_to(StatementStatus.EXPIRED)
        row.warn_on = None
        changes.record(
            session, CLOCK, ("statement", row.id, row.organisation_id), ChangeAction.UPDATED, ("status",)
        )
    return len(rows)


def warn_of_expiry(session: Session, moment: datetime) -> int:
    """The owners of statements that end soon are told so, once for each end; how many statements."""
    today = day_of(moment)
    due = select(Statement).where(
        Statement.status == StatementStatus.PUBLISHED,
        Statement.warn_on <= today,
        Statement.expires_on >= today,
    )
    rows = _taken(session, due.order_by(Statement.id))
    for row in rows:
        data = {"id": row.id, "organisation_id": row.organisation_id, "fields": ["expires_on"]}
        deliveries.announce(session, EventType.STATEMENT_EXPIRING, data)
        subject, text = warning(
            "statement_expiring", {"title": row.title, "day": row.expires_on, "id": row.id}
        )
        for address in addressees.of_organisation(session, row.organisation_id):
            deliveries.queue_letter(session, address, EventType.STATEMENT_EXPIRING, subject, text)
    # Past the version of the record: a warning is no change that its owner must read first.
    session.execute(
        update(Statement)
        .where(Statement.id.in_([row.id for row in rows]))
        .values(warn_on=None, updated_at=Statement.updated_at)
        .execution_options(synchronize_session=False)
    )
    return len(rows)


def remind_of_reviews(session: Session, moment: datetime) -> int:
    """Centres are told of reviews whose last day has passed, once of each; how many reviews."""
    late = (Review.state == ReviewState.OPEN, Review.overdue_told.is_(False), overdue_on(day_of(moment)))
    due = select(Review).join(Review.statement).join(Statement.organisation).where(*late).order_by(Review.id)
    owner = contains_eager(Review.statement).contains_eager(Statement.organisation)
    rows = _taken(session, due.options(owner))
    for row in rows:
        statement = row.statement
        data = {"id": row.id, "organisation_id": statement.organisation_id, "fields": ["due_on"]}
        deliveries.announce(session, EventType.REVIEW_OVERDUE, data)
        subject, text = warning("review_overdue", {"day": row.due_on, "id": row.id})
        for address in addressees.of_centres(session, _deciding(session, row, statement.organisation)):
            deliveries.queue_letter(session, address, EventType.REVIEW_OVERDUE, subject, text)
    session.execute(
        update(Review)
        .where(Review.id.in_([row.id for row in rows]))
        .values(overdue_told=True)
        .execution_options(synchronize_session=False)
    )
    return len(rows)


def _deciding(session: Session, review: Review, owner: Organisation) -> list[str]:
    """The centre a review was handed over to, or those that keep the organisation."""
    return [review.centre_id] if review.centre_id else [*addressees.centres_of(session, owner)]


def _taken(session: Session, due: Select[Row]) -> list[Row]:
    """Some of the due rows, which no other worker has; the feed is locked only where there are any."""
    if session.execute(due.with_only_columns(literal(1)).order_by(None).limit(1)).first() is None:
        return []
    changes.lock_feed(session)
    of = due.column_descriptions[0]["entity"]
    return list(session.scalars(due.limit(AT_ONCE).with_for_update(skip_locked=True, of=of)))
