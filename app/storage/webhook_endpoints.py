"""Where webhooks go: an address, its secrets, the events it wants, and who it belongs to."""

import base64
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Index, Select, and_, func, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.access import Admin, Caller, Writer, actor_of
from app.errors import Forbidden
from app.storage.mapping import Table, new_id, now

ROTATION = timedelta(hours=24)
"""How long the old secret still signs beside the new one."""

SECRET_BYTES = 32
LISTENING = "listening"
"""Where a session keeps the endpoints its transaction has looked up."""


class WebhookEndpoint(Table):
    """An address that is told of events; `busy_until` is the lease of the worker that calls it just now."""

    __tablename__ = "webhook_endpoint"
    __table_args__ = (Index("ix_webhook_endpoint_owner_kind_owner_id", "owner_kind", "owner_id"),)

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    owner_kind: Mapped[str]
    owner_id: Mapped[str]
    url: Mapped[str]
    description: Mapped[str | None]
    event_types: Mapped[list[str]]
    secret: Mapped[str]
    old_secret: Mapped[str | None]
    old_secret_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None]
    busy_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    def signing_secrets(self, moment: datetime) -> tuple[str, ...]:
        """The secrets a delivery of this moment is signed with, the newest first."""
        if self.old_secret and self.old_secret_until and self.old_secret_until > moment:
            return self.secret, self.old_secret
        return (self.secret,)

    def rotate(self, moment: datetime) -> None:
        """Take a new secret; the present one signs on for ROTATION."""
        self.old_secret, self.old_secret_until = self.secret, moment + ROTATION
        self.secret = new_secret()
        self.updated_at = moment


def new_secret() -> str:
    """A fresh secret in the form of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def owner_of(caller: Writer) -> tuple[str, str]:
    """Whose a new endpoint of this caller is, as (kind, id); the administrator's only, for now.

    Members and centres join when their events are told apart by visibility: see `heard_by_all`.
    """
    if not isinstance(caller, Admin):
        raise Forbidden
    return actor_of(caller)


def owned_by(caller: Caller) -> ColumnElement[bool]:
    """The condition under which an endpoint is this caller's to see and change."""
    if isinstance(caller, Admin):
        return true()
    kind, owner = actor_of(caller)
    return and_(WebhookEndpoint.owner_kind == kind, WebhookEndpoint.owner_id == owner)


def heard_by_all() -> ColumnElement[bool]:
    """The endpoints that hear of every change, also of hidden ones: the administrator's."""
    return and_(WebhookEndpoint.owner_kind == "admin", WebhookEndpoint.disabled_at.is_(None))


def select_owned(caller: Caller) -> Select[WebhookEndpoint]:
    """The query of this caller's endpoints."""
    return select(WebhookEndpoint).where(owned_by(caller))


def get(session: Session, caller: Caller, endpoint_id: str) -> WebhookEndpoint | None:
    """The endpoint where it is this caller's."""
    return session.scalar(select_owned(caller).where(WebhookEndpoint.id == endpoint_id))


def count(session: Session, owner: tuple[str, str]) -> int:
    """How many endpoints an owner has."""
    kind, owner_id = owner
    query = select(func.count()).where(
        WebhookEndpoint.owner_kind == kind, WebhookEndpoint.owner_id == owner_id
    )
    return session.scalar(query) or 0


def wanting(session: Session, event_type: str) -> list[str]:
    """The ids of the endpoints that are told of a change of this kind."""
    # An import records thousands of changes in one transaction: the endpoints are looked up once in it.
    transaction, listening = session.info.get(LISTENING, (None, []))
    if transaction is None or transaction is not session.get_transaction():
        found = select(WebhookEndpoint.id, WebhookEndpoint.event_types).where(heard_by_all())
        listening = [tuple(row) for row in session.execute(found)]
        session.info[LISTENING] = session.get_transaction(), listening
    return [endpoint_id for endpoint_id, wanted in listening if event_type in wanted]
