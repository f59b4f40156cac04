"""The checks of identifying numbers against the published vectors and independent computations."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.messages import MESSAGES
from app.messages.numbers import NUMBERS
from app.schemas.identifiers import (
    SCHEMES,
    Checked,
    IdentifierError,
    check_identifier,
    cross_checks,
)


def refusal(country: str, scheme: str, number: str) -> str | None:
    """The code of the refusal, whose message must be complete in both languages; None if accepted."""
    caught: IdentifierError | None = None
    try:
        check_identifier(country, scheme, number)
    except IdentifierError as error:
        caught = error
    if caught is None:
        return None
    assert all("{" not in text.format(**caught.params) for text in MESSAGES[caught.code])
    return caught.code


def weighted(number: str, weights: tuple[int, ...]) -> int:
    total = 0
    for position, weight in enumerate(weights):
        total += weight * int(number[position])
    return total % 11 % 10


def company_inn(first_nine: str) -> str:
    return first_nine + str(weighted(first_nine, (2, 4, 10, 3, 5, 9, 4, 6, 8)))


def personal_inn(first_ten: str) -> str:
    eleven = first_ten + str(weighted(first_ten, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)))
    return eleven + str(weighted(eleven, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)))


def remainder(number: str, modulus: int) -> int:
    """Long division by hand, digit after digit."""
    rest = 0
    for digit in number:
        rest = (rest * 10 + int(digit)) % modulus
    return rest


def ogrn(first_twelve: str) -> str:
    return first_twelve + str(remainder(first_twelve, 11))[-1]


def ogrnip(first_fourteen: str) -> str:
    return first_fourteen + str(remainder(first_fourteen, 13))[-1]


def digits(count: int, first: str = "0123456789") -> st.SearchStrategy[str]:
    rest = st.text("0123456789", min_size=count - 1, max_size=count - 1)
    return st.tuples(st.sampled_from(first), rest).map("".join)


@pytest.mark.parametrize(
    ("scheme", "number", "code"),
    [
        ("inn", "7707083893", None),
        ("inn", "7707083890", "inn_checksum"),
        ("inn", "123456789047", None),
        ("inn", "123456789037", "inn_checksum"),
        ("inn", "0000000000", "inn_zeros"),
        ("inn", "000000000000", "inn_zeros"),
        ("inn", "77070838", "inn_length"),
        ("inn", "77070838931", "inn_length"),
        ("inn", "", "inn_length"),
        ("inn", "77O7083893", "digits_only"),
        ("inn", "٧٧٠٧٠٨٣٨٩٣", "digits_only"),
        ("ogrn", "1027700132195", None),
        ("ogrn", "1022500001328", "ogrn_checksum"),
        ("ogrn", "0000000000000", "ogrn_start"),
        ("ogrn", "300000000000060", "ogrn_length"),
        ("ogrn", "102770013219A", "digits_only"),
        ("ogrnip", "300000000000060", None),
        ("ogrnip", "385768585948949", None),
        ("ogrnip", "300000000000019", "ogrnip_checksum"),
        ("ogrnip", "1027700132195", "ogrnip_length"),
        ("ogrnip", "000000000000000", "ogrnip_start"),
        ("kpp", "770401001", None),
        ("kpp", "7704AB001", None),
        ("kpp", "7704АВ001", "kpp_format"),
        ("kpp", "77040100", "kpp_format"),
        ("kpp", "A70401001", "kpp_format"),
    ],
)
def test_russian_numbers(scheme: str, number: str, code: str | None) -> None:
    assert refusal("RU", scheme, number) == code


@pytest.mark.parametrize(
    "written",
    [
        "7707083893",
        " 77 0708 3893 ",
        "77-07083893",
        "７７０７０８３８９３",
        "7707\u00ad083893",
        "7707–083893\u200b",
    ],
)
def test_one_number_has_one_stored_form(written: str) -> None:
    assert check_identifier("RU", "inn", written) == Checked("7707083893", needs_confirmation=False)


def test_a_kpp_has_no_checksum_but_is_no_foreign_number() -> None:
    assert check_identifier("RU", "kpp", "7704 01 001") == Checked("770401001", needs_confirmation=False)


def test_leading_zeros_stay() -> None:
    assert check_identifier("RU", "inn", company_inn("010507871")).number.startswith("01")


@given(digits(9))
def test_company_inn_follows_its_formula(first: str) -> None:
    if int(first):
        assert refusal("RU", "inn", company_inn(first)) is None


@given(digits(10))
def test_personal_inn_follows_its_formula(first: str) -> None:
    if int(first):
        assert refusal("RU", "inn", personal_inn(first)) is None


@given(digits(12, "123456789"))
def test_ogrn_follows_its_formula(first: str) -> None:
    assert refusal("RU", "ogrn", ogrn(first)) is None


@given(digits(14, "34"))
def test_ogrnip_follows_its_formula(first: str) -> None:
    assert refusal("RU", "ogrnip", ogrnip(first)) is None


@given(st.sampled_from(["inn", "ogrn", "ogrnip"]), digits(14, "3"), st.integers(1, 9))
def test_another_control_digit_is_refused(scheme: str, seed: str, shift: int) -> None:
    whole = {"inn": company_inn(seed[:9]), "ogrn": ogrn(seed[:12]), "ogrnip": ogrnip(seed)}[scheme]
    wrong = whole[:-1] + str((int(whole[-1]) + shift) % 10)
    assert refusal("RU", scheme, wrong) == f"{scheme}_checksum"


@settings(max_examples=300)
@given(digits(9, "123456789"), st.integers(0, 8), st.integers(1, 9))
def test_a_changed_digit_of_an_inn_is_refused_unless_the_formula_agrees(
    first: str, place: int, shift: int
) -> None:
    whole = company_inn(first)
    changed = whole[:place] + str((int(whole[place]) + shift) % 10) + whole[place + 1 :]
    expected = None if company_inn(changed[:9]) == changed else "inn_checksum"
    if int(changed):
        assert refusal("RU", "inn", changed) == expected


def test_nearly_every_changed_digit_is_noticed() -> None:
    """Modulo 11 modulo 10 lets through only changes between the remainders 10 and 0."""
    missed = noticed = 0
    for seed in range(100_000_000, 100_000_000 + 50 * 7_919_117, 7_919_117):
        whole = company_inn(str(seed))
        for place in range(10):
            for digit in "0123456789".replace(whole[place], ""):
                changed = whole[:place] + digit + whole[place + 1 :]
                noticed += refusal("RU", "inn", changed) == "inn_checksum"
                missed += refusal("RU", "inn", changed) is None
    assert noticed + missed == 50 * 10 * 9
    assert missed / (noticed + missed) < 0.03


@pytest.mark.parametrize(
    ("country", "scheme", "written", "stored"),
    [
        ("BY", "unp", "100316761", "100316761"),
        ("CN", "uscc", "9144 0300 1922 0382 16", "914403001922038216"),
        ("DE", "vat", "DE 129 273 398", "129273398"),
        ("GR", "vat", "EL094019245", "094019245"),
        ("RS", "pib", "104052135", "104052135"),
        ("IN", "gstin", "27aaacr5055k1z7", "27AAACR5055K1Z7"),
        ("VN", "mst", "0300588569", "0300588569"),
        ("BR", "cnpj", "33.000.167/0001-01", "33000167000101"),
        ("AZ", "voen", "9900003871", "9900003871"),
        ("CH", "uid", "CHE-116.281.710", "CHE116281710"),
        ("RU", "lei", "253400M18U5TB02TW421", "253400M18U5TB02TW421"),
        ("DE", "lei", "W38RGI023J3WT1HWRP32", "W38RGI023J3WT1HWRP32"),
    ],
)
def test_numbers_with_a_checksum_need_no_confirmation(
    country: str, scheme: str, written: str, stored: str
) -> None:
    assert check_identifier(country, scheme, written) == Checked(stored, needs_confirmation=False)


@pytest.mark.parametrize(
    ("country", "scheme", "written", "stored"),
    [
        ("KZ", "registration", "0207 4000-0555", "020740000555"),
        ("UZ", "registration", "ab/12", "AB/12"),
        ("BY", "registration", "100316761", "100316761"),
        ("US", "ein", "91-1144442", "911144442"),
        ("EG", "tn", "100-531-385", "100531385"),
    ],
)
def test_foreign_numbers_without_a_checksum_need_it(
    country: str, scheme: str, written: str, stored: str
) -> None:
    assert check_identifier(country, scheme, written) == Checked(stored, needs_confirmation=True)


@pytest.mark.parametrize(
    ("country", "scheme", "number", "code"),
    [
        ("BY", "unp", "100316762", "number_checksum"),
        ("BY", "unp", "12", "number_format"),
        ("CN", "uscc", "914403001922038217", "number_checksum"),
        ("RU", "lei", "253400M18U5TB02TW422", "number_checksum"),
        ("RU", "lei", "98", "number_format"),
        ("RU", "lei", "0" * 20, "number_checksum"),
        ("KZ", "registration", "12", "number_format"),
        ("KZ", "registration", "1" * 33, "number_format"),
        ("KZ", "registration", "БИН123", "number_format"),
        ("RU", "registration", "12345", "scheme_country"),
        ("KZ", "inn", "7707083893", "scheme_country"),
        ("RU", "unp", "100316761", "scheme_country"),
        ("KZ", "vat", "12345", "scheme_country"),
        ("RU", "passport", "12345", "scheme_unknown"),
        ("ZZ", "registration", "12345", "country_unknown"),
        ("ru", "inn", "7707083893", "country_unknown"),
    ],
)
def test_refusals_say_what_is_wrong(country: str, scheme: str, number: str, code: str) -> None:
    assert refusal(country, scheme, number) == code


NATIONAL = [(country, name) for name, scheme in SCHEMES.items() for country in sorted(scheme.countries)]


@pytest.mark.parametrize(("country", "scheme"), NATIONAL)
def test_every_scheme_is_checked_in_every_country_it_names(country: str, scheme: str) -> None:
    assert refusal(country, scheme, "!") not in (None, "scheme_country", "scheme_unknown", "country_unknown")


@given(st.sampled_from(NATIONAL), st.text("0123456789ABCEX/.-é٣ ", max_size=20))
def test_any_text_is_accepted_or_refused_with_a_reason(where: tuple[str, str], number: str) -> None:
    refusal(*where, number)


@given(st.sampled_from(NATIONAL), st.text("0123456789", min_size=8, max_size=15))
def test_a_stored_number_is_stored_the_same_again(where: tuple[str, str], number: str) -> None:
    if refusal(*where, number) is None:
        stored = check_identifier(*where, number).number
        assert check_identifier(*where, stored).number == stored


def codes(region: str | None, *identifiers: tuple[str, str], country: str = "RU") -> list[str]:
    warnings = cross_checks(country, region, identifiers)
    for warning in warnings:
        assert all("{" not in text.format(**warning.params) for text in MESSAGES[warning.code])
    return [warning.code for warning in warnings]


def test_numbers_of_the_declared_region_raise_no_doubt() -> None:
    moscow = [("inn", "7707083893"), ("ogrn", "1027700132195"), ("kpp", "770401001")]
    assert codes("RU-MOW", *moscow) == []
    assert codes("RU-MOW", ("inn", "9701000000"), ("lei", "253400M18U5TB02TW421")) == []


def test_numbers_of_another_region_are_doubted_each() -> None:
    moscow = [("inn", "7707083893"), ("ogrn", "1027700132195"), ("kpp", "770401001")]
    assert codes("RU-SVE", *moscow) == ["inn_region", "ogrn_region", "kpp_region"]
    assert codes("RU-SVE", ("ogrnip", "304770000000000")) == ["ogrnip_region"]
    first = cross_checks("RU", "RU-SVE", moscow)[0]
    assert first.params["found_ru"] == "Москва"
    assert first.params["declared_en"] == "Sverdlovsk Oblast"


def test_numbers_of_merged_and_shared_tax_codes_are_fine() -> None:
    assert codes("RU-PER", ("inn", "8107000000")) == []
    assert codes("RU-NEN", ("inn", "2983000000"), ("ogrn", "1028300000000")) == []
    assert codes("RU-ARK", ("inn", "2983000000")) == []


def test_invented_and_unknown_region_digits() -> None:
    assert codes("RU-SVE", ("inn", company_inn("001234567"))) == ["inn_invented"]
    assert codes(None, ("inn", company_inn("001234567"))) == ["inn_invented"]
    assert codes("RU-SVE", ("inn", "9600000000"), ("kpp", "000101001")) == ["region_digits_unknown"] * 2
    assert codes("RU-SVE", ("inn", "9909000000"), ("kpp", "997750001")) == []


def test_without_a_declared_region_or_abroad_nothing_is_compared() -> None:
    assert codes(None, ("inn", "7707083893")) == []
    assert codes("RU-XX", ("inn", "7707083893")) == []
    assert codes(None, ("unp", "100316761"), country="BY") == []


def test_messages_are_in_both_languages_and_say_what_to_do() -> None:
    for code, (russian, english) in NUMBERS.items():
        assert any("а" <= letter <= "я" for letter in russian), code
        assert not any("а" <= letter <= "я" for letter in english), code
        assert russian.count(".") + russian.count(";") >= 2 or "Выберите" in russian, code
        assert english.endswith("."), code
