"""The vectors against a plain computation of the published formula."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt

import numpy as np
import pytest

from app.matching import relations
from app.matching.codes import level_value
from app.matching.kernel import Vector
from app.matching.lexicon import Lexicon, Row
from app.matching.reading import Reading, read
from app.matching.roots import root_of
from app.matching.scoring import number
from app.matching.vectors import build_vectors
from tests.matching.samples import CASTING, capability, random_statements

DOCUMENTS = [
    *random_statements(40, seed=5),
    capability("v1", "Вал карданный, валы и валики, вальцовка, валковая дробилка"),
    capability("v2", "Станок, станки, станочная обработка станочника"),
]
Words = Mapping[str, float]


def plain_pieces(word: str) -> list[str]:
    root = root_of(word)
    padded = f" {root}" if len(root) > 2 else f" {root} "
    return [padded[i : i + n] for n in (3, 4, 5) for i in range(len(padded) - n + 1)]


class Plain:
    """The published formula, written out over whole dictionaries."""

    def __init__(self, corpus: Sequence[Sequence[str]]) -> None:
        self.size = len(corpus)
        self.df = Counter(word for words in corpus for word in set(words))
        kinds = [set(self.pieces(word)) for word in self.df]
        self.piece_df = Counter(piece for kind in kinds for piece in kind)
        self.memory: dict[str, Words] = {}

    @staticmethod
    def pieces(word: str) -> list[str]:
        return [] if any(map(str.isdigit, word)) else plain_pieces(word)

    def weights(self, words: Sequence[str]) -> dict[str, float]:
        counts = Counter(words)
        return {
            w: (1 + log(n)) * (log((1 + self.size) / (1 + (self.df[w] or 1))) + 1) for w, n in counts.items()
        }

    def letters(self, word: str) -> Words:
        if word not in self.memory:
            idf = lambda piece: log((1 + len(self.df)) / (1 + (self.piece_df[piece] or 1))) + 1  # noqa: E731
            raw = {p: (1 + log(n)) * idf(p) for p, n in Counter(self.pieces(word)).items()}
            length = sqrt(sum(value**2 for value in raw.values())) or 1.0
            self.memory[word] = {piece: value / length for piece, value in raw.items()}
        return self.memory[word]

    def alike(self, one: str, other: str) -> float:
        if one == other:
            return 1.0
        mine, theirs = self.letters(one), self.letters(other)
        likeness = sum(value * theirs.get(piece, 0.0) for piece, value in mine.items())
        return number("related") * likeness if likeness > number("related_from") else 0.0

    def product(self, mine: Words, theirs: Words) -> float:
        return sum(a * b * self.alike(one, other) for one, a in mine.items() for other, b in theirs.items())

    def cosine(self, one: Sequence[str], other: Sequence[str]) -> float:
        mine, theirs = self.weights(one), self.weights(other)
        return self.product(mine, theirs) / sqrt(self.product(mine, mine) * self.product(theirs, theirs))


def product_with_rows(question: Vector, rows: Sequence[Row], blocks: tuple[int, ...]) -> list[float]:
    found = []
    for row in rows:
        given = dict(zip(row.columns.tolist(), row.weights.tolist(), strict=True))
        terms = zip(*(a.tolist() for a in (question.columns, question.weights, question.blocks)), strict=True)
        found.append(sum(w * given.get(column, 0.0) for column, w, block in terms if block in blocks))
    return found


def rows_of(lexicon: Lexicon, readings: Sequence[Reading]) -> list[Row]:
    return [lexicon.row(lexicon.weigh(reading)) for reading in readings]


def test_words_are_compared_by_the_soft_cosine() -> None:
    """Of documents in the vocabulary, and of questions with words it has never seen."""
    readings = [read(document) for document in DOCUMENTS]
    lexicon, _ = build_vectors(readings)
    plain = Plain([reading.lemmas() for reading in readings])
    rows = rows_of(lexicon, readings)
    asked = [*readings[::4], read(capability("x", "Вальцовщик станочного криостата, валы карданные"))]
    related = 0
    for reading in asked:
        found = product_with_rows(lexicon.question(lexicon.weigh(reading)), rows, (0, 1))
        expected = [number("words") * plain.cosine(reading.lemmas(), one.lemmas()) for one in readings]
        assert found == pytest.approx(expected, abs=2e-5)
        parts = product_with_rows(lexicon.question(lexicon.weigh(reading)), rows, (1,))
        related += sum(part > 0.01 for part in parts)
    assert related > 20


def test_what_comes_later_is_compared_by_the_same_formula() -> None:
    """The vocabulary and its idf stay those of the build, but no word is without its relatives."""
    readings = [read(document) for document in DOCUMENTS]
    lexicon, _ = build_vectors(readings)
    plain = Plain([reading.lemmas() for reading in readings])
    late = [
        read(capability(f"l{n}", text))
        for n, text in enumerate(["Криостаты вальцованные", "криостатный вал"])
    ]
    rows = rows_of(lexicon, late)
    for reading in [*late, readings[-1], read(capability("x", "криостатика и вальцы"))]:
        expected = []
        for one in late:
            mine, theirs = (weights_with(lexicon, r) for r in (reading, one))
            lengths = plain.product(mine, mine) * plain.product(theirs, theirs)
            expected.append(number("words") * plain.product(mine, theirs) / sqrt(lengths))
        found = product_with_rows(lexicon.question(lexicon.weigh(reading)), rows, (0, 1))
        assert found == pytest.approx(expected, abs=2e-5)
        assert any(found) or reading is readings[-1]


def weights_with(lexicon: Lexicon, reading: Reading) -> Words:
    return {w: (1 + log(n)) * lexicon.idf_of(w) for w, n in Counter(reading.lemmas()).items()}


def test_a_designation_is_related_to_nothing() -> None:
    lexicon, _ = build_vectors([read(capability("c", "Болты М8х40, М8х50, 12Х18Н10Т, 12Х18Н9Т"))])
    for term in lexicon.words:
        column = np.array([lexicon.words[term]], dtype=np.int32)
        related, _, _ = lexicon.late.relations.lend(column, np.ones(1, dtype=np.float32))
        assert not any(map(str.isdigit, term)) or not len(related)


def test_codes_are_weighted_by_their_depth() -> None:
    document = capability("c", "Литьё", codes=frozenset({CASTING}))
    lexicon, matrix = build_vectors([read(document)])
    features = read(document).code_features()
    assert features == ["class:24.5", "class:24.53"]
    raw = np.array([level_value(feature) for feature in features])
    expected = raw / np.linalg.norm(raw)
    got = [matrix[0, lexicon.codes[feature]] for feature in features]
    assert got == pytest.approx(expected.tolist(), abs=1e-6)
    assert got[1] > got[0]


def test_a_document_of_the_build_is_weighed_alone_like_with_the_others() -> None:
    readings = [read(document) for document in DOCUMENTS]
    lexicon, matrix = build_vectors(readings)
    for number_, row in enumerate(rows_of(lexicon, readings)):
        expected = np.zeros(matrix.shape[1])
        expected[row.columns] = row.weights
        assert matrix[[number_]].toarray()[0] == pytest.approx(expected, abs=1e-6)
        by_row = lexicon.question_of(row)
        by_text = lexicon.question(lexicon.weigh(readings[number_]))
        assert by_row.columns.tolist() == by_text.columns.tolist()
        assert by_row.weights == pytest.approx(by_text.weights, abs=1e-6)
    assert matrix.dtype == np.float32


def row_of(lexicon: Lexicon, text: str) -> Row:
    return lexicon.row(lexicon.weigh(read(capability("x", text))))


def test_new_words_get_columns_of_their_own_once_and_only_when_added() -> None:
    lexicon, matrix = build_vectors([read(capability("c", "Литьё"))])
    asked = lexicon.weigh(read(capability("x", "криостат", codes=frozenset({CASTING}))))
    assert lexicon.question(asked).columns.size == 0
    added = lexicon.row(asked)
    assert min(added.columns) >= matrix.shape[1]
    assert len(set(added.columns.tolist())) == 3
    assert [lexicon.term(column) for column in added.columns.tolist()] == [
        "криостат",
        "class:24.5",
        "class:24.53",
    ]
    again = lexicon.row(asked)
    assert again.columns.tolist() == added.columns.tolist()
    assert lexicon.question(asked).columns.tolist() == added.columns.tolist()


def test_a_new_term_weighs_like_one_of_a_single_document() -> None:
    lexicon, _ = build_vectors(
        [read(capability(f"c{i}", f"Литьё {word}")) for i, word in enumerate(["ab", "cd"])]
    )
    assert lexicon.idf_of("криостат") == pytest.approx(log(3 / 2) + 1)
    assert lexicon.idf_of("cd") == pytest.approx(lexicon.idf_of("криостат"))
    assert lexicon.idf_of("литье") == pytest.approx(1.0)


def test_an_empty_corpus_has_an_empty_matrix() -> None:
    lexicon, matrix = build_vectors([])
    assert matrix.shape == (0, 0)
    assert lexicon.question(lexicon.weigh(read(capability("x", "литьё")))).columns.size == 0
    assert row_of(lexicon, "литьё").weights.tolist() == [1.0]


def test_a_reading_that_says_nothing() -> None:
    def nothing(text: str, **fields: object) -> bool:
        return read(capability("c", text, **fields)).says_nothing()

    assert nothing("Поставка 100 шт.")
    assert not nothing("Поставка болтов")
    assert not nothing("Поставка", codes=frozenset({CASTING}))


def test_lending_is_the_same_in_machine_code_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    lexicon, _ = build_vectors([read(document) for document in DOCUMENTS])
    r = np.random.default_rng(2)
    for size in (0, 1, 5, len(lexicon.words)):
        columns = np.sort(r.permutation(len(lexicon.words))[:size]).astype(np.int32)
        weights = r.random(size).astype(np.float32)
        assert relations.is_compiled()
        compiled = lexicon.late.relations.lend(columns, weights)
        with monkeypatch.context() as patch:
            patch.setattr(relations, "relation_loops", None)
            plain = lexicon.late.relations.lend(columns, weights)
        assert compiled[0].tolist() == plain[0].tolist()
        assert compiled[1] == pytest.approx(plain[1], rel=1e-6)
        assert compiled[2] == pytest.approx(plain[2], rel=1e-5)
