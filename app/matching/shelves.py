"""Documents of one kind, ready to be searched: the base they were built into, or the delta since.

A shelf is never changed. A change makes a new one that shares all that is large with the old.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.matching.attributes import Attributes, attributes_of
from app.matching.documents import MatchDocument, Passages, Wish
from app.matching.filters import allow, visible
from app.matching.geography import Geography
from app.matching.kernel import Mask, Postings, Scorer, Vector, top_k_and
from app.matching.lexicon import Row
from app.matching.meanings import Coded, Meanings, Question, meanings_of, sketched
from app.matching.reading import Reading
from app.matching.scoring import BLOCKS, FLOORS, number

MEANING = len(BLOCKS)
"""Where the semantic channel stands behind the blocks."""

CHANNELS = (*BLOCKS, "meaning")
_DIGITS = 6  # of what a block gives: float32 noise must not decide an order or a byte


class RowsByNumber(Protocol):
    """Documents as the rows they are among the documents."""

    def __getitem__(self, row: int, /) -> Row: ...


@dataclass(frozen=True, slots=True)
class Recalled:
    """Documents of a shelf that may answer: rows, what each channel gave (channels x rows), passages."""

    shelf: "Shelf"
    rows: NDArray[np.intp]
    found: NDArray[np.float64]
    passages: NDArray[np.intp]

    def only(self, which: Mask) -> "Recalled":
        """Some of them."""
        return Recalled(self.shelf, self.rows[which], self.found[:, which], self.passages[which])


@dataclass(frozen=True, slots=True)
class Shelf:
    """Documents of one kind; `alive` leaves out those that were replaced or withdrawn."""

    readings: Sequence[Reading]
    attributes: Attributes
    scorer: Scorer
    alive: Mask
    meanings: Meanings
    vectors: RowsByNumber

    @property
    def size(self) -> int:
        """How many documents count."""
        return int(np.count_nonzero(self.alive))

    @property
    def dead(self) -> int:
        """How many rows are only waiting for a rebuild."""
        return len(self.readings) - self.size

    def documents(self) -> Iterable[MatchDocument]:
        """The documents that count."""
        return (reading.document for reading in self.live_readings())

    def documents_of(self, organisations: Iterable[str]) -> Iterable[MatchDocument]:
        """The documents of these organisations that count."""
        rows_of = self.attributes.organisations
        rows = (row for one in organisations for row in rows_of.get(one, ()) if self.alive[row])
        return (self.readings[row].document for row in rows)

    def live_readings(self) -> Iterable[Reading]:
        """The readings of the documents that count."""
        return compress(self.readings, self.alive.tolist())

    def live_meanings(self) -> list[Coded | None]:
        """The coded passages of the documents that count."""
        return [self.meanings.coded(row) for row in np.flatnonzero(self.alive).tolist()]

    def allow(self, wish: Wish) -> tuple[Mask, dict[str, int]]:
        """Which documents may answer a wish, and how many each filter removed."""
        return allow(self.attributes, visible(self.attributes, self.alive, wish), wish)

    def known_to(self, wish: Wish) -> int:
        """How many documents the asker may know of."""
        return int(np.count_nonzero(visible(self.attributes, self.alive, wish)))

    def row_of(self, document: MatchDocument) -> int | None:
        """The row of a document that is here just so and counts."""
        for row in self.attributes.organisations.get(document.organisation_id, ()):
            if self.alive[row] and self.readings[row].document == document:
                return row
        return None

    def recall(self, query: Vector, question: Question | None, allowed: Mask, k: int) -> Recalled:
        """The k best allowed by words and codes, and the k nearest in meaning whatever their words."""
        near = np.zeros(0, dtype=np.intp)
        if question is not None:
            near = self.meanings.nearest(question, allowed, self.scorer.order, k)
        ranked, of_near = top_k_and(self.scorer, query, (allowed, near), FLOORS, k)
        known = np.zeros(len(allowed), dtype=np.bool_)
        known[ranked.rows] = True
        new = ~known[near]
        rows = np.concatenate([ranked.rows, near[new]])
        found = np.zeros((len(CHANNELS), len(rows)))
        found[:MEANING] = np.round(np.concatenate([ranked.by_block, of_near[:, new]], axis=1), _DIGITS)
        passages = np.zeros(len(rows), dtype=np.intp)
        if question is not None:
            nearness, passages = self.meanings.nearness(question, rows)
            found[MEANING] = number("meaning") * nearness
        return Recalled(self, rows, found, passages)

    def without(self, organisations: Iterable[str]) -> "Shelf":
        """The shelf with all rows of these organisations marked dead."""
        marked = self.attributes.of_organisations(organisations)
        return replace(self, alive=self.alive & ~marked) if marked.any() else self


@dataclass(frozen=True, slots=True)
class MatrixRows:
    """The rows of a matrix (documents x terms), whose first `words` columns are words."""

    matrix: csr_array
    words: int

    def __getitem__(self, row: int) -> Row:
        own = slice(self.matrix.indptr[row], self.matrix.indptr[row + 1])
        columns = self.matrix.indices[own]
        return Row(columns, self.matrix.data[own], int(np.searchsorted(columns, self.words)))


def base_shelf(
    readings: Sequence[Reading],
    passages: Sequence[Passages | Coded | None],
    rows: MatrixRows,
    geography: Geography,
) -> Shelf:
    """The shelf of readings sorted by document id, from their passages and their matrix."""
    return Shelf(
        readings,
        attributes_of([reading.document for reading in readings], geography),
        Postings(csr_array(rows.matrix.T.tocsr()), np.arange(len(readings))),
        np.ones(len(readings), dtype=np.bool_),
        sketched(meanings_of(passages)),
        rows,
    )
