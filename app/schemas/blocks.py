"""Entries of a block list as they go out."""

from datetime import datetime

from pydantic import BaseModel, Field

from app.schemas.organisations import PartnerCard


class Block(BaseModel):
    """Whom an organisation does not want to meet, and since when."""

    partner: PartnerCard = Field(description="Its id, or of an anonymous one your handle, removes the entry.")
    created_at: datetime


class BlockPage(BaseModel):
    """A page of a block list."""

    items: list[Block]
    next_cursor: str | None
