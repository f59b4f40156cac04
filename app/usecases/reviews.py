"""Reviewing: the queue of a centre, and how a review goes on: publish, reject, hand over, withdraw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from sqlalchemy import ColumnElement, not_
from sqlalchemy.orm import Session

from app.access import Caller, Writer, actor_of
from app.errors import Invalid, NotFound, ReviewDecided, VersionMismatch, Violation
from app.schemas.statement_input import StatementIn
from app.storage import centres, changes, encodings, organisations, review_queue, statements
from app.storage.documents import Conditions
from app.storage.organisations import Organisation
from app.storage.pages import Page, Position, page_of
from app.storage.reviews import Review
from app.storage.statement_texts import as_input, take
from app.storage.submissions import record_review, refuse_doubles
from app.vocabulary import ChangeAction, ReviewState, StatementStatus


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which open reviews a list shows; an empty part lets everything through; `today` says what is late."""

    today: date
    regions: Sequence[str] = ()
    overdue: bool | None = None
    handed_over: bool | None = None


OLDEST_FIRST = (Review.opened_at, False, Review.id)


def queue(session: Session, caller: Caller, wanted: QueueFilter, position: Position) -> Page[Review]:
    """A page of the open reviews this caller decides, the oldest first."""
    query = review_queue.waiting_for(caller)
    late, passed_on = review_queue.overdue_on(wanted.today), Review.centre_id.is_not(None)
    if wanted.regions:
        query = query.where(Organisation.region.in_(list(wanted.regions)))
    for asked, condition in ((wanted.overdue, late), (wanted.handed_over, passed_on)):
        if asked is not None:
            query = query.where(condition if asked else not_(condition))
    return page_of(session, query, OLDEST_FIRST, position)


def read(session: Session, caller: Caller, review_id: str) -> Review:
    """One review in whatever state. Raises NotFound where there is none or the caller does not decide it."""
    row = review_queue.get(session, caller, review_id)
    return row if row is not None else _missing(review_id)


def history(session: Session, caller: Caller, statement_id: str, position: Position) -> Page[Review]:
    """A page of the reviews of a statement the caller keeps, the newest first."""
    if statements.get_kept(session, caller, statement_id) is None:
        raise NotFound(what="statement", id=statement_id)
    newest_first = (Review.opened_at, True, Review.id)
    return page_of(session, review_queue.of_statement(statement_id), newest_first, position)


def publish(
    session: Session, caller: Writer, versioned_id: tuple[str, int], conditions: Conditions
) -> Review:
    """Publish what waits: the statement, or the changes wished to it.

    Raises ReviewDecided where somebody was first, VersionMismatch where the text has changed since it was
    read, Invalid where it cannot be published any more as it stands.
    """
    review = _to_decide(session, caller, versioned_id)
    row = review.statement
    owner = organisations.whole(session, row.organisation_id)
    wished = {"status": StatementStatus.PUBLISHED.value} if review.changes is None else review.changes
    given = StatementIn.model_validate({**as_input(row), **wished})
    changed = take(row, owner, given, conditions)
    refuse_doubles(session, row)
    encodings.keep(session, conditions, row, owner)
    review.decide(ReviewState.PUBLISHED, ":".join(actor_of(caller)))
    changes.record(session, caller, ("statement", row.id, owner.id), ChangeAction.UPDATED, changed)
    record_review(session, caller, review, row, ChangeAction.UPDATED, "state")
    return review


def reject(session: Session, caller: Writer, versioned_id: tuple[str, int], reason: str) -> Review:
    """Reject what waits, with a reason its owner reads; what is published stays as it is.

    Raises ReviewDecided and VersionMismatch as `publish` does.
    """
    review = _to_decide(session, caller, versioned_id)
    row = review.statement
    review.decide(ReviewState.REJECTED, ":".join(actor_of(caller)), reason)
    if review.changes is None:
        row.move_to(StatementStatus.REJECTED)
        row.rejection_reason = reason
        fields = ("status", "rejection_reason")
        changes.record(
            session, caller, ("statement", row.id, row.organisation_id), ChangeAction.UPDATED, fields
        )
    record_review(session, caller, review, row, ChangeAction.UPDATED, "state", "reason")
    return review


def hand_over(session: Session, caller: Writer, versioned_id: tuple[str, int], centre_id: str) -> Review:
    """Let another centre see and decide this review too; who handed it over is noted.

    Raises Invalid for an unknown centre, ReviewDecided and VersionMismatch as `publish` does.
    """
    review = _to_decide(session, caller, versioned_id)
    if centres.get(session, centre_id) is None:
        raise Invalid([Violation("/centre_id", "centre_unknown")])
    review.hand_over(centre_id, ":".join(actor_of(caller)))
    record_review(session, caller, review, review.statement, ChangeAction.UPDATED, "centre_id")
    return review


def withdraw(session: Session, caller: Writer, review_id: str) -> Review:
    """Take back what waits: the statement is a draft again, or the wished changes are gone.

    Raises ReviewDecided where there is nothing to take back any more.
    """
    review = _open(session, organisations.kept_by(caller), review_id)
    row = review.statement
    review.decide(ReviewState.WITHDRAWN, ":".join(actor_of(caller)))
    if review.changes is None:
        row.move_to(StatementStatus.DRAFT)
        changes.record(
            session, caller, ("statement", row.id, row.organisation_id), ChangeAction.UPDATED, ("status",)
        )
    record_review(session, caller, review, row, ChangeAction.UPDATED, "state")
    return review


def _to_decide(session: Session, caller: Writer, versioned_id: tuple[str, int]) -> Review:
    review_id, version = versioned_id
    review = _open(session, review_queue.reviewed_by(caller), review_id)
    if review.version != version:
        raise VersionMismatch(current=review.version)
    return review


def _open(session: Session, right: ColumnElement[bool], review_id: str) -> Review:
    review = review_queue.get_locked(session, right, review_id)
    if review is None:
        _missing(review_id)
    if not review.is_open:
        raise ReviewDecided(state=review.state)
    return review


def _missing(review_id: str) -> NoReturn:
    raise NotFound(what="review", id=review_id)
