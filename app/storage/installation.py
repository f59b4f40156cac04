"""The one row about this installation: a secret that names anonymous organisations and signs webhooks."""

from hashlib import sha256
from hmac import digest
from uuid import UUID

from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.access import Caller, actor_of
from app.storage.mapping import Table

_FREE_BITS = ~((0xF << 76) | (0x3 << 62))
_VERSION_8 = (8 << 76) | (2 << 62)


class Installation(Table):
    """Made by the migration, once; whoever has it can tell whom a handle stands for, and sign."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)


def signing_key(session: Session) -> bytes:
    """What the secrets of webhooks are derived from."""
    return session.scalars(select(Installation.secret)).one()


def handles_of(session: Session, caller: Caller, organisation_ids: list[str]) -> dict[str, str]:
    """A handle for each organisation by its id: the same for this caller each time, another for others.

    It has the form of an id (a UUID of version 8, RFC 9562) and is the HMAC of the caller and the id under
    the installation's secret, so it needs no table and outlives restarts and restored backups.
    """
    if not organisation_ids:
        return {}
    secret = signing_key(session)
    viewer = ":".join(actor_of(caller))
    return {one: _handle(secret, viewer, one) for one in organisation_ids}


def _handle(secret: bytes, viewer: str, organisation_id: str) -> str:
    mixed = digest(secret, f"{viewer}\n{organisation_id}".encode(), sha256)
    return str(UUID(int=int.from_bytes(mixed[:16]) & _FREE_BITS | _VERSION_8))
