"""By which pieces relatives are known."""

from collections.abc import Callable, Sequence

import pytest
from sklearn.feature_extraction.text import CountVectorizer

from app.matching.relations import relations_of
from app.matching.roots import pieces, root_of

WORDS = (
    *("ходовой", "судовой", "судно", "чугун", "чугунный", "насос", "насосный", "литье", "литейный"),
    *("строительный", "растительный", "обработка", "металлообработка", "кран", "экран", "вал", "подшипник"),
)


@pytest.mark.parametrize(
    ("word", "root"),
    [("чугунный", "чугун"), ("судовой", "суд"), ("сталь", "стал"), ("ось", "ось"), ("pump", "pump")],
)
def test_an_ending_is_no_part_of_the_root(word: str, root: str) -> None:
    assert root_of(word) == root


@pytest.mark.parametrize("word", ["я", "из", "вал", "насос", "теплоэнергетик"])
def test_pieces_are_those_of_char_wb_but_for_the_end(word: str) -> None:
    analyser: Callable[[str], Sequence[str]] = CountVectorizer(
        analyzer="char_wb", ngram_range=(3, 5)
    ).build_analyzer()
    kept = [piece for piece in analyser(word) if len(word) < 3 or not piece.endswith(" ")]
    assert sorted(pieces(word)) == sorted(kept)


def alike(one: str, other: str) -> float:
    likeness = relations_of(WORDS).likeness.toarray()
    return float(likeness[WORDS.index(one), WORDS.index(other)])


@pytest.mark.parametrize(
    ("one", "other"),
    [("чугун", "чугунный"), ("насос", "насосный"), ("судно", "судовой"), ("обработка", "металлообработка")],
)
def test_words_of_one_root_are_related(one: str, other: str) -> None:
    assert alike(one, other) > 0.25


@pytest.mark.parametrize(
    ("one", "other"), [("ходовой", "судовой"), ("строительный", "растительный"), ("вал", "подшипник")]
)
def test_words_that_share_an_ending_are_not(one: str, other: str) -> None:
    assert alike(one, other) == 0
