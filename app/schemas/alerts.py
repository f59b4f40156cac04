"""Alerts as they go out."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from app.schemas.organisations import PartnerCard
from app.schemas.suggestions import Probability, StatementPair
from app.schemas.texts import Id, Strict
from app.vocabulary import Strength


class Alert(BaseModel):
    """A statement that answers one of your saved searches."""

    id: Id
    saved_search_id: Id
    organisation: PartnerCard
    strength: Strength = Field(description="As it was found.")
    probability: Probability
    pair: StatementPair | None = Field(
        description="The two statements and the reasons as they are now; null where they fit no more."
    )
    created_at: datetime
    read_at: datetime | None


class AlertPage(BaseModel):
    """A page of alerts."""

    items: list[Alert]
    next_cursor: str | None


class ReadAlerts(Strict):
    """Which alerts were read."""

    ids: list[Id] = Field(min_length=1, max_length=100)


class ReadCount(BaseModel):
    """How many of them were yours and had not been read."""

    read: int


class AlertData(BaseModel):
    """Which alert, of which search, how strong; whom it tells of says `GET /v1/alerts`."""

    id: Id
    saved_search_id: Id
    strength: Strength


class AlertEvent(BaseModel):
    """The body of a webhook that tells of an alert."""

    type: Literal["alert.created"]
    timestamp: datetime
    data: AlertData
