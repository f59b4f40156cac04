"""A statement as it comes in: a capability or a need."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from app.schemas.codes import Okpd2, Okved2, Sector, Tnved, sector_of
from app.schemas.places import RegionCode
from app.schemas.texts import Line, Paragraph, Strict, Word
from app.vocabulary import NeedType, StatementKind, StatementStatus, Visibility

CAPABILITY_FIELDS = (
    "core",
    "processes",
    "equipment",
    "materials",
    "batch",
    "tolerance",
    "capacity_per_month",
    "lead_time_days",
    "readiness_level",
)
NEED_FIELDS = (
    "need_type",
    "volume",
    "deliver_from",
    "deliver_until",
    "wished_regions",
    "must_have",
    "replaces_import",
    "budget",
)
TITLE_LENGTH = 120
"""Longest title made from a text; a card in a list has room for about two lines."""

Words = Annotated[list[Line], Field(max_length=50)]


class StatementIn(Strict):
    """What may be said in a statement. `kind` comes first: other fields are checked against it."""

    kind: StatementKind
    status: StatementStatus = StatementStatus.DRAFT
    title: Line | None = Field(default=None, description="Made from the text when left out.")
    text: Paragraph = Field(examples=["Литьё корпусных деталей из АК12 под давлением, до 12 кг, от 500 шт."])
    text_en: Paragraph | None = None
    external_id: Word | None = None
    okpd2: list[Okpd2] = Field(default=[], max_length=50, examples=[["24.53.10"]])
    okved2: list[Okved2] = Field(default=[], max_length=50)
    tnved: list[Tnved] = Field(default=[], max_length=50)
    sector: Sector | None = Field(
        default=None, description="ОКВЭД2 class; taken from the codes when left out."
    )
    core: bool = False
    processes: Words = Field(default=[])
    equipment: Words = Field(default=[])
    materials: Words = Field(default=[])
    batch: Line | None = None
    tolerance: Line | None = None
    capacity_per_month: Line | None = None
    lead_time_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    readiness_level: Annotated[int, Field(ge=1, le=9, description="УГТ, ГОСТ Р 58048.")] | None = None
    need_type: NeedType | None = None
    volume: Line | None = None
    deliver_from: date | None = None
    deliver_until: date | None = None
    wished_regions: list[RegionCode] = Field(default=[], max_length=89)
    must_have: Words = Field(default=[])
    replaces_import: Line | None = None
    budget: Line | None = Field(default=None, description="Private: never shown to others.")
    expires_on: date | None = Field(default=None, description="A need ends 180 days from now by default.")
    visibility: Visibility | None = Field(
        default=None,
        description="Who may see it; the organisation's where left out, and never wider than that.",
    )
    rejection_reason: Line | None = None

    @field_validator(*CAPABILITY_FIELDS)
    @classmethod
    def _capability_only(cls, value: Any, info: ValidationInfo) -> Any:
        if value and info.data.get("kind") is StatementKind.NEED:
            raise PydanticCustomError("capability_only", "only a capability has this")
        return value

    @field_validator(*NEED_FIELDS)
    @classmethod
    def _need_only(cls, value: Any, info: ValidationInfo) -> Any:
        if value and info.data.get("kind") is StatementKind.CAPABILITY:
            raise PydanticCustomError("need_only", "only a need has this")
        return value

    @field_validator("deliver_until")
    @classmethod
    def _window(cls, until: date | None, info: ValidationInfo) -> date | None:
        start = info.data.get("deliver_from")
        if start and until and until < start:
            raise PydanticCustomError("window_reversed", "the window ends before it begins")
        return until

    @model_validator(mode="after")
    def _fill(self) -> Self:
        self.title = self.title or title_of(self.text)
        self.sector = self.sector or sector_of((*self.okpd2, *self.okved2))
        if self.kind is StatementKind.NEED:
            self.need_type = self.need_type or NeedType.SUPPLY
        return self

    def codes(self) -> list[tuple[str, str]]:
        """All classifier codes as (scheme, code), sorted, each once."""
        pairs = {(scheme, code) for scheme in ("okpd2", "okved2", "tnved") for code in getattr(self, scheme)}
        return sorted(pairs)


class RenewalIn(Strict):
    """Until when a statement shall stand."""

    expires_on: date | None = Field(
        default=None, description="180 days from now where left out.", examples=["2027-06-30"]
    )


def title_of(text: str) -> str:
    """A title made of a text: its first clause, cut at a word to at most TITLE_LENGTH characters."""
    first = text.strip().splitlines()[0].split(". ")[0].strip()
    if len(first) <= TITLE_LENGTH:
        return first
    return first[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
