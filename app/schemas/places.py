"""Countries, regions and federal districts by their codes, checked against the shipped tables."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from app import reference


def known_country(code: str) -> str:
    """The code where it is a country of ISO 3166-1; raises a validation error otherwise."""
    if code not in reference.countries():
        raise PydanticCustomError("country_unknown", "no country {value}", {"value": code})
    return code


def known_region(code: str) -> str:
    """The code where it is a Russian region; raises a validation error otherwise."""
    if code not in reference.regions():
        raise PydanticCustomError("region_unknown", "no region {value}", {"value": code})
    return code


def known_district(code: str) -> str:
    """The code where it is a federal district; raises a validation error otherwise."""
    if code not in reference.districts():
        raise PydanticCustomError(
            "district_unknown",
            "no district {value}",
            {"value": code, "expected": ", ".join(reference.districts())},
        )
    return code


CountryCode = Annotated[str, StringConstraints(max_length=10), AfterValidator(known_country)]
RegionCode = Annotated[str, StringConstraints(max_length=10), AfterValidator(known_region)]
DistrictCode = Annotated[str, StringConstraints(max_length=30), AfterValidator(known_district)]
