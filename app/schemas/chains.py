"""Cooperation chains, and the question they answer."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.schemas.organisations import PartnerCard
from app.schemas.places import CountryCode, RegionCode
from app.schemas.statements import StatementBrief
from app.schemas.suggestions import Probability, StatementPair
from app.schemas.suppliers import SupplierQuery
from app.schemas.texts import Id, Line, Paragraph
from app.vocabulary import ChainEnd, EmptyReason, Strength


class ChainSearch(SupplierQuery):
    """Where a chain begins: a text, a stored need, or all needs of an organisation; one of the three."""

    text: Paragraph | None = Field(
        default=None, examples=["Нужны отливки корпусов насосов из чугуна СЧ20, 200 штук в месяц"]
    )
    must_have: list[Line] = Field(default=[], max_length=50, description="What a text insists on.")
    own_country: CountryCode = Field(default="RU", description="Where the organisation behind a text is.")
    own_region: RegionCode | None = None
    statement_id: Id | None = None
    organisation_id: Id | None = None
    depth: Annotated[int, Field(ge=2, le=4, description="The most links of a chain.")] = 3
    min_links: Annotated[int, Field(ge=2, le=4, description="The fewest links of a chain.")] = 2
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class ChainLink(BaseModel):
    """An organisation that meets the need before it, and why; `mine` is the need, `theirs` the capability."""

    organisation: PartnerCard
    pair: StatementPair


class ChainOut(BaseModel):
    """Links from the first need on; the need of each further link is of the organisation before it."""

    probability: Probability
    strength: Strength
    end: ChainEnd = Field(
        description="`complete`: the last organisation needs nothing; `open`: nobody outside the chain meets "
        "what it needs; `depth`: no longer chain was asked for."
    )
    links: list[ChainLink]
    open_needs: list[StatementBrief] = Field(description="What the last organisation of an open chain needs.")


class ChainPage(BaseModel):
    """Chains, the most probable first; no two organisations stand in a chain twice."""

    items: list[ChainOut]
    index_version: int = Field(description="The same question at the same version gives the same answer.")
    model_version: str = Field(description="Which set of ranking numbers gave these probabilities.")
    considered: int = Field(description="Capabilities that may meet the first need, before any filter.")
    removed: dict[str, int] = Field(description="How many of them each filter took away.")
    empty_reason: EmptyReason | None
    advice: str | None = Field(description="What to change when nothing was found.")
