"""Certificates of organisations."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.mapping import Table, new_id


class Certificate(Table):
    """A certificate; whether it has lapsed is computed on the day of asking, never stored."""

    __tablename__ = "certificate"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    number: Mapped[str | None]
    issuer: Mapped[str | None]
    valid_until: Mapped[date | None]

    def holds_on(self, day: date) -> bool:
        """The certificate counts on this day."""
        return self.valid_until is None or self.valid_until >= day
