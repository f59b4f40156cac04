"""Letters about others: each part names a statement, and goes out only while its reader may be told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.access import Caller, Centre, Member, actor_of
from app.clock import day_of
from app.storage import alerts, centres, digests
from app.storage.contacts import Contact
from app.storage.deliveries import Delivery, queue_letter
from app.storage.mapping import Table
from app.storage.organisations import Organisation
from app.vocabulary import OrganisationKind

DIGEST = "digest"
"""What letters are that their reader may have ended meanwhile."""


class LetterPart(Table):
    """A paragraph about a statement; it goes with the statement, and is gone once the letter is out."""

    __tablename__ = "letter_part"

    delivery_id: Mapped[str] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[str] = mapped_column(ForeignKey("statement.id", ondelete="CASCADE"), index=True)
    asking_id: Mapped[str | None]
    named: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class Part:
    """A paragraph about a statement: for which organisation it was found, and whether it tells its name."""

    statement_id: str
    asking_id: str | None
    named: bool
    text: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What a letter says around its parts; `alone` has it go out without any of them too."""

    event_type: str
    subject: str
    opening: str
    closing: str
    alone: bool = False
    unsubscribe: str | None = None


def queue(session: Session, to: str, reader: Caller, frame: Frame, parts: Sequence[Part]) -> None:
    """Queue a letter with these parts, in this transaction."""
    row = queue_letter(session, to, frame.event_type, frame.subject, frame.opening)
    row.data = {
        **row.data,
        "closing": frame.closing,
        "alone": frame.alone,
        "reader": list(actor_of(reader)),
        "unsubscribe": frame.unsubscribe,
    }
    session.flush()
    session.add_all(
        LetterPart(
            delivery_id=row.id,
            number=number,
            statement_id=part.statement_id,
            asking_id=part.asking_id,
            named=part.named,
            text=part.text,
        )
        for number, part in enumerate(parts, start=1)
    )


def text_of(session: Session, row: Delivery, moment: datetime) -> str | None:
    """What this letter says now; None where nothing is left to say, or nobody to say it to."""
    if "reader" not in row.data:
        return str(row.data["text"])
    reader = _reader(session, *row.data["reader"])
    if reader is None or row.recipient not in addresses_of(session, reader, moment):
        return None
    if row.event_type == DIGEST and not digests.wants(session, actor_of(reader)[1]):
        return None
    said = _still_said(session, row, reader, day_of(moment))
    if not said and not row.data["alone"]:
        return None
    return "\n\n".join(filter(None, (row.data["text"], *said, row.data["closing"])))


def forget(session: Session, delivery_id: str) -> None:
    """A letter that is done with leaves no text."""
    session.execute(delete(LetterPart).where(LetterPart.delivery_id == delivery_id))


def addresses_of(session: Session, holder: Caller, moment: datetime) -> list[str]:
    """Where letters to a member or a centre go: to the contacts that agreed to it, each address once.

    A centre is written to at its own entry in the directory.
    """
    match holder:
        case Member(organisation_id):
            owner = Contact.organisation_id == organisation_id
        case Centre(centre_id):
            of_centre = select(Organisation.id).where(
                Organisation.kind == OrganisationKind.PROMOTION_CENTRE, Organisation.centre_id == centre_id
            )
            owner = Contact.organisation_id.in_(of_centre)
        case _:
            return []
    query = select(Contact.email).where(owner, Contact.email.is_not(None), Contact.consent_at <= moment)
    return list(dict.fromkeys(filter(None, session.scalars(query.order_by(Contact.id)))))


def _still_said(session: Session, row: Delivery, reader: Member | Centre, today: date) -> list[str]:
    parts = list(
        session.scalars(
            select(LetterPart).where(LetterPart.delivery_id == row.id).order_by(LetterPart.number)
        )
    )
    shown = alerts.shown_statements(session, reader, [part.statement_id for part in parts], today)
    away = {
        asking: alerts.spared(session, reader, asking, today) for asking in {part.asking_id for part in parts}
    }
    return [
        part.text
        for part in parts
        if (found := shown.get(part.statement_id))
        and found[0] not in away[part.asking_id]
        and (found[1] or not part.named)
    ]


def _reader(session: Session, kind: str, reader_id: str) -> Member | Centre | None:
    if kind == "member":
        return Member(reader_id)
    centre = centres.get(session, reader_id)
    return Centre(centre.id, frozenset(centre.regions)) if centre else None
