"""Classifier codes by their form, and the sector they stand for."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from app import reference

Okved2 = Annotated[str, StringConstraints(pattern=r"^\d{2}(\.\d(\d(\.\d\d?)?)?)?$")]
"""ОКВЭД2 (OK 029-2014): xx, xx.x, xx.xx, xx.xx.x or xx.xx.xx."""

Okpd2 = Annotated[str, StringConstraints(pattern=r"^\d{2}(\.\d(\d(\.\d(\d(\.\d{3})?)?)?)?)?$")]
"""ОКПД2 (OK 034-2014): from xx to xx.xx.xx.xxx."""

Tnved = Annotated[str, StringConstraints(pattern=r"^\d{4}(\d{2}){0,3}$")]
"""ТН ВЭД ЕАЭС: 4, 6, 8 or 10 digits."""


def known_sector(code: str) -> str:
    """The code where it is an ОКВЭД2 class; raises a validation error otherwise."""
    if code not in reference.sectors():
        raise PydanticCustomError("sector_unknown", "no sector {value}", {"value": code})
    return code


Sector = Annotated[str, StringConstraints(pattern=r"^\d{2}$"), AfterValidator(known_sector)]
"""A class of ОКВЭД2, two digits."""


def sector_of(codes: Iterable[str]) -> str | None:
    """The sector that the first code with a known class stands for."""
    return next((code[:2] for code in codes if code[:2] in reference.sectors()), None)
