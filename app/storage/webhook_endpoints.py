"""Where webhooks go: an address, what its secrets are made of, the events it wants, and who it belongs to."""

import base64
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.access import Admin, Caller, Writer, actor_of
from app.delivering import EventType
from app.storage.centres import CentreRegion
from app.storage.mapping import Table, new_id, now
from app.storage.organisations import Organisation
from app.vocabulary import CallerKind

ROTATION = timedelta(hours=24)
"""How long the old secret still signs beside the new one."""

SALT_BYTES = 16
PLAIN = "whsec_"
"""A salt that begins so is itself the secret: older secrets, until they are rotated."""

BY_OWNER = "owner"

ADMINISTRATORS = frozenset(event for event in EventType if event.startswith(("centre.", "key.")))
"""Events that concern no organisation's keepers."""

PARTICIPANTS = frozenset({EventType.ALERT_CREATED})
"""Events about what a member or a centre has of its own; the administrator has none."""


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
    organisation_id: Mapped[str | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    salt: Mapped[str]
    old_salt: Mapped[str | None]
    old_secret_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None]
    busy_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def enabled(self) -> bool:
        """Whether anything is sent."""
        return self.disabled_at is None

    def secret(self, key: bytes) -> str:
        """The secret its messages are signed with, from the installation's key."""
        return secret_of(key, self.id, self.salt)

    def signing_secrets(self, key: bytes, moment: datetime) -> tuple[str, ...]:
        """The secrets a delivery of this moment is signed with, the newest first."""
        if self.old_salt and self.old_secret_until and self.old_secret_until > moment:
            return self.secret(key), secret_of(key, self.id, self.old_salt)
        return (self.secret(key),)

    def rotate(self, moment: datetime) -> None:
        """Take a new secret; the present one signs on for ROTATION."""
        self.old_salt, self.old_secret_until = self.salt, moment + ROTATION
        self.salt = new_salt()
        self.updated_at = moment

    def switch(self, on: bool, moment: datetime) -> None:
        """Send, or send nothing until told to; what is queued waits."""
        if on is not self.enabled:
            self.disabled_at, self.disabled_reason = (None, None) if on else (moment, BY_OWNER)

    def form(self) -> dict[str, Any]:
        """The endpoint as it would have to be given, as JSON values."""
        return {name: getattr(self, name) for name in ("url", "event_types", "description", "enabled")}


def new_salt() -> str:
    """What makes a secret another one than the last."""
    return secrets.token_hex(SALT_BYTES)


def secret_of(key: bytes, endpoint_id: str, salt: str) -> str:
    """A secret in the form of Standard Webhooks: the HMAC of endpoint and salt under this key."""
    if salt.startswith(PLAIN):
        return salt
    mixed = hmac.digest(key, f"webhook\n{endpoint_id}\n{salt}".encode(), sha256)
    return PLAIN + base64.b64encode(mixed).decode()


def owner_of(caller: Writer) -> tuple[str, str]:
    """Whose a new endpoint of this caller is, as (kind, id)."""
    return actor_of(caller)


def owned_by(caller: Caller) -> ColumnElement[bool]:
    """The condition under which an endpoint is this caller's to see and change."""
    if isinstance(caller, Admin):
        return true()
    kind, owner = actor_of(caller)
    return and_(WebhookEndpoint.owner_kind == kind, WebhookEndpoint.owner_id == owner)


def hears_of(organisation_ids: Collection[str]) -> ColumnElement[bool]:
    """The endpoints that hear of what concerns these organisations: their keepers', and the administrator's.

    `kept_by` of storage/organisations.py the other way round, for all at once; a test compares the two.
    """
    all_of_them = WebhookEndpoint.owner_kind == CallerKind.ADMIN
    if not organisation_ids:
        return all_of_them
    of_member = and_(
        WebhookEndpoint.owner_kind == CallerKind.MEMBER, WebhookEndpoint.owner_id.in_(organisation_ids)
    )
    its_region = (
        exists()
        .where(CentreRegion.centre_id == WebhookEndpoint.owner_id, CentreRegion.region == Organisation.region)
        .correlate(WebhookEndpoint, Organisation)
    )
    keeps = or_(
        Organisation.centre_id == WebhookEndpoint.owner_id,
        and_(Organisation.centre_id.is_(None), its_region),
    )
    of_centre = and_(
        WebhookEndpoint.owner_kind == CallerKind.CENTRE,
        exists().where(Organisation.id.in_(organisation_ids), keeps).correlate(WebhookEndpoint),
    )
    return or_(all_of_them, of_member, of_centre)


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


def wanting_of(session: Session, owner: tuple[str, str], event_type: str) -> list[str]:
    """The ids of this owner's endpoints that are told of what concerns it alone."""
    kind, owner_id = owner
    its_own = (
        WebhookEndpoint.owner_kind == kind,
        WebhookEndpoint.owner_id == owner_id,
        WebhookEndpoint.disabled_at.is_(None),
    )
    rows = session.execute(select(WebhookEndpoint.id, WebhookEndpoint.event_types).where(*its_own))
    return [endpoint_id for endpoint_id, wanted in rows if event_type in wanted]


def wanting(session: Session, event_type: str, organisation_ids: Collection[str]) -> list[str]:
    """The ids of the endpoints that are told of an event of this kind that concerns these organisations."""
    concerned = () if event_type in ADMINISTRATORS else organisation_ids
    heard = (WebhookEndpoint.disabled_at.is_(None), hears_of(concerned))
    rows = session.execute(select(WebhookEndpoint.id, WebhookEndpoint.event_types).where(*heard))
    return [endpoint_id for endpoint_id, wanted in rows if event_type in wanted]
