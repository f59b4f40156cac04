"""Trade terms: the table, how forms are recognised, and that forms of one thing find each other."""

import pytest

from app.matching.engine import MatchIndex
from app.matching.reading import forms_of
from app.matching.terms import Row, TermsInvalid, expand, packaged_terms, parsed_terms, shown_concepts
from app.matching.text import lemmatise, tokenise
from tests.matching.samples import GEOGRAPHY, capability, need, wish

HEADER = "canonical,forms,topic\n"


def concepts(text: str) -> list[str]:
    forms = forms_of(text)
    return expand(forms, [lemmatise(form) for form in forms])


def means(text: str, rows: str) -> list[str]:
    forms = forms_of(text)
    return expand(forms, [lemmatise(form) for form in forms], parsed_terms("own.csv", HEADER + rows))


def test_the_table_is_as_large_as_promised() -> None:
    rows = packaged_terms().rows
    assert len(rows) >= 320
    assert all(len(row.forms) >= 2 for row in rows)
    assert len({row.topic for row in rows}) >= 15
    assert len({row.canonical for row in rows}) == len(rows)


def test_every_form_means_its_row_and_no_other() -> None:
    terms = packaged_terms()
    for row in terms.rows:
        meant = set()
        for form in row.forms:
            forms = forms_of(form)
            found = list(terms.find(forms, [lemmatise(word) for word in forms]))
            assert [(start, length) for start, length, _ in found] == [(0, len(forms))], form
            meant.add(found[0].concept)
        assert len(meant) == 1, row


@pytest.mark.parametrize("row", packaged_terms().rows[::9], ids=lambda row: row.place)
def test_each_form_finds_every_other_form_of_its_row(row: Row) -> None:
    offers = [capability(form, form) for form in dict.fromkeys(row.forms)]
    index = MatchIndex.build([*offers, capability("other", "перевозка мебели")], GEOGRAPHY, version=1)
    for asked in row.forms:
        found = {match.document.id for match in index.search(wish(need("q", asked), limit=40)).matches}
        assert found >= set(row.forms), asked


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("станки с ЧПУ", "обработка с числовым программным управлением"),
        ("CNC machines", "числовое программное управление"),
        ("отливки ЛВМ", "investment casting"),
        ("нужны РТИ", "изготовление резинотехнических изделий"),
        ("литьё на ТПА", "plastic injection molding"),
        ("трубы из ПНД", "HDPE pipes"),
        ("ПВХ-профиль", "PVC profiles"),
        ("поставка термопластавтоматов", "injection moulding machines"),
    ],
)
def test_words_of_one_meaning_meet(asked: str, offered: str) -> None:
    index = MatchIndex.build(
        [capability("right", offered), capability("other", "перевозка мебели")], GEOGRAPHY, version=1
    )
    assert [m.document.id for m in index.search(wish(need("q", asked))).matches] == ["right"]


def test_the_longest_form_is_recognised_and_its_parts_are_not() -> None:
    assert concepts("внедрение АСУ ТП") == [
        "автоматизированная система управления технологическим процессом",
    ]
    assert concepts("внедрение АСУ") == ["автоматизированная система управления"]


def test_case_and_inflection_do_not_matter() -> None:
    assert concepts("резинотехническими изделиями") == concepts("рти") == ["резинотехнические изделия"]


@pytest.mark.parametrize(
    "text", ["семена вики", "вакцина от оспы", "сизый голубь", "по то на ко", "болтик", "нкт123", "IT it"]
)
def test_words_that_only_look_like_an_abbreviation_mean_nothing(text: str) -> None:
    assert concepts(text) == []


def test_a_word_that_is_its_own_concept_adds_nothing() -> None:
    assert concepts("сварка") == []
    assert concepts("welding") == ["сварка"]


def test_expansion_is_deterministic() -> None:
    text = "Станки с ЧПУ, ПВХ-профиль, welding and die casting, КИПиА"
    assert concepts(text) == concepts(text)
    assert concepts(text) == [
        "числовое программное управление",
        "поливинилхлорид",
        "сварка",
        "литье под давлением",
        "контрольно-измерительные приборы и автоматика",
    ]


def test_evidence_shows_a_concept_in_readable_words() -> None:
    index = MatchIndex.build([capability("c", "станки CNC")], GEOGRAPHY, version=1)
    (match,) = index.search(wish(need("q", "числовое программное управление"))).matches
    labels = [share.label for evidence in match.evidence for share in evidence.shares]
    assert {"CNC", "числовое программное управление"} & set(labels)


def test_a_concept_is_shown_in_the_words_of_the_text() -> None:
    shown = shown_concepts(tokenise("Литьё алюминия под давлением, CNC и Отливки из чугуна."))
    assert shown == {
        "литье под давлением": ("Литьё", "алюминия", "давлением"),
        "числовое программное управление": ("CNC",),
        "чугунное литье": ("Отливки", "чугуна"),
    }


def test_a_line_more_is_a_term_more() -> None:
    rows = "# ours\nузел учёта,УУТЭ|metering unit,energy\nузел учёта,теплоузел,energy\n"
    assert (
        means("монтаж УУТЭ", rows)
        == means("metering units", rows)
        == means("теплоузел", rows)
        == ["узел учета"]
    )
    assert concepts("монтаж УУТЭ") == []


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("узел,,energy\n", "own.csv, line 2: needs 3 filled columns"),
        ("узел,УУТЭ\n", "own.csv, line 2: needs 3 filled columns"),
        ("узел,УУТЭ||УУ,energy\n", "own.csv, line 2: has an empty form"),
        ("узел,УУ;ТЭ,energy\n", "own.csv, line 2: “УУ;ТЭ” contains ';'"),
        ("узел,для,energy\n", "own.csv, line 2: “для” consists of words that say nothing"),
        ("узел,12,energy\n", "own.csv, line 2: “12” consists of words that say nothing"),
        (
            "узел,УУТЭ,a\nблок,уутэ|УУТЭ,a\n",
            "own.csv, line 3: “УУТЭ” is already a form of “узел” (own.csv, line 2)",
        ),
    ],
)
def test_a_line_that_cannot_be_used_is_named(rows: str, complaint: str) -> None:
    with pytest.raises(TermsInvalid) as refused:
        parsed_terms("own.csv", HEADER + rows)
    assert complaint in str(refused.value)


def test_a_table_without_the_header_is_refused() -> None:
    with pytest.raises(TermsInvalid, match="first line must be"):
        parsed_terms("own.csv", "узел,УУТЭ,energy\n")
