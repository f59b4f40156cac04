"""The loops of `dots`, compiled: eight-bit products summed in 32 bits, which the processor does 32 at a time.

All in one module: numba's cache on disk looks only at the file of the function it loads. The innermost loop
stands where it is needed: called as a function it is three times slower.
"""

import numpy as np

from app.matching.machine import machine_code

_TOGETHER = 256  # rows multiplied before they are compared: apart, both loops are twice as fast


@machine_code()
def dots(codes, question, rows):  # type: ignore[no-untyped-def]
    """The products of some rows with a question."""
    out = np.empty(len(rows), np.int32)
    for i in range(len(rows)):
        total, row = np.int32(0), rows[i]
        for j in range(len(question)):
            total += np.int32(codes[row, j]) * np.int32(question[j])
        out[i] = total
    return out


@machine_code()
def _keep_best(values, rows, size, k):  # type: ignore[no-untyped-def]
    """Moves the k best of `size` to the front, in the order they came; gives what others must exceed."""
    least = np.partition(values[:size], size - k)[size - k]
    better = 0
    for i in range(size):
        better += values[i] > least
    at, equals = 0, k - better
    for i in range(size):
        is_equal = values[i] == least and equals > 0
        if values[i] > least or is_equal:
            equals -= is_equal
            values[at], rows[at] = values[i], rows[i]
            at += 1
    return least


@machine_code()
def best_rows(coded, question, allowed, k):  # type: ignore[no-untyped-def]
    """The k allowed rows with the largest products above 0, ascending, and the products in steps."""
    codes, steps = coded
    room = max(4 * k, 4 * _TOGETHER) + _TOGETHER
    values, rows = np.empty(room, np.float32), np.empty(room, np.intp)
    some, out = np.empty(_TOGETHER, np.intp), np.empty(_TOGETHER, np.int32)
    size, least, at = 0, np.float32(0), 0
    while at < len(codes):
        taken = 0
        while at < len(codes) and taken < _TOGETHER:
            some[taken] = at
            taken += allowed[at]
            at += 1
        for i in range(taken):
            total, row = np.int32(0), some[i]
            for j in range(len(question)):
                total += np.int32(codes[row, j]) * np.int32(question[j])
            out[i] = total
        for i in range(taken):
            values[size], rows[size] = np.float32(out[i]) * steps[some[i]], some[i]
            size += values[size] > least
        if size > room - _TOGETHER:
            least = _keep_best(values, rows, size, k)
            size = k
    if size > k:
        _keep_best(values, rows, size, k)
    size = min(size, k)
    return rows[:size].copy(), values[:size].copy()


@machine_code()
def _between(starts, rows):  # type: ignore[no-untyped-def]
    """The places from the start of each row to the next, one after the other."""
    many, size = 0, 0
    for row in rows:
        many += starts[row + 1] - starts[row]
    places = np.empty(many, np.intp)
    for row in rows:
        for at in range(starts[row], starts[row + 1]):
            places[size] = at
            size += 1
    return places


@machine_code()
def nearest_passages(wholes, sentences, question, rows):  # type: ignore[no-untyped-def]
    """For some documents: the product of the whole, the largest of whole and sentences, and where that is."""
    (whole_codes, whole_steps), (codes, steps, starts) = wholes, sentences
    firsts = dots(whole_codes, question, rows).astype(np.float32) * whole_steps[rows]
    passages = _between(starts, rows)
    products = dots(codes, question, passages).astype(np.float32) * steps[passages]
    bests, places, at = firsts.copy(), np.zeros(len(rows), np.intp), 0
    for i in range(len(rows)):
        for place in range(starts[rows[i] + 1] - starts[rows[i]]):
            if products[at] > bests[i]:
                bests[i], places[i] = products[at], 1 + place
            at += 1
    return firsts, bests, places
