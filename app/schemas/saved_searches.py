"""Saved searches, in and out."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.schemas.suggestions import PartnerFilters, TextQuestion
from app.schemas.texts import Id, Line
from app.vocabulary import Language, Strength


class SearchSubject(StrEnum):
    """What a saved search looks for partners of."""

    TEXT = "text"
    STATEMENT = "statement"
    ORGANISATION = "organisation"


class AlertChannel(StrEnum):
    """How the holder of a saved search is told of an alert, besides the list of alerts."""

    WEBHOOK = "webhook"
    LETTER = "letter"


FIELD_OF = {SearchSubject.TEXT: "question", SearchSubject.STATEMENT: "statement_id"}
"""Which field says what is looked for; of an organisation a member need not name its own."""


class SavedSearchIn(PartnerFilters):
    """What to look for from now on, and how to tell of it. `about` comes first: others are checked by it."""

    name: Line = Field(examples=["Отливки для насосов"])
    about: SearchSubject = Field(
        description="`text`: the words in `question`; `statement`: one of your capabilities or needs; "
        "`organisation`: everything that fits what your organisation has published."
    )
    question: TextQuestion | None = Field(default=None, validate_default=True)
    statement_id: Id | None = Field(default=None, validate_default=True)
    organisation_id: Id | None = Field(
        default=None,
        validate_default=True,
        description="With `about: organisation`; a member may leave it out, a centre names its member.",
    )
    min_strength: Strength = Field(default=Strength.GOOD, description="Weaker ones raise no alert.")
    channels: list[AlertChannel] = Field(
        default=[],
        max_length=2,
        description="Besides the list of alerts: `webhook` tells your endpoints that want `alert.created`, "
        "`letter` writes to your organisation's contacts.",
        examples=[["letter"]],
    )
    language: Language = Field(default=Language.RU, description="Of the letters.")

    @field_validator("question", "statement_id", "organisation_id")
    @classmethod
    def _fits_subject(cls, value: object, info: ValidationInfo) -> object:
        about = info.data.get("about")
        if about is None:
            return value
        wanted = FIELD_OF.get(about, "organisation_id")
        if value is not None and info.field_name != wanted:
            raise PydanticCustomError("subject_conflict", "not with this subject", {"about": about.value})
        if value is None and info.field_name == wanted != "organisation_id":
            raise PydanticCustomError("required", "needed for this subject")
        return value


class SavedSearch(SavedSearchIn):
    """A saved search as it stands."""

    id: Id
    version: int
    created_at: datetime
    updated_at: datetime


class SavedSearchPage(BaseModel):
    """A page of saved searches."""

    items: list[SavedSearch]
    next_cursor: str | None
