"""Introductions: asking a partner, answering, withdrawing, stating an outcome, reading contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlalchemy.orm import Session

from app.access import Caller, Member, Writer
from app.clock import day_of, start_of
from app.errors import (
    ContactsClosed,
    DeclinedRecently,
    InterestsCapped,
    IntroductionOpen,
    Invalid,
    OtherSideDecides,
    VersionMismatch,
    Violation,
)
from app.introducing import IntroductionState, IntroductionStep, Side
from app.schemas.introductions import IntroductionIn, IntroductionStepIn
from app.storage import changes, contacts, introductions, organisations, statements
from app.storage.contacts import Contact
from app.storage.disclosure import Disclosed, disclosed, kept_sides
from app.storage.finding import found
from app.storage.introduction_steps import note
from app.storage.introductions import Introduction, key_of
from app.storage.pages import Page, Position, page_of
from app.storage.veils import addressable, meant_by
from app.vocabulary import ChangeAction


@dataclass(frozen=True, slots=True)
class Terms:
    """How long partners may take to answer, how much may be asked, and how long a refusal keeps apart."""

    days_to_answer: int = 14
    open_interests: int = 30
    interests_a_day: int = 10
    days_apart: int = 180


@dataclass(frozen=True, slots=True)
class Occasion:
    """The moment at which something is done, and the terms of this installation."""

    moment: datetime
    terms: Terms


@dataclass(frozen=True, slots=True)
class IntroductionFilter:
    """Which introductions a list shows; an empty part lets everything through."""

    sides: Sequence[Side] = ()
    states: Sequence[IntroductionState] = ()
    organisation_ids: Sequence[str] = ()


def request(session: Session, caller: Writer, given: IntroductionIn, occasion: Occasion) -> Introduction:
    """Be interested in a partner on behalf of an organisation the caller keeps.

    Raises Invalid alike for a partner that is missing, hidden or anonymous to the caller; IntroductionOpen,
    DeclinedRecently or InterestsCapped where it may not be asked just now.
    """
    # Who asks and who answers take turns: what is checked here still holds when it is written.
    changes.lock_feed(session)
    own = _own(session, caller, given.organisation_id)
    partner = _partner(session, caller, own, given.partner_id)
    _require_statements(session, caller, given, own, partner)
    _require_room(session, own, partner, occasion)
    row = Introduction(
        initiator_id=own,
        partner_id=partner,
        initiator_statement_id=given.statement_id,
        partner_statement_id=given.partner_statement_id,
        open_key=key_of(own, partner),
        state=IntroductionState.INTEREST,
        reason=given.reason,
        created_at=occasion.moment,
        updated_at=occasion.moment,
    )
    row.set_deadline(occasion.moment, occasion.terms.days_to_answer)
    if given.suggested is not None:
        row.suggested_rank = given.suggested.rank
        row.suggested_probability = given.suggested.probability
        row.suggested_index_version = given.suggested.index_version
    session.add(row)
    session.flush()
    note(session, caller, row, IntroductionStep.REQUESTED, Side.INITIATOR, occasion.moment)
    return row


def read(session: Session, caller: Caller, introduction_id: str) -> Introduction:
    """One introduction. Raises NotFound where there is none or the caller acts for neither side."""
    return found(introductions.get_kept(session, caller, introduction_id), "introduction", introduction_id)


def shown(session: Session, caller: Caller, row: Introduction) -> Disclosed:
    """The introduction as far as the caller may know it, with all its steps."""
    session.refresh(row, ["log"])
    return disclosed(session, caller, [row])[0]


def browse(
    session: Session, caller: Caller, wanted: IntroductionFilter, position: Position
) -> Page[Disclosed]:
    """A page of the introductions the caller acts in, newest first."""
    sides, ids = wanted.sides or tuple(Side), wanted.organisation_ids
    query = introductions.select_kept(caller).where(
        or_(*(introductions.has_side(side, caller, ids) for side in sides))
    )
    if wanted.states:
        query = query.where(Introduction.state.in_(list(wanted.states)))
    page = page_of(session, query, (Introduction.created_at, True, Introduction.id), position)
    return Page(disclosed(session, caller, page.rows), page.next)


def advance(
    session: Session,
    caller: Writer,
    versioned_id: tuple[str, int],
    given: IntroductionStepIn,
    occasion: Occasion,
) -> Introduction:
    """Take the next step. Raises VersionMismatch where somebody took one since the caller read it."""
    introduction_id, version = versioned_id
    changes.lock_feed(session)
    row = read(session, caller, introduction_id)
    if row.version != version:
        raise VersionMismatch(current=row.version)
    side = _side(session, caller, row, given)
    step = _take(row, side, given, occasion)
    session.flush()
    note(session, caller, row, step, side, occasion.moment)
    return row


def open_contacts(session: Session, caller: Writer, introduction_id: str) -> list[tuple[Side, Contact]]:
    """The contacts of the sides the caller does not act for, or of both where it acts for both.

    Raises ContactsClosed unless both accepts stand. That they were read is written into the feed.
    """
    changes.lock_feed(session)
    row = read(session, caller, introduction_id)
    if not row.both_accept:
        raise ContactsClosed
    own = kept_sides(session, caller, row)
    sides = [side for side in Side if side not in own] or list(Side)
    changes.record(session, caller, ("introduction", row.id, ""), ChangeAction.READ, ("contacts",))
    return [
        (side, contact)
        for side in sides
        for contact in contacts.of_organisation(session, row.organisation_of(side))
    ]


def _own(session: Session, caller: Writer, organisation_id: str | None) -> str:
    if organisation_id is None and isinstance(caller, Member):
        organisation_id = caller.organisation_id
    if organisation_id is None:
        raise Invalid([Violation("/organisation_id", "required")])
    if organisations.get_kept(session, caller, organisation_id) is None:
        raise Invalid([Violation("/organisation_id", "organisation_unknown")])
    return organisation_id


def _partner(session: Session, caller: Writer, own: str, wished: str) -> str:
    """The id of the organisation that is asked; the answer is the same for all that may not be."""
    meant = meant_by(session, caller, wished)
    if not addressable(session, caller, own, (wished, meant)):
        raise Invalid([Violation("/partner_id", "partner_unknown")])
    if own in (wished, meant):
        raise Invalid([Violation("/partner_id", "partner_self")])
    return meant or wished


def _require_statements(
    session: Session, caller: Writer, given: IntroductionIn, own: str, partner: str
) -> None:
    named = (
        ("/statement_id", given.statement_id, own),
        ("/partner_statement_id", given.partner_statement_id, partner),
    )
    found = statements.published_by_id(session, caller, [one for _, one, _ in named if one])
    wrong = [
        Violation(pointer, "statement_unknown")
        for pointer, one, owner in named
        if one and (one not in found or found[one].organisation_id != owner)
    ]
    if wrong:
        raise Invalid(wrong)


def _require_room(session: Session, own: str, partner: str, occasion: Occasion) -> None:
    """Only one open introduction of the two, no asking again after a refusal, and not too much at once."""
    open_now = introductions.open_between(session, own, partner)
    if open_now:
        raise IntroductionOpen(open_now[0].id)
    today = day_of(occasion.moment)
    until = introductions.apart_until(session, own, partner, today)
    if until is not None:
        raise DeclinedRecently(until=until.isoformat())
    terms = occasion.terms
    waiting = introductions.count_open_interests(session, own)
    sent = introductions.count_interests_since(session, own, start_of(today))
    if waiting >= terms.open_interests or sent >= terms.interests_a_day:
        raise InterestsCapped(waiting=terms.open_interests, a_day=terms.interests_a_day)


def _side(session: Session, caller: Writer, row: Introduction, given: IntroductionStepIn) -> Side:
    """The side the caller acts for in this step."""
    own = kept_sides(session, caller, row)
    if given.organisation_id is not None:
        own = [side for side in own if row.organisation_of(side) == given.organisation_id]
        if not own:
            raise Invalid([Violation("/organisation_id", "organisation_unknown")])
    if given.state in (IntroductionState.ACCEPTED, IntroductionState.DECLINED):
        if Side.PARTNER not in own:
            raise OtherSideDecides
        return Side.PARTNER
    return own[0]


def _take(row: Introduction, side: Side, given: IntroductionStepIn, occasion: Occasion) -> IntroductionStep:
    moment = occasion.moment
    match given.state:
        case IntroductionState.ACCEPTED:
            row.accept(moment)
            return IntroductionStep.ACCEPTED
        case IntroductionState.DECLINED:
            apart = day_of(moment) + timedelta(days=occasion.terms.days_apart)
            row.decline(moment, given.decline_reason or "", apart)
            return IntroductionStep.DECLINED
        case IntroductionState.WITHDRAWN:
            row.withdraw(moment, side)
            return IntroductionStep.WITHDRAWN
    assert given.outcome is not None  # noqa: S101 - the form demands one of the two
    agreed = row.state_outcome(moment, side, given.outcome)
    return IntroductionStep.CONCLUDED if agreed else IntroductionStep.STATED
