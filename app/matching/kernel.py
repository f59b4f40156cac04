"""The top-k kernel: one sparse dot product per document, the best k of those that are allowed.

`top_k` is the seam: its arguments and answer are plain arrays, so that a compiled kernel can take its
place; this one, over scipy's sparse product, stays as its oracle.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Mask = NDArray[np.bool_]


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

    def block_scores(self, query: Vector, blocks: int) -> Floats:
        """The dot product of each document with the query, by block: blocks x documents."""
        terms, documents = self.matrix.shape
        known = query.columns < terms
        starts = np.searchsorted(query.blocks[known], np.arange(blocks + 1))
        rows = csr_array((query.weights[known], query.columns[known], starts), shape=(blocks, terms))
        return np.asarray((rows @ self.matrix).toarray(), dtype=np.float32).reshape(blocks, documents)


@dataclass(frozen=True, slots=True)
class Rows:
    """The delta: term, weight and slot (row * blocks + block) of every entry, scanned forward."""

    columns: Ints
    weights: Floats
    slots: Ints
    order: NDArray[np.intp]

    def block_scores(self, query: Vector, blocks: int) -> Floats:
        """The dot product of each document with the query, by block: blocks x documents."""
        width = 1 + max(self.columns.max(initial=-1), query.columns.max(initial=-1))
        table = np.zeros(width, dtype=np.float32)
        table[query.columns] = query.weights
        products = self.weights * table[self.columns]
        sums = np.bincount(self.slots, weights=products, minlength=len(self.order) * blocks)
        return sums.reshape(len(self.order), blocks).T.astype(np.float32)


def top_k(documents: Scorer, query: Vector, allowed: Mask, floors: NDArray[np.float64], k: int) -> Ranked:
    """The k best allowed documents, ties by document id; only those in which some block beats its floor."""
    by_block = documents.block_scores(query, len(floors))
    reached = (by_block > floors[:, None].astype(np.float32)).any(axis=0) & allowed
    rows = np.flatnonzero(reached)
    totals = by_block[:, rows].sum(axis=0, dtype=np.float32)
    best = _best(totals, documents.order[rows], k)
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
