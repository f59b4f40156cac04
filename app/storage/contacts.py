"""Contacts: personal data, in a table of their own so that no other query carries them."""

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.storage.mapping import Table, new_id


class Contact(Table):
    """A person to talk to; never public, never logged, kept with the consent that was given."""

    __tablename__ = "contact"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    position: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    consent_at: Mapped[datetime]


def of_organisation(session: Session, organisation_id: str) -> list[Contact]:
    """The contacts of an organisation, oldest first; whether they may be read is for the caller to settle."""
    query = select(Contact).where(Contact.organisation_id == organisation_id).order_by(Contact.id)
    return list(session.scalars(query))
