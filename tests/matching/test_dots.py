"""Integer products: compiled and plain alike, and as near to the exact cosines as eight bits allow."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching import dots

SEEDS = st.integers(0, 2**32 - 1)


def coded(r: np.random.Generator, rows: int, dimensions: int) -> dots.Coded:
    codes = r.integers(-127, 128, (rows, dimensions)).astype(np.int8)
    return codes, (r.integers(0, 3, rows) / 8).astype(np.float32)


def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dots, "dot_loops", None)


@settings(max_examples=150, deadline=None)
@given(
    seed=SEEDS,
    rows=st.integers(0, 200),
    dimensions=st.integers(1, 70),
    k=st.sampled_from([1, 2, 7, 64, 500]),
    open_share=st.sampled_from([0.0, 0.2, 1.0]),
)
def test_both_paths_give_the_same_numbers(
    seed: int, rows: int, dimensions: int, k: int, open_share: float
) -> None:
    r = np.random.default_rng(seed)
    wholes = coded(r, rows, dimensions)
    question = r.integers(-2047, 2048, dimensions).astype(np.int16)
    some = np.flatnonzero(r.random(rows) < 0.5)
    allowed = r.random(rows) < open_share
    starts = np.concatenate([[0], np.cumsum(r.integers(0, 4, rows))]).astype(np.intp)
    sentences = (*coded(r, int(starts[-1]), dimensions), starts)
    found = {}
    for compiled in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            if not compiled:
                plain(patch)
            assert dots.is_compiled() is compiled
            found[compiled] = [
                dots.dots(wholes[0], question, some),
                *dots.best_rows(wholes, question, allowed, k),
                *dots.nearest_passages(wholes, sentences, question, some),
            ]
    for one, other in zip(found[True], found[False], strict=True):
        assert one.tolist() == other.tolist()


def test_the_best_rows_are_those_of_a_full_sort() -> None:
    r = np.random.default_rng(3)
    wholes, question = coded(r, 900, 32), r.integers(-2047, 2048, 32).astype(np.int16)
    allowed = r.random(900) < 0.7
    values = (wholes[0].astype(np.int64) @ question.astype(np.int64)).astype(np.float32) * wholes[1]
    open_rows = [row for row in range(900) if allowed[row] and values[row] > 0]
    expected = sorted(sorted(open_rows, key=lambda row: (-values[row], row))[:25])
    rows, given_values = dots.best_rows(wholes, question, allowed, 25)
    assert rows.tolist() == expected
    assert given_values.tolist() == values[expected].tolist()


def test_quantising_keeps_cosines_and_is_the_same_twice() -> None:
    r = np.random.default_rng(4)
    vectors = r.normal(size=(60, 512)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    codes, steps = dots.quantised(vectors)
    near = codes * steps[:, None]
    assert np.abs(near @ near.T - vectors @ vectors.T).max() < 0.005
    again, _ = dots.quantised(near)
    assert again.tolist() == codes.tolist()
    nothing, step = dots.quantised(np.zeros((1, 4), np.float32))
    assert (nothing.tolist(), step.tolist()) == ([[0, 0, 0, 0]], [0.0])
