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
from app.matching.kernel import Mask, Postings, Ranked, Scorer, Vector, top_k
from app.matching.meanings import Meanings, meanings_of
from app.matching.reading import Reading
from app.matching.scoring import BLOCKS, FLOORS, LARGEST_LIFT, REASONS, number

EVERYTHING = np.full(len(BLOCKS), -1.0)
"""Floors that every document beats."""

_SLACK = 1e-3  # more than rounding can change
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

    def recall_within_reach(self, query: Vector, allowed: Mask, k: int, limit: int) -> list[Candidate]:
        """Those of `recall` that may be among the first `limit` by score, and why any are shown at all.

        Mostly the best few are enough: what comes after them no circumstance can lift so far.
        """
        enough = min(4 * limit, k)
        few = top_k(self.scorer, query, allowed, FLOORS, enough)
        if len(few.rows) < enough or (0 < limit < len(few.rows) and _is_complete(few, limit)):
            return self._as_candidates(few)
        return self.recall(query, allowed, k)

    def recall_by_meaning(self, query: Vector, question: Passages, allowed: Mask, k: int) -> list[Candidate]:
        """The k allowed documents nearest in meaning, whatever their words."""
        near = self.meanings.nearest(question, allowed, self.scorer.order, k)
        return self._candidates(query, near, EVERYTHING, k) if near.any() else []

    def _candidates(
        self, query: Vector, allowed: Mask, floors: NDArray[np.float64], k: int
    ) -> list[Candidate]:
        return self._as_candidates(top_k(self.scorer, query, allowed, floors, k))

    def _as_candidates(self, ranked: Ranked) -> list[Candidate]:
        given = np.round(ranked.by_block.T.astype(np.float64), _DIGITS).tolist()
        return [
            Candidate(self.readings[row], dict(zip(BLOCKS, found, strict=True)))
            for row, found in zip(ranked.rows.tolist(), given, strict=True)
        ]

    def without(self, organisations: Iterable[str]) -> "Shelf":
        """The shelf with all rows of these organisations marked dead."""
        marked = self.attributes.of_organisations(organisations)
        return replace(self, alive=self.alive & ~marked) if marked.any() else self


def _is_complete(ranked: Ranked, limit: int) -> bool:
    """Whether no document behind these can reach the first `limit`, nor give the list a reason it lacks."""
    totals, reasons = ranked.totals.tolist(), np.array([REASONS[name] for name in BLOCKS])
    bar = totals[limit - 1]
    closed = totals[-1] * (LARGEST_LIFT + _SLACK) < bar and bar >= number("parts_tail") * totals[0]
    return closed and bool((ranked.by_block.max(axis=1) > reasons + _SLACK).any())


def base_shelf(readings: Sequence[Reading], matrix: csr_array, geography: Geography) -> Shelf:
    """The shelf of readings sorted by document id, from their matrix (documents x terms)."""
    documents = [reading.document for reading in readings]
    postings = Postings(csr_array(matrix.T.tocsr()), np.arange(len(readings)))
    alive = np.ones(len(readings), dtype=np.bool_)
    return Shelf(readings, attributes_of(documents, geography), postings, alive, meanings_of(readings))
