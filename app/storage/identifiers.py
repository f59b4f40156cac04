"""Official numbers of organisations."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.mapping import Table, new_id

NOT_AN_IDENTITY = "kpp"
"""КПП names a tax office and a reason, not a company: many share one."""


class Identifier(Table):
    """An official number of an organisation; the number, not the name, is its identity."""

    __tablename__ = "identifier"
    __table_args__ = (
        Index(
            "uq_identifier_country_scheme_number",
            "country",
            "scheme",
            "number",
            unique=True,
            sqlite_where=text("scheme <> 'kpp'"),
            postgresql_where=text("scheme <> 'kpp'"),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    organisation_id: Mapped[str] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    country: Mapped[str]
    scheme: Mapped[str]
    number: Mapped[str]
    needs_confirmation: Mapped[bool] = mapped_column(Boolean)
    registry_confirmed_at: Mapped[datetime | None]
