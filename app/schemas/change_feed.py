"""The change feed as another system follows it: what to read anew, and what to forget."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from app.schemas.texts import Strict
from app.vocabulary import ChangeAction

LONGEST_NUMBER = 10**18 - 1
"""The greatest sequence number that may be asked for; it fits every database."""


class RecordState(StrEnum):
    """What a follower does with a record."""

    PRESENT = "present"
    GONE = "gone"


class ChangeFeedQuery(Strict):
    """After which change, and how many."""

    after: Annotated[int, Field(ge=0, le=LONGEST_NUMBER)] | None = Field(
        default=None, description="`next_after` of the page before; left out, where the feed stands now."
    )
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class FeedItem(BaseModel):
    """One change: which record, and whether it is there for the caller now."""

    seq: int = Field(description="Grows with every change; the order of commits.")
    at: datetime
    kind: str = Field(examples=["organisation", "statement", "centre"])
    id: str
    organisation_id: str = Field(description="Whose record it is; empty for a centre.")
    state: RecordState = Field(
        description="As it is now, not as it was: `present` is read anew, `gone` is deleted or out of reach. "
        "With an organisation all its statements are gone."
    )
    whole: bool = Field(
        description="The record came into reach, or may have: of an organisation read its statements anew "
        "too, of a centre all its lists."
    )
    action: ChangeAction
    fields: list[str] = Field(description="Names of what changed, never values.")
    actor_kind: str
    actor_id: str


class ChangeFeed(BaseModel):
    """The next changes, oldest first."""

    items: list[FeedItem]
    next_after: int = Field(description="Where to go on, also after an empty page.")
    more: bool = Field(description="There are further changes already.")
