"""A statement as it goes out."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from app.schemas.texts import Id
from app.vocabulary import NeedType, StatementKind, StatementStatus, Visibility


class StatementBrief(BaseModel):
    """What a suggestion shows of a statement."""

    id: Id | None
    kind: StatementKind
    title: str
    text: str
    sector: str | None


class Statement(BaseModel):
    """A statement without what its owner keeps private."""

    id: Id
    organisation_id: Id
    kind: StatementKind
    status: StatementStatus
    title: str
    text: str
    text_en: str | None
    external_id: str | None
    okpd2: list[str]
    okved2: list[str]
    tnved: list[str]
    sector: str | None
    core: bool
    processes: list[str]
    equipment: list[str]
    materials: list[str]
    batch: str | None
    tolerance: str | None
    capacity_per_month: str | None
    lead_time_days: int | None
    readiness_level: int | None
    need_type: NeedType | None
    volume: str | None
    deliver_from: date | None
    deliver_until: date | None
    wished_regions: list[str]
    must_have: list[str]
    replaces_import: str | None
    expires_on: date | None
    version: int
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None


class FieldChange(BaseModel):
    """A field as it stands, and as its owner wishes it."""

    field: str
    old: Any
    new: Any


class OpenReview(BaseModel):
    """What of a statement waits for its centre."""

    id: Id
    opened_at: datetime
    due_on: date | None
    centre_id: str | None = Field(description="The centre it was handed over to.")
    changes: list[FieldChange] | None = Field(
        description="Changes that wait while the statement stays as published; null where all of it waits."
    )


class OwnStatement(Statement):
    """A statement as its owner, its owner's centre and the administrator see it."""

    budget: str | None
    visibility: Visibility | None = Field(description="Null is as its organisation; never wider than that.")
    rejection_reason: str | None
    review: OpenReview | None = Field(description="What waits for review; null where nothing does.")


class StatementPage(BaseModel):
    """A page of statements; those you keep with their private fields."""

    items: list[OwnStatement | Statement]
    next_cursor: str | None
