"""The vectors against a plain computation of the published formula."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import log, sqrt

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from app.matching.codes import level_value
from app.matching.documents import MatchDocument
from app.matching.kernel import Vector
from app.matching.reading import Reading, pieces, read
from app.matching.scoring import BLOCK_WEIGHTS
from app.matching.vectors import Lexicon, build_vectors
from tests.matching.samples import CASTING, capability, random_statements

DOCUMENTS = random_statements(40, seed=5)


def plain_pieces(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[i : i + n] for n in (3, 4, 5) for i in range(len(padded) - n + 1)]


def terms_of(document: MatchDocument) -> tuple[list[str], list[str], list[str]]:
    reading = read(document)
    parts = [piece for form in reading.forms for piece in plain_pieces(form)]
    return reading.lemmas(), parts, reading.code_features()


def plain_weights(
    corpus: Sequence[Sequence[str]], terms: Sequence[str], weight: float
) -> Mapping[str, float]:
    """(1 + ln tf) (ln((1 + n) / (1 + df)) + 1), of length sqrt(weight)."""
    df = Counter(term for document in corpus for term in set(document))

    def idf(term: str) -> float:
        return log((1 + len(corpus)) / (1 + df[term])) + 1

    raw = {term: (1 + log(tf)) * idf(term) for term, tf in Counter(terms).items()}
    norm = sqrt(sum(value**2 for value in raw.values()))
    return {term: value / norm * sqrt(weight) for term, value in raw.items()}


def dense(vector: Vector, width: int) -> np.ndarray:
    row = np.zeros(width)
    row[vector.columns] = vector.weights
    return row


def test_words_and_parts_follow_the_formula() -> None:
    lexicon, matrix = build_vectors([read(document) for document in DOCUMENTS])
    for block in (0, 1):
        corpus = [terms_of(document)[block] for document in DOCUMENTS]
        columns = lexicon.columns[block]
        for row, terms in enumerate(corpus):
            expected = plain_weights(corpus, terms, BLOCK_WEIGHTS[block])
            got = {term: matrix[row, columns[term]] for term in expected}
            assert got == pytest.approx(expected, abs=1e-6)


def test_codes_are_weighted_by_their_depth() -> None:
    document = capability("c", "Литьё", codes=frozenset({CASTING}))
    lexicon, matrix = build_vectors([read(document)])
    features = read(document).code_features()
    assert features == ["class:24.5", "class:24.53"]
    raw = np.array([level_value(feature) for feature in features])
    expected = raw / np.linalg.norm(raw) * sqrt(BLOCK_WEIGHTS[2])
    got = [matrix[0, lexicon.columns[2][feature]] for feature in features]
    assert got == pytest.approx(expected.tolist(), abs=1e-6)
    assert got[1] > got[0]


def test_every_filled_block_has_the_length_of_its_weight() -> None:
    lexicon, matrix = build_vectors([read(document) for document in DOCUMENTS])
    starts = np.cumsum([0, *(len(columns) for columns in lexicon.columns)])
    squares = matrix.power(2)
    for block, weight in enumerate(BLOCK_WEIGHTS):
        lengths = squares[:, starts[block] : starts[block + 1]].sum(axis=1)
        assert all(length == pytest.approx(weight, abs=1e-5) or length == 0 for length in lengths)


def test_a_document_weighed_alone_is_its_row_of_the_matrix() -> None:
    readings = [read(document) for document in DOCUMENTS]
    lexicon, matrix = build_vectors(readings)
    for row, reading in enumerate(readings):
        vector = lexicon.vector(lexicon.weigh(reading))
        assert dense(vector, matrix.shape[1]) == pytest.approx(matrix[[row]].toarray()[0], abs=1e-6)
    assert matrix.dtype == np.float32


def vector_of(lexicon: Lexicon, text: str, adding: bool = False) -> Vector:
    return lexicon.vector(lexicon.weigh(read(capability("x", text))), adding)


def test_new_terms_get_columns_of_their_own_once_and_only_when_added() -> None:
    lexicon, matrix = build_vectors([read(capability("c", "Литьё"))])
    assert vector_of(lexicon, "криостат").columns.size == 0
    added = vector_of(lexicon, "криостат", adding=True)
    assert min(added.columns) >= matrix.shape[1]
    assert len(set(added.columns.tolist())) == added.columns.size > 10
    again = vector_of(lexicon, "криостат")
    assert again.columns.tolist() == added.columns.tolist()
    assert again.weights.tolist() == added.weights.tolist()


def test_a_new_term_weighs_like_one_of_a_single_document() -> None:
    lexicon, _ = build_vectors(
        [read(capability(f"c{i}", f"Литьё {word}")) for i, word in enumerate(["ab", "cd"])]
    )
    assert lexicon.idf_of(0, "криостат") == pytest.approx(log(3 / 2) + 1)
    assert lexicon.idf_of(0, "cd") == pytest.approx(lexicon.idf_of(0, "криостат"))
    assert lexicon.idf_of(0, "литье") == pytest.approx(1.0)


def test_an_empty_corpus_has_an_empty_matrix() -> None:
    lexicon, matrix = build_vectors([])
    assert matrix.shape == (0, 0)
    assert vector_of(lexicon, "литьё").columns.size == 0


@pytest.mark.parametrize("word", ["я", "из", "вал", "насос", "теплоэнергетика"])
def test_pieces_are_those_of_char_wb(word: str) -> None:
    analyser: Callable[[str], list[str]] = CountVectorizer(
        analyzer="char_wb", ngram_range=(3, 5)
    ).build_analyzer()
    assert sorted(pieces(word)) == sorted(analyser(word))


def test_a_reading_that_says_nothing() -> None:
    def nothing(text: str, **fields: object) -> bool:
        return Reading(document := capability("c", text, **fields), read(document).forms).says_nothing()

    assert nothing("Поставка 100 шт.")
    assert not nothing("Поставка болтов")
    assert not nothing("Поставка", codes=frozenset({CASTING}))
