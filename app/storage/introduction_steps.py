"""A step of an introduction written down: its log, the feed, webhooks, letters to whom it concerns."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Admin, Caller, actor_of
from app.clock import day_of
from app.introducing import IntroductionStep, Side
from app.messages.letters import letter
from app.storage import changes, deliveries
from app.storage.centres import CentreRegion
from app.storage.contacts import Contact
from app.storage.introductions import Introduction, IntroductionEvent
from app.storage.organisations import Organisation
from app.vocabulary import ChangeAction, OrganisationKind

CLOCK = Admin("clock")
"""Who acts where time does."""

CHANGED = {
    IntroductionStep.REMINDED: ("reminded_at",),
    IntroductionStep.STATED: ("outcome",),
    IntroductionStep.CONCLUDED: ("outcome",),
}
"""The fields a step changes, where they are not the state."""


def note(
    session: Session,
    caller: Caller,
    row: Introduction,
    step: IntroductionStep,
    side: Side | None,
    moment: datetime,
) -> None:
    """Write down that this caller took a step for a side, and tell whom it concerns.

    The other side of who acted gets a letter; where time acted, see `_concerned`. Events hold no name.
    """
    kind, actor = actor_of(caller)
    session.add(
        IntroductionEvent(
            introduction_id=row.id,
            at=moment,
            step=step,
            side=side,
            actor_kind="clock" if caller is CLOCK else kind,
            actor_id=actor,
        )
    )
    action = ChangeAction.CREATED if step is IntroductionStep.REQUESTED else ChangeAction.UPDATED
    # Without an organisation: who is in touch with whom is told to nobody by the feed.
    changes.record(session, caller, ("introduction", row.id, ""), action, CHANGED.get(step, ("state",)))
    event = f"introduction.{step}"
    deliveries.announce(session, event, {"id": row.id, "state": row.state})
    for one in _concerned(step, side):
        _write(session, row, event, _addresses(session, [row.organisation_of(one)]))
    session.flush()


def warn_centre(session: Session, row: Introduction) -> int:
    """Tell the centre of a partner who let the time pass; how many letters.

    They go to the contacts of the promotion centre's own entry in the directory.
    """
    partner = session.get_one(Organisation, row.partner_id)
    if partner.centre_id is not None:
        centres = [partner.centre_id]
    else:
        of_region = select(CentreRegion.centre_id).where(CentreRegion.region == partner.region)
        centres = list(session.scalars(of_region))
    entries = select(Organisation.id).where(
        Organisation.kind == OrganisationKind.PROMOTION_CENTRE, Organisation.centre_id.in_(centres)
    )
    addresses = _addresses(session, list(session.scalars(entries)))
    _write(session, row, "introduction.unanswered", addresses)
    return len(addresses)


def _concerned(step: IntroductionStep, side: Side | None) -> tuple[Side, ...]:
    if side is not None:
        return (side.other,)
    return (Side.PARTNER,) if step is IntroductionStep.REMINDED else tuple(Side)


def _addresses(session: Session, organisation_ids: Sequence[str]) -> list[str]:
    query = select(Contact.email).where(
        Contact.organisation_id.in_(organisation_ids), Contact.email.is_not(None)
    )
    return sorted({email for email in session.scalars(query) if email})


def _write(session: Session, row: Introduction, event: str, addresses: Iterable[str]) -> None:
    subject, text = letter(event, {"id": row.id, "deadline": day_of(row.deadline_at).isoformat()})
    for address in addresses:
        deliveries.queue_letter(session, address, event, subject, text)
