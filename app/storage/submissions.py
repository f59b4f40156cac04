"""What a writer's form does to a statement: it is taken at once, or waits for the centre's review.

Whoever has the scope `review` publishes directly. Of others a statement waits in the state `in_review`, and a
change of one that passed its review waits beside it, as `changes` of an open review: what is published stays
as it was agreed to. Taking back, ending and renewing need nobody's consent.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

from app.access import Writer, actor_of
from app.errors import AlreadyExists, ScopeMissing, Violation
from app.schemas.statement_input import StatementIn
from app.storage import changes, statements
from app.storage.documents import Conditions
from app.storage.organisations import Organisation
from app.storage.reviews import Review
from app.storage.statement_texts import as_form, as_input, take
from app.storage.statements import LIVED, Statement
from app.vocabulary import ChangeAction, ReviewState, Scope, StatementStatus

AT_ONCE = frozenset({"status", "expires_on", "budget", "visibility", "rejection_reason"})
"""Fields of a published statement that need no review: they show no new word to anybody."""

ENDINGS: Mapping[StatementStatus, ReviewState] = {
    StatementStatus.PUBLISHED: ReviewState.PUBLISHED,
    StatementStatus.REJECTED: ReviewState.REJECTED,
    StatementStatus.DRAFT: ReviewState.WITHDRAWN,
    StatementStatus.WITHDRAWN: ReviewState.WITHDRAWN,
}
"""How a review ends where its statement is brought to another state past it."""


def publishes(caller: Writer, conditions: Conditions) -> bool:
    """Whether what this writer says needs no review by somebody else."""
    return not conditions.deadlines.review_days or Scope.REVIEW in caller.scopes


def form_for(caller: Writer, row: Statement, conditions: Conditions) -> dict[str, Any]:
    """The form this writer goes on from: what stands, with its own changes that still wait."""
    waiting = row.review.changes if row.review and not publishes(caller, conditions) else None
    return {**as_input(row), **(waiting or {})}


def submit(
    session: Session,
    caller: Writer,
    statement: tuple[Statement, Organisation],
    given: StatementIn,
    conditions: Conditions,
) -> frozenset[str]:
    """Bring the row to what the form says, as far as this writer may; the names of the fields that changed.

    What else it says waits in the row's open review. Raises ScopeMissing for publishing and rejecting what
    waits for review, and what `take` raises.
    """
    row, owner = statement
    if not publishes(caller, conditions) and row.status in LIVED:
        published = as_input(row)
        wished = as_form(given)
        at_once = {**published, **{name: wished[name] for name in AT_ONCE}}
        changed = take(row, owner, StatementIn.model_validate(at_once), conditions)
        _end_review_of(session, caller, row)
        if row.status in LIVED:
            asked = wished.keys() - AT_ONCE
            waiting = {name: wished[name] for name in asked if wished[name] != published[name]}
            _propose(session, caller, row, waiting, conditions)
        return changed
    before = (StatementStatus(row.status), row.rejection_reason)
    waits = row.review
    changed = take(row, owner, given, conditions)
    begin(session, caller, row, before, conditions)
    if changed and waits is not None and waits is row.review:
        # What a reviewer has read is no longer what stands.
        waits.propose(waits.changes)
        record_review(session, caller, waits, row, ChangeAction.UPDATED, "statement")
    return changed


def begin(
    session: Session,
    caller: Writer,
    row: Statement,
    before: tuple[StatementStatus, str | None],
    conditions: Conditions,
) -> None:
    """Let the review follow the state the row was brought to from this state and reason.

    Raises ScopeMissing where the step is one of the review itself.
    """
    if not publishes(caller, conditions):
        _require_review(caller, row, before)
    _end_review_of(session, caller, row)
    if row.status == StatementStatus.IN_REVIEW and row.review is None:
        _open(session, caller, row, None, conditions)


def refuse_doubles(session: Session, row: Statement) -> None:
    """Pass where nobody else of the organisation has this external id; raise AlreadyExists otherwise."""
    if row.external_id is None:
        return
    with session.no_autoflush:
        twin = statements.find_by_external_id(session, row.organisation_id, row.external_id)
    if twin is not None and twin is not row:
        raise AlreadyExists([Violation("/external_id", "external_id_taken")], id=twin.id)


def record_review(
    session: Session, caller: Writer, review: Review, row: Statement, action: ChangeAction, *fields: str
) -> None:
    """Write a change of a review into the feed; the statement's own change is the caller's to record."""
    changes.record(session, caller, ("review", review.id, row.organisation_id), action, fields)


def _require_review(caller: Writer, row: Statement, before: tuple[StatementStatus, str | None]) -> None:
    """Publishing, rejecting and the reason take the scope `review`; renewing what was published does not."""
    status, reason = before
    published = row.status == StatementStatus.PUBLISHED and status not in LIVED
    rejected = row.status == StatementStatus.REJECTED and (status, reason) != (
        row.status,
        row.rejection_reason,
    )
    if (published or rejected) and Scope.REVIEW not in caller.scopes:
        advice = [Violation("/status", "review_first")] if published else []
        raise ScopeMissing(advice, scope=Scope.REVIEW.value)


def _end_review_of(session: Session, caller: Writer, row: Statement) -> None:
    review, ending = row.review, ENDINGS.get(StatementStatus(row.status))
    of_all = review is not None and review.changes is None
    if review is None or ending is None or (ending is ReviewState.PUBLISHED and not of_all):
        return
    reason = row.rejection_reason if ending is ReviewState.REJECTED else None
    review.decide(ending, ":".join(actor_of(caller)), reason)
    set_committed_value(row, "review", None)
    record_review(session, caller, review, row, ChangeAction.UPDATED, "state")


def _propose(
    session: Session, caller: Writer, row: Statement, waiting: dict[str, Any], conditions: Conditions
) -> None:
    review = row.review
    if waiting == ((review.changes if review else None) or {}):
        return
    # The version goes on, so that of two edits at once one is refused; what others see stays as it was.
    flag_modified(row, "updated_at")
    if review is None:
        _open(session, caller, row, waiting, conditions)
    elif waiting:
        review.propose(waiting)
        record_review(session, caller, review, row, ChangeAction.UPDATED, "changes")
    else:
        review.decide(ReviewState.WITHDRAWN, ":".join(actor_of(caller)))
        set_committed_value(row, "review", None)
        record_review(session, caller, review, row, ChangeAction.UPDATED, "state")


def _open(
    session: Session, caller: Writer, row: Statement, waiting: dict[str, Any] | None, conditions: Conditions
) -> None:
    days, today = conditions.deadlines.review_days, conditions.today
    review = Review(
        statement=row,
        changes=waiting,
        opened_by=":".join(actor_of(caller)),
        opened_on=today,
        due_on=today + timedelta(days=days) if days else None,
    )
    session.add(review)
    set_committed_value(row, "review", review)
    session.flush()
    record_review(session, caller, review, row, ChangeAction.CREATED)
