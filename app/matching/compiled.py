"""The kernel in machine code, called with plain arrays.

Accumulators belong to a thread, are zero between calls and are cleared by the scan that reads them.
Sums are taken in the order scipy takes them, so both paths give the same bits.
"""

import threading
from collections.abc import Sequence
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from app.matching import loops, row_loops

Floats = NDArray[np.float32]
Arrays = tuple[NDArray[Any], ...]
Answer = tuple[NDArray[np.intp], Floats, Floats]

_own = threading.local()
_one_batch_at_a_time = threading.Lock()  # numba's simplest threading layer allows no second caller


def best(postings: Arrays, query: Arrays, documents: Arrays, floors: Any, k: int) -> Arrays:
    """Rows, totals and block sums (blocks x k) of the k best allowed documents, best first, ties by order.

    `postings` are indptr, documents and weights of each term; `query` columns, weights and blocks;
    `documents` the order, the mask of the allowed, and rows: their block sums are the answer's fourth part.
    """
    order, allowed, rows = documents
    sums = _accumulators(len(floors), len(order))
    least = floors.astype(np.float32)
    answer: Arrays = loops.best((_narrow(postings), query), sums, (order, allowed), rows, least, max(k, 0))
    return answer


def best_of_rows(chunks: Sequence[Arrays], query: Arrays, documents: Arrays, floors: Any, k: int) -> Arrays:
    """`best` over documents read forward: chunks of columns, weights and rows."""
    order, allowed, rows = documents
    sums = _accumulators(len(floors), len(order))
    table = np.zeros((1 + query[0].max(initial=-1), len(floors)), dtype=np.float32)
    table[query[0], query[2]] = query[1]
    for chunk in chunks:
        row_loops.add_rows(chunk, table, sums)
    least = floors.astype(np.float32)
    answer: Arrays = loops.best_of_sums(sums, (order, allowed), rows, least, max(k, 0))
    return answer


def best_of_each(
    postings: Arrays, queries: Arrays, order: Any, allowed: Any, floors: Any, k: int
) -> list[Answer]:
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
        loops.best_of_each(_narrow(postings), queries, sums, (order, masks), floors.astype(np.float32), out)
    ends = found.tolist()
    return [(rows[q, :n], totals[q, :n], by_block[q, :, :n]) for q, n in enumerate(ends)]


def warm() -> None:
    """Compiles everything, or loads it from the cache."""
    postings = (np.zeros(2, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32))
    query = (np.zeros(1, np.int32), np.zeros(1, np.float32), np.zeros(1, np.int32))
    order, allowed, floors = np.zeros(1, np.intp), np.ones(1, np.bool_), np.zeros(1)
    best(postings, query, (order, allowed, order), floors, 1)
    best_of_rows([query], query, (order, allowed, order), floors, 1)
    best_of_each(postings, (np.array([0, 1]), *query), order, allowed, floors, 1)


def _narrow(postings: Arrays) -> Arrays:
    """The postings in the types that were compiled; unsigned, since a sign would be looked at each time."""
    indptr, documents, weights = postings
    return (
        indptr.astype(np.int32, copy=False),
        documents.astype(np.int32, copy=False).view(np.uint32),
        weights,
    )


def _accumulators(blocks: int, documents: int) -> Floats:
    """Zeros (blocks x documents) that this thread has used before."""
    kept: Floats | None = getattr(_own, "sums", None)
    if kept is None or kept.size < blocks * documents:
        kept = _own.sums = np.zeros(blocks * documents, dtype=np.float32)
    return kept[: blocks * documents].reshape(blocks, documents)
