"""Documents of one kind, ready to be searched: the base they were built into, or the delta since.

A shelf is never changed. A change makes a new one that shares all that is large with the old.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.matching.documents import MatchDocument, Passages, Wish
from app.matching.filters import Attributes, allow, attributes_of, visible
from app.matching.geography import Geography
from app.matching.kernel import Mask, Postings, Rows, Scorer, Vector, top_k
from app.matching.meanings import Meanings, meanings_of
from app.matching.reading import Reading
from app.matching.scoring import BLOCKS, FLOORS
from app.matching.vectors import Lexicon, rows_of

EVERYTHING = np.full(len(BLOCKS), -1.0)
"""Floors that every document beats."""

_DIGITS = 6  # of what a block gives: float32 noise must not decide an order or a byte


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recalled document, what each block of the product and its meaning gave to it, the nearest passage."""

    reading: Reading
    found: dict[str, float]
    passage: int = 0

    @property
    def content(self) -> float:
        """The sum over the blocks."""
        return sum(self.found.values())


@dataclass(frozen=True, slots=True)
class Shelf:
    """Documents of one kind; `alive` leaves out those that were replaced or withdrawn."""

    readings: Sequence[Reading]
    attributes: Attributes
    scorer: Scorer
    alive: Mask
    meanings: Meanings

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

    def live_readings(self) -> Iterable[Reading]:
        """The readings of the documents that count."""
        return compress(self.readings, self.alive.tolist())

    def allow(self, wish: Wish) -> tuple[Mask, dict[str, int]]:
        """Which documents may answer a wish, and how many each filter removed."""
        return allow(self.attributes, visible(self.attributes, self.alive, wish), wish)

    def known_to(self, wish: Wish) -> int:
        """How many documents the asker may know of."""
        return int(np.count_nonzero(visible(self.attributes, self.alive, wish)))

    def in_region(self, region: str) -> Mask:
        """Which documents are in a region."""
        return self.attributes.columns["regions"].among((region,))

    def recall(self, query: Vector, allowed: Mask, k: int) -> list[Candidate]:
        """The k best allowed documents by words, parts of words and codes."""
        return self._candidates(query, allowed, FLOORS, k)

    def recall_by_meaning(self, query: Vector, question: Passages, allowed: Mask, k: int) -> list[Candidate]:
        """The k allowed documents nearest in meaning, whatever their words."""
        near = self.meanings.nearest(question, allowed, self.scorer.order, k)
        return self._candidates(query, near, EVERYTHING, k) if near.any() else []

    def _candidates(
        self, query: Vector, allowed: Mask, floors: NDArray[np.float64], k: int
    ) -> list[Candidate]:
        ranked = top_k(self.scorer, query, allowed, floors, k)
        given = np.round(ranked.by_block.T.astype(np.float64), _DIGITS).tolist()
        return [
            Candidate(self.readings[row], dict(zip(BLOCKS, found, strict=True)))
            for row, found in zip(ranked.rows.tolist(), given, strict=True)
        ]

    def without(self, organisations: Iterable[str]) -> "Shelf":
        """The shelf with all rows of these organisations marked dead."""
        marked = self.attributes.of_organisations(organisations)
        return replace(self, alive=self.alive & ~marked) if marked.any() else self


def base_shelf(readings: Sequence[Reading], matrix: csr_array, geography: Geography) -> Shelf:
    """The shelf of readings sorted by document id, from their matrix (documents x terms)."""
    documents = [reading.document for reading in readings]
    postings = Postings(csr_array(matrix.T.tocsr()), np.arange(len(readings)))
    alive = np.ones(len(readings), dtype=np.bool_)
    return Shelf(readings, attributes_of(documents, geography), postings, alive, meanings_of(readings))


def empty_delta(geography: Geography) -> Shelf:
    """A delta nothing was put into."""
    return _delta((), Rows(*rows_of((), 0), np.zeros(0, dtype=np.intp)), geography)


def grown_delta(
    delta: Shelf, organisations: Iterable[str], readings: Sequence[Reading], lexicon: Lexicon, geo: Geography
) -> Shelf:
    """The delta without what it had of these organisations, and with these readings behind the rest."""
    kept = ~delta.attributes.of_organisations(organisations)
    if kept.all() and not readings:
        return delta
    rest = list(compress(delta.readings, kept.tolist()))
    vectors = [lexicon.vector(lexicon.weigh(reading), adding=True) for reading in readings]
    columns, weights, slots = (
        np.concatenate(both)
        for both in zip(_entries(delta.scorer, kept), rows_of(vectors, len(rest)), strict=True)
    )
    together = (*rest, *readings)
    return _delta(together, Rows(columns, weights, slots, _order(together)), geo)


def _delta(readings: Sequence[Reading], rows: Rows, geography: Geography) -> Shelf:
    attributes = attributes_of([reading.document for reading in readings], geography)
    alive = np.ones(len(readings), dtype=np.bool_)
    return Shelf(readings, attributes, rows, alive, meanings_of(readings))


def _entries(scorer: Scorer, kept: Mask) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int32]]:
    """The entries of the kept rows, their rows numbered anew."""
    assert isinstance(scorer, Rows)  # noqa: S101 - a delta is made here only, and always of rows
    if kept.all():
        return scorer.columns, scorer.weights, scorer.slots
    row, block = np.divmod(scorer.slots, len(BLOCKS))
    stay = kept[row]
    renumbered = (np.cumsum(kept, dtype=np.int32) - 1)[row[stay]]
    slots = (renumbered * len(BLOCKS) + block[stay]).astype(np.int32)
    return scorer.columns[stay], scorer.weights[stay], slots


def _order(readings: Sequence[Reading]) -> NDArray[np.intp]:
    order = np.empty(len(readings), dtype=np.intp)
    order[sorted(range(len(readings)), key=lambda row: readings[row].document.id)] = np.arange(len(readings))
    return order
