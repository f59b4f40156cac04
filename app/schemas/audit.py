"""The audit log as it goes out: who changed what, when; names of fields and never a value."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.keys import Moment
from app.schemas.texts import Id, Strict, Word
from app.vocabulary import CallerKind, ChangeAction


class AuditQuery(Strict):
    """Which changes; a repeated parameter means «or»."""

    organisation_id: list[Id] = Field(default=[], max_length=100, description="Whose record was changed.")
    entity: list[Word] = Field(default=[], max_length=20, examples=[["organisation", "key"]])
    entity_id: Word | None = None
    action: list[ChangeAction] = Field(default=[], max_length=10)
    actor_kind: list[CallerKind] = Field(default=[], max_length=4)
    actor_id: Word | None = Field(default=None, description="The id of the member, the centre or the key.")
    since: Moment | None = Field(default=None, description="The first moment that counts.")
    until: Moment | None = Field(default=None, description="The first moment that does not count any more.")


class AuditPageQuery(AuditQuery):
    """Which changes, a page at a time."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, Field(max_length=2000)] | None = None


class AuditEntry(BaseModel):
    """One change: who, what, when."""

    model_config = ConfigDict(from_attributes=True)

    seq: int = Field(description="Grows with every change; the order of commits.")
    at: datetime
    entity: str = Field(examples=["organisation", "statement", "key", "contact", "erasure"])
    entity_id: str
    organisation_id: str = Field(description="Whose record it is; empty for those of nobody.")
    action: ChangeAction
    fields: list[str] = Field(description="Names of what changed, never values.")
    actor_kind: str
    actor_id: str = Field(
        description="The member's or the centre's id; of an administrator the id of its key, or the name of "
        "the command."
    )
    key_id: str | None = Field(description="The key that was used; null for commands and the first key.")


class AuditPage(BaseModel):
    """A page of the audit log, newest first."""

    items: list[AuditEntry]
    next_cursor: str | None
