"""Numbers that identify an organisation: ИНН, ОГРН, ОГРНИП and КПП, LEI, and foreign tax numbers.

A correct checksum is not existence: one random ИНН in ten passes. Nothing here asks a register.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

from stdnum import get_cc_module, lei
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.ru import inn, ogrn

from app.reference import IdentifierScheme, countries, identifier_schemes, region_of_tax_code, regions


@dataclass(frozen=True, slots=True)
class Checked:
    """A number in the one form it is stored in; `needs_confirmation`: foreign and without a checksum."""

    number: str
    needs_confirmation: bool


@dataclass(frozen=True, slots=True)
class IdentifierWarning:
    """Something odd about correct numbers that a person should look at; `code` is in app.messages."""

    code: str
    params: Mapping[str, str]


class IdentifierError(ValueError):
    """The number cannot be what it is said to be; `code` is in app.messages, `params` fill its text."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, object] = params


SCHEMES: Mapping[str, IdentifierScheme] = identifier_schemes()
# Where the two digits of the region stand. 99 is for interregional inspections and foreign companies.
_REGION_DIGITS = {"inn": slice(0, 2), "ogrn": slice(3, 5), "ogrnip": slice(3, 5), "kpp": slice(0, 2)}


def normalise_number(number: str) -> str:
    """The number in NFKC and upper case without spaces, dashes and invisible characters."""
    kept = (c for c in unicodedata.normalize("NFKC", number) if not _is_noise(c))
    return "".join(kept).upper()


def check_identifier(country: str, scheme: str, number: str) -> Checked:
    """The number in its stored form, if it can be a number of this scheme and country.

    Raises IdentifierError with the reason.
    """
    if scheme not in SCHEMES:
        raise IdentifierError("scheme_unknown", scheme=scheme, known=", ".join(SCHEMES))
    if country not in countries():
        raise IdentifierError("country_unknown", value=country)
    where = SCHEMES[scheme].countries
    if (where and country not in where) or (scheme == "registration" and country == "RU"):
        _refuse("scheme_country", scheme, country=country)
    bare = normalise_number(number)
    if scheme in _OWN_RULES:
        _OWN_RULES[scheme](bare)
    else:
        bare = _national(country, scheme, bare)
    return Checked(bare, needs_confirmation=country != "RU" and not SCHEMES[scheme].has_checksum)


def cross_checks(
    country: str, region_code: str | None, identifiers: Iterable[tuple[str, str]]
) -> list[IdentifierWarning]:
    """What a person should look at in checked (scheme, number) pairs of one organisation; never a refusal."""
    if country != "RU":
        return []
    return [warning for scheme, number in identifiers for warning in _doubts(region_code, scheme, number)]


def _is_noise(character: str) -> bool:
    # Cf: soft hyphens and zero-width marks that come along when a number is copied from a page.
    return character.isspace() or unicodedata.category(character) in ("Pd", "Cf") or character == "−"


def _refuse(code: str, scheme: str, **params: object) -> NoReturn:
    labels = {"label_ru": SCHEMES[scheme].label_ru, "label_en": SCHEMES[scheme].label_en}
    raise IdentifierError(code, **labels, **params)


def _require_digits(scheme: str, number: str, lengths: tuple[int, ...]) -> None:
    if not re.fullmatch("[0-9]*", number):
        _refuse("digits_only", scheme)
    if len(number) not in lengths:
        _refuse(f"{scheme}_length", scheme, length=len(number))


def _check_inn(number: str) -> None:
    _require_digits("inn", number, (10, 12))
    if not int(number):
        _refuse("inn_zeros", "inn")
    if not inn.is_valid(number):
        _refuse("inn_checksum", "inn")


def _check_ogrn(number: str) -> None:
    _require_digits("ogrn", number, (13,))
    if number.startswith("0"):
        _refuse("ogrn_start", "ogrn")
    if not ogrn.is_valid(number):
        _refuse("ogrn_checksum", "ogrn")


def _check_ogrnip(number: str) -> None:
    _require_digits("ogrnip", number, (15,))
    if number[0] not in "34":
        _refuse("ogrnip_start", "ogrnip")
    # Not python-stdnum: it compares with the whole remainder, so it refuses numbers whose remainder is 10-12.
    if int(number[:14]) % 13 % 10 != int(number[14]):
        _refuse("ogrnip_checksum", "ogrnip")


def _check_kpp(number: str) -> None:
    if not re.fullmatch("[0-9]{4}[0-9A-Z]{2}[0-9]{3}", number):
        _refuse("kpp_format", "kpp")


def _check_lei(number: str) -> None:
    if not re.fullmatch("[0-9A-Z]{18}[0-9]{2}", number):
        _refuse("number_format", "lei")
    if not lei.is_valid(number):
        _refuse("number_checksum", "lei")


def _check_registration(number: str) -> None:
    if not re.fullmatch("[0-9A-Z/]{3,32}", number):
        _refuse("number_format", "registration")


_OWN_RULES: Mapping[str, Callable[[str], None]] = {
    "inn": _check_inn,
    "ogrn": _check_ogrn,
    "ogrnip": _check_ogrnip,
    "kpp": _check_kpp,
    "lei": _check_lei,
    "registration": _check_registration,
}


def _national(country: str, scheme: str, number: str) -> str:
    """The number in the compact form of python-stdnum's module for this country and scheme."""
    module = get_cc_module(country.lower(), scheme)
    if module is None:
        _refuse("scheme_country", scheme, country=country)
    try:
        return str(module.validate(number))
    except InvalidChecksum:
        _refuse("number_checksum", scheme)
    except ValidationError:
        _refuse("number_format", scheme)


def _doubts(region_code: str | None, scheme: str, number: str) -> Iterator[IdentifierWarning]:
    if scheme not in _REGION_DIGITS:
        return
    digits = number[_REGION_DIGITS[scheme]]
    labels = {"label_ru": SCHEMES[scheme].label_ru, "label_en": SCHEMES[scheme].label_en, "digits": digits}
    found, declared = region_of_tax_code(digits), regions().get(region_code or "")
    if scheme == "inn" and digits == "00":
        yield IdentifierWarning("inn_invented", labels)
    elif found is None and digits != "99":
        yield IdentifierWarning("region_digits_unknown", labels)
    elif found and declared and digits not in declared.tax_codes:
        names = {"found_ru": found.name_ru, "found_en": found.name_en}
        names |= {"declared_ru": declared.name_ru, "declared_en": declared.name_en}
        yield IdentifierWarning(f"{scheme}_region", labels | names)
