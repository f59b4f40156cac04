"""The loops of `dots`, compiled: eight-bit products summed in 32 bits, which the processor does 32 at a time.

All in one module: numba's cache on disk looks only at the file of the function it loads.
"""

import numba
import numpy as np

from app.matching.loops import machine_code


def is_on() -> bool:
    """Whether numba compiles; it can be told not to (NUMBA_DISABLE_JIT)."""
    return not numba.config.DISABLE_JIT  # type: ignore[attr-defined]


@machine_code()
def _dot(code, question):  # type: ignore[no-untyped-def]
    total = np.int32(0)
    for i in range(len(question)):
        total += np.int32(code[i]) * np.int32(question[i])
    return total


@machine_code()
def dots(codes, question, rows):  # type: ignore[no-untyped-def]
    """The products of some rows with a question."""
    out = np.empty(len(rows), np.int32)
    for i in range(len(rows)):
        out[i] = _dot(codes[rows[i]], question)
    return out


@machine_code()
def _kept(products, rows, size, k):  # type: ignore[no-untyped-def]
    """Moves the k best of `size` to the front, in the order they came; gives what others must exceed."""
    least = np.partition(products[:size], size - k)[size - k]
    better = 0
    for i in range(size):
        better += products[i] > least
    at, equals = 0, k - better
    for i in range(size):
        is_equal = products[i] == least and equals > 0
        if products[i] > least or is_equal:
            equals -= is_equal
            products[at], rows[at] = products[i], rows[i]
            at += 1
    return least


@machine_code()
def best_rows(codes, question, allowed, k):  # type: ignore[no-untyped-def]
    """The k allowed rows with the largest products, ascending; among equals the lower row."""
    room = 4 * k + 64
    products, rows = np.empty(room, np.int32), np.empty(room, np.intp)
    size, least = 0, np.int32(-(2**31) + 1)
    for row in range(len(codes)):
        if not allowed[row]:
            continue
        product = _dot(codes[row], question)
        if product > least or size < k:
            products[size], rows[size] = product, row
            size += 1
            if size == room:
                least = _kept(products, rows, size, k)
                size = k
    if size > k > 0:
        _kept(products, rows, size, k)
    return rows[: min(size, k)].copy()


@machine_code()
def nearest_passages(codes, steps, question, spans):  # type: ignore[no-untyped-def]
    """For each span (start, end) of rows: the first product, the largest, and where that is; in steps."""
    firsts, bests = np.zeros(len(spans), np.float32), np.zeros(len(spans), np.float32)
    places = np.zeros(len(spans), np.intp)
    for i in range(len(spans)):
        start, end = spans[i]
        for row in range(start, end):
            value = np.float32(_dot(codes[row], question)) * steps[row]
            if row == start:
                firsts[i] = bests[i] = value
            elif value > bests[i]:
                bests[i], places[i] = value, row - start
    return firsts, bests, places
