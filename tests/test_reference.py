"""The reference tables against facts known from elsewhere, and look-ups by what people write."""

from collections import Counter
from importlib.resources import files

import pytest

from app.reference import (
    Region,
    countries,
    districts,
    find_country,
    find_region,
    identifier_schemes,
    region_of_tax_code,
    regions,
    sectors,
)

# Borders that any map shows: the tiles of these pairs must touch, at least by a corner.
NEIGHBOURS = """
    MOW-MOS SPE-LEN KDA-AD STA-KC STA-KB IN-CE IN-SE DA-CE CR-SEV DON-LUG DON-ROS LUG-ROS LUG-VOR
    ZAP-KHE ZAP-DON TA-BA TA-UD SVE-CHE SVE-PER TYU-OMS TYU-KHM KHM-YAN NVS-KEM NVS-ALT ALT-AL AL-TY
    TY-KK IRK-BU BU-ZAB ZAB-AMU AMU-KHA KHA-YEV KHA-PRI KHA-SAK KHA-MAG MAG-CHU CHU-KAM NIZ-ME NIZ-MO
    ME-CU PNZ-SAR SAR-VGG VGG-AST KL-AST KR-MUR KR-LEN ARK-NEN ARK-VLG TUL-KLU TUL-RYA VOR-LIP BEL-KRS
    KRS-ORL CR-KHE KDA-ROS
"""

SPELLINGS = {
    "RU-SVE": ["Свердловская область", "Свердловская обл.", "обл Свердловская", "СВЕРДЛОВСКАЯ", "ru-sve"],
    "RU-MOW": ["Москва", "г. Москва", "Москва г", "г.Москва", "город Москва", "Moscow", "RU-MOW", "Moskva"],
    "RU-MOS": ["Московская обл", "Подмосковье", "Moscow Region", "Moscow Oblast", "Московская"],
    "RU-SPE": [
        "СПб",
        "Питер",
        "Спб",
        "Санкт-Петербург г",
        "St. Petersburg",
        "Saint-Petersburg",
        "С.-Петербург",
    ],
    "RU-LEN": ["Ленобласть", "Ленинградская обл", "Leningrad region"],
    "RU-TA": ["Татарстан", "Респ Татарстан", "Республика Татарстан", "Tatarstan", "Татарстан респ."],
    "RU-BA": ["Башкирия", "Башкортостан Респ", "Bashkiria", "Republic of Bashkortostan"],
    "RU-SA": ["Якутия", "Саха /Якутия/ Респ", "Республика Саха (Якутия)", "Yakutia", "Саха"],
    "RU-KHM": [
        "ХМАО",
        "ХМАО-Югра",
        "Югра",
        "Ханты-Мансийский АО",
        "Ханты-Мансийский автономный округ - Югра",
    ],
    "RU-YAN": ["ЯНАО", "Ямал", "Ямало-Ненецкий АО", "Yamalo-Nenets"],
    "RU-NEN": ["НАО", "Ненецкий автономный округ"],
    "RU-ALT": ["Алтайский край", "Алтайский", "Altai Krai"],
    "RU-AL": ["Алтай Респ", "Республика Алтай", "Горный Алтай", "Altai Republic"],
    "RU-KEM": ["Кузбасс", "Кемеровская обл", "Кемеровская область - Кузбасс"],
    "RU-ORL": ["Орловская область", "Oryol", "Орёл обл", "Орел обл"],
    "RU-SE": ["Северная Осетия", "Северная Осетия - Алания Респ", "North Ossetia"],
    "RU-CU": ["Чувашия", "Чувашская Республика - Чувашия"],
    "RU-YEV": ["ЕАО", "Еврейская Аобл", "Еврейская автономная область"],
    "RU-KDA": ["Кубань", "Краснодарский край", "Krasnodar region"],
    "RU-CR": ["Крым", "Крым Респ", "UA-43"],
    "RU-DON": ["ДНР", "Донецкая Народная Респ"],
    "RU-NIZ": ["Нижегородская", "Nizhny Novgorod"],
}


def test_there_are_89_regions_with_nothing_shared() -> None:
    known = list(regions().values())
    assert len(known) == 89
    for values in (
        [region.code for region in known],
        [region.iso_code for region in known],
        [region.name_ru for region in known],
        [region.name_en for region in known],
        [region.tax_codes[0] for region in known],
        [(region.row, region.column) for region in known],
    ):
        assert len(set(values)) == 89
    assert all(code == region.code and code.startswith("RU-") for code, region in regions().items())


def test_regions_follow_the_constitution_by_kind_and_district() -> None:
    kinds = Counter(region.kind for region in regions().values())
    assert kinds == {
        "republic": 24,
        "krai": 9,
        "oblast": 48,
        "city": 3,
        "autonomous_oblast": 1,
        "autonomous_okrug": 4,
    }
    assert Counter(region.district for region in regions().values()) == {
        "central": 18,
        "northwestern": 11,
        "southern": 8,
        "north_caucasian": 7,
        "volga": 14,
        "ural": 6,
        "siberian": 10,
        "far_eastern": 11,
        None: 4,
    }
    assert len(districts()) == 8
    assert districts()["volga"].name_ru.startswith("Приволжский")


def test_codes_outside_iso_keep_their_iso_code_beside() -> None:
    own = {region.code: region.iso_code for region in regions().values() if region.code != region.iso_code}
    assert set(own) == {"RU-CR", "RU-SEV", "RU-DON", "RU-LUG", "RU-ZAP", "RU-KHE"}
    assert all(iso_code.startswith("UA-") for iso_code in own.values())


def _box(region: Region) -> tuple[float, float, float, float]:
    boxes = {
        "central": (50, 60, 30, 48),
        "northwestern": (54, 70, 20, 66),
        "southern": (43.5, 51.5, 32, 49),
        "north_caucasian": (41, 46.3, 40, 49),
        "volga": (50, 61, 41, 61),
        "ural": (54, 73, 57, 86),
        "siberian": (49, 78, 70, 120),
        "far_eastern": (42, 73, 98, 190),
    }
    return boxes[region.district] if region.district else (46, 50, 32, 41)


def test_centroids_lie_within_the_district() -> None:
    for region in regions().values():
        south, north, west, east = _box(region)
        assert south <= region.latitude <= north, region
        assert west <= region.longitude <= east, region


def test_tiles_keep_the_shape_of_the_country() -> None:
    by_code = {code.removeprefix("RU-"): region for code, region in regions().items()}
    for pair in NEIGHBOURS.split():
        one, other = (by_code[code] for code in pair.split("-"))
        assert max(abs(one.row - other.row), abs(one.column - other.column)) == 1, pair
    columns = {code: region.column for code, region in by_code.items()}
    assert [code for code, column in columns.items() if column == 0] == ["KGD"]
    assert {code for code, column in columns.items() if column == max(columns.values())} == {
        "CHU",
        "KAM",
        "SAK",
    }
    assert by_code["MUR"].row == 0


def test_tiles_run_west_to_east_and_north_to_south() -> None:
    """The western of two is further left, the northern higher, when they are clearly apart."""
    known = list(regions().values())
    for one in known:
        for other in known:
            if one.longitude + 12 < other.longitude:
                assert one.column <= other.column, (one.code, other.code)
            if one.latitude > other.latitude + 5 and abs(one.longitude - other.longitude) < 8:
                assert one.row <= other.row, (one.code, other.code)


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in SPELLINGS.items() for text in texts]
)
def test_people_find_a_region(code: str, text: str) -> None:
    found = find_region(text)
    assert found is not None, text
    assert found.code == code, text


def test_every_region_is_found_by_its_codes_and_names() -> None:
    for region in regions().values():
        for text in (region.code, region.iso_code, region.name_ru, region.name_en, region.name_ru.upper()):
            assert find_region(text) == region, text


def test_spellings_of_decomposed_letters_are_the_same() -> None:
    assert find_region("Алтайский край") == regions()["RU-ALT"]


@pytest.mark.parametrize(
    "text", ["", "  ", "Altai", "Санкт-Петербург область", "Атлантида", "область", "Респ"]
)
def test_what_names_no_single_region_finds_none(text: str) -> None:
    assert find_region(text) is None


def test_no_alias_belongs_to_two_regions() -> None:
    table = _aliases("region_aliases.csv")
    assert len(table) >= 300
    for code, alias in table:
        assert find_region(alias) == regions()[code], alias


def test_no_alias_belongs_to_two_countries() -> None:
    for code, alias in _aliases("country_aliases.csv"):
        assert find_country(alias) == countries()[code], alias


def _aliases(name: str) -> list[tuple[str, str]]:
    lines = (files("app") / "data" / name).read_text(encoding="utf-8").splitlines()[1:]
    return [(line.split(",", 1)[0], line.split(",", 1)[1]) for line in lines]


def test_tax_codes_lead_to_the_region_of_today() -> None:
    expected = {
        "77": "RU-MOW",
        "97": "RU-MOW",
        "66": "RU-SVE",
        "81": "RU-PER",
        "84": "RU-KYA",
        "88": "RU-KYA",
        "82": "RU-KAM",
        "80": "RU-ZAB",
        "85": "RU-IRK",
        "29": "RU-ARK",
        "83": "RU-NEN",
        "91": "RU-CR",
        "92": "RU-SEV",
        "93": "RU-DON",
        "94": "RU-LUG",
        "90": "RU-ZAP",
        "95": "RU-KHE",
        "01": "RU-AD",
    }
    for digits, code in expected.items():
        assert region_of_tax_code(digits) == regions()[code], digits
    unknown = {f"{n:02}" for n in range(100) if region_of_tax_code(f"{n:02}") is None}
    assert unknown == {"00", "96", "98", "99"}
    assert region_of_tax_code("7") is None


def test_countries_are_those_of_iso_3166_with_names_in_both_languages() -> None:
    assert len(countries()) == 249
    assert countries()["KZ"].name_ru == "Казахстан"
    assert countries()["KZ"].name_en == "Kazakhstan"
    assert not {"EU", "EZ", "UN", "XA", "XB", "XK", "ZZ", "AC", "IC"} & countries().keys()
    assert all(country.name_ru and country.name_en for country in countries().values())


def test_every_country_is_found_by_code_and_names() -> None:
    for country in countries().values():
        for text in (country.code, country.code.lower(), country.name_ru, country.name_en):
            assert find_country(text) == country, text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("US", "США"),
        ("US", "USA"),
        ("CN", "Китай"),
        ("CN", "КНР"),
        ("BY", "Беларусь"),
        ("BY", "Белоруссия"),
        ("BY", "Республика Беларусь"),
        ("RU", "РФ"),
        ("RU", "Российская Федерация"),
        ("AE", "ОАЭ"),
        ("AE", "Объединенные Арабские Эмираты"),
        ("KG", "Кыргызстан"),
        ("TR", "Turkey"),
        ("TR", "Turkiye"),
        ("KR", "Южная Корея"),
        ("GB", "uk"),
        ("CZ", "Czech Republic"),
        ("CI", "Cote d'Ivoire"),
        ("BA", "Bosnia and Herzegovina"),
        ("VN", "Viet Nam"),
        ("ZA", "ЮАР"),
    ],
)
def test_people_find_a_country(code: str, text: str) -> None:
    assert find_country(text) == countries()[code]


@pytest.mark.parametrize("text", ["", "Европейский союз", "EU", "ZZ", "Атлантида"])
def test_what_is_no_country_finds_none(text: str) -> None:
    assert find_country(text) is None


def test_sectors_are_the_sections_and_classes_of_okved2() -> None:
    sections = [sector for sector in sectors().values() if sector.section is None]
    classes = [sector for sector in sectors().values() if sector.section is not None]
    assert [sector.code for sector in sections] == list("ABCDEFGHIJKLMNOPQRSTU")
    assert len(classes) == 88
    assert Counter(sector.section for sector in classes) == Counter(
        "A" * 3 + "B" * 5 + "C" * 24 + "D" + "E" * 4 + "F" * 3 + "G" * 3 + "H" * 5 + "I" * 2 + "J" * 6
        + "K" * 3 + "L" + "M" * 7 + "N" * 6 + "O" + "P" + "Q" * 3 + "R" * 4 + "S" * 3 + "T" * 2 + "U"
    )  # fmt: skip
    assert sectors()["25"].section == "C"
    assert sectors()["62"].section == "J"
    for language in ("name_ru", "name_en"):
        names = [getattr(sector, language) for sector in classes]
        assert len(set(names)) == 88
        assert all(names)


def test_the_tables_cannot_be_changed() -> None:
    for table in (regions(), countries(), sectors(), districts(), identifier_schemes()):
        with pytest.raises(TypeError):
            table["XX"] = None  # type: ignore[index]
