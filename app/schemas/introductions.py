"""Introductions as they come in and go out."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.introducing import IntroductionState, IntroductionStep, OutcomeType, Side
from app.schemas.organisations import PartnerCard
from app.schemas.statements import StatementBrief
from app.schemas.texts import Id, Strict, clean_paragraph

Reason = Annotated[str, StringConstraints(min_length=20, max_length=4_000), AfterValidator(clean_paragraph)]
Seq = Annotated[int, Field(ge=0, le=2**53)]


class Seen(Strict):
    """Where the partner stood in the suggestions the client saw."""

    rank: Annotated[int, Field(ge=1, le=1000)] = Field(description="Its place, from 1.")
    probability: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    index_version: Seq | None = Field(default=None, description="`index_version` of that page.")


class IntroductionIn(Strict):
    """An interest in a partner: who asks, whom, why, and about which statements."""

    partner_id: Id = Field(
        description="Its id, or of an anonymous partner the handle from your suggestions.",
        examples=["0197f5c0-7d3e-7c64-9f0a-0a4f4a1c2b3d"],
    )
    reason: Reason = Field(
        description="What the partner reads first, at least 20 characters.",
        examples=["Вы льёте корпуса насосов из СЧ20, нам нужно 200 штук в месяц: обсудим пробную партию?"],
    )
    organisation_id: Id | None = Field(
        default=None, description="On whose behalf; a member's key leaves it out, others must name one."
    )
    statement_id: Id | None = Field(default=None, description="A published statement of yours it is about.")
    partner_statement_id: Id | None = Field(
        default=None, description="A published statement of the partner it is about."
    )
    suggested: Seen | None = Field(
        default=None, description="What the suggestions said; kept to learn how often which rank succeeds."
    )


class IntroductionStepIn(Strict):
    """The next step: another state, or the outcome your side states."""

    state: IntroductionState | None = Field(
        default=None,
        description="`accepted` or `declined` by the partner; `withdrawn` by either side, also afterwards.",
        examples=["accepted"],
    )
    decline_reason: Reason | None = Field(
        default=None, validate_default=True, description="With `declined`: why."
    )
    outcome: OutcomeType | None = Field(
        default=None, description="What it led to; counts once both sides state the same."
    )
    organisation_id: Id | None = Field(
        default=None,
        description="For which side, where you act for both; the initiator's when left out.",
    )

    @field_validator("state")
    @classmethod
    def _can_be_wished(cls, state: IntroductionState | None) -> IntroductionState | None:
        wishes = (IntroductionState.ACCEPTED, IntroductionState.DECLINED, IntroductionState.WITHDRAWN)
        if state is not None and state not in wishes:
            expected = ", ".join(wishes)
            raise PydanticCustomError("unknown_value", "{expected}", {"expected": expected})
        return state

    @field_validator("decline_reason")
    @classmethod
    def _fits_state(cls, reason: str | None, info: ValidationInfo) -> str | None:
        declined = info.data.get("state") is IntroductionState.DECLINED
        if declined and reason is None:
            raise PydanticCustomError("decline_reason_required", "declined without a reason")
        if reason is not None and not declined:
            raise PydanticCustomError("decline_reason_out_of_place", "a reason without a refusal")
        return reason

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.state is None) is (self.outcome is None):
            raise PydanticCustomError("one_step", "either a state or an outcome")
        return self


class IntroductionSide(BaseModel):
    """One side: by name where you may know it, otherwise no more than its sector and place."""

    organisation: PartnerCard
    statement: StatementBrief | None
    yours: bool = Field(description="You act for this side.")
    outcome: OutcomeType | None = Field(description="What this side says it led to.")


class IntroductionEvent(BaseModel):
    """One step: when, what, on which side, and what kind of caller acted."""

    at: datetime
    step: IntroductionStep
    side: Side | None
    by: str = Field(description="`member`, `centre`, `admin` or `clock`.", examples=["centre"])


class Introduction(BaseModel):
    """An introduction, as far as you may know the other side."""

    model_config = ConfigDict(from_attributes=True)

    id: Id
    state: IntroductionState
    reason: str
    decline_reason: str | None
    initiator: IntroductionSide
    partner: IntroductionSide
    outcome: OutcomeType | None = Field(description="What both sides confirmed.")
    contacts_open: bool = Field(description="Both accepts stand: `/contacts` answers.")
    withdrawn_by: Side | None
    deadline_at: datetime = Field(description="Until when the partner may answer.")
    answered_at: datetime | None
    ended_at: datetime | None
    concluded_at: datetime | None
    events: list[IntroductionEvent]
    version: int
    created_at: datetime
    updated_at: datetime


class IntroductionPage(BaseModel):
    """A page of introductions."""

    items: list[Introduction]
    next_cursor: str | None


class OpenContact(BaseModel):
    """A contact of the other side, while both accepts stand."""

    side: Side
    name: str
    position: str | None
    email: str | None
    phone: str | None


class OpenContactList(BaseModel):
    """The contacts of the sides you do not act for; of both sides where you act for both."""

    items: list[OpenContact]
