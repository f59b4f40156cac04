"""Suggested partners, and the wish they answer."""

from typing import Annotated

from pydantic import BaseModel, Field

from app.schemas.codes import Okpd2, Okved2, Sector
from app.schemas.organisations import PartnerCard
from app.schemas.places import CountryCode, DistrictCode, RegionCode
from app.schemas.statements import StatementBrief
from app.schemas.texts import Id, Line, Paragraph, Strict, Word
from app.vocabulary import (
    Diversity,
    EmptyReason,
    Ground,
    OrganisationKind,
    RegionPreference,
    StatementKind,
    Strength,
)

Probability = Annotated[float, Field(ge=0, le=1, description="The chance that it fits, with two decimals.")]


class WishQuery(Strict):
    """Who may be suggested, and how many. A repeated parameter means «or»."""

    region: list[RegionCode] = Field(default=[], max_length=100)
    federal_district: list[DistrictCode] = Field(default=[], max_length=20)
    country: list[CountryCode] = Field(default=[], max_length=100)
    sector: list[Sector] = Field(default=[], max_length=100)
    kind: list[OrganisationKind] = Field(default=[], max_length=10)
    certificate: list[Word] = Field(default=[], max_length=20)
    exclude: list[Id] = Field(default=[], max_length=500, description="Organisations not to show.")
    prefer: RegionPreference = RegionPreference.ANY
    min_strength: Strength = Field(
        default=Strength.POSSIBLE, description="Only partners of at least this strength."
    )
    diversity: Diversity = Field(
        default=Diversity.NONE,
        description="`regions`: among partners of nearly the same probability, one of a region not yet shown "
        "goes first; what that costs is in `diversity_loss`.",
    )
    limit: Annotated[int, Field(ge=1, le=100)] = 10


class FreeTextSearch(WishQuery):
    """A need or a capability in words that is not stored anywhere."""

    text: Paragraph = Field(examples=["Нужны отливки корпусов насосов из чугуна СЧ20, 200 штук в месяц"])
    kind_of_text: StatementKind = Field(
        default=StatementKind.NEED, description="A need finds capabilities, a capability finds needs."
    )
    must_have: list[Line] = Field(default=[], max_length=50)
    okpd2: list[Okpd2] = Field(default=[], max_length=50)
    okved2: list[Okved2] = Field(default=[], max_length=50)
    own_country: CountryCode = Field(default="RU", description="Where the asking organisation is.")
    own_region: RegionCode | None = None


class ShareOut(BaseModel):
    """A word, a part of words or a code, and what it gave."""

    label: str
    amount: float


class EvidenceOut(BaseModel):
    """One reason two statements fit; contributions of a pair sum to its score."""

    signal: str
    name: str
    contribution: float
    shares: list[ShareOut]


class StatementPair(BaseModel):
    """Two statements that fit and why; `theirs` answers `mine`."""

    mine: StatementBrief
    theirs: StatementBrief
    score: float
    probability: Probability
    strength: Strength
    sentence: str
    evidence: list[EvidenceOut]
    covered: list[str]
    uncovered: list[str] = Field(description="What the need asks and the capability does not say.")
    compared: Ground = Field(
        description="`meaning`: words, codes and meaning; `across_scripts`: meaning and codes, for the texts "
        "share no script; `words`: words and codes only, for the encoder is off or a text has no vector yet."
    )


class PartnerSuggestion(BaseModel):
    """A partner with the pairs of statements that speak for it, best first."""

    organisation: PartnerCard
    score: float
    probability: Probability
    strength: Strength
    mutual: bool = Field(
        description="At least good in both directions: they can what you need, and need what you can."
    )
    pairs: list[StatementPair]


class SuggestionPage(BaseModel):
    """Suggested partners, best first, and what happened to the other candidates."""

    items: list[PartnerSuggestion]
    index_version: int = Field(description="The same wish at the same version gives the same answer.")
    model_version: str = Field(description="Which set of ranking numbers gave these scores.")
    considered: int = Field(description="Statements of the asked kind before any filter.")
    removed: dict[str, int] = Field(
        description="How many of them each filter took away; `min_strength` counts partners: those found "
        "that were too weak."
    )
    diversity_loss: float = Field(
        description="The part of the list's probability, earlier places counting more, that mixing regions "
        "gave away; 0 where none were mixed."
    )
    empty_reason: EmptyReason | None
    advice: str | None = Field(description="What to change when nothing was found.")
