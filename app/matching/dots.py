"""Integer dot products of a question with many vectors, compiled where numba is there.

A question has 12 bits a component, a stored vector 8: 512 products fit into 32 bits, so that both paths
agree exactly.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

try:
    from app.matching import dot_loops
except ImportError:  # the service works without numba, only slower
    dot_loops = None  # type: ignore[assignment]

Bytes = NDArray[np.int8]
Rows = NDArray[np.intp]
LARGEST_BYTE, LARGEST_ASKED = 127, 2047


def is_compiled() -> bool:
    """Whether the products are taken in machine code."""
    return dot_loops is not None and dot_loops.is_on()


def warm() -> None:
    """Compiles the loops, or loads them from disk."""
    question, codes = np.zeros(1, np.int16), np.zeros((1, 1), np.int8)
    dots(codes, question, np.zeros(1, np.intp))
    best_rows(codes, question, np.ones(1, np.bool_), 1)
    nearest_passages(codes, np.ones(1, np.float32), question, np.array([[0, 1]], np.intp))


def quantised(
    vectors: NDArray[Any], largest: int = LARGEST_BYTE
) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """Vectors (rows x dimensions) as integers up to `largest`, and what one step of each row is worth."""
    exact = vectors.astype(np.float32)
    steps = np.abs(exact).max(axis=1, initial=0) / np.float32(largest)
    safe = np.where(steps > 0, steps, np.float32(1))
    return np.rint(exact / safe[:, None]).astype(np.int16), steps.astype(np.float32)


def dots(codes: Bytes, question: NDArray[np.int16], rows: Rows) -> NDArray[np.int32]:
    """The products of some rows with a question."""
    if is_compiled():
        out: NDArray[np.int32] = dot_loops.dots(codes, question, rows)
        return out
    return np.asarray(codes[rows].astype(np.int32) @ question.astype(np.int32), dtype=np.int32)


def best_rows(codes: Bytes, question: NDArray[np.int16], allowed: NDArray[np.bool_], k: int) -> Rows:
    """The k allowed rows with the largest products, ascending; among equals the lower row."""
    if is_compiled():
        found: Rows = dot_loops.best_rows(codes, question, allowed, k)
        return found
    rows = np.flatnonzero(allowed)
    products = dots(codes, question, rows)
    return np.sort(rows[np.argsort(-products, kind="stable")[:k]])


def nearest_passages(
    codes: Bytes, steps: NDArray[np.float32], question: NDArray[np.int16], spans: Rows
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.intp]]:
    """For each span (start, end) of rows: the first product, the largest, and where that is; in steps."""
    if is_compiled():
        answer: tuple[Any, Any, Any] = dot_loops.nearest_passages(codes, steps, question, spans)
        return answer
    firsts, bests = np.zeros(len(spans), np.float32), np.zeros(len(spans), np.float32)
    places = np.zeros(len(spans), np.intp)
    for at, (start, end) in enumerate(spans.tolist()):
        if end > start:
            own = np.arange(start, end)
            values = dots(codes, question, own).astype(np.float32) * steps[start:end]
            places[at] = np.argmax(values)
            firsts[at], bests[at] = values[0], values[places[at]]
    return firsts, bests, places
