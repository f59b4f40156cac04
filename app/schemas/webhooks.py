"""Webhook endpoints and the log of their deliveries, in and out."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.delivering import DeliveryFailure, DeliveryState, EventType
from app.introducing import IntroductionState
from app.schemas.texts import Id, Line, Strict


class WebhookIn(Strict):
    """An address to be told of events."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=2_000)] = Field(
        description="An https address of the public internet.", examples=["https://hooks.example/smezhnik"]
    )
    event_types: list[EventType] = Field(
        min_length=1, max_length=20, examples=[["statement.created", "statement.updated"]]
    )
    description: Line | None = None
    enabled: bool = Field(default=True, description="False sends nothing; what is queued waits.")


class Webhook(BaseModel):
    """An endpoint as it stands, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    id: Id
    url: str
    event_types: list[EventType]
    description: str | None
    enabled: bool
    disabled_at: datetime | None = Field(description="Nothing is sent since then.")
    disabled_reason: str | None = Field(
        description="`gone`: the receiver answered 410; `owner`: you switched it off."
    )
    old_secret_until: datetime | None = Field(description="Until then the former secret signs too.")
    created_at: datetime
    updated_at: datetime
    version: int


class WebhookWithSecret(Webhook):
    """An endpoint with its fresh secret, which is shown this once."""

    secret: str | None = Field(
        description="Key of the signatures (Standard Webhooks); null in a repeat by Idempotency-Key.",
        examples=["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],
    )


class WebhookPage(BaseModel):
    """A page of endpoints."""

    items: list[Webhook]
    next_cursor: str | None


class Attempt(BaseModel):
    """One attempt to deliver: when, how long it took, and how it ended; never what was said."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    at: datetime
    duration_ms: int | None
    status: int | None = Field(description="The HTTP status the receiver answered with.")
    failure: DeliveryFailure | None = Field(description="Null for success.")


class DeliveryOut(BaseModel):
    """A message on its way; its id is the webhook-id of every attempt."""

    model_config = ConfigDict(from_attributes=True)

    id: Id
    event_type: EventType
    state: DeliveryState
    created_at: datetime
    due_at: datetime = Field(description="When the next attempt is due, while queued.")
    finished_at: datetime | None
    log: list[Attempt]


class DeliveryPage(BaseModel):
    """A page of messages."""

    items: list[DeliveryOut]
    next_cursor: str | None


class ChangeData(BaseModel):
    """Which record changed, and which fields: never their values."""

    id: str
    organisation_id: Id | Literal[""] = Field(description="Empty where it concerns none.")
    fields: list[str]


class IntroductionData(BaseModel):
    """Which introduction, and where it stands: nobody's name."""

    id: Id
    state: IntroductionState


class IntroductionMoved(BaseModel):
    """The body of a webhook about an introduction."""

    type: Literal[
        "introduction.requested",
        "introduction.reminded",
        "introduction.accepted",
        "introduction.declined",
        "introduction.withdrawn",
        "introduction.expired",
        "introduction.stated",
        "introduction.concluded",
    ]
    timestamp: datetime
    data: IntroductionData


class ChangeEvent(BaseModel):
    """The body of a webhook, as Standard Webhooks has it."""

    type: Literal[
        "organisation.created",
        "organisation.updated",
        "organisation.deleted",
        "statement.created",
        "statement.updated",
        "statement.deleted",
        "statement.expiring",
        "review.created",
        "review.updated",
        "review.overdue",
        "centre.created",
        "centre.updated",
        "key.created",
        "key.updated",
        "key.deleted",
    ]
    timestamp: datetime
    data: ChangeData
