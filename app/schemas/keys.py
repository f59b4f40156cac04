"""Keys as they come in and go out; the key itself goes out once."""

from datetime import datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from app.access import SCOPES_OF
from app.schemas.organisation_input import written_moment
from app.schemas.texts import Id, Line, Strict, Word
from app.vocabulary import CallerKind, KeyState, Scope

LAST_YEAR = 2200


def _in_calendar(moment: datetime) -> datetime:
    # Moments at the ends of the calendar have no form in UTC.
    if not 2000 <= moment.year < LAST_YEAR:
        raise PydanticCustomError("moment_out_of_range", "not a moment to use", {"limit": LAST_YEAR})
    return moment


Moment = Annotated[AwareDatetime, BeforeValidator(written_moment), AfterValidator(_in_calendar)]
Origin = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?$"),
    Field(examples=["https://partners.example"]),
]


class KeyIn(Strict):
    """Whose key, and what it opens. Order matters: later fields are checked against earlier ones."""

    name: Line = Field(description="What it is for, as people find it in the list.", examples=["Сайт"])
    kind: CallerKind
    organisation_id: Id | None = Field(default=None, validate_default=True, description="Of a member's key.")
    centre_id: Word | None = Field(default=None, validate_default=True, description="Of a centre's key.")
    origins: list[Origin] = Field(
        default=[], max_length=20, validate_default=True, description="The website's pages that may use it."
    )
    scopes: list[Scope] = Field(default=[Scope.READ], min_length=1, max_length=10)
    expires_at: Moment | None = None

    @field_validator("organisation_id", "centre_id", "origins")
    @classmethod
    def _fits_kind(cls, value: object, info: ValidationInfo) -> object:
        holders = {"organisation_id": "member", "centre_id": "centre", "origins": "website"}
        wanted = info.data.get("kind") == holders[info.field_name or ""]
        if wanted and not value:
            raise PydanticCustomError("holder_required", "say whose key this is")
        if value and not wanted and "kind" in info.data:
            raise PydanticCustomError("holder_out_of_place", "a key of this kind has no such field")
        return value

    @field_validator("scopes")
    @classmethod
    def _for_kind(cls, scopes: list[Scope], info: ValidationInfo) -> list[Scope]:
        most = SCOPES_OF.get(info.data.get("kind", CallerKind.ADMIN), frozenset())
        if set(scopes) - most:
            expected = ", ".join(sorted(most))
            raise PydanticCustomError("scope_out_of_place", "not with this kind", {"expected": expected})
        return sorted(set(scopes))


class RotationIn(Strict):
    """How long the old key works beside the new one."""

    old_works_until: Moment | None = Field(default=None, description="A day from now when left out.")


class Key(BaseModel):
    """A key as it may be shown."""

    model_config = ConfigDict(from_attributes=True)

    id: Id
    name: str
    masked: str = Field(examples=["smz_live_…Ab3d"])
    kind: CallerKind
    organisation_id: Id | None
    centre_id: str | None
    origins: list[str]
    scopes: list[Scope]
    state: KeyState
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute.")
    replaced_by: Id | None
    version: int


class NewKey(Key):
    """A key that was just made. The key itself is shown this once."""

    key: str | None = Field(description="The key itself; null in a repeat by Idempotency-Key.")


class KeyPage(BaseModel):
    """A page of keys."""

    items: list[Key]
    next_cursor: str | None
