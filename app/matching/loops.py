"""The loops of the kernel, compiled: term at a time into float32 accumulators, one scan for the best k.

The scan compares 64 documents at once with the k-th best so far and looks closer only where one beats it.
All in one module: numba's cache on disk looks only at the file of the function it loads.
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

_WIDE = 64


def machine_code(**options: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: compiled without the GIL; kept on disk where there is a place to keep it."""

    def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            return numba.njit(function, nogil=True, cache=True, **options)  # type: ignore[call-overload,no-any-return]
        except RuntimeError:  # a read-only installation without a cache folder
            return numba.njit(function, nogil=True, **options)  # type: ignore[call-overload,no-any-return]

    return compiled


@machine_code()
def _add(postings, query, sums):  # type: ignore[no-untyped-def]
    (indptr, documents, weights), (columns, given, blocks) = postings, query
    for i in range(len(columns)):
        column = columns[i]
        if column + 1 < len(indptr):
            weight, own = given[i], sums[blocks[i]]
            for at in range(indptr[column], indptr[column + 1]):
                own[documents[at]] += weight * weights[at]


@machine_code()
def _worse(kept, one, other):  # type: ignore[no-untyped-def]
    rows, totals, order = kept
    if totals[one] != totals[other]:
        return totals[one] < totals[other]
    return order[rows[one]] > order[rows[other]]


@machine_code()
def _sink(heap, size, kept):  # type: ignore[no-untyped-def]
    """Restores a heap of places, the worst on top, after its top was replaced."""
    moved, at = heap[0], 0
    child = 1
    while child < size:
        if child + 1 < size and _worse(kept, heap[child + 1], heap[child]):
            child += 1
        if not _worse(kept, heap[child], moved):
            break
        heap[at] = heap[child]
        at, child = child, 2 * child + 1
    heap[at] = moved


@machine_code()
def _rise(heap, at, kept):  # type: ignore[no-untyped-def]
    """Restores a heap after something was put at its end."""
    moved = heap[at]
    while at > 0 and _worse(kept, moved, heap[(at - 1) // 2]):
        heap[at] = heap[(at - 1) // 2]
        at = (at - 1) // 2
    heap[at] = moved


@machine_code()
def _offer(heap, size, row, total, kept):  # type: ignore[no-untyped-def]
    """The place a document takes among the best, or -1; the last place of `kept` is for who only asks."""
    rows, totals, _ = kept
    k = len(rows) - 1
    rows[size], totals[size] = row, total
    if size < k:
        heap[size] = size
        _rise(heap, size, kept)
        return size
    if not _worse(kept, heap[0], k):
        return -1
    place = heap[0]
    rows[place], totals[place] = row, total
    _sink(heap, k, kept)
    return place


@machine_code()
def _mark(sums, start, open_to, floors, least, found):  # type: ignore[no-untyped-def]
    """Totals of up to 64 documents, which of them may be among the best, and how many those are."""
    (total, hit), width, hits = found, len(open_to), 0
    for i in range(width):
        total[i], hit[i] = 0, False
    for block in range(len(floors)):
        given, floor = sums[block, start : start + width], floors[block]
        for i in range(width):
            total[i] += given[i]
            hit[i] |= given[i] > floor
    for i in range(width):
        hit[i] = hit[i] & open_to[i] & (total[i] >= least)
        hits += hit[i]
    return hits


@machine_code()
def _scan(sums, order, allowed, floors, k):  # type: ignore[no-untyped-def]
    """The best so far as a heap of places, and what is kept in the places; clears the sums."""
    blocks, n = sums.shape
    total, hit = np.zeros(_WIDE, np.float32), np.zeros(_WIDE, np.bool_)
    kept = (np.zeros(k + 1, np.intp), np.zeros(k + 1, np.float32), order)
    heap, by_block, size = np.zeros(k + 1, np.intp), np.zeros((k + 1, blocks), np.float32), 0
    least = np.float32(-np.inf)
    for start in range(0, n, _WIDE):
        width = min(_WIDE, n - start)
        hits = _mark(sums, start, allowed[start : start + width], floors, least, (total, hit))
        for i in range(width if hits and k else 0):
            place = _offer(heap, size, start + i, total[i], kept) if hit[i] else -1
            if place >= 0:
                by_block[place] = sums[:, start + i]
                size = min(size + 1, k)
                least = kept[1][heap[0]] if size == k else least
        sums[:, start : start + width] = 0
    return heap, size, kept, by_block


@machine_code()
def best(terms, sums, documents, rows, floors, k):  # type: ignore[no-untyped-def]
    """What `best_of_sums` gives; `sums` (blocks x documents) are zeros before and after."""
    postings, query = terms
    _add(postings, query, sums)
    return best_of_sums(sums, documents, rows, floors, k)


@machine_code()
def best_of_sums(sums, documents, rows, floors, k):  # type: ignore[no-untyped-def]
    """Rows, totals and block sums of the k best, and the block sums of `rows`, from sums that it clears."""
    order, allowed = documents
    asked = np.empty((len(sums), len(rows)), np.float32)
    for block in range(len(sums)):
        for i in range(len(rows)):
            asked[block, i] = sums[block, rows[i]]
    heap, size, kept, by_block = _scan(sums, order, allowed, floors, min(k, len(order)))
    places = np.zeros(size, np.intp)
    for left in range(size - 1, -1, -1):
        places[left] = heap[0]
        heap[0] = heap[left]
        _sink(heap, left, kept)
    return kept[0][places], kept[1][places], by_block[places].T.copy(), asked


@machine_code()
def _sum_row(entries, at, table, given):  # type: ignore[no-untyped-def]
    """Puts the products of the row that begins at an entry into `given`; says where the next one begins."""
    columns, weights, rows = entries
    row = rows[at]
    given[:] = 0.0
    while at < len(rows) and rows[at] == row:
        if columns[at] < len(table):
            for block in range(len(given)):
                given[block] += weights[at] * table[columns[at], block]
        at += 1
    return at


@machine_code()
def add_rows(entries, table, sums):  # type: ignore[no-untyped-def]
    """Adds the products of rows with a query, a table (columns x blocks); a row's entries stand together."""
    rows, at = entries[2], 0
    given = np.zeros(len(sums), np.float64)
    while at < len(rows):
        row = rows[at]
        at = _sum_row(entries, at, table, given)
        for block in range(len(sums)):
            sums[block, row] = given[block]


@machine_code(parallel=True)
def best_of_each(postings, queries, sums, documents, floors, out):  # type: ignore[no-untyped-def]
    """`best` of every query into `out`: rows, totals, block sums and how many were found."""
    (starts, columns, given, blocks), (order, masks) = queries, documents
    rows, totals, by_block, found = out
    threads = len(sums)
    for thread in numba.prange(threads):
        for q in range(thread, len(starts) - 1, threads):
            own = slice(starts[q], starts[q + 1])
            query, open_to = (columns[own], given[own], blocks[own]), masks[min(q, len(masks) - 1)]
            nobody = np.zeros(0, np.intp)
            answer = best((postings, query), sums[thread], (order, open_to), nobody, floors, rows.shape[1])
            n = found[q] = len(answer[0])
            rows[q, :n], totals[q, :n], by_block[q, :, :n] = answer[0], answer[1], answer[2]
