"""The kernel in machine code: term at a time into float32 accumulators, one scan for the best k.

The scan compares 64 documents at once with the k-th best so far and looks closer only where one beats it.
Accumulators belong to a thread, are zero between calls and are cleared by the scan that reads them.
Sums are taken in the order scipy takes them, so both paths give the same bits.
"""

import threading
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Answer = tuple[NDArray[np.intp], Floats, Floats]

_WIDE = 64
_own = threading.local()
_one_batch_at_a_time = threading.Lock()  # numba's simplest threading layer allows no second caller


def _jit(**options: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compiled without the GIL; kept on disk where there is a place to keep it."""

    def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            return numba.njit(function, nogil=True, cache=True, **options)  # type: ignore[no-any-return]
        except RuntimeError:  # a read-only installation without a cache folder
            return numba.njit(function, nogil=True, **options)  # type: ignore[no-any-return]

    return compiled


def best(  # noqa: PLR0913 - flat arrays are what compiled code takes
    postings: tuple[Any, Any, Any], query: tuple[Any, Any, Any], order: Any, allowed: Any, floors: Any, k: int
) -> Answer:
    """Rows, totals and block sums (blocks x k) of the k best allowed documents, best first, ties by order.

    `postings` are indptr, documents and weights of each term; `query` columns, weights and blocks.
    """
    sums = _accumulators(len(floors), len(order))
    return _best(*postings, *query, sums, order, allowed, floors.astype(np.float32), max(k, 0))  # type: ignore[no-any-return]


def best_of_each(  # noqa: PLR0913
    postings: tuple[Any, Any, Any], queries: tuple[Any, Any, Any, Any], order: Any, allowed: Any,
    floors: Any, k: int,
) -> list[Answer]:  # fmt: skip
    """`best` for many queries on all cores; `queries` are starts (queries + 1), columns, weights, blocks.

    `allowed` is one mask for all (documents) or one for each (queries x documents).
    """
    many, blocks = len(queries[0]) - 1, len(floors)
    masks = np.ascontiguousarray(np.atleast_2d(allowed))
    k = min(max(k, 0), len(order))
    rows, totals = np.zeros((many, k), np.intp), np.zeros((many, k), np.float32)
    by_block, found = np.zeros((many, blocks, k), np.float32), np.zeros(many, np.intp)
    with _one_batch_at_a_time:
        sums = np.zeros((numba.get_num_threads(), blocks, len(order)), np.float32)
        out = (rows, totals, by_block, found)
        _best_of_each(*postings, *queries, sums, order, masks, floors.astype(np.float32), k, out)
    ends = found.tolist()
    return [(rows[q, :n], totals[q, :n], by_block[q, :, :n]) for q, n in enumerate(ends)]


def warm() -> None:
    """Compiles everything, or loads it from the cache."""
    postings = (np.zeros(2, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))
    query = (np.zeros(1, np.int32), np.zeros(1, np.float32), np.zeros(1, np.int32))
    rest = (np.zeros(1, np.intp), np.ones(1, np.bool_), np.zeros(1), 1)
    best(postings, query, *rest)
    best_of_each(postings, (np.array([0, 1]), *query), *rest)


def _accumulators(blocks: int, documents: int) -> Floats:
    """Zeros (blocks x documents) that this thread has used before."""
    kept: Floats | None = getattr(_own, "sums", None)
    if kept is None or kept.size < blocks * documents:
        kept = _own.sums = np.zeros(blocks * documents, dtype=np.float32)
    return kept[: blocks * documents].reshape(blocks, documents)


@_jit()
def _add(indptr, documents, weights, columns, given, blocks, sums):  # type: ignore[no-untyped-def]  # noqa: PLR0913
    for i in range(len(columns)):
        column = columns[i]
        if column + 1 < len(indptr):
            weight, own = given[i], sums[blocks[i]]
            for at in range(indptr[column], indptr[column + 1]):
                own[documents[at]] += weight * weights[at]


@_jit()
def _worse(totals, order, rows, one, other):  # type: ignore[no-untyped-def]
    if totals[one] != totals[other]:
        return totals[one] < totals[other]
    return order[rows[one]] > order[rows[other]]


@_jit()
def _sink(heap, size, at, totals, order, rows):  # type: ignore[no-untyped-def]  # noqa: PLR0913
    """Restores a heap of places, the worst on top, below `at`."""
    moved = heap[at]
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and _worse(totals, order, rows, heap[child + 1], heap[child]):
            child += 1
        if not _worse(totals, order, rows, heap[child], moved):
            break
        heap[at] = heap[child]
        at = child
    heap[at] = moved


@_jit()
def _rise(heap, at, totals, order, rows):  # type: ignore[no-untyped-def]
    moved = heap[at]
    while at > 0 and _worse(totals, order, rows, moved, heap[(at - 1) // 2]):
        heap[at] = heap[(at - 1) // 2]
        at = (at - 1) // 2
    heap[at] = moved


@_jit()
def _scan(sums, order, allowed, floors, k, rows, totals, by_block):  # type: ignore[no-untyped-def]  # noqa: PLR0912, PLR0913
    """Fills the three answers, best first, clears the sums and says how many were found."""
    blocks, n = sums.shape
    total, hit = np.zeros(_WIDE, np.float32), np.zeros(_WIDE, np.bool_)
    places, heap, size = np.empty(k + 1, np.intp), np.empty(k + 1, np.intp), 0
    spare_rows, spare_totals = np.empty(k + 1, np.intp), np.empty(k + 1, np.float32)
    spare_sums = np.empty((k + 1, blocks), np.float32)
    least = np.float32(-np.inf)
    for start in range(0, n, _WIDE):
        width = min(_WIDE, n - start)
        first = sums[0, start : start + width]
        for i in range(width):
            total[i] = first[i]
            hit[i] = first[i] > floors[0]
        for block in range(1, blocks):
            more, floor = sums[block, start : start + width], floors[block]
            for i in range(width):
                total[i] += more[i]
                hit[i] |= more[i] > floor
        open_to, hits = allowed[start : start + width], 0
        for i in range(width):
            hit[i] = hit[i] & open_to[i] & (total[i] >= least)
            hits += hit[i]
        if hits and k:
            for i in range(width):
                if hit[i] and total[i] >= least:
                    slot = size if size < k else k
                    spare_rows[slot], spare_totals[slot] = start + i, total[i]
                    if size == k:
                        if not _worse(spare_totals, order, spare_rows, heap[0], k):
                            continue
                        slot = heap[0]
                        spare_rows[slot], spare_totals[slot] = start + i, total[i]
                    for block in range(blocks):
                        spare_sums[slot, block] = sums[block, start + i]
                    if size < k:
                        heap[size] = slot
                        size += 1
                        _rise(heap, size - 1, spare_totals, order, spare_rows)
                    else:
                        _sink(heap, size, 0, spare_totals, order, spare_rows)
                    if size == k:
                        least = spare_totals[heap[0]]
        for block in range(blocks):
            sums[block, start : start + width] = 0
    for left in range(size, 0, -1):
        places[left - 1] = heap[0]
        heap[0] = heap[left - 1]
        _sink(heap, left - 1, 0, spare_totals, order, spare_rows)
    for at in range(size):
        rows[at], totals[at] = spare_rows[places[at]], spare_totals[places[at]]
        by_block[:, at] = spare_sums[places[at]]
    return size
