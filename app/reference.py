"""Regions, districts, countries, sectors, kinds of numbers: facts that stand while the service runs.

The tables lie in app/data; docs/reference-data.md names the source of each kind of fact.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from babel import Locale

_DISTRICTS = (
    ("central", "Центральный федеральный округ", "Central Federal District"),
    ("northwestern", "Северо-Западный федеральный округ", "Northwestern Federal District"),
    ("southern", "Южный федеральный округ", "Southern Federal District"),
    ("north_caucasian", "Северо-Кавказский федеральный округ", "North Caucasian Federal District"),
    ("volga", "Приволжский федеральный округ", "Volga Federal District"),
    ("ural", "Уральский федеральный округ", "Ural Federal District"),
    ("siberian", "Сибирский федеральный округ", "Siberian Federal District"),
    ("far_eastern", "Дальневосточный федеральный округ", "Far Eastern Federal District"),
)

# Two-letter codes that CLDR names and ISO 3166-1 does not give to a country.
_NOT_COUNTRIES = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ")
)

# Words that say what kind of subject it is, in the spellings of forms, registers and English texts.
_KIND_WORDS: Mapping[str, str] = {
    "republic": "республика респ republic respublika rep",
    "krai": "край кр krai kray kraj territory",
    "oblast": "область обл аобл oblast obl region",
    "okrug": "округ окр ао okrug ao area district",
    "city": "город г гор city",
    "": "автономный автономная авт autonomous of the",
}


@dataclass(frozen=True, slots=True)
class District:
    """A federal district."""

    code: str
    name_ru: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Region:
    """A subject of the federation; `row` and `column` place it on a tile map, degrees are approximate."""

    code: str
    iso_code: str
    tax_codes: tuple[str, ...]
    district: str | None
    kind: str
    name_ru: str
    name_en: str
    latitude: float
    longitude: float
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory of ISO 3166-1."""

    code: str
    name_ru: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Sector:
    """A section (a letter, `section` is None) or a class (two digits) of ОКВЭД2."""

    code: str
    section: str | None
    name_ru: str
    name_en: str


@dataclass(frozen=True, slots=True)
class IdentifierScheme:
    """A kind of identifying number, the countries that give it (none named: every country), its names."""

    countries: frozenset[str]
    has_checksum: bool
    label_ru: str
    label_en: str


@cache
def districts() -> Mapping[str, District]:
    """The eight federal districts by code, in the official order."""
    return MappingProxyType({row[0]: District(*row) for row in _DISTRICTS})


@cache
def regions() -> Mapping[str, Region]:
    """The 89 subjects of the federation by code, ordered by tax code."""
    return MappingProxyType({row["code"]: _region(row) for row in _rows("regions.csv")})


@cache
def region_aliases() -> Mapping[str, tuple[str, ...]]:
    """What else people call each region, by its code."""
    aliases: dict[str, list[str]] = {code: [] for code in regions()}
    for row in _rows("region_aliases.csv"):
        aliases[row["code"]].append(row["alias"])
    return MappingProxyType({code: tuple(names) for code, names in aliases.items()})


@cache
def countries() -> Mapping[str, Country]:
    """The countries of ISO 3166-1 by alpha-2 code, with the names of Unicode CLDR."""
    russian, english = Locale("ru").territories, Locale("en").territories
    named = {str(code) for code in english if code in russian} - _NOT_COUNTRIES
    codes = sorted(code for code in named if re.fullmatch("[A-Z]{2}", code))
    return MappingProxyType({code: Country(code, russian[code], english[code]) for code in codes})


@cache
def sectors() -> Mapping[str, Sector]:
    """The 21 sections and 88 classes of ОКВЭД2 by code, sections first."""
    return MappingProxyType(
        {
            row["code"]: Sector(row["code"], row["section"] or None, row["name_ru"], row["name_en"])
            for row in _rows("sectors.csv")
        }
    )


@cache
def identifier_schemes() -> Mapping[str, IdentifierScheme]:
    """The kinds of numbers an organisation may be known by, Russian ones first."""
    return MappingProxyType({row["code"]: _scheme(row) for row in _rows("identifier_schemes.csv")})


def find_region(text: str) -> Region | None:
    """The region a person means by a code, a name or a usual short form; None if unknown or ambiguous."""
    return _regions_by_name().get(_region_key(text))


def find_country(text: str) -> Country | None:
    """The country a person means by an alpha-2 code or a Russian or English name; None if unknown."""
    return countries().get(text.strip().upper()) or _countries_by_name().get(" ".join(_words(text)))


def region_of_tax_code(two_digits: str) -> Region | None:
    """The region whose tax offices issue numbers with these two digits; None for 00, 96, 98 and 99."""
    return _regions_by_tax_code().get(two_digits)


def _rows(name: str) -> Iterator[dict[str, str]]:
    table = (files("app") / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(table.splitlines())


def _region(row: Mapping[str, str]) -> Region:
    return Region(
        code=row["code"],
        iso_code=row["iso_code"],
        tax_codes=tuple(row["tax_codes"].split(";")),
        district=row["district"] or None,
        kind=row["kind"],
        name_ru=row["name_ru"],
        name_en=row["name_en"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        row=int(row["row"]),
        column=int(row["column"]),
    )


def _scheme(row: Mapping[str, str]) -> IdentifierScheme:
    return IdentifierScheme(
        countries=frozenset(row["countries"].split()),
        has_checksum=row["checksum"] == "yes",
        label_ru=row["label_ru"],
        label_en=row["label_en"],
    )


def _words(text: str) -> list[str]:
    """Words without case, punctuation and marks: ё is е (and й is и), ü is u."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.findall(r"\w+", re.sub("['’ʼ]", "", bare).replace("&", " and "))


@cache
def _kinds() -> Mapping[str, str]:
    return {word: kind for kind, spellings in _KIND_WORDS.items() for word in _words(spellings)}


def _region_key(text: str) -> str:
    """Words in any order, with one word per kind: «Респ Коми» and «Коми Республика» are the same."""
    words = (_kinds().get(word, word) for word in _words(text))
    return " ".join(sorted(filter(None, words)))


def _loose_keys(region: Region, aliases: Iterable[str]) -> set[str]:
    """Keys of a name with its kind left out, added, or given in the loose way English texts do."""
    kind = region.kind.removeprefix("autonomous_")
    kinds = ["", kind] if kind == "city" else ["", kind, "region"]
    bare = [
        " ".join(word for word in _words(name) if word not in _kinds())
        for name in (region.name_ru, region.name_en)
    ]
    bare += [alias for alias in aliases if not set(_words(alias)) & _kinds().keys()]
    return {_region_key(f"{name} {word}") for name in bare for word in kinds}


@cache
def _regions_by_tax_code() -> Mapping[str, Region]:
    known = {region.tax_codes[0]: region for region in regions().values()}
    for region in regions().values():
        for code in region.tax_codes[1:]:
            known.setdefault(code, region)
    return known


@cache
def _regions_by_name() -> Mapping[str, Region]:
    """Codes, exact names and aliases first; of the loose keys those only that mean a single region."""
    aliases = region_aliases()
    strict: dict[str, Region] = {}
    loose: dict[str, set[str]] = {}
    for region in regions().values():
        codes_and_names = (region.code, region.iso_code, region.name_ru, region.name_en)
        for name in (*codes_and_names, *aliases[region.code]):
            strict[_region_key(name)] = region
        for key in _loose_keys(region, aliases[region.code]):
            loose.setdefault(key, set()).add(region.code)
    alone = {key: regions()[codes.pop()] for key, codes in loose.items() if len(codes) == 1}
    return alone | strict


@cache
def _countries_by_name() -> Mapping[str, Country]:
    names = {code: [known.name_ru, known.name_en] for code, known in countries().items()}
    for row in _rows("country_aliases.csv"):
        names[row["code"]].append(row["alias"])
    return {" ".join(_words(name)): countries()[code] for code, known in names.items() for name in known}
