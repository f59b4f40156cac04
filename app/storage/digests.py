"""The digest of the week: who wants it, who got it, and the link by which a reader ends it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest, digest

from sqlalchemy import ForeignKey, Select, exists, false, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.clock import MOSCOW
from app.storage.contacts import Contact
from app.storage.installation import signing_key
from app.storage.mapping import Table
from app.storage.organisations import Organisation
from app.storage.statements import Statement
from app.vocabulary import StatementStatus

FIRST_VERSION = 1
"""The version of a choice nobody has made: the digest is wanted."""


class DigestChoice(Table):
    """Whether an organisation wants the digest; without a row it does."""

    __tablename__ = "digest_choice"

    organisation_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    wanted: Mapped[bool]
    version: Mapped[int]
    changed_at: Mapped[datetime]


class Digest(Table):
    """That an organisation's digest of a week is done with, whether there was anything to say or not."""

    __tablename__ = "digest"

    organisation_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    week: Mapped[date] = mapped_column(primary_key=True)
    said: Mapped[int]


def week_at(moment: datetime, weekday: int, hour: int) -> date | None:
    """The Monday of the week whose digest is due at this moment in Moscow; None before its day and hour."""
    here = moment.astimezone(MOSCOW)
    monday = here.date() - timedelta(days=here.weekday())
    due = datetime(monday.year, monday.month, monday.day, hour, tzinfo=MOSCOW) + timedelta(days=weekday - 1)
    return monday if moment >= due else None


def waiting(session: Session, week: date, moment: datetime, limit: int) -> list[str]:
    """Some organisations that publish, may be written to, want the digest and have none of this week."""
    can_be_written_to = exists().where(
        Contact.organisation_id == Organisation.id,
        Contact.email.is_not(None),
        Contact.consent_at <= moment,
    )
    publishes = exists().where(
        Statement.organisation_id == Organisation.id, Statement.status == StatementStatus.PUBLISHED
    )
    ended = exists().where(DigestChoice.organisation_id == Organisation.id, DigestChoice.wanted == false())
    done = exists().where(Digest.organisation_id == Organisation.id, Digest.week == week)
    query = select(Organisation.id).where(can_be_written_to, publishes, ~ended, ~done)
    return list(session.scalars(query.order_by(Organisation.id).limit(limit)))


def take(session: Session, organisation_id: str, week: date, said: int) -> bool:
    """Note that this digest is done with; False where another worker did, or the organisation is gone."""
    try:
        with session.begin_nested():
            session.add(Digest(organisation_id=organisation_id, week=week, said=said))
    except IntegrityError:
        return False
    return wants(session, organisation_id)


def wants(session: Session, organisation_id: str) -> bool:
    """Whether the organisation wants the digest."""
    wanted, _ = choice(session, organisation_id)
    return wanted


def choice(session: Session, organisation_id: str) -> tuple[bool, int]:
    """What the organisation chose, and the version of its choice."""
    row = session.get(DigestChoice, organisation_id, populate_existing=True)
    return (row.wanted, row.version) if row is not None else (True, FIRST_VERSION)


def choose(session: Session, organisation_id: str, wanted: bool, moment: datetime) -> int:
    """Make the choice; its new version. The organisation's row must be locked or written before."""
    row = session.get(DigestChoice, organisation_id)
    if row is None:
        row = DigestChoice(organisation_id=organisation_id, version=FIRST_VERSION)
        session.add(row)
    row.wanted, row.version, row.changed_at = wanted, row.version + 1, moment
    session.flush()
    return row.version


def lock(session: Session, organisation_id: str) -> bool:
    """Let nobody else choose for this organisation until the transaction ends; False where there is none."""
    query = select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True)
    return session.scalar(query) is not None


def came_into_view(session: Session, since: datetime, limit: int) -> Sequence[tuple[str, str]]:
    """The statements published since then and their owners, newest first."""
    query: Select[str, str] = select(Statement.id, Statement.organisation_id).where(
        Statement.status == StatementStatus.PUBLISHED, Statement.published_at >= since
    )
    rows = session.execute(query.order_by(Statement.published_at.desc(), Statement.id).limit(limit))
    return [(one, owner) for one, owner in rows]


def ending(session: Session, organisation_id: str, first: date, last: date) -> list[tuple[str, date]]:
    """The titles of an organisation's published statements that end in these days, soonest first."""
    query = select(Statement.title, Statement.expires_on).where(
        Statement.organisation_id == organisation_id,
        Statement.status == StatementStatus.PUBLISHED,
        Statement.expires_on.between(first, last),
    )
    rows = session.execute(query.order_by(Statement.expires_on, Statement.id))
    return [(title, day) for title, day in rows if day is not None]


def token_of(session: Session, organisation_id: str) -> str:
    """What ends the digest of this organisation, for whoever has it; it opens nothing else."""
    return f"{organisation_id}.{_seal(session, organisation_id)}"


def meant_by(session: Session, token: str) -> str | None:
    """The organisation a token is of; None for one that was not given here."""
    organisation_id, _, seal = token.partition(".")
    right = compare_digest(seal.encode(), _seal(session, organisation_id).encode())
    return organisation_id if right else None


def _seal(session: Session, organisation_id: str) -> str:
    return digest(signing_key(session), f"unsubscribe\n{organisation_id}".encode(), sha256).hex()
