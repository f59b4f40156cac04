"""Saved searches: what a member or a centre wants to hear of, and its queries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Integer,
    LargeBinary,
    Select,
    false,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from app.access import Caller, Centre, Member
from app.matching.documents import Passages
from app.matching.semantics import Encoder
from app.schemas.saved_searches import SavedSearchIn
from app.schemas.suggestions import PartnerFilters
from app.storage import questions
from app.storage.centres import Centre as CentreRow
from app.storage.mapping import Table, new_id, now

FILTERS = frozenset(PartnerFilters.model_fields) - {"min_strength"}
COLUMNS = ("name", "about", "question", "statement_id", "min_strength", "channels", "language")


class SavedSearch(Table):
    """A question that is asked of every new statement; it goes with what it is about and with its holder."""

    __tablename__ = "saved_search"
    __table_args__ = (CheckConstraint("(member_id IS NULL) <> (centre_id IS NULL)", name="one_holder"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[str | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    centre_id: Mapped[str | None] = mapped_column(ForeignKey("centre.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    about: Mapped[str]
    question: Mapped[dict[str, Any] | None]
    statement_id: Mapped[str | None] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[str | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    filters: Mapped[dict[str, Any]]
    min_strength: Mapped[str]
    channels: Mapped[list[str]]
    language: Mapped[str]
    since_seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    encoded_by: Mapped[str | None]
    meaning: Mapped[bytes | None] = mapped_column(LargeBinary)
    dimensions: Mapped[int | None]
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    centre: Mapped[CentreRow | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def holder(self) -> Member | Centre:
        """Whose search it is; its centre must be loaded."""
        if self.member_id is not None:
            return Member(self.member_id)
        return Centre(self.centre_id or "", frozenset(self.centre.regions if self.centre else ()))

    def partner_filters(self) -> PartnerFilters:
        """Who may answer, as it was asked."""
        return PartnerFilters.model_validate({**self.filters, "min_strength": self.min_strength})

    def take(self, given: SavedSearchIn, since: int, encoder: Encoder | None) -> None:
        """Be this search from here on: what changed in the feed before `since` raises no alert."""
        values = given.model_dump(mode="json")
        for name in (*COLUMNS, "organisation_id"):
            setattr(self, name, values[name])
        self.channels = sorted(set(values["channels"]))
        self.filters = {name: values[name] for name in sorted(FILTERS)}
        self.since_seq, self.updated_at = since, now()
        self.encoded_by = self.meaning = self.dimensions = None
        if given.question is not None and encoder is not None:
            passages = questions.of_text(given.question, encoder).passages
            assert passages is not None  # noqa: S101 - it was encoded a line ago
            self.encoded_by, self.meaning = encoder.model, passages.tobytes()
            self.dimensions = passages.shape[1]

    def passages_by(self, model: str) -> Passages | None:
        """What the text means to this encoder; None where it has not seen it."""
        if self.meaning is None or self.encoded_by != model:
            return None
        return np.frombuffer(self.meaning, dtype=np.float16).reshape(-1, self.dimensions or 1)

    def form(self) -> dict[str, Any]:
        """The search as it would have to be given, as JSON values."""
        return {
            **{name: getattr(self, name) for name in COLUMNS},
            "organisation_id": self.organisation_id,
            **self.filters,
        }


def held_by(caller: Caller) -> ColumnElement[bool]:
    """The condition under which a search is this caller's; it is nobody else's to see."""
    match caller:
        case Member(organisation_id):
            return SavedSearch.member_id == organisation_id
        case Centre(centre_id):
            return SavedSearch.centre_id == centre_id
    return false()


def select_held(caller: Caller) -> Select[SavedSearch]:
    """The query of this caller's searches."""
    return select(SavedSearch).where(held_by(caller))


def get(session: Session, caller: Caller, search_id: str) -> SavedSearch | None:
    """The search where it is this caller's."""
    return session.scalar(select_held(caller).where(SavedSearch.id == search_id))


def count(session: Session, caller: Caller) -> int:
    """How many searches this caller has."""
    return session.scalar(select(func.count()).select_from(SavedSearch).where(held_by(caller))) or 0


def oldest_start(session: Session) -> int | None:
    """Up to which change no search wants to hear of anything; None where there is no search."""
    return session.scalar(select(func.min(SavedSearch.since_seq)))


def next_after(session: Session, search_id: str, limit: int) -> list[SavedSearch]:
    """Some searches with ids above this one, by id, with their holders."""
    query = select(SavedSearch).where(SavedSearch.id > search_id).order_by(SavedSearch.id).limit(limit)
    return list(session.scalars(query.options(joinedload(SavedSearch.centre).selectinload(CentreRow.areas))))


def by_id(session: Session, ids: Sequence[str]) -> Mapping[str, SavedSearch]:
    """These searches, with their holders."""
    query = select(SavedSearch).where(SavedSearch.id.in_(list(ids)))
    rows = session.scalars(query.options(joinedload(SavedSearch.centre).selectinload(CentreRow.areas)))
    return {row.id: row for row in rows}
