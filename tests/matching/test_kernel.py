"""The kernel against brute force, with masks, floors and ties."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from app.matching.kernel import Postings, Rows, Scorer, Vector, top_k, top_k_by_scipy

BLOCKS, TERMS = 2, 6
WEIGHTS = st.sampled_from([0.0, 0.0, 0.25, 0.5, 1.0])  # exact in float32, so ties are ties
MATRICES = st.lists(st.lists(WEIGHTS, min_size=TERMS, max_size=TERMS), min_size=1, max_size=14)


def block_of(column: int) -> int:
    return column // (TERMS // BLOCKS)


def vector(weights: list[float]) -> Vector:
    columns = np.flatnonzero(weights).astype(np.int32)
    blocks = np.array([block_of(int(c)) for c in columns], dtype=np.int32)
    return Vector(columns, np.array(weights, dtype=np.float32)[columns], blocks)


def postings(matrix: list[list[float]], order: list[int]) -> Scorer:
    return Postings(csr_array(np.array(matrix, dtype=np.float32).T), np.array(order))


def rows(matrix: list[list[float]], order: list[int]) -> Scorer:
    row, column = np.nonzero(matrix)
    weights = np.array(matrix, dtype=np.float32)[row, column]
    entries = column.astype(np.int32), weights, row.astype(np.int32)
    cuts = np.searchsorted(row, [len(matrix) // 2])
    chunks = zip(*(np.split(array, cuts) for array in entries), strict=True)
    return Rows(tuple(chunks), np.array(order))


@settings(max_examples=300, deadline=None)
@given(st.data(), MATRICES)
def test_both_scorers_agree_with_brute_force(data: st.DataObject, matrix: list[list[float]]) -> None:
    n = len(matrix)
    query = data.draw(st.lists(WEIGHTS, min_size=TERMS, max_size=TERMS))
    allowed = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    order = data.draw(st.permutations(range(n)))
    floors = data.draw(st.lists(st.sampled_from([0.0, 0.5]), min_size=BLOCKS, max_size=BLOCKS))
    k = data.draw(st.integers(0, n + 2))
    expected = []
    for row, weights in enumerate(matrix):
        given_by = [0.0] * BLOCKS
        for column, weight in enumerate(weights):
            given_by[block_of(column)] += weight * query[column]
        if allowed[row] and any(got > floor for got, floor in zip(given_by, floors, strict=True)):
            expected.append((-sum(given_by), order[row], row, given_by))
    expected = sorted(expected)[:k]
    for scorer in (postings(matrix, order), rows(matrix, order)):
        for way in (top_k, top_k_by_scipy):
            ranked = way(scorer, vector(query), np.array(allowed), np.array(floors), k)
            assert ranked.rows.tolist() == [row for _, _, row, _ in expected]
            assert ranked.totals.tolist() == [-total for total, _, _, _ in expected]
            assert ranked.by_block.T.tolist() == [given_by for _, _, _, given_by in expected]


def test_terms_outside_the_base_are_ignored_by_it() -> None:
    query = Vector(np.array([0, 99], np.int32), np.array([1, 1], np.float32), np.array([0, 0], np.int32))
    ranked = top_k(postings([[1.0] * TERMS], [0]), query, np.array([True]), np.zeros(BLOCKS), 5)
    assert ranked.totals.tolist() == [1.0]


def test_no_documents_and_no_query_give_nothing() -> None:
    nothing = Rows((), np.zeros(0, np.intp))
    assert top_k(nothing, vector([1.0] * TERMS), np.zeros(0, bool), np.zeros(BLOCKS), 3).rows.size == 0
    ranked = top_k(
        postings([[1.0] * TERMS], [0]), vector([0.0] * TERMS), np.array([True]), np.zeros(BLOCKS), 3
    )
    assert ranked.rows.size == 0
