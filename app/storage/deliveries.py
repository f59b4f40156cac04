"""The outbox: messages written in the transaction of what they tell, and every attempt to deliver them."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, and_, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from app.delivering import DeliveryFailure, DeliveryState
from app.storage.mapping import Table, new_id, now
from app.storage.webhook_endpoints import WebhookEndpoint, wanting, wanting_of

KEPT = timedelta(days=30)
"""How long the log of a finished delivery stands."""

SWEPT_AT_ONCE = 1_000


class DeliveryAttempt(Table):
    """One attempt; it is written before the call, so that one that was cut short shows too."""

    __tablename__ = "delivery_attempt"

    delivery_id: Mapped[str] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    duration_ms: Mapped[int | None]
    status: Mapped[int | None]
    failure: Mapped[str | None]


class Delivery(Table):
    """A message to an endpoint, or a letter to a recipient.

    `attempts` counts all attempts ever and fences off a worker that lost its lease; `step` counts those
    since the message was last queued, and says how long to wait.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_state_due_at", "state", "due_at"),
        Index("ix_delivery_endpoint_id_created_at", "endpoint_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    endpoint_id: Mapped[str | None] = mapped_column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    recipient: Mapped[str | None]
    event_type: Mapped[str]
    data: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default=DeliveryState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    step: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None] = mapped_column(index=True)

    log: Mapped[list[DeliveryAttempt]] = relationship(
        lazy="raise", order_by=lambda: DeliveryAttempt.number, passive_deletes=True
    )
    endpoint: Mapped[WebhookEndpoint | None] = relationship(lazy="raise")

    def begin(self, moment: datetime, lease: timedelta) -> DeliveryAttempt:
        """Start an attempt that nobody else makes until the lease ends."""
        self.attempts += 1
        self.step += 1
        self.leased_until = moment + lease
        return DeliveryAttempt(
            delivery_id=self.id, number=self.attempts, at=moment, failure=DeliveryFailure.INTERRUPTED
        )

    def wait_until(self, moment: datetime) -> None:
        """Try again then."""
        self.due_at, self.leased_until = moment, None

    def finish(self, state: DeliveryState, moment: datetime) -> None:
        """Nothing more is tried; a letter that went out leaves no text and no address here."""
        self.state, self.finished_at, self.leased_until = state, moment, None
        if self.endpoint_id is None and state in (DeliveryState.DELIVERED, DeliveryState.CANCELLED):
            self.recipient, self.data = None, {}

    def queue_again(self, moment: datetime) -> None:
        """Send once more from the first step on, under the same id."""
        self.state, self.step, self.due_at, self.finished_at = DeliveryState.QUEUED, 0, moment, None


def announce(
    session: Session, event_type: str, data: Mapping[str, Any], concerned: Collection[str] | None = None
) -> None:
    """Queue an event for every endpoint that wants it and may hear it, in this transaction.

    Those hear it who keep a concerned organisation, by default the one `data` names, and the administrator.
    """
    if concerned is None:
        concerned = [one for one in (data.get("organisation_id"),) if one]
    for endpoint_id in wanting(session, event_type, concerned):
        queue_for(session, endpoint_id, event_type, data, now())


def announce_to(session: Session, owner: tuple[str, str], event_type: str, data: Mapping[str, Any]) -> None:
    """Queue an event for those endpoints of this owner, as (kind, id), that want it."""
    for endpoint_id in wanting_of(session, owner, event_type):
        queue_for(session, endpoint_id, event_type, data, now())


def queue_for(
    session: Session, endpoint_id: str, event_type: str, data: Mapping[str, Any], moment: datetime
) -> Delivery:
    """Queue a message for one endpoint, in this transaction."""
    row = Delivery(
        endpoint_id=endpoint_id, event_type=event_type, data=dict(data), due_at=moment, created_at=moment
    )
    session.add(row)
    return row


def queue_letter(session: Session, recipient: str, event_type: str, subject: str, text: str) -> Delivery:
    """Queue a letter, in this transaction."""
    row = Delivery(recipient=recipient, event_type=event_type, data={"subject": subject, "text": text})
    session.add(row)
    return row


def _due(moment: datetime) -> ColumnElement[bool]:
    free = or_(Delivery.leased_until.is_(None), Delivery.leased_until <= moment)
    return and_(Delivery.state == DeliveryState.QUEUED, Delivery.due_at <= moment, free)


def _callable(moment: datetime) -> ColumnElement[bool]:
    free = or_(WebhookEndpoint.busy_until.is_(None), WebhookEndpoint.busy_until <= moment)
    return and_(WebhookEndpoint.disabled_at.is_(None), free)


def due_message(moment: datetime) -> Select[Delivery, WebhookEndpoint]:
    """The oldest due message to an endpoint that no worker calls just now.

    So one stuck receiver holds one worker. The lock is the weak one, which does not wait for transactions
    that write new messages to the endpoint.
    """
    return (
        select(Delivery, WebhookEndpoint)
        .join(Delivery.endpoint)
        .where(_due(moment), _callable(moment))
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    )


def due_letter(moment: datetime) -> Select[Delivery]:
    """The oldest due letter."""
    return (
        select(Delivery)
        .where(_due(moment), Delivery.endpoint_id.is_(None))
        .order_by(Delivery.due_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def is_anything_due(session: Session, moment: datetime) -> bool:
    """There is something to claim; a look without locks."""
    messages = select(Delivery.id).join(Delivery.endpoint).where(_due(moment), _callable(moment)).limit(1)
    letters = select(Delivery.id).where(_due(moment), Delivery.endpoint_id.is_(None)).limit(1)
    return session.scalar(messages) is not None or session.scalar(letters) is not None


def of_endpoint(endpoint_id: str) -> Select[Delivery]:
    """The query of an endpoint's messages with their log."""
    return select(Delivery).where(Delivery.endpoint_id == endpoint_id).options(selectinload(Delivery.log))


def cancel_queued(session: Session, endpoint_id: str, moment: datetime) -> None:
    """Nothing more goes to this endpoint."""
    session.execute(
        update(Delivery)
        .where(Delivery.endpoint_id == endpoint_id, Delivery.state == DeliveryState.QUEUED)
        .values(state=DeliveryState.CANCELLED, finished_at=moment, leased_until=None)
    )


def sweep(session: Session, moment: datetime) -> int:
    """Forget finished messages older than KEPT, some at a time; how many went."""
    old = select(Delivery.id).where(Delivery.finished_at < moment - KEPT).limit(SWEPT_AT_ONCE)
    ids = list(session.scalars(old))
    if ids:
        session.execute(delete(Delivery).where(Delivery.id.in_(ids)))
    return len(ids)
