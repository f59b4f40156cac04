"""Integer dot products of a question with many vectors, compiled where numba is there.

A question has 12 bits a component, a stored vector 8: 512 products fit into 32 bits, so that both paths
agree exactly.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

try:
    from app.matching import dot_loops, machine
except ImportError:  # the service works without numba, only slower
    dot_loops = None  # type: ignore[assignment]

Bytes = NDArray[np.int8]
Rows = NDArray[np.intp]
Coded = tuple[Bytes, NDArray[np.float32]]
Spans = tuple[Bytes, NDArray[np.float32], NDArray[np.intp]]
LARGEST_BYTE, LARGEST_ASKED = 127, 2047


def is_compiled() -> bool:
    """Whether the products are taken in machine code."""
    return dot_loops is not None and machine.is_on()


def warm() -> None:
    """Compiles the loops, or loads them from disk."""
    question, codes = np.zeros(1, np.int16), np.zeros((1, 1), np.int8)
    dots(codes, question, np.zeros(1, np.intp))
    coded = codes, np.ones(1, np.float32)
    best_rows(coded, question, np.ones(1, np.bool_), 1)
    nearest_passages(coded, (*coded, np.array([0, 1])), question, np.zeros(1, np.intp))


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


def best_rows(
    coded: Coded, question: NDArray[np.int16], allowed: NDArray[np.bool_], k: int
) -> tuple[Rows, NDArray[np.float32]]:
    """The k allowed rows with the largest products above 0, ascending, and the products in steps.

    Among equals the lower row is taken.
    """
    if is_compiled():
        found: tuple[Rows, NDArray[np.float32]] = dot_loops.best_rows(coded, question, allowed, k)
        return found
    rows = np.flatnonzero(allowed)
    values = dots(coded[0], question, rows).astype(np.float32) * coded[1][rows]
    rows, values = rows[values > 0], values[values > 0]
    best = np.sort(np.argsort(-values, kind="stable")[:k])
    return rows[best], values[best]


def nearest_passages(
    wholes: Coded, sentences: Spans, question: NDArray[np.int16], rows: Rows
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.intp]]:
    """For some documents: the product of the whole, the largest of whole and sentences, and where that is.

    Products are in steps of the question; place 0 is the whole, i the i-th sentence.
    """
    if is_compiled():
        answer: tuple[Any, Any, Any] = dot_loops.nearest_passages(wholes, sentences, question, rows)
        return answer
    first = dots(wholes[0], question, rows).astype(np.float32) * wholes[1][rows]
    best, places = first.copy(), np.zeros(len(rows), np.intp)
    codes, steps, starts = sentences
    for at, row in enumerate(rows.tolist()):
        own = np.arange(starts[row], starts[row + 1])
        values = dots(codes, question, own).astype(np.float32) * steps[own]
        if len(own) and values.max() > best[at]:
            best[at], places[at] = values.max(), 1 + np.argmax(values)
    return first, best, places
