"""Which parts of a need a capability covers."""

from app.matching.units import coverage, supply_of, units_of
from tests.matching.samples import capability, need


def flat(term: str) -> float:
    return 1.0


def open_parts(text: str, offer: str, **fields: object) -> tuple[str, ...]:
    wanted, offered = need("n", text, **fields), capability("c", offer, certificates=frozenset({"ISO 9001"}))
    return coverage(units_of(wanted), supply_of(offered), flat).uncovered


def test_parts_are_clauses_but_numbers_and_codes_stay_whole() -> None:
    units = units_of(need("n", "Отливки 3,5 кг; код 24.53.10, окраска.\nУпаковка", title="Литьё"))
    assert [unit.shown for unit in units] == [
        "Литьё",
        "Отливки 3,5 кг",
        "код 24.53.10",
        "окраска",
        "Упаковка",
    ]


def test_filler_and_repeated_clauses_are_no_parts() -> None:
    units = units_of(need("n", "Требуется поставка. Литьё, литьё; Литьё. , ;"))
    assert [unit.shown for unit in units] == ["Литьё", "литьё"]


def test_the_must_have_list_replaces_the_clauses() -> None:
    units = units_of(need("n", "Отливки; окраска", must_have=("ISO 9001", "ЛПД")))
    assert [unit.shown for unit in units] == ["ISO 9001", "ЛПД"]


def test_half_of_the_weight_is_enough_and_less_is_not() -> None:
    assert open_parts("литьё алюминия", "литьё чугуна") == ()
    assert open_parts("литьё алюминия марки АК12", "литьё чугуна") == ("литьё алюминия марки АК12",)


def test_rare_words_weigh_more() -> None:
    units = units_of(need("n", "литьё магния"))
    supply = supply_of(capability("c", "литьё"))
    assert coverage(units, supply, lambda term: 5.0 if term == "магний" else 1.0).uncovered == (
        "литьё магния",
    )
    assert coverage(units, supply, lambda term: 5.0 if term == "литье" else 1.0).covered == ("литьё магния",)


def test_compounds_are_found_by_their_pieces_and_designations_only_whole() -> None:
    assert open_parts("механообработка", "механическая обработка") == ()
    assert open_parts("мехобработка", "механическая обработка") == ()
    assert open_parts("обработка", "переработка") == ("обработка",)
    assert open_parts("болты; ГОСТ 7798-70", "болты по ГОСТ 7798-71") == ("ГОСТ 7798-70",)


def test_certificates_count_for_the_capability() -> None:
    assert open_parts("", "литьё", must_have=("Сертификат ISO 9001:2015", "AS9100")) == ("AS9100",)


def test_share_of_nothing_asked_is_zero() -> None:
    assert coverage((), supply_of(capability("c", "литьё")), flat).share == 0.0


def test_a_title_that_repeats_the_text_is_no_part_of_its_own() -> None:
    units = units_of(need("n", "Отливки корпусов, окраска", title="Отливки корпусов"))
    assert [unit.shown for unit in units] == ["Отливки корпусов", "окраска"]


def test_letters_shared_by_chance_cover_nothing() -> None:
    assert open_parts("квантовый компьютер", "Панты маралов, компостер, кварц") == ("квантовый компьютер",)
    assert open_parts("чугун", "Чугунные корпуса") == ()
    assert open_parts("стекловолокно", "Волокно стеклянное") == ()


def test_parts_are_shown_without_the_filler_before_them() -> None:
    assert open_parts("Нужны болты М12", "Гайки") == ("болты М12",)
    assert open_parts("без антибиотиков", "Гайки") == ("без антибиотиков",)


def test_a_range_of_grades_offers_its_ends() -> None:
    assert open_parts("x", "Чугун СЧ20-СЧ30", must_have=("СЧ20", "СЧ30", "СЧ25")) == ("СЧ25",)
    assert open_parts("x", "Болты М8-М12 и 12Х18Н10Т", must_have=("М12", "12Х18Н10Т")) == ()
