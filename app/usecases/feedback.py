"""Feedback on suggestions: what an organisation thinks of a partner, and whom it is spared for a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.access import Caller, Writer, actor_of
from app.errors import Invalid, VersionMismatch, Violation
from app.schemas.feedback import FeedbackIn
from app.storage import changes, feedback, organisations, statements
from app.storage.feedback import Feedback, RatedPair
from app.storage.finding import found, require_kept
from app.storage.installation import handles_of
from app.storage.pages import Page, Position, page_of
from app.vocabulary import ChangeAction, Verdict


@dataclass(frozen=True, slots=True)
class Custom:
    """The day, and for how many days a partner that is of no use stays away when nobody says how long."""

    today: date
    hide_days: int


@dataclass(frozen=True, slots=True)
class Shown:
    """Feedback with its partner's id as the caller may know it; None for one that is hidden by now."""

    row: Feedback
    partner_id: str | None


def give(session: Session, caller: Writer, organisation_id: str, given: FeedbackIn, custom: Custom) -> Shown:
    """Say what an organisation thinks of a partner, in place of what it said of the same pair before.

    Raises Invalid for a partner, or a statement, that the caller may not know.
    """
    require_kept(session, caller, organisation_id)
    partner_id = _partner_meant(session, caller, organisation_id, given.partner_id)
    _require_statements(session, caller, organisation_id, (partner_id, given))
    pair = RatedPair(organisation_id, partner_id, given.own_statement_id or "", given.statement_id or "")
    changes.lock_feed(session)
    feedback.forget(session, pair)
    row = Feedback(
        organisation_id=pair.organisation_id,
        partner_id=pair.partner_id,
        own_statement_id=pair.own_statement_id,
        statement_id=pair.statement_id,
        hide_until=_hide_until(given, custom),
        given_by=":".join(actor_of(caller)),
        **given.model_dump(
            include={"verdict", "reason", "comment", "rank", "probability", "index_version", "model_version"}
        ),
    )
    session.add(row)
    session.flush()
    _record(session, caller, row, ChangeAction.CREATED, sorted(given.model_fields_set))
    return Shown(row, given.partner_id)


def browse(
    session: Session,
    caller: Caller,
    organisation_id: str,
    verdicts: Sequence[Verdict],
    position: Position,
) -> Page[Shown]:
    """A page of an organisation's feedback, newest first."""
    require_kept(session, caller, organisation_id)
    query = feedback.select_kept(caller, organisation_id)
    if verdicts:
        query = query.where(Feedback.verdict.in_(list(verdicts)))
    page = page_of(session, query, (Feedback.created_at, True, Feedback.id), position)
    known = _known_ids(session, caller, {row.partner_id for row in page.rows})
    return Page([Shown(row, known.get(row.partner_id)) for row in page.rows], page.next)


def take_back(session: Session, caller: Writer, organisation_id: str, feedback_id: str, version: int) -> None:
    """Remove feedback: the partner may be suggested from the next request on."""
    row = found(feedback.get_kept(session, caller, organisation_id, feedback_id), "feedback", feedback_id)
    if row.version != version:
        raise VersionMismatch(current=row.version)
    session.delete(row)
    session.flush()
    _record(session, caller, row, ChangeAction.DELETED)


def _partner_meant(session: Session, caller: Caller, organisation_id: str, named: str) -> str:
    """The id of the partner: an anonymous one is known by its handle only."""
    if named != organisation_id and organisations.is_visible(session, caller, named):
        return named
    handles = handles_of(session, caller, organisations.veiled_ids(session, caller))
    meant = next((one for one, handle in handles.items() if handle == named), None)
    if meant is None:
        raise Invalid([Violation("/partner_id", "partner_unknown")])
    return meant


def _require_statements(
    session: Session, caller: Caller, organisation_id: str, said: tuple[str, FeedbackIn]
) -> None:
    partner_id, given = said
    named = (("own_statement_id", organisation_id), ("statement_id", partner_id))
    wrong = [
        Violation(f"/{field}", "statement_unknown")
        for field, owner in named
        if (one := getattr(given, field)) is not None and not _is_owned(session, caller, one, owner)
    ]
    if wrong:
        raise Invalid(wrong)


def _is_owned(session: Session, caller: Caller, statement_id: str, owner_id: str) -> bool:
    row = statements.get(session, caller, statement_id)
    return row is not None and row.organisation_id == owner_id


def _hide_until(given: FeedbackIn, custom: Custom) -> date | None:
    """The stated day; by default a partner as a whole stays away, one that fits another need does not."""
    of_a_pair = given.own_statement_id is not None or given.statement_id is not None
    if "hide_until" in given.model_fields_set or given.verdict is Verdict.USEFUL or of_a_pair:
        return given.hide_until
    return custom.today + timedelta(days=custom.hide_days) if custom.hide_days else None


def _known_ids(session: Session, caller: Caller, partner_ids: set[str]) -> dict[str, str]:
    known = dict.fromkeys(organisations.cards_by_id(session, caller, partner_ids))
    veiled = organisations.veiled_by_id(session, caller, partner_ids)
    return {one: one for one in known} | handles_of(session, caller, list(veiled))


def _record(
    session: Session, caller: Writer, row: Feedback, action: ChangeAction, fields: Sequence[str] = ()
) -> None:
    changes.record(session, caller, ("feedback", row.id, row.organisation_id), action, fields)
