"""The loops of `dots`, compiled: eight-bit products summed in 32 bits, which the processor does 32 at a time.

All in one module: numba's cache on disk looks only at the file of the function it loads. The innermost loop
stands where it is needed: called as a function it is three times slower.
"""

import numpy as np

from app.matching.machine import machine_code


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
    room = 4 * k + 64
    values, rows = np.empty(room, np.float32), np.empty(room, np.intp)
    size, least = 0, np.float32(0)
    for row in range(len(codes)):
        if not allowed[row]:
            continue
        total = np.int32(0)
        for j in range(len(question)):
            total += np.int32(codes[row, j]) * np.int32(question[j])
        value = np.float32(total) * steps[row]
        if value > least:
            values[size], rows[size] = value, row
            size += 1
            if size == room:
                least = _keep_best(values, rows, size, k)
                size = k
    if size > k:
        _keep_best(values, rows, size, k)
    size = min(size, k)
    return rows[:size].copy(), values[:size].copy()


@machine_code()
def nearest_passages(wholes, sentences, question, rows):  # type: ignore[no-untyped-def]
    """For some documents: the product of the whole, the largest of whole and sentences, and where that is."""
    (whole_codes, whole_steps), (codes, steps, starts) = wholes, sentences
    firsts, bests = np.empty(len(rows), np.float32), np.empty(len(rows), np.float32)
    places = np.zeros(len(rows), np.intp)
    for i in range(len(rows)):
        row, total = rows[i], np.int32(0)
        for j in range(len(question)):
            total += np.int32(whole_codes[row, j]) * np.int32(question[j])
        best = np.float32(total) * whole_steps[row]
        firsts[i] = best
        for at in range(starts[row], starts[row + 1]):
            total = np.int32(0)
            for j in range(len(question)):
                total += np.int32(codes[at, j]) * np.int32(question[j])
            value = np.float32(total) * steps[at]
            if value > best:
                best, places[i] = value, 1 + at - starts[row]
        bests[i] = best
    return firsts, bests, places
