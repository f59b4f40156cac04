"""Keys: the table, which knows a key's hash and its ends only, and its queries."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Select, and_, false, func, or_, select, true, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from app.access import Admin, Caller, Centre, Member, Website
from app.schemas.key_text import masked
from app.storage.centres import Centre as CentreRow
from app.storage.mapping import Table, new_id, now
from app.storage.organisations import Organisation, kept_by
from app.vocabulary import CallerKind, KeyState, Scope


class Key(Table):
    """What is known of a key: whose it is, what it opens, until when; never the key itself."""

    __tablename__ = "access_key"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    digest: Mapped[str] = mapped_column(unique=True)
    prefix: Mapped[str]
    last4: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    organisation_id: Mapped[str | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    centre_id: Mapped[str | None] = mapped_column(ForeignKey("centre.id", ondelete="CASCADE"), index=True)
    scopes: Mapped[list[str]]
    origins: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    created_by: Mapped[str]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    replaced_by: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    centre: Mapped[CentreRow | None] = relationship(lazy="raise")
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def masked(self) -> str:
        """The key as it may be shown."""
        return masked(self.prefix, self.last4)

    def state_at(self, moment: datetime) -> KeyState:
        """Whether the key opens anything at this moment."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        if self.expires_at is not None and self.expires_at <= moment:
            return KeyState.EXPIRED
        return KeyState.ACTIVE

    def caller(self) -> Caller:
        """Whom the key stands for; its centre must be loaded."""
        scopes = frozenset(map(Scope, self.scopes))
        match CallerKind(self.kind):
            case CallerKind.MEMBER:
                return Member(self.organisation_id or "", self.id, scopes)
            case CallerKind.CENTRE:
                regions = self.centre.regions if self.centre else ()
                return Centre(self.centre_id or "", frozenset(regions), self.id, scopes)
            case CallerKind.ADMIN:
                return Admin(self.name, self.id, scopes)
        return Website(self.id, scopes)


def find_by_digest(session: Session, digest: str) -> Key | None:
    """The key with this hash, in whatever state, with its centre's regions."""
    query = select(Key).where(Key.digest == digest)
    return session.scalar(query.options(joinedload(Key.centre).selectinload(CentreRow.areas)))


def managed_by(caller: Caller) -> ColumnElement[bool]:
    """The condition under which this caller may see and end a key.

    A member manages its own keys, a centre its own and those of the members it keeps, an administrator all.
    """
    match caller:
        case Admin():
            return true()
        case Member(organisation_id):
            return Key.organisation_id == organisation_id
        case Centre(centre_id):
            of_members = and_(Key.organisation_id.is_not(None), kept_by(caller))
            return or_(Key.centre_id == centre_id, of_members)
    return false()


def select_managed(caller: Caller) -> Select[Key]:
    """The query of all keys this caller manages."""
    return select(Key).outerjoin(Key.organisation).where(managed_by(caller))


def get(session: Session, caller: Caller, key_id: str) -> Key | None:
    """The key where the caller manages it."""
    return session.scalar(select_managed(caller).where(Key.id == key_id))


def is_revoked(session: Session, key_id: str) -> bool:
    """Whether a key was taken back; one that merely ended, or has no row, was not."""
    return session.scalar(select(Key.revoked_at).where(Key.id == key_id)) is not None


def active_beside(session: Session, key: Key, moment: datetime) -> int:
    """How many keys of the same holder open something at this moment."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Key)
            .where(
                Key.kind == key.kind,
                Key.organisation_id.is_not_distinct_from(key.organisation_id),
                Key.centre_id.is_not_distinct_from(key.centre_id),
                Key.revoked_at.is_(None),
                or_(Key.expires_at.is_(None), Key.expires_at > moment),
            )
        )
        or 0
    )


def of_websites(session: Session) -> list[Key]:
    """The keys of the website that were not revoked."""
    wanted = (Key.kind == CallerKind.WEBSITE, Key.revoked_at.is_(None))
    return list(session.scalars(select(Key).where(*wanted)))


def stamp_use(session: Session, key_id: str, moment: datetime) -> None:
    """Note that the key was used; its version stays, for nothing that was decided has changed."""
    session.execute(update(Key).where(Key.id == key_id).values(last_used_at=moment))
