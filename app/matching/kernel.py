"""The top-k kernel: one sparse dot product per document, the best k of those that are allowed.

`top_k` is the seam: its arguments and answer are plain arrays. Over a base it runs compiled; the path over
scipy's sparse product gives the same bits, is its oracle and stands in where numba is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.matching import dots

try:
    from app.matching import compiled, machine
except ImportError:  # the service works without numba, only slower
    compiled = None  # type: ignore[assignment]

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Mask = NDArray[np.bool_]
Entries = tuple[Ints, Floats, Ints]
Wanted = tuple[Mask, NDArray[np.intp]]
_NOBODY = np.zeros(0, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class Vector:
    """A sparse vector: columns ascending, their weights, and the block (channel) each belongs to."""

    columns: Ints
    weights: Floats
    blocks: Ints


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows best first, their totals (k) and what each block gave to them (blocks x k)."""

    rows: NDArray[np.intp]
    totals: Floats
    by_block: Floats


class Scorer(Protocol):
    """Documents in a form that can be multiplied with a query; `order` ranks rows by document id."""

    @property
    def order(self) -> NDArray[np.intp]:
        """The place of each row in ascending order of document ids, which settles ties."""

    def block_scores(self, query: Vector, blocks: int) -> Floats:
        """The dot product of each document with the query, by block: blocks x documents."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The base: for every term the documents that have it (terms x documents)."""

    matrix: csr_array
    order: NDArray[np.intp]

    @property
    def arrays(self) -> tuple[NDArray[np.integer], NDArray[np.integer], Floats]:
        """Where the documents of each term begin, the documents, and the weights."""
        return self.matrix.indptr, self.matrix.indices, self.matrix.data

    def block_scores(self, query: Vector, blocks: int) -> Floats:
        """The dot product of each document with the query, by block: blocks x documents."""
        terms, documents = self.matrix.shape
        known = query.columns < terms
        starts = np.searchsorted(query.blocks[known], np.arange(blocks + 1))
        rows = csr_array((query.weights[known], query.columns[known], starts), shape=(blocks, terms))
        return np.asarray((rows @ self.matrix).toarray(), dtype=np.float32).reshape(blocks, documents)


@dataclass(frozen=True, slots=True)
class Rows:
    """The delta, scanned forward: chunks of entries, each a term, a weight and a row.

    The entries of a row stand together, in one chunk.
    """

    chunks: tuple[Entries, ...]
    order: NDArray[np.intp]

    def block_scores(self, query: Vector, blocks: int) -> Floats:
        """The dot product of each document with the query, by block: blocks x documents."""
        sums = np.zeros((blocks, len(self.order)))
        for columns, weights, rows in self.chunks:
            width = 1 + max(columns.max(initial=-1), query.columns.max(initial=-1))
            table = np.zeros((blocks, width), dtype=np.float32)
            table[query.blocks, query.columns] = query.weights
            for block in range(blocks):
                given = weights * table[block, columns]
                sums[block] += np.bincount(rows, weights=given, minlength=len(self.order))
        return sums.astype(np.float32)


def warm() -> None:
    """Compiles the kernel, or loads it from disk, so that no request waits for it."""
    if is_compiled():
        compiled.warm()
        dots.warm()


def is_compiled() -> bool:
    """Whether the base is searched in machine code."""
    return compiled is not None and machine.is_on()


def top_k(documents: Scorer, query: Vector, allowed: Mask, floors: NDArray[np.float64], k: int) -> Ranked:
    """The k best allowed documents, ties by document id; only those in which some block beats its floor."""
    return top_k_and(documents, query, (allowed, _NOBODY), floors, k)[0]


def top_k_and(
    documents: Scorer, query: Vector, wanted: Wanted, floors: NDArray[np.float64], k: int
) -> tuple[Ranked, Floats]:
    """`top_k` of the allowed, and what each block gives to the rows asked for by number (blocks x rows)."""
    allowed, rows = wanted
    terms = (query.columns, query.weights, query.blocks)
    if is_compiled() and isinstance(documents, Postings):
        found = compiled.best(documents.arrays, terms, (documents.order, allowed, rows), floors, k)
        return Ranked(*found[:3]), found[3]
    if is_compiled() and isinstance(documents, Rows):
        found = compiled.best_of_rows(documents.chunks, terms, (documents.order, allowed, rows), floors, k)
        return Ranked(*found[:3]), found[3]
    by_block = documents.block_scores(query, len(floors))
    return _ranked(by_block, documents.order, allowed, floors, k), by_block[:, rows]


def top_k_of_each(
    documents: Postings, queries: Sequence[Vector], allowed: Mask, floors: NDArray[np.float64], k: int
) -> list[Ranked]:
    """`top_k` for many queries on all cores; one mask for all (documents) or one for each."""
    if not queries or not is_compiled():
        masks = np.broadcast_to(allowed, (len(queries), len(documents.order)))
        return [
            top_k_by_scipy(documents, query, mask, floors, k)
            for query, mask in zip(queries, masks, strict=True)
        ]
    starts = np.cumsum([0, *(len(query.columns) for query in queries)])
    columns, weights, blocks = (
        np.concatenate(several)
        for several in zip(*((q.columns, q.weights, q.blocks) for q in queries), strict=True)
    )
    flat = (starts, columns, weights, blocks)
    return [
        Ranked(*one)
        for one in compiled.best_of_each(documents.arrays, flat, documents.order, allowed, floors, k)
    ]


def top_k_by_scipy(
    documents: Scorer, query: Vector, allowed: Mask, floors: NDArray[np.float64], k: int
) -> Ranked:
    """What `top_k` promises, over whole rows of scores."""
    return _ranked(documents.block_scores(query, len(floors)), documents.order, allowed, floors, k)


def _ranked(
    by_block: Floats, order: NDArray[np.intp], allowed: Mask, floors: NDArray[np.float64], k: int
) -> Ranked:
    reached = (by_block > floors[:, None].astype(np.float32)).any(axis=0) & allowed
    rows = np.flatnonzero(reached)
    totals = by_block[:, rows].sum(axis=0, dtype=np.float32)
    best = _best(totals, order[rows], k)
    rows, totals = rows[best], totals[best]
    return Ranked(rows, totals, by_block[:, rows])


def _best(totals: Floats, order: NDArray[np.intp], k: int) -> NDArray[np.intp]:
    """The positions of the k largest totals, largest first; among equals the lowest order."""
    positions = np.arange(len(totals))
    if 0 < k < len(totals):
        # Everything equal to the k-th total stays in, so that the cut too is made by id.
        kth = np.partition(totals, len(totals) - k)[len(totals) - k]
        positions = np.flatnonzero(totals >= kth)
    return positions[np.lexsort((order[positions], -totals[positions]))][: max(k, 0)]
