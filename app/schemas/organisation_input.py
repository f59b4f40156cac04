"""An organisation as it comes in."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from app.schemas.codes import Okved2
from app.schemas.identifiers import IdentifierError, check_identifier
from app.schemas.places import CountryCode, RegionCode
from app.schemas.texts import Line, Paragraph, Strict, Word
from app.vocabulary import OrganisationKind, SizeBand, Source, Visibility

WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/@]+(/\S*)?$", max_length=300)]
Email = Annotated[str, StringConstraints(pattern=r"^[^\s@]+@[^\s@]+\.[^\s@]+$", max_length=254)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[\d\s()-]{5,30}$")]


EARLIEST_CONSENT = datetime(2006, 7, 27, tzinfo=UTC)
"""The day of 152-ФЗ; an earlier consent cannot be one under it."""


def _plausible(moment: datetime) -> datetime:
    # Compared before any conversion: moments at the ends of the calendar have no form in UTC.
    if moment.replace(tzinfo=UTC) < EARLIEST_CONSENT or moment > datetime.now(UTC):
        raise PydanticCustomError("consent_date", "no plausible date of a consent")
    return moment


def written_moment(value: object) -> object:
    """The value where it is a moment in writing; raises a validation error for a bare number."""
    if not isinstance(value, str | datetime):
        raise PydanticCustomError("type_datetime", "a moment as text is needed")
    return value


ConsentMoment = Annotated[AwareDatetime, BeforeValidator(written_moment), AfterValidator(_plausible)]


class IdentifierIn(Strict):
    """An official number; spaces and hyphens in it do not matter."""

    scheme: Word = Field(examples=["inn"])
    number: Word = Field(examples=["7707083893"])


class CertificateIn(Strict):
    """A certificate the organisation holds."""

    kind: Word = Field(examples=["ISO 9001"])
    number: Word | None = None
    issuer: Line | None = None
    valid_until: date | None = None


class ContactIn(Strict):
    """A person to talk to, who agreed to be named here; never shown before both sides accept."""

    name: Line
    position: Line | None = None
    email: Email | None = None
    phone: Phone | None = None
    consent_at: ConsentMoment = Field(description="When the person agreed to the use of these data (152-ФЗ).")

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if not (self.email or self.phone):
            raise PydanticCustomError("contact_unreachable", "give an e-mail or a phone")
        return self


class Localisation(Strict):
    """An entry in the register of Russian industrial products (ПП 719)."""

    register_number: Word
    points: Annotated[int, Field(ge=0, le=10_000)] | None = None
    valid_until: date | None = None


class OrganisationIn(Strict):
    """What may be said of an organisation. Order matters: later fields are checked against earlier ones."""

    kind: OrganisationKind
    legal_name: Line = Field(examples=["ООО «Кварцит-Л»"])
    short_name: Line | None = None
    legal_form: Word | None = Field(default=None, examples=["ООО"])
    country: CountryCode = Field(examples=["RU"])
    region: RegionCode | None = Field(
        default=None, validate_default=True, examples=["RU-SVE"], description="Required for Russia."
    )
    city: Line
    address: Line | None = None
    site: WebAddress | None = None
    languages: list[Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]] = Field(
        default=[], max_length=20
    )
    size: SizeBand | None = None
    description: Paragraph | None = None
    source: Source = Field(
        default=Source.ADMIN,
        description="Where the data comes from. A `directory` entry may lack numbers and codes.",
    )
    identifiers: list[IdentifierIn] = Field(default=[], max_length=20, validate_default=True)
    okved2_main: Okved2 | None = Field(
        default=None,
        validate_default=True,
        examples=["24.53"],
        description="Required for Russia.",
    )
    okved2: list[Okved2] = Field(default=[], max_length=100)
    centre_id: Word | None = None
    cluster_ids: list[Word] = Field(default=[], max_length=50)
    committee_ids: list[Word] = Field(default=[], max_length=50)
    external_id: Word | None = Field(default=None, description="The centre's own number for it.")
    visibility: Visibility = Visibility.PUBLIC
    certificates: list[CertificateIn] = Field(default=[], max_length=100)
    localisation: Localisation | None = None
    contacts: list[ContactIn] = Field(default=[], max_length=20, description="Never public.")

    @field_validator("region")
    @classmethod
    def _region_fits_country(cls, region: str | None, info: ValidationInfo) -> str | None:
        russian = info.data.get("country") == "RU"
        if russian and region is None:
            raise PydanticCustomError("region_required", "a Russian organisation needs a region")
        if region is not None and not russian and "country" in info.data:
            raise PydanticCustomError("region_foreign", "only a Russian organisation has a region")
        return region

    @field_validator("okved2_main")
    @classmethod
    def _main_activity(cls, code: str | None, info: ValidationInfo) -> str | None:
        if code is None and _is_full_russian_profile(info):
            raise PydanticCustomError("okved2_required", "a Russian organisation names its main activity")
        return code

    @field_validator("identifiers")
    @classmethod
    def _numbers(cls, given: list[IdentifierIn], info: ValidationInfo) -> list[IdentifierIn]:
        country = info.data.get("country")
        if country is None:
            return given
        _check_numbers(country, given)
        if _is_full_russian_profile(info) and not any(item.scheme == "inn" for item in given):
            raise PydanticCustomError("inn_required", "a Russian organisation needs its ИНН")
        return given


def _is_full_russian_profile(info: ValidationInfo) -> bool:
    return info.data.get("country") == "RU" and info.data.get("source", Source.ADMIN) != Source.DIRECTORY


def _check_numbers(country: str, given: Sequence[IdentifierIn]) -> None:
    wrong: list[InitErrorDetails] = []
    for position, item in enumerate(given):
        try:
            item.number = check_identifier(country, item.scheme, item.number).number
        except IdentifierError as error:
            field = "scheme" if error.code.startswith("scheme") else "number"
            wrong.append(_line_error(error.code, error.params, (position, field)))
    seen: set[tuple[str, str]] = set()
    for position, item in enumerate(given):
        if (item.scheme, item.number) in seen:
            wrong.append(_line_error("number_repeated", {}, (position, "number")))
        seen.add((item.scheme, item.number))
    if wrong:
        raise ValidationError.from_exception_data("identifiers", wrong)


def _line_error(code: str, params: Mapping[str, object], where: tuple[int | str, ...]) -> InitErrorDetails:
    # The template is never shown: the message catalogue speaks, in the caller's language.
    kind = PydanticCustomError(code, "wrong number", dict(params))
    return InitErrorDetails(type=kind, loc=where, input=None)
