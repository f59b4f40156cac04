"""An organisation as it goes out."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.organisation_input import Localisation
from app.schemas.texts import Id
from app.vocabulary import OrganisationKind, SizeBand, Source, Visibility


class Identifier(BaseModel):
    """An official number as stored: its form is right; whether a register knows it is another question."""

    model_config = ConfigDict(from_attributes=True)

    scheme: str
    number: str
    format_valid: Literal[True] = True
    registry_confirmed: bool = False
    needs_confirmation: bool


class Certificate(BaseModel):
    """A certificate and whether it counts today."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    number: str | None
    issuer: str | None
    valid_until: date | None
    valid: bool


class Notice(BaseModel):
    """Something to look at that is no error."""

    pointer: str
    code: str
    detail: str


class Provenance(BaseModel):
    """Where a group of fields comes from."""

    source: Source
    on: date
    by: str


class OrganisationCard(BaseModel):
    """What a list or a suggestion shows of an organisation."""

    id: Id
    name: str
    kind: OrganisationKind
    country: str
    region: str | None
    city: str
    okved2_main: str | None
    site: str | None
    source: Source


class PartnerCard(BaseModel):
    """A suggested partner: its card, or of an anonymous one no more than its sector and place."""

    id: Id = Field(
        description="For an anonymous partner a handle of yours alone, which `exclude` takes and no path."
    )
    anonymous: bool
    name: str
    country: str
    region: str | None
    sector: str | None
    kind: OrganisationKind | None
    city: str | None
    okved2_main: str | None
    site: str | None
    source: Source | None


class Organisation(OrganisationCard):
    """An organisation without its contacts, which are never public."""

    legal_name: str
    short_name: str | None
    legal_form: str | None
    address: str | None
    languages: list[str]
    size: SizeBand | None
    description: str | None
    identifiers: list[Identifier]
    okved2: list[str]
    centre_id: str | None
    cluster_ids: list[str]
    committee_ids: list[str]
    external_id: str | None
    visibility: Visibility
    certificates: list[Certificate]
    localisation: Localisation | None
    provenance: dict[str, Provenance]
    notices: list[Notice] = Field(description="Cross checks that do not fit, as region digits of a number.")
    version: int
    created_at: datetime
    updated_at: datetime


class Contact(BaseModel):
    """A contact, for those who keep the profile."""

    model_config = ConfigDict(from_attributes=True)

    id: Id
    name: str
    position: str | None
    email: str | None
    phone: str | None
    consent_at: datetime


class OrganisationPage(BaseModel):
    """A page of organisations."""

    items: list[Organisation]
    next_cursor: str | None


class ContactList(BaseModel):
    """All contacts of an organisation."""

    items: list[Contact]
