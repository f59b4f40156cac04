"""Rings of mutual supply, and the question they answer."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.schemas.chains import ChainLink
from app.schemas.suggestions import Probability
from app.schemas.suppliers import SupplierQuery
from app.vocabulary import Strength


class RingQuery(SupplierQuery):
    """Which rings are wanted; the conditions hold for everybody in them."""

    length: list[Literal[2, 3, 4]] = Field(default=[2, 3, 4], min_length=1, max_length=3)
    limit: Annotated[int, Field(ge=1, le=100)] = 10


class RingOut(BaseModel):
    """Each link's organisation meets the need of the one before; the last link's, that of the first."""

    probability: Probability
    strength: Strength
    links: list[ChainLink]


class RingPage(BaseModel):
    """Rings, the most probable first."""

    items: list[RingOut]
    total: int = Field(description="How many rings of these lengths there are.")
    index_version: int
