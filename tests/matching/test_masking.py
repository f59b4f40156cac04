"""What tells whose a text is, is taken out of it in every form; what is made stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.masking import MASK, Identity, masked, masked_document
from app.matching.sounds import is_form_of, sound_of, trace_of
from tests.matching.samples import capability

ROMASHKA = Identity(
    names=("ООО «Ромашка-Агро»", "Уральский литейный завод «Вомашка»", "Ирбит", "romashka-plant"),
    numbers=("0000000018", "DE-77/4a"),
)


@pytest.mark.parametrize(
    "text",
    [
        "Ромашка", "РОМАШКА", "ромашкой", "Ромашек", "ромашкинский", "«Ромашка»", "УралРомашка", "Ромашка-М",
        "Рoмaшкa", "Ро\u00adмашка", "Romashka", "ROMASHKI", "romaschka", "Romashka-plant", "вомашек",
        "УЛЗ", "Ирбит", "в Ирбите", "ирбитский", "ООО «Ромашка-Агро»", 'ООО "Дочка"', "АО «Мать»",
        "ИНН 0000000018", "00 0000 0018", "000-00000-18", "de-77/4A", "DE774a",
        "a.b@sample.example", "https://sample.example/x?y", "www.sample.example", "romashka-plant.ru",
        "завод.рф/цены", "@romashka_bot", "+7 (343) 123-45-67", "8 800 555-35-35", "тел. 12-34-56",
        "Иванов И. И.", "И.И. Иванов", "«Super Pump»", "Брендон®", "ул. Ленина, д. 5",
    ],
)  # fmt: skip
def test_whatever_tells_the_name_is_masked(text: str) -> None:
    found = masked(f"Отливки корпусов: {text}, серия от 500 штук", ROMASHKA)
    assert MASK in found
    assert found.startswith("Отливки корпусов: ")
    assert found.endswith("серия от 500 штук")
    left = found.removeprefix("Отливки корпусов: ").removesuffix(", серия от 500 штук")
    assert set(re.findall(r"\w{3,}", left)) <= {"ИНН", "тел"}, left


@pytest.mark.parametrize(
    "text",
    [
        "Литьё корпусных деталей из алюминиевого сплава АК12 под давлением, серия от 500 штук",
        "литейное производство, завод полного цикла",
        "ГОСТ 7798-70, болты М8х40, сталь 12Х18Н10Т, сертификат «ISO 9001», ISO 14001",
        "диаметром 100-200 300-400 мм, 2000 штук в год, цена 7 500 000 руб",
        "контроль, программа, романтика и т.д. и т.п.",
        "корпуса «под ключ», серийно",
    ],
)
def test_what_is_made_stays(text: str) -> None:
    assert masked(text, ROMASHKA) == text


def test_generic_words_are_masked_as_a_name_and_stay_as_words() -> None:
    identity = Identity(("АО «Литейный завод»", "Прибор"))
    assert masked("Литейный завод льёт чугун", identity) == "… льёт чугун"
    assert (
        masked("Мы литейный цех, завод рядом; приборы", identity) == "Мы литейный цех, завод рядом; приборы"
    )
    assert masked("Завод «Прибор» и «Прибор»", identity) == "Завод … и …"


def test_a_document_is_masked_in_all_its_texts_and_a_telling_certificate_falls_out() -> None:
    document = capability(
        "c1",
        "Насосы «Ромашка» и отливки",
        title="Ромашка",
        extras=("станок Romashka 5", "чугун"),
        must_have=("клеймо Ромашки",),
        certificates=frozenset({"ISO 9001", "Аттестат Ромашки"}),
    )
    found = masked_document(document, ROMASHKA)
    assert (found.title, found.text) == ("…", "Насосы … и отливки")
    assert found.extras == ("станок … 5", "чугун")
    assert found.must_have == ("клеймо …",)
    assert found.certificates == {"ISO 9001"}
    assert (found.id, found.organisation_id, found.codes) == (
        document.id,
        document.organisation_id,
        document.codes,
    )


def test_short_names_hide_their_cases_and_no_other_words() -> None:
    identity = Identity(("Тэк", "Эра"))
    assert masked("Тэка тэком эры", identity) == MASK
    assert masked("тэкстиль, и, эрлифт", identity) == "тэкстиль, и, эрлифт"


def test_a_word_and_its_spelling_in_the_other_alphabet_sound_alike() -> None:
    for russian, latin in (
        ("щукарь", "shchukar"), ("юпитер", "iupiter"), ("юпитер", "yupiter"), ("жизель", "zhizel"),
        ("хорда", "khorda"), ("цефей", "tsefey"), ("контакт", "contact"), ("объект", "obekt"),
    ):  # fmt: skip
        assert sound_of(russian) == sound_of(latin)


SYLLABLES = [c + v for c in "бвгджзклмнпрстфхцчшщ" for v in "аеиоуыюя"]
names = st.lists(st.sampled_from(SYLLABLES), min_size=3, max_size=4).map("".join)
ENDINGS = ["", "а", "у", "ом", "ой", "ами", "ах", "ов", "ский", "ского"]


@given(names, st.sampled_from(ENDINGS), st.sampled_from(["", "урал", "нео"]), st.booleans())
def test_a_name_is_known_with_any_ending_beginning_and_case(
    name: str, ending: str, beginning: str, capitals: bool
) -> None:
    form = f"{beginning}{name}{ending}"
    assert is_form_of(form, trace_of(name))
    shown = form.upper() if capitals else form
    assert masked(f"литьё {shown} литьё", Identity((name,))) == "литьё … литьё"
