"""Webhook endpoints as their owners keep them, and what is sent to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.access import Admin, Caller, Member, Writer
from app.delivering import DeliveryState, EventType
from app.errors import Invalid, LimitReached, TransitionRefused, VersionMismatch, Violation
from app.outbound.addresses import Reach, refusal_of
from app.schemas.merge_patch import patched
from app.schemas.webhooks import WebhookIn
from app.storage import deliveries, webhook_endpoints
from app.storage.deliveries import Delivery
from app.storage.finding import found
from app.storage.installation import signing_key
from app.storage.mapping import now
from app.storage.pages import Page, Position, page_of
from app.storage.webhook_endpoints import ADMINISTRATORS, PARTICIPANTS, WebhookEndpoint

ENDPOINTS_OF_ONE_OWNER = 20

Endpoint = WebhookEndpoint
"""An endpoint as it is stored."""


def create(session: Session, caller: Writer, given: WebhookIn, reach: Reach) -> tuple[WebhookEndpoint, str]:
    """Register an endpoint; with its secret. Raises Invalid for an address that may not be called."""
    kind, owner_id = owner = webhook_endpoints.owner_of(caller)
    _refuse_address(given, reach)
    _refuse_events(caller, given)
    if webhook_endpoints.count(session, owner) >= ENDPOINTS_OF_ONE_OWNER:
        raise LimitReached(limit=ENDPOINTS_OF_ONE_OWNER)
    row = WebhookEndpoint(
        owner_kind=kind,
        owner_id=owner_id,
        organisation_id=owner_id if isinstance(caller, Member) else None,
        salt=webhook_endpoints.new_salt(),
    )
    _take(row, given, now())
    session.add(row)
    session.flush()
    return row, row.secret(signing_key(session))


def update(
    session: Session, caller: Writer, versioned_id: tuple[str, int], patch: Mapping[str, Any], reach: Reach
) -> WebhookEndpoint:
    """Change what the merge patch names; `enabled: true` sends again, also after the receiver was gone."""
    endpoint_id, version = versioned_id
    row = read(session, caller, endpoint_id)
    if row.version != version:
        raise VersionMismatch(current=row.version)
    given = WebhookIn.model_validate(patched(row.form(), patch, WebhookIn))
    if given.url != row.url:
        _refuse_address(given, reach)
    if set(given.event_types) != set(row.event_types):
        _refuse_events(caller, given)
    _take(row, given, now())
    session.flush()
    return row


def read(session: Session, caller: Caller, endpoint_id: str) -> WebhookEndpoint:
    """One endpoint of the caller's. Raises NotFound otherwise."""
    return found(webhook_endpoints.get(session, caller, endpoint_id), "webhook", endpoint_id)


def browse(session: Session, caller: Caller, position: Position) -> Page[WebhookEndpoint]:
    """A page of the caller's endpoints, newest first."""
    query = webhook_endpoints.select_owned(caller)
    return page_of(session, query, (WebhookEndpoint.created_at, True, WebhookEndpoint.id), position)


def delete(session: Session, caller: Writer, endpoint_id: str, version: int) -> None:
    """Remove an endpoint with everything queued for it."""
    row = read(session, caller, endpoint_id)
    if row.version != version:
        raise VersionMismatch(current=row.version)
    session.delete(row)


def rotate(
    session: Session, caller: Writer, endpoint_id: str, moment: datetime
) -> tuple[WebhookEndpoint, str]:
    """Give an endpoint a new secret; both sign for a day, so that the receiver can change without a gap."""
    row = read(session, caller, endpoint_id)
    row.rotate(moment)
    session.flush()
    return row, row.secret(signing_key(session))


def test(session: Session, caller: Writer, endpoint_id: str, moment: datetime) -> Delivery:
    """Queue an event that says nothing but that it came. Raises TransitionRefused for a disabled endpoint."""
    row = _enabled(session, caller, endpoint_id)
    queued = deliveries.queue_for(session, row.id, EventType.WEBHOOK_TEST, {"webhook_id": row.id}, moment)
    session.flush()
    return _with_log(session, queued)


def sent(
    session: Session, caller: Caller, endpoint_id: str, states: Sequence[DeliveryState], position: Position
) -> Page[Delivery]:
    """A page of what was sent or is to be sent to an endpoint, newest first."""
    query = deliveries.of_endpoint(read(session, caller, endpoint_id).id)
    if states:
        query = query.where(Delivery.state.in_(list(states)))
    return page_of(session, query, (Delivery.created_at, True, Delivery.id), position)


def replay(session: Session, caller: Writer, place: tuple[str, str], moment: datetime) -> Delivery:
    """Send (endpoint, delivery) once more under its old id; one that is still queued is left as it is."""
    endpoint_id, delivery_id = place
    row = _enabled(session, caller, endpoint_id)
    message = found(
        session.scalar(deliveries.of_endpoint(row.id).where(Delivery.id == delivery_id).with_for_update()),
        "delivery",
        delivery_id,
    )
    if message.state != DeliveryState.QUEUED:
        message.queue_again(moment)
        session.flush()
    return message


def _take(row: WebhookEndpoint, given: WebhookIn, moment: datetime) -> None:
    row.url, row.description = given.url, given.description
    row.event_types = sorted(set(given.event_types))
    row.switch(given.enabled, moment)
    row.updated_at = moment


def _refuse_address(given: WebhookIn, reach: Reach) -> None:
    wrong = refusal_of(given.url, reach)
    if wrong is not None:
        raise Invalid([Violation("/url", wrong, {"ports": ", ".join(map(str, sorted(reach.ports)))})])


def _refuse_events(caller: Writer, given: WebhookIn) -> None:
    """Nobody waits for what it will never hear."""
    closed = PARTICIPANTS if isinstance(caller, Admin) else ADMINISTRATORS
    wrong = [place for place, event in enumerate(given.event_types) if event in closed]
    if wrong:
        raise Invalid([Violation(f"/event_types/{place}", "event_not_yours") for place in wrong])


def _enabled(session: Session, caller: Writer, endpoint_id: str) -> WebhookEndpoint:
    row = read(session, caller, endpoint_id)
    if row.disabled_at is not None:
        raise TransitionRefused(old="disabled", new=DeliveryState.QUEUED.value)
    return row


def _with_log(session: Session, row: Delivery) -> Delivery:
    found = session.scalar(deliveries.of_endpoint(row.endpoint_id or "").where(Delivery.id == row.id))
    assert found is not None  # noqa: S101 - it was written a line ago
    return found
