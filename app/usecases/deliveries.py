"""Delivering the outbox: claiming one message at a time, and writing down how its attempt ended."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.clock import day_of
from app.delivering import DeliveryFailure, DeliveryState, EventType
from app.outbound.mail import Letter
from app.outbound.receipts import Receipt
from app.outbound.webhooks import Message
from app.storage import alerts, deliveries, letters
from app.storage.deliveries import Delivery, DeliveryAttempt
from app.storage.installation import signing_key
from app.storage.webhook_endpoints import WebhookEndpoint

SCHEDULE = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1_800, 3_600, 7_200, 18_000, 36_000)
)
"""How long to wait after each failed attempt, about 19 hours in all; then the message has failed."""

JITTER = 0.2
"""By which share a wait is made longer or shorter, so that many failed at once do not return at once."""

LEASE = timedelta(seconds=60)
LETTER_LEASE = timedelta(seconds=300)
"""How long an attempt may take; after it another worker takes the message of one that was killed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt that is this worker's alone until its lease ends."""

    delivery_id: str
    number: int
    url: str
    secrets: tuple[str, ...]
    content: Message | Letter


def claim(session: Session, moment: datetime) -> Claim | None:
    """Take the oldest due message or letter; None where nothing is due.

    What tells of a partner its reader may no longer be told of is cancelled on the way.
    """
    while (found := session.execute(deliveries.due_message(moment)).first()) is not None:
        if _may_be_told(session, found[0], moment):
            return _claim_message(session, found[0], found[1], moment)
        _cancel(session, found[0], moment)
    while (row := session.scalar(deliveries.due_letter(moment))) is not None:
        text = letters.text_of(session, row, moment)
        if text is not None:
            return _claim_letter(session, row, text, moment)
        _cancel(session, row, moment)
    return None


def _may_be_told(session: Session, row: Delivery, moment: datetime) -> bool:
    if row.event_type != EventType.ALERT_CREATED:
        return True
    return alerts.is_shown(session, row.data["id"], day_of(moment))


def _cancel(session: Session, row: Delivery, moment: datetime) -> None:
    row.finish(DeliveryState.CANCELLED, moment)
    letters.forget(session, row.id)
    session.flush()


def _claim_message(session: Session, row: Delivery, endpoint: WebhookEndpoint, moment: datetime) -> Claim:
    session.add(row.begin(moment, LEASE))
    _occupy(session, endpoint.id, moment + LEASE)
    message = Message(row.id, moment.astimezone(UTC), body_of(row))
    return Claim(
        row.id, row.attempts, endpoint.url, endpoint.signing_secrets(signing_key(session), moment), message
    )


def _claim_letter(session: Session, row: Delivery, text: str, moment: datetime) -> Claim:
    session.add(row.begin(moment, LETTER_LEASE))
    letter = Letter(
        row.id, row.created_at, row.recipient or "", row.data["subject"], text, row.data.get("unsubscribe")
    )
    return Claim(row.id, row.attempts, "", (), letter)


def body_of(row: Delivery) -> str:
    """The body of a message: the same over all attempts."""
    body: dict[str, Any] = {
        "type": row.event_type,
        "timestamp": row.created_at.isoformat().replace("+00:00", "Z"),
        "data": row.data,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def settle(session: Session, claimed: Claim, receipt: Receipt, moment: datetime, jitter: float) -> None:
    """Write down how an attempt ended and what comes next; `jitter` is from -1 to 1.

    Whoever lost the lease meanwhile only leaves a line in the log.
    """
    attempt = session.get(DeliveryAttempt, (claimed.delivery_id, claimed.number))
    row = session.get(Delivery, claimed.delivery_id, with_for_update=True)
    if row is None or attempt is None:
        return
    attempt.duration_ms, attempt.status, attempt.failure = (
        receipt.duration_ms,
        receipt.status,
        receipt.failure,
    )
    if row.attempts != claimed.number or row.state != DeliveryState.QUEUED:
        return
    if row.endpoint_id is not None:
        _occupy(session, row.endpoint_id, None)
    if receipt.failure is None:
        row.finish(DeliveryState.DELIVERED, moment)
        letters.forget(session, row.id)
    elif receipt.failure is DeliveryFailure.GONE and row.endpoint_id is not None:
        row.finish(DeliveryState.FAILED, moment)
        _disable(session, row.endpoint_id, moment)
    elif row.step > len(SCHEDULE):
        row.finish(DeliveryState.FAILED, moment)
    else:
        row.wait_until(moment + SCHEDULE[row.step - 1] * (1 + JITTER * jitter))


def _occupy(session: Session, endpoint_id: str, until: datetime | None) -> None:
    # Past the version of the record: its owner's change must not collide with a delivery.
    session.execute(update(WebhookEndpoint).where(WebhookEndpoint.id == endpoint_id).values(busy_until=until))


def _disable(session: Session, endpoint_id: str, moment: datetime) -> None:
    endpoint = session.get(WebhookEndpoint, endpoint_id)
    if endpoint is not None:
        endpoint.disabled_at, endpoint.disabled_reason = moment, DeliveryFailure.GONE.value
        endpoint.updated_at = moment
        session.flush()
        deliveries.cancel_queued(session, endpoint_id, moment)
