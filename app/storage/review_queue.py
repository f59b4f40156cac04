"""The queue of reviews: who sees and decides which of them, and the queries for that."""

from datetime import date

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.access import Caller, Centre
from app.storage.organisations import kept_by
from app.storage.reviews import Review
from app.storage.statements import Statement
from app.vocabulary import ReviewState


def reviewed_by(caller: Caller) -> ColumnElement[bool]:
    """The condition under which this caller sees and decides a review.

    Whoever keeps the organisation, and the centre it was handed over to, for this review alone.
    """
    if isinstance(caller, Centre):
        return or_(kept_by(caller), Review.centre_id == caller.centre_id)
    return kept_by(caller)


def waiting_for(caller: Caller) -> Select[Review]:
    """The query of the open reviews this caller decides, each with its statement and its organisation."""
    return _whole().where(reviewed_by(caller), Review.state == ReviewState.OPEN)


def overdue_on(today: date) -> ColumnElement[bool]:
    """The condition under which a review's last day has passed."""
    return and_(Review.due_on.is_not(None), Review.due_on < today)


def get(session: Session, caller: Caller, review_id: str) -> Review | None:
    """The review in whatever state where the caller decides it."""
    return session.scalar(_whole().where(Review.id == review_id, reviewed_by(caller)))


def get_locked(session: Session, right: ColumnElement[bool], review_id: str) -> Review | None:
    """The review under this condition, as it is once nobody else is at work on its statement.

    Statement before review, as everybody who changes both: the other way round two would wait for each other.
    """
    of = select(Review.statement_id).where(Review.id == review_id).scalar_subquery()
    session.execute(select(Statement.id).where(Statement.id == of).with_for_update())
    return session.scalar(_whole().where(Review.id == review_id, right))


def of_statement(statement_id: str) -> Select[Review]:
    """The query of all reviews of a statement, each with its statement and its organisation."""
    return _whole().where(Review.statement_id == statement_id)


def _whole() -> Select[Review]:
    return (
        select(Review)
        .join(Review.statement)
        .join(Statement.organisation)
        .options(
            contains_eager(Review.statement).contains_eager(Statement.organisation),
            contains_eager(Review.statement).selectinload(Statement.codes),
            contains_eager(Review.statement).selectinload(Statement.review),
        )
    )
