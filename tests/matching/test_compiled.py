"""The compiled kernel against scipy's path: the same rows, totals and block sums to the last bit."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from app.matching import kernel, loops
from app.matching.kernel import Postings, Ranked, Vector, top_k, top_k_by_scipy, top_k_of_each


def ordered_like(found: Ranked, expected: Ranked) -> None:
    assert found.rows.tolist() == expected.rows.tolist()
    assert found.totals.tobytes() == expected.totals.tobytes()
    assert found.by_block.tobytes() == expected.by_block.tobytes()


def random_base(r: np.random.Generator, documents: int, terms: int, exact: bool) -> Postings:
    """`exact` draws from few weights, so that many documents tie."""
    dense = r.random((terms, documents)).astype(np.float32)
    if exact:
        dense = np.round(dense * 2) / np.float32(2)
    dense *= r.random((terms, documents)) < 0.4
    return Postings(csr_array(dense), r.permutation(documents))


def random_query(r: np.random.Generator, terms: int, blocks: int) -> Vector:
    columns = np.flatnonzero(r.random(terms + 2) < 0.6).astype(np.int32)  # some lie outside the base
    weights = np.round(r.random(len(columns)) * 4).astype(np.float32) / 4
    return Vector(columns, weights, np.sort(r.integers(0, blocks, len(columns))).astype(np.int32))


CASES = {
    "seed": st.integers(0, 2**32 - 1),
    "documents": st.integers(0, 300),
    "terms": st.integers(0, 12),
    "blocks": st.integers(1, 4),
    "exact": st.booleans(),
    "open_share": st.sampled_from([0.0, 0.03, 0.5, 1.0]),
    "floor": st.sampled_from([-1.0, 0.0, 0.5, 9.0]),
    "k": st.sampled_from([-1, 0, 1, 2, 10, 63, 64, 65, 400]),
}


@settings(max_examples=300, deadline=None)
@given(**CASES)
def test_compiled_equals_scipy(
    seed: int, documents: int, terms: int, blocks: int, exact: bool, open_share: float, floor: float, k: int
) -> None:
    r = np.random.default_rng(seed)
    base, query = random_base(r, documents, terms, exact), random_query(r, terms, blocks)
    allowed = r.random(documents) < open_share
    floors = np.where(r.random(blocks) < 0.5, floor, 0.0)
    ordered_like(top_k(base, query, allowed, floors, k), top_k_by_scipy(base, query, allowed, floors, k))


@settings(max_examples=60, deadline=None)
@given(queries=st.integers(0, 7), each_its_own=st.booleans(), **CASES)
def test_a_batch_equals_its_queries_one_by_one(
    queries: int, each_its_own: bool, seed: int, documents: int, terms: int, blocks: int, exact: bool,
    open_share: float, floor: float, k: int,
) -> None:  # fmt: skip
    r = np.random.default_rng(seed)
    base, floors = random_base(r, documents, terms, exact), np.full(blocks, floor)
    asked = [random_query(r, terms, blocks) for _ in range(queries)]
    allowed = r.random((queries, documents) if each_its_own else documents) < open_share
    masks = np.broadcast_to(allowed, (queries, documents))
    found = top_k_of_each(base, asked, allowed, floors, k)
    assert len(found) == queries
    for one, query, mask in zip(found, asked, masks, strict=True):
        ordered_like(one, top_k(base, query, np.ascontiguousarray(mask), floors, k))


def test_threads_do_not_share_sums() -> None:
    r = np.random.default_rng(5)
    base = random_base(r, 2_000, 30, exact=False)
    asked = [random_query(r, 30, 3) for _ in range(40)]
    allowed, floors = np.ones(2_000, np.bool_), np.zeros(3)
    expected = [top_k_by_scipy(base, query, allowed, floors, 20) for query in asked]
    wrong: list[int] = []

    def ask() -> None:
        for number, query in enumerate(asked * 5):
            if top_k(base, query, allowed, floors, 20).rows.tolist() != expected[number % 40].rows.tolist():
                wrong.append(number)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_without_numba_the_answers_are_scipys(monkeypatch: pytest.MonkeyPatch) -> None:
    r = np.random.default_rng(6)
    base, asked = random_base(r, 90, 10, exact=True), [random_query(r, 10, 2) for _ in range(3)]
    allowed, floors = np.ones(90, np.bool_), np.zeros(2)
    with_numba = top_k_of_each(base, asked, allowed, floors, 5)
    monkeypatch.setattr(kernel, "compiled", None)
    assert not kernel.is_compiled()
    kernel.warm()
    for one, other in zip(with_numba, top_k_of_each(base, asked, allowed, floors, 5), strict=True):
        ordered_like(one, other)
    ordered_like(top_k(base, asked[0], allowed, floors, 5), with_numba[0])


def test_after_warming_nothing_is_compiled_any_more() -> None:
    kernel.warm()
    before = len(loops.best.signatures), len(loops.best_of_each.signatures)
    r = np.random.default_rng(7)
    base, query = random_base(r, 70, 10, exact=True), random_query(r, 10, 3)
    top_k(base, query, np.ones(70, np.bool_), np.zeros(3), 5)
    top_k_of_each(base, [query], np.ones(70, np.bool_), np.zeros(3), 5)
    assert (len(loops.best.signatures), len(loops.best_of_each.signatures)) == before
