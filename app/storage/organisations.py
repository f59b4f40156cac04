"""Organisations: the table, what hangs on it, and its queries."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, ForeignKey, Select, and_, false, func, not_, or_, select, true
from sqlalchemy.orm import Mapped, Session, load_only, mapped_column, relationship, selectinload

from app.access import Admin, Caller, Centre, Member, Website
from app.matching.text import name_key
from app.storage import blocks
from app.storage.certificates import Certificate
from app.storage.contacts import Contact
from app.storage.identifiers import Identifier
from app.storage.mapping import CODE_POINT_ORDER, Table, new_id, now
from app.vocabulary import Visibility

FIELD_GROUPS: Mapping[str, tuple[str, ...]] = {
    "identity": ("kind", "legal_name", "short_name", "legal_form", "identifiers", "external_id"),
    "place": ("country", "region", "city", "address", "site"),
    "membership": ("centre_id", "cluster_ids", "committee_ids", "visibility"),
    "activity": ("okved2_main", "okved2", "description", "size", "languages"),
    "proof": ("certificates", "localisation"),
    "contacts": ("contacts",),
}
"""Which fields share one note of where they came from."""


class Organisation(Table):
    """A member, cluster, research body, authority or centre, without its contacts."""

    __tablename__ = "organisation"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(index=True)
    legal_name: Mapped[str]
    short_name: Mapped[str | None]
    legal_form: Mapped[str | None]
    name_key: Mapped[str] = mapped_column(CODE_POINT_ORDER, index=True)
    search_key: Mapped[str]
    country: Mapped[str] = mapped_column(ForeignKey("country.code"), index=True)
    region: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    city: Mapped[str]
    address: Mapped[str | None]
    site: Mapped[str | None]
    languages: Mapped[list[str]]
    size: Mapped[str | None]
    description: Mapped[str | None]
    okved2_main: Mapped[str | None]
    okved2: Mapped[list[str]]
    centre_id: Mapped[str | None] = mapped_column(index=True)
    cluster_ids: Mapped[list[str]]
    committee_ids: Mapped[list[str]]
    external_id: Mapped[str | None]
    external_key: Mapped[str | None] = mapped_column(unique=True)
    visibility: Mapped[str]
    localisation: Mapped[dict[str, Any] | None]
    source: Mapped[str]
    provenance: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    identifiers: Mapped[list[Identifier]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=Identifier.scheme, passive_deletes=True
    )
    certificates: Mapped[list[Certificate]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=Certificate.id, passive_deletes=True
    )
    contacts: Mapped[list[Contact]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by=Contact.id, passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def shown_name(self) -> str:
        """The name people use: the short one where there is one."""
        return self.short_name or self.legal_name

    def refresh_keys(self) -> None:
        """Bring the columns that searches, sorts and upserts use up to date with the names and the place."""
        self.name_key = name_key(self.shown_name)
        self.search_key = name_key(" ".join(filter(None, (self.legal_name, self.short_name, self.city))))
        self.external_key = external_key(self.centre_id, self.external_id)

    def note_source(self, fields: Iterable[str], source: str, by: str) -> None:
        """Remember for the groups of these fields who gave them and when."""
        touched = set(fields)
        entry = {"source": source, "on": now().date().isoformat(), "by": by}
        groups = {group: entry for group, members in FIELD_GROUPS.items() if touched.intersection(members)}
        self.provenance = {**self.provenance, **groups}


CARD: Final = (
    Organisation.legal_name, Organisation.short_name, Organisation.kind, Organisation.country,
    Organisation.region, Organisation.city, Organisation.okved2_main, Organisation.site, Organisation.source,
)  # fmt: skip
"""What a card shows; lists and JSON take longer to read than all of it."""


def external_key(centre_id: str | None, external_id: str | None) -> str | None:
    """The upsert key of a centre's own number; None without one. Numbers of two centres never meet."""
    return f"{centre_id or ''}:{external_id}" if external_id else None


def kept_by(caller: Caller) -> ColumnElement[bool]:
    """The condition under which this caller acts for an organisation: `keeps` of access.py, in SQL."""
    match caller:
        case Admin():
            return true()
        case Member(organisation_id):
            return Organisation.id == organisation_id
        case Centre(centre_id, regions):
            unclaimed = and_(Organisation.centre_id.is_(None), Organisation.region.in_(sorted(regions)))
            return or_(Organisation.centre_id == centre_id, unclaimed)
    return false()


def visible_to(caller: Caller) -> ColumnElement[bool]:
    """The condition under which this caller may see an organisation and what belongs to it.

    Of anonymous organisations others see only what `suggested_to` lets a suggestion show, masked. To a
    member that it blocked an organisation does not exist.
    """
    shown = Organisation.visibility.in_(sorted(visibilities_for(caller)))
    return or_(and_(shown, not_(_hidden_by_block(caller))), kept_by(caller))


def visibilities_for(caller: Caller) -> frozenset[Visibility]:
    """The visibilities `visible_to` lets this caller see of organisations that are not its own."""
    match caller:
        case Admin():
            return frozenset(Visibility)
        case Website():
            return frozenset({Visibility.PUBLIC})
    return frozenset({Visibility.PUBLIC, Visibility.MEMBERS})


def suggested_to(caller: Caller) -> frozenset[Visibility]:
    """The visibilities of partners a suggestion may name or, where they are anonymous, describe."""
    return visibilities_for(caller) | {Visibility.ANONYMOUS}


def kept_ids(session: Session, caller: Caller) -> list[str]:
    """The ids of all organisations this caller acts for."""
    return list(session.scalars(select(Organisation.id).where(kept_by(caller))))


def get(session: Session, caller: Caller, organisation_id: str) -> Organisation | None:
    """The whole organisation where the caller may see it."""
    return session.scalar(select_whole().where(Organisation.id == organisation_id, visible_to(caller)))


def get_kept(session: Session, caller: Caller, organisation_id: str) -> Organisation | None:
    """The whole organisation where the caller acts for it."""
    return session.scalar(select_whole().where(Organisation.id == organisation_id, kept_by(caller)))


def whole(session: Session, organisation_id: str) -> Organisation:
    """The whole organisation, for those whose right was looked at otherwise."""
    return session.scalars(select_whole().where(Organisation.id == organisation_id)).one()


def is_visible(session: Session, caller: Caller, organisation_id: str) -> bool:
    """Whether there is such an organisation and the caller may see it."""
    found = select(Organisation.id).where(Organisation.id == organisation_id, visible_to(caller))
    return session.scalar(found) is not None


def visible_ids(session: Session, caller: Caller, ids: Iterable[str]) -> frozenset[str]:
    """Which of these organisations the caller may see."""
    found = select(Organisation.id).where(Organisation.id.in_(list(ids)), visible_to(caller))
    return frozenset(session.scalars(found))


def is_kept(session: Session, caller: Caller, organisation_id: str) -> bool:
    """Whether there is such an organisation and the caller acts for it."""
    found = select(Organisation.id).where(Organisation.id == organisation_id, kept_by(caller))
    return session.scalar(found) is not None


def select_visible(caller: Caller) -> Select[Organisation]:
    """The query of all organisations this caller may see, whole."""
    return select_whole().where(visible_to(caller))


def visible_by_change(session: Session, caller: Caller, most: int) -> list[tuple[str, datetime]]:
    """(Id, last change) of organisations the caller may see, latest first."""
    query = select(Organisation.id, Organisation.updated_at).where(visible_to(caller))
    latest = query.order_by(Organisation.updated_at.desc(), Organisation.id).limit(most)
    return [(row.id, row.updated_at) for row in session.execute(latest)]


def cards_by_id(session: Session, caller: Caller, ids: Iterable[str]) -> dict[str, Organisation]:
    """The organisations among these ids that the caller may see now, without what hangs on them."""
    return _cards(session, Organisation.id.in_(list(ids)) & visible_to(caller))


def kept_cards_by_id(session: Session, caller: Caller, ids: Iterable[str]) -> dict[str, Organisation]:
    """The organisations among these ids that the caller acts for, without what hangs on them."""
    return _cards(session, Organisation.id.in_(list(ids)) & kept_by(caller))


def places_by_id(session: Session, ids: Iterable[str]) -> dict[str, Organisation]:
    """The organisations among these ids, of whom the caller of this function shows no more than the place."""
    return _cards(session, Organisation.id.in_(list(ids)))


def veiled_by_id(session: Session, caller: Caller, ids: Iterable[str]) -> dict[str, Organisation]:
    """The anonymous organisations among these ids whose name the caller may not know."""
    return _cards(session, Organisation.id.in_(list(ids)) & _veiled_from(caller))


def veiled_ids(session: Session, caller: Caller) -> list[str]:
    """The ids of all organisations that are anonymous to this caller."""
    return list(session.scalars(select(Organisation.id).where(_veiled_from(caller))))


def _cards(session: Session, wanted: ColumnElement[bool]) -> dict[str, Organisation]:
    rows = session.scalars(select(Organisation).where(wanted).options(load_only(*CARD, raiseload=True)))
    return {row.id: row for row in rows}


def _veiled_from(caller: Caller) -> ColumnElement[bool]:
    # A comparison with an absent centre or region is neither true nor false, and so is its opposite.
    seen = func.coalesce(visible_to(caller), false())
    unseen = and_(not_(seen), not_(_hidden_by_block(caller)))
    return and_(Organisation.visibility == Visibility.ANONYMOUS, unseen)


def _hidden_by_block(caller: Caller) -> ColumnElement[bool]:
    return blocks.hides(Organisation.id, caller.organisation_id) if isinstance(caller, Member) else false()


def whole_by_id(session: Session, ids: Iterable[str]) -> list[Organisation]:
    """These organisations with all that hangs on them, read anew from the database."""
    query = select_whole().where(Organisation.id.in_(list(ids)))
    return list(session.scalars(query.execution_options(populate_existing=True)))


def select_whole() -> Select[Organisation]:
    """The query of organisations with all that hangs on them."""
    return select(Organisation).options(
        selectinload(Organisation.identifiers),
        selectinload(Organisation.certificates),
        selectinload(Organisation.contacts),
    )
