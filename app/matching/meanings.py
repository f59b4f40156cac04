"""The semantic channel of a shelf: which documents are near a question in meaning, and how near."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.documents import Passages
from app.matching.kernel import Mask
from app.matching.reading import Reading

_DIGITS = 5  # of a cosine: float noise must not decide an order


@dataclass(frozen=True, slots=True)
class Meanings:
    """The vectors of whole statements (documents x dimensions); zeros where a statement has none."""

    wholes: NDArray[np.float32]

    def nearest(self, question: Passages, allowed: Mask, order: NDArray[np.intp], k: int) -> Mask:
        """The k allowed documents nearest to the question, ties by document id, as a mask."""
        chosen = np.zeros(len(allowed), dtype=np.bool_)
        if not self.wholes.size:
            return chosen
        rows = np.flatnonzero(allowed)
        cosines = np.round(self.wholes @ question[0].astype(np.float32), _DIGITS)[rows]
        positive = cosines > 0
        rows, cosines = rows[positive], cosines[positive]
        if len(rows) > k:
            least = np.partition(cosines, len(rows) - k)[len(rows) - k]
            near = np.flatnonzero(cosines >= least)
            rows = rows[near[np.lexsort((order[rows[near]], -cosines[near]))[:k]]]
        chosen[rows] = True
        return chosen


def meanings_of(readings: Sequence[Reading]) -> Meanings:
    """The semantic channel of documents in row order; empty where none has vectors."""
    known = [(row, r.document.passages) for row, r in enumerate(readings) if r.document.passages is not None]
    if not known:
        return Meanings(np.zeros((0, 0), dtype=np.float32))
    wholes = np.zeros((len(readings), known[0][1].shape[1]), dtype=np.float32)
    for row, passages in known:
        wholes[row] = passages[0]
    return Meanings(wholes)


def followed_by(meanings: Meanings, rows: int, readings: Sequence[Reading]) -> Meanings:
    """The semantic channel of `rows` documents with that of further ones behind it."""
    more = meanings_of(readings).wholes
    dimensions = max(meanings.wholes.shape[1], more.shape[1])
    if not dimensions:
        return meanings
    before = meanings.wholes if meanings.wholes.size else np.zeros((rows, dimensions), dtype=np.float32)
    behind = more if more.size else np.zeros((len(readings), dimensions), dtype=np.float32)
    return Meanings(np.concatenate([before, behind]))


def nearness(question: Passages, found: Sequence[Passages | None]) -> list[tuple[float, int]]:
    """How near each document is to the question (0..1), and which of its passages is nearest.

    The mean of the cosines of the wholes and of the nearest passage, for a long profile is met in one of
    its sentences; squared, for unrelated texts have cosines of .1 to .3. Without vectors it is 0.
    """
    known = [passages for passages in found if passages is not None]
    if not known:
        return [(0.0, 0)] * len(found)
    cosines = np.concatenate(known).astype(np.float32) @ question[0].astype(np.float32)
    ends = np.cumsum([len(passages) for passages in known])
    parts = iter(np.split(cosines, ends[:-1]))
    return [(0.0, 0) if passages is None else _near(next(parts)) for passages in found]


def _near(cosines: NDArray[np.float32]) -> tuple[float, int]:
    best = int(np.argmax(cosines))
    value = max(float(cosines[0] + cosines[best]) / 2, 0.0) ** 2
    return round(value, _DIGITS), best
