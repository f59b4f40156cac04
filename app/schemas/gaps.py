"""The gap map: open needs by sector and place, and who meets them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.schemas.places import DistrictCode, RegionCode
from app.schemas.statements import Statement
from app.schemas.texts import Strict
from app.vocabulary import CoveredBy, OrganisationKind, Strength

SectionCode = Annotated[str, Field(pattern="^[A-U]$", examples=["C"])]
Count = Annotated[int | None, Field(description="Null where it is too small to be shown, or never counted.")]


class GapFilters(Strict):
    """Which needs are counted. A repeated value means «or»."""

    region: list[RegionCode] = Field(default=[], max_length=100, description="Needs a key.")
    federal_district: list[DistrictCode] = Field(default=[], max_length=20)
    section: list[SectionCode] = Field(default=[], max_length=21, description="A section of ОКВЭД2.")
    kind: list[OrganisationKind] = Field(default=[], max_length=10, description="Whose needs. Needs a key.")
    min_strength: Strength = Field(
        default=Strength.GOOD, description="Who meets a need less well than this does not meet it."
    )


class SovereigntyQuery(Strict):
    """How well a domestic maker must meet a need to count."""

    min_strength: Strength = Strength.GOOD


class GapQuery(GapFilters):
    """Which needs are counted, and how finely. Without a key: by district and section only."""

    places: Literal["region", "district"] = "district"
    sectors: Literal["section", "class"] = "section"


class GapNeedQuery(GapFilters):
    """Which needs are listed."""

    covered_by: list[CoveredBy] = Field(default=[], max_length=4)
    cursor: str | None = Field(default=None, max_length=500)
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class GapCounts(BaseModel):
    """Open needs by the nearest place from which somebody meets them."""

    needs: Count
    own_region: Count
    another_region: Count
    foreign: Count
    nobody: Count
    suppressed: bool = Field(description="Something here is too small to be shown, or is not counted in.")


class GapCell(GapCounts):
    """The needs of a sector in a place; nulls are needs from abroad, and needs that name no sector."""

    federal_district: str | None
    region: str | None = Field(description="Only where places are regions.")
    sector: str | None = Field(description="A section of ОКВЭД2, or a class where sectors are classes.")


class GapMap(BaseModel):
    """Who meets the open needs, cell by cell; cells without needs are left out."""

    min_strength: Strength
    total: GapCounts = Field(description="The sum of what the cells show, no more.")
    items: list[GapCell]
    note: str
    index_version: int | None = Field(description="Null before the map was made for the first time.")
    computed_at: datetime | None


class GapNeed(BaseModel):
    """An open need, and how well the best supplier of each place meets it; 0 is nobody."""

    statement: Statement
    covered_by: CoveredBy
    own_region: float
    another_region: float
    foreign: float


class ImportedItem(BaseModel):
    """An imported item that needs name, and for which no domestic maker is known."""

    item: str = Field(description="As the oldest of the needs writes it.")
    needs: int = Field(description="Needs that wait for a domestic maker.")
    organisations: int
    foreign: int = Field(description="Of these needs, those that somebody abroad meets.")
    statement_ids: list[str]


class SovereigntyList(BaseModel):
    """Imported items without a domestic maker, those with most needs waiting first."""

    min_strength: Strength
    items: list[ImportedItem]
    note: str
    index_version: int | None
    computed_at: datetime | None


class GapNeedPage(BaseModel):
    """A page of needs behind the map."""

    items: list[GapNeed]
    next_cursor: str | None
    index_version: int | None
    computed_at: datetime | None
