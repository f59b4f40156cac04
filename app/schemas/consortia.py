"""Consortia, and the brief they answer."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.schemas.organisations import PartnerCard
from app.schemas.suggestions import Probability, StatementPair
from app.schemas.suppliers import SupplierQuery
from app.schemas.texts import Id, Line, Paragraph, Strict
from app.vocabulary import OrganisationKind, Strength


class BriefNeed(Strict):
    """One need of the brief: a text, or a stored need by its `statement_id`."""

    text: Paragraph | None = Field(default=None, examples=["Отливки корпусов насосов из чугуна СЧ20"])
    statement_id: Id | None = None
    must_have: list[Line] = Field(default=[], max_length=50, description="What a text insists on.")
    optional: bool = Field(default=False, description="Covered where it can be; else it has to be.")


class ConsortiumBrief(SupplierQuery):
    """What has to be covered, and what the consortium must be; filters hold for all members."""

    needs: list[BriefNeed] = Field(min_length=1, max_length=12)
    required_kinds: list[OrganisationKind] = Field(
        default=[], max_length=6, description="Kinds of which one member at least must be."
    )
    include: list[Id] = Field(default=[], max_length=10, description="Organisations that must take part.")
    min_regions: Annotated[int, Field(ge=1, le=20)] | None = None
    max_regions: Annotated[int, Field(ge=1, le=20)] | None = None
    max_members: Annotated[int, Field(ge=1, le=20)] | None = None
    alternatives: Annotated[int, Field(ge=0, le=5)] = 2


class ConsortiumPart(BaseModel):
    """Which member takes part in which need (by its place in the brief), and why."""

    need: int
    organisation_id: Id
    pair: StatementPair


class ConsortiumOut(BaseModel):
    """Members with their parts; the probability is the product of those of all parts."""

    probability: Probability
    strength: Strength
    members: list[PartnerCard]
    parts: list[ConsortiumPart]
    uncovered: list[int] = Field(description="Places of the needs that nobody takes part in.")


class ConsortiumPrice(BaseModel):
    """What there would be without a condition: nothing where `members` is null."""

    condition: str
    members: int | None
    probability: Probability | None
    uncovered: list[int]
    changes: bool = Field(description="Whether the consortium would have other members.")


class ConsortiumAnswer(BaseModel):
    """The smallest consortium with the greatest probability, and what it could be instead."""

    best: ConsortiumOut | None
    alternatives: list[ConsortiumOut] = Field(description="The next best ones, each of other members.")
    prices: list[ConsortiumPrice]
    conflict: list[str] = Field(
        description="Where there is none: conditions and needs (`needs/0`) that cannot be had together; with "
        "all but any one of them there would be a consortium."
    )
    index_version: int
    model_version: str
