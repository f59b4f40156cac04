"""Conditions that every supplier of a chain, a ring or a consortium must meet."""

from pydantic import Field

from app.schemas.places import CountryCode, DistrictCode, RegionCode
from app.schemas.texts import Id, Strict
from app.vocabulary import OrganisationKind, Strength


class SupplierQuery(Strict):
    """Who may supply. A repeated value means «or»."""

    region: list[RegionCode] = Field(default=[], max_length=100)
    federal_district: list[DistrictCode] = Field(default=[], max_length=20)
    country: list[CountryCode] = Field(default=[], max_length=100)
    kind: list[OrganisationKind] = Field(default=[], max_length=10)
    exclude: list[Id] = Field(default=[], max_length=500, description="Organisations not to show.")
    own_members: bool = Field(default=False, description="Only organisations that the caller acts for.")
    min_strength: Strength = Field(default=Strength.GOOD, description="Links weaker than this count as none.")
