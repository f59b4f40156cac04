"""Reviews of statements, and how they are decided."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from app.schemas.centres import CentreId
from app.schemas.organisations import OrganisationCard
from app.schemas.statements import FieldChange, OwnStatement, Statement
from app.schemas.texts import Id, Line, Strict
from app.vocabulary import ReviewState


class Review(BaseModel):
    """One review: what waits, since when, until when, and how it ended."""

    id: Id
    state: ReviewState
    organisation: OrganisationCard
    statement: OwnStatement | Statement = Field(
        description="The statement as it stands; with its private fields where you keep it."
    )
    changes: list[FieldChange] | None = Field(
        description="What is wished to be changed in the published statement; null where all of it waits."
    )
    opened_by: str = Field(description="Kind and id of who asked for it.", examples=["member:0197f5c0-…"])
    opened_at: datetime
    age_days: int = Field(description="Calendar days since then, in Moscow.")
    due_on: date | None = Field(description="The last day to decide; null where none was set.")
    overdue: bool
    centre_id: str | None = Field(description="The centre it was handed over to.")
    handed_over_by: str | None
    handed_over_at: datetime | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None = Field(description="Why it was rejected.")
    version: int


class ReviewPage(BaseModel):
    """A page of reviews."""

    items: list[Review]
    next_cursor: str | None


class RejectionIn(Strict):
    """Why a statement is not published; its owner reads this."""

    reason: Line = Field(examples=["Не сказано, какие детали и из чего"])


class HandOverIn(Strict):
    """The centre that shall decide."""

    centre_id: CentreId = Field(examples=["north"])
