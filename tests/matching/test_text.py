"""Normal form, tokens, filler and name keys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.text import analyse, is_filler, name_key, normalise, tokenise


def forms(text: str) -> list[str]:
    return [token.form for token in tokenise(text)]


@settings(deadline=None)
@given(st.text() | st.text(alphabet="аАёЁеНnNcСC8-—№ﬁſẞİ\u0308\u00ad ½²ᾳ"))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("ЛИТЬЁ", "литье"),
        ("лит\u00adьё", "литье"),
        ("ли\u200bтьё", "литье"),
        ("лите\u0308ный", "литеный"),
        ("cтaль", "сталь"),  # Latin c and a
        ("СNС", "cnc"),  # Cyrillic С
        ("пресс—форма", "пресс-форма"),
        ("ﬁlter", "filter"),
        ("м²", "м2"),
    ],
)
def test_spellings_of_one_word_meet(written: str, same_as: str) -> None:
    assert normalise(written) == same_as


def test_pure_latin_and_pure_cyrillic_words_keep_their_alphabet() -> None:
    assert normalise("COOPER сор") == "cooper сор"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Болт М8х40 оцинкованный", "м8х40"),
        ("по ГОСТ 7798-70, партия", "гост 7798-70"),
        ("сталь 12Х18Н10Т.", "12х18н10т"),
        ("рынок B2B", "b2b"),
        ("5-осевой центр", "5-осевой"),
        ("сертификат ISO 9001:2015", "iso 9001:2015"),
        ("мощность 0,5 кВт", "0.5квт"),
        ("лист 100 мм", "100мм"),
        ("лист 10 × 20", "10х20"),
        ("токарно-фрезерный центр", "токарно-фрезерный"),
    ],
)
def test_product_tokens_stay_whole(text: str, whole: str) -> None:
    assert whole in forms(text)


def test_punctuation_and_underscores_separate_words() -> None:
    assert forms("литьё,сварка;окраска/сушка_мойка") == ["литье", "сварка", "окраска", "сушка", "мойка"]


def test_tokens_show_words_as_they_stand_in_the_text() -> None:
    assert [token.shown for token in tokenise("Литьё из АК12, 0,5 кВт")] == ["Литьё", "из", "АК12", "0,5 кВт"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Болты M8x40", "болт М8х40"),
        ("сталь 12X18H10T", "стали 12Х18Н10Т"),
        ("ИСО 9001", "ГОСТ Р ИСО 9001-2015"),
        ("станки с ЧПУ", "CNC станок"),
        ("5-осевая", "5-осевого"),
        ("castings", "casting"),
    ],
)
def test_ways_to_write_one_thing_have_the_same_lemmas(one: str, other: str) -> None:
    assert sorted(analyse(one)) == sorted(analyse(other))


def test_filler_is_left_out_and_content_stays() -> None:
    assert analyse("Требуется поставка: услуги по литью для нужд ООО") == ("литье",)
    assert analyse("We are looking for aluminium castings") == ("aluminium", "casting")
    assert not is_filler("энергия")
    assert analyse("") == ()


def test_name_key_ignores_quotes_dashes_and_number_signs_but_keeps_the_legal_form() -> None:
    assert name_key("ООО «Завод № 5 — Литьё»") == name_key('ооо  "завод 5 литье"') == "ооо завод 5 литье"
    assert name_key("АО Литьё") != name_key("ООО Литьё")
