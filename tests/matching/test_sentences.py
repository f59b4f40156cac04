"""What a person reads."""

from dataclasses import replace

import pytest

from app.matching.documents import Evidence, Match, Share
from app.matching.sentences import coverage_sentence, evidence_sentence, match_sentence
from app.vocabulary import CodeScheme, Ground, Language, Strength
from tests.matching.samples import CASTING, capability, index_of, need, random_statements, wish

RU, EN = Language.RU, Language.EN
CASTER = capability(
    "c",
    "Литьё алюминия под давлением (ЛПД), механическая обработка",
    region="RU-CHE",
    codes=frozenset({CASTING}),
)
WANTED = need(
    "n",
    "литье алюминия; ЛПД; мехобработка; сертификат ISO 9001",
    region="RU-SVE",
    codes=frozenset({(CodeScheme.OKPD2, "24.53.10")}),
)


def test_a_whole_match_in_russian_and_english() -> None:
    match = index_of(CASTER, WANTED).search(wish(WANTED)).matches[0]
    russian, english = match_sentence(match, RU), match_sentence(match, EN)
    assert russian.startswith("Совпадает: ")
    for part in ("Литьё", "алюминия", "ЛПД", "код 24.53", "тот же федеральный округ"):
        assert part in russian
    assert russian.endswith("не подтверждено: сертификат ISO 9001. Смысл не сравнивался.")
    assert english.startswith("In common: ")
    assert "code 24.53; the same federal district" in english
    assert english.endswith("not confirmed: сертификат ISO 9001. Meaning was not compared.")


@pytest.mark.parametrize("ground", [Ground.MEANING, Ground.ACROSS_SCRIPTS])
def test_meaning_that_was_compared_needs_no_word(ground: Ground) -> None:
    shown = replace(matched(("a",), ()), evidence=(Evidence("core_capability", 0.1),), ground=ground)
    assert (
        match_sentence(shown, RU) == "Совпадает: основная деятельность. Описание подтверждает всё, что нужно."
    )


def matched(covered: tuple[str, ...], uncovered: tuple[str, ...]) -> Match:
    return Match(CASTER, 0.5, Strength.STRONG, (), covered, uncovered)


@pytest.mark.parametrize(
    ("covered", "uncovered", "russian", "english"),
    [
        ((), (), "", ""),
        (("a",), (), "Описание подтверждает всё, что нужно.", "The description confirms all that is needed."),
        (("a", "b"), ("c",), "Покрыто 2 из 3, не подтверждено: c.", "2 of 3 covered, not confirmed: c."),
        ((), ("b", "c"), "Не подтверждено: b; c.", "Not confirmed: b; c."),
    ],
)
def test_coverage(covered: tuple[str, ...], uncovered: tuple[str, ...], russian: str, english: str) -> None:
    assert coverage_sentence(matched(covered, uncovered), RU) == russian
    assert coverage_sentence(matched(covered, uncovered), EN) == english


@pytest.mark.parametrize(
    ("evidence", "russian", "english"),
    [
        (Evidence("words", 0.1, (Share("литьё", 0.1),)), "Литьё.", "Литьё."),
        (Evidence("words", 0.1), "Общие слова.", "Shared words."),
        (
            Evidence("parts_of_words", 0.1, (Share("печи", 0.1),)),
            "Близкие слова: печи.",
            "Related words: печи.",
        ),
        (
            Evidence("shared_codes", 0.1, (Share("24.53", 0.1), Share("25.6", 0.1))),
            "Коды 24.53, 25.6.",
            "Codes 24.53, 25.6.",
        ),
        (Evidence("same_place", 0.1, (Share("same_region", 0.1),)), "Тот же регион.", "The same region."),
        (Evidence("wished_region", 0.1, (Share("RU-SVE", 0.1),)), "Желаемый регион.", "A wished region."),
        (Evidence("must_have", 0.1, (Share("ЛПД", 0.1),)), "Обязательное: ЛПД.", "Required: ЛПД."),
        (Evidence("core_capability", 0.1), "Основная деятельность.", "A core capability."),
    ],
)
def test_each_reason(evidence: Evidence, russian: str, english: str) -> None:
    assert evidence_sentence(evidence, RU) == russian
    assert evidence_sentence(evidence, EN) == english


def test_no_sentence_shows_a_placeholder_or_an_empty_reason() -> None:
    documents = random_statements(80, seed=11)
    index = index_of(*documents)
    sentences = [
        match_sentence(match, language)
        for document in documents[:30]
        for match in index.search(wish(document)).matches
        for language in Language
    ]
    assert len(sentences) > 100
    for sentence in sentences:
        assert not any(sign in sentence for sign in ("{", "…", ": ;", "; ;", ": .", "same_"))
