"""Feedback on suggestions, in and out."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.schemas.suggestions import Probability
from app.schemas.texts import Id, Paragraph, Strict, Word
from app.vocabulary import FeedbackReason, Verdict

LARGEST_VERSION = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exact (RFC 8259)."""

Rank = Annotated[int, Field(ge=1, le=100, description="The place in the list it was shown at, from 1.")]
Comment = Annotated[Paragraph, StringConstraints(max_length=2_000)]


class FeedbackIn(Strict):
    """What you think of a suggested partner. Order matters: later fields are checked against earlier ones."""

    verdict: Verdict
    partner_id: Id = Field(description="The id in the suggestion; of an anonymous partner its handle.")
    own_statement_id: Id | None = Field(
        default=None, description="Your statement of the pair you mean; without one the partner as a whole."
    )
    statement_id: Id | None = Field(default=None, description="The partner's statement of the pair.")
    reason: FeedbackReason | None = None
    comment: Comment | None = Field(default=None, description="In your own words; no personal data, please.")
    hide_until: date | None = Field(
        default=None,
        description="The last day on which the partner is not suggested to you; null hides nobody. Left out: "
        "`SMEZHNIK_FEEDBACK_HIDE_DAYS` from today for a partner as a whole, not at all for a pair.",
    )
    rank: Rank | None = None
    probability: Probability | None = Field(default=None, description="As it was shown.")
    index_version: Annotated[int, Field(ge=0, le=LARGEST_VERSION)] | None = None
    model_version: Word | None = None

    @field_validator("reason", "hide_until")
    @classmethod
    def _of_not_useful(cls, value: object, info: ValidationInfo) -> object:
        if value is not None and info.data.get("verdict") is Verdict.USEFUL:
            raise PydanticCustomError("not_of_useful", "useful needs no excuse")
        return value


class FeedbackOut(BaseModel):
    """Feedback as it stands."""

    id: Id
    verdict: Verdict
    partner_id: Id | None = Field(
        description="A handle of yours where the partner is anonymous; null where it is hidden by now."
    )
    own_statement_id: Id | None
    statement_id: Id | None
    reason: FeedbackReason | None
    comment: str | None
    hide_until: date | None
    rank: int | None
    probability: float | None
    index_version: int | None
    model_version: str | None
    given_by: str = Field(examples=["centre:north"])
    created_at: datetime
    version: int


class FeedbackPage(BaseModel):
    """A page of feedback."""

    items: list[FeedbackOut]
    next_cursor: str | None
