"""Webhook endpoints over HTTP, and what is sent to them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response, status
from pydantic import Field

from app.access import HOLD_WEBHOOKS, SEE_WEBHOOKS
from app.api.callers import under
from app.api.dependencies import NO_PARAMETERS, BasedOn, Reads, Writes, id_in_path
from app.api.etags import NOT_MODIFIED, MergePatch, not_modified, tag
from app.api.live import runtime_of
from app.api.pagination import cursor_to, link_next, position_at
from app.delivering import DeliveryState
from app.schemas.texts import Strict
from app.schemas.webhooks import (
    ChangeEvent,
    DeliveryOut,
    DeliveryPage,
    Webhook,
    WebhookIn,
    WebhookPage,
    WebhookWithSecret,
)
from app.usecases import webhooks

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])
events = APIRouter()
"""What receivers are sent; it stands in the OpenAPI document only."""

NEWEST_FIRST = "-created_at"


def webhook_id(webhook_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(webhook_id)


def delivery_id(delivery_id: Annotated[str, Path(json_schema_extra={"format": "uuid"})]) -> str:
    """The id from the path. Raises NotFound for what cannot be an id."""
    return id_in_path(delivery_id)


WebhookId = Annotated[str, Depends(webhook_id)]
DeliveryId = Annotated[str, Depends(delivery_id)]


class WebhookQuery(Strict):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000)] | None = None


class DeliveryQuery(WebhookQuery):
    """Which messages; a repeated parameter means «or»."""

    state: list[DeliveryState] = Field(default=[], max_length=4)


@router.post(
    "", status_code=status.HTTP_201_CREATED, dependencies=[NO_PARAMETERS], openapi_extra=under(HOLD_WEBHOOKS)
)
def create_webhook(given: WebhookIn, work: Writes, request: Request, response: Response) -> WebhookWithSecret:
    """Register an address for events. Its secret is shown this once; every delivery is signed with it."""
    made = webhooks.create(work.session, work.caller, given, runtime_of(request).reach)
    response.headers["Location"] = f"/v1/webhooks/{made[0].id}"
    return _shown_once(response, *made)


@router.get("", openapi_extra=under(SEE_WEBHOOKS))
def list_webhooks(
    query: Annotated[WebhookQuery, Query()], look: Reads, request: Request, response: Response
) -> WebhookPage:
    """Your endpoints, newest first."""
    page = webhooks.browse(look.session, look.caller, position_at(query, NEWEST_FIRST))
    cursor = cursor_to(page.next, query, NEWEST_FIRST)
    link_next(request, response, cursor)
    return WebhookPage(items=[Webhook.model_validate(row) for row in page.rows], next_cursor=cursor)


@router.get(
    "/{webhook_id}",
    dependencies=[NO_PARAMETERS],
    responses=NOT_MODIFIED,
    openapi_extra=under(SEE_WEBHOOKS),
)
def get_webhook(webhook_id: WebhookId, look: Reads, request: Request, response: Response) -> Webhook:
    """One endpoint, without its secret."""
    row = webhooks.read(look.session, look.caller, webhook_id)
    response.headers["ETag"] = tag(row.version)
    not_modified(request, row.version)
    return Webhook.model_validate(row)


@router.patch("/{webhook_id}", dependencies=[NO_PARAMETERS], openapi_extra=under(HOLD_WEBHOOKS))
def update_webhook(
    webhook_id: WebhookId,
    patch: MergePatch,
    version: BasedOn,
    work: Writes,
    request: Request,
    response: Response,
) -> Webhook:
    """Change an endpoint by a JSON Merge Patch. `enabled: true` ends a pause, also after a 410."""
    row = webhooks.update(work.session, work.caller, (webhook_id, version), patch, runtime_of(request).reach)
    response.headers["ETag"] = tag(row.version)
    return Webhook.model_validate(row)


@router.delete(
    "/{webhook_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(HOLD_WEBHOOKS),
)
def delete_webhook(webhook_id: WebhookId, version: BasedOn, work: Writes) -> None:
    """Remove an endpoint with all that is queued for it; a second time answers 404."""
    webhooks.delete(work.session, work.caller, webhook_id, version)


@router.post("/{webhook_id}/rotate-secret", dependencies=[NO_PARAMETERS], openapi_extra=under(HOLD_WEBHOOKS))
def rotate_webhook_secret(
    webhook_id: WebhookId, work: Writes, request: Request, response: Response
) -> WebhookWithSecret:
    """Give an endpoint a new secret. For 24 hours every delivery carries signatures of both."""
    rotated = webhooks.rotate(work.session, work.caller, webhook_id, runtime_of(request).clock())
    return _shown_once(response, *rotated)


@router.post(
    "/{webhook_id}/test",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(HOLD_WEBHOOKS),
)
def send_test_event(webhook_id: WebhookId, work: Writes, request: Request) -> DeliveryOut:
    """Queue an event `webhook.test`; the list of deliveries then shows how it went."""
    moment = runtime_of(request).clock()
    return DeliveryOut.model_validate(webhooks.test(work.session, work.caller, webhook_id, moment))


@router.get("/{webhook_id}/deliveries", openapi_extra=under(SEE_WEBHOOKS))
def list_deliveries(
    webhook_id: WebhookId,
    query: Annotated[DeliveryQuery, Query()],
    look: Reads,
    request: Request,
    response: Response,
) -> DeliveryPage:
    """What was sent to an endpoint in the last 30 days or is to be sent, with every attempt, newest first."""
    position = position_at(query, NEWEST_FIRST)
    page = webhooks.sent(look.session, look.caller, webhook_id, query.state, position)
    cursor = cursor_to(page.next, query, NEWEST_FIRST)
    link_next(request, response, cursor)
    return DeliveryPage(items=[DeliveryOut.model_validate(row) for row in page.rows], next_cursor=cursor)


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/replay",
    status_code=status.HTTP_202_ACCEPTED,
    dependencies=[NO_PARAMETERS],
    openapi_extra=under(HOLD_WEBHOOKS),
)
def replay_delivery(
    webhook_id: WebhookId, delivery_id: DeliveryId, work: Writes, request: Request
) -> DeliveryOut:
    """Send a message once more, under the same webhook-id."""
    moment = runtime_of(request).clock()
    row = webhooks.replay(work.session, work.caller, (webhook_id, delivery_id), moment)
    return DeliveryOut.model_validate(row)


@events.post("record-changed", status_code=status.HTTP_204_NO_CONTENT)
def record_changed(event: ChangeEvent) -> None:
    """A record you keep was created, changed or deleted. Signed by Standard Webhooks.

    Verify before you trust it.

    Headers: `webhook-id` (the same over all attempts of a message), `webhook-timestamp`, `webhook-signature`.
    Any 2xx is success, 410 ends the deliveries for good, all else is tried again 9 times over 19 hours.
    """


def _shown_once(response: Response, row: webhooks.Endpoint, secret: str) -> WebhookWithSecret:
    response.headers["ETag"] = tag(row.version)
    response.headers["Cache-Control"] = "no-store"
    shown = Webhook.model_validate(row)
    return WebhookWithSecret(**shown.model_dump(), secret=secret)
