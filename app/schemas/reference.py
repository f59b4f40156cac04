"""Reference tables and published descriptions, as they go out."""

from pydantic import BaseModel, Field


class CountryOut(BaseModel):
    """A country of ISO 3166-1."""

    code: str
    name_ru: str
    name_en: str


class RegionOut(CountryOut):
    """A subject of the Russian Federation, with its place on the tile map."""

    federal_district: str | None
    aliases: list[str]
    latitude: float
    longitude: float
    tile_row: int
    tile_column: int


class SignalOut(BaseModel):
    """A reason for which two statements may fit, as the engine uses it."""

    name: str
    name_ru: str
    name_en: str
    description_ru: str
    description_en: str
    weight: float


class CountryList(BaseModel):
    """All countries."""

    items: list[CountryOut]


class RegionList(BaseModel):
    """All regions."""

    items: list[RegionOut]


class SignalList(BaseModel):
    """All signals of the running engine, with their weights."""

    items: list[SignalOut]
    model_version: str


class ProblemError(BaseModel):
    """One thing wrong with the request."""

    pointer: str = Field(description="JSON Pointer into the body, or the name of the parameter.")
    location: str = Field(description="body, query, path or header")
    code: str
    detail: str


class Problem(BaseModel):
    """A refusal in the form of RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[ProblemError] = []


class ProblemType(BaseModel):
    """What a problem code means and what to do about it."""

    code: str
    status: int
    title_ru: str
    title_en: str
    description: str
