"""The semantic channel: the nearest in meaning, by filters, in parts, and through a sketch."""

import numpy as np
import pytest

from app.matching import deltas, scoring, sketches
from app.matching.documents import Passages
from app.matching.engine import MatchIndex
from app.matching.meanings import Meanings, asked, meanings_of, sketched
from app.vocabulary import StatementKind
from tests.matching.samples import GEOGRAPHY, capability, need, wish

R = np.random.default_rng(8)
TOPICS = R.normal(size=(30, 64)).astype(np.float32)


def passages(topic: int, *sentences: int, noise: float = 0.6) -> Passages:
    rows = np.stack([TOPICS[one] for one in (topic, *sentences)])
    rows = rows + noise * R.normal(size=rows.shape)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


def many(count: int) -> list[Passages | None]:
    return [None if i % 17 == 5 else passages(i % 30, (i + 7) % 30, (i * 3) % 30) for i in range(count)]


def cosines(question: np.ndarray, known: list[Passages | None]) -> list[float]:
    return [-1.0 if one is None else float(one[0].astype(np.float32) @ question) for one in known]


@pytest.mark.parametrize("open_share", [1.0, 0.3, 0.01])
def test_the_nearest_are_those_of_exact_cosines(open_share: float) -> None:
    known, r = many(500), np.random.default_rng(1)
    meanings = meanings_of(known)
    allowed, order = r.random(500) < open_share, np.arange(500)
    for topic in range(5):
        question = passages(topic)[0].astype(np.float32)
        exact = cosines(question, known)
        wanted = [row for row in range(500) if allowed[row] and exact[row] > 0.01]
        wanted = sorted(wanted, key=lambda row: -exact[row])[:20]
        found = meanings.nearest(asked(question), allowed, order, 20)
        assert found.tolist() == sorted(found.tolist())
        assert len(set(found.tolist()) & set(wanted)) >= 0.9 * len(wanted)
        assert all(allowed[row] for row in found)


def test_a_sketch_finds_nearly_all_of_the_exact_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"sketch_from": 100, "sketch_least": 60, "recall": 20}.items():
        monkeypatch.setitem(scoring._VALUES, name, value)
    monkeypatch.setattr(sketches, "_TRIED", ((32, 3), (32, 12)))
    known = many(3000)
    exact = meanings_of(known)
    quick = sketched(exact)
    assert quick.sketch is not None
    assert quick.sketch.depth == 12
    everybody, order, kept = np.ones(3000, dtype=np.bool_), np.arange(3000), []
    for topic in range(30):
        question = asked(passages(topic)[0].astype(np.float32))
        wanted = set(exact.nearest(question, everybody, order, 20).tolist())
        kept.append(len(wanted & set(quick.nearest(question, everybody, order, 20).tolist())) / len(wanted))
    assert np.mean(kept) >= 0.98


def test_a_sketch_is_as_deep_as_the_vectors_need_and_none_is_better_than_a_poor_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(scoring._VALUES, "sketch_from", 100)
    monkeypatch.setitem(scoring._VALUES, "sketch_least", 20)
    monkeypatch.setitem(scoring._VALUES, "recall", 20)
    monkeypatch.setattr(sketches, "_TRIED", ((4, 2), (32, 2)))
    in_few = sketched(meanings_of([one for one in many(600) if one is not None])).sketch
    assert in_few is not None
    assert in_few.basis.shape[1] == 32
    everywhere = np.random.default_rng(3).normal(size=(2000, 1, 64)).astype(np.float16)
    assert sketched(meanings_of(list(everywhere))).sketch is None, "32 of 64 equal directions keep too little"


def test_nearness_is_the_squared_mean_of_whole_and_best_passage() -> None:
    known = many(40)
    meanings = meanings_of(known)
    question = passages(3)[0].astype(np.float32)
    values, places = meanings.nearness(asked(question), np.arange(40))
    for row, one in enumerate(known):
        if one is None:
            assert (values[row], places[row]) == (0.0, 0)
            continue
        products = one.astype(np.float32) @ question
        assert values[row] == pytest.approx(max((products[0] + products.max()) / 2, 0) ** 2, abs=0.01)
        assert products[places[row]] == pytest.approx(products.max(), abs=0.01)


def test_parts_answer_like_one_however_they_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    known = many(120)
    documents = [
        capability(f"c{i:03}", "Слово. Второе слово. Третье слово", organisation_id=f"o{i:03}", passages=one)
        for i, one in enumerate(known)
    ]
    whole = MatchIndex.build(documents, GEOGRAPHY, 1)
    questions = [need("n", "Другое", passages=passages(topic)) for topic in range(12)]
    for largest in (0, 6, 10**6):
        monkeypatch.setattr(deltas, "LARGEST_PART", largest)
        grown = MatchIndex.build([], GEOGRAPHY, 1)
        for version, document in enumerate(documents, 2):
            grown = grown.with_changes(frozenset({document.organisation_id}), [document], version)
        parts = grown.delta[StatementKind.CAPABILITY].shelf.meanings.parts
        assert len(parts) == {0: 113, 6: len(parts), 10**6: len(parts)}[largest]
        assert sum(map(len, parts)) >= 113
        for question in questions:
            one, other = whole.search(wish(question)), grown.search(wish(question))
            assert [m.document.id for m in one.matches] == [m.document.id for m in other.matches]
            assert [m.score for m in one.matches] == pytest.approx([m.score for m in other.matches], abs=1e-6)


def test_a_rebuild_keeps_the_vectors_to_the_last_bit() -> None:
    documents = [capability(f"c{i:03}", "Слово", passages=one) for i, one in enumerate(many(60))]
    index = MatchIndex.build(documents, GEOGRAPHY, 1)
    again = index.refreshed()
    for row in range(60):
        one, other = (i.base[StatementKind.CAPABILITY].meanings.coded(row) for i in (index, again))
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert [array.tobytes() for array in one] == [array.tobytes() for array in other]


def test_without_vectors_there_is_nothing_to_be_near() -> None:
    meanings = meanings_of([None, None])
    assert meanings == Meanings()
    question = asked(TOPICS[0])
    everybody = np.ones(2, dtype=np.bool_)
    assert meanings.nearest(question, everybody, np.arange(2), 5).size == 0
    assert meanings.nearness(question, np.arange(2))[0].tolist() == [0.0, 0.0]


def test_a_stored_statement_asks_by_its_stored_meaning() -> None:
    """The one who asks need not bring the vectors of what the index has."""
    mine, theirs = passages(4), passages(4)
    index = MatchIndex.build(
        [need("n", "Одно", passages=mine), capability("c", "Другое", passages=theirs)], GEOGRAPHY, 1
    )
    found = index.search(wish(need("n", "Одно")))
    assert [match.document.id for match in found.matches] == ["c"]
    assert [one.signal for one in found.matches[0].evidence][:1] == ["meaning"]
    assert index.search(wish(need("n", "Одно, но иначе"))).matches == ()
