"""The semantic channel of a shelf: which documents are near a question in meaning, and how near.

Vectors are kept in 8 bits a component. A large base is looked through in its leading principal components
first, and what is found there compared in full, where that finds .98 and more of the exact answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching import dots
from app.matching.documents import MatchDocument, Passages
from app.matching.kernel import Mask
from app.matching.scoring import number
from app.matching.sketches import Sketch, sketch_of

_DIGITS = 5  # of a cosine: float noise must not decide an order

Vectors = NDArray[np.float32]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Part:
    """Documents from row `first` on: their wholes, and their sentences from `starts` on one after the other.

    One step of a document's codes is worth its `steps`; 0 where it has no vectors.
    """

    first: int
    wholes: NDArray[np.int8]
    steps: Vectors
    sentences: NDArray[np.int8]
    sentence_steps: Vectors
    starts: Rows

    def __len__(self) -> int:
        return len(self.steps)


@dataclass(frozen=True, slots=True)
class Question:
    """A vector that is asked about, as it is and as integers, one step of which is worth `step`."""

    vector: Vectors
    codes: NDArray[np.int16]
    step: float


@dataclass(frozen=True, slots=True)
class Meanings:
    """The vectors of documents in row order: whole statements, then their sentences."""

    parts: tuple[Part, ...] = ()
    sketch: Sketch | None = None

    def nearest(self, question: Question, allowed: Mask, order: Rows, k: int) -> Rows:
        """The k allowed documents nearest to the question as wholes, ties by document id, ascending."""
        found, values = [np.zeros(0, np.intp)], [np.zeros(0, np.float32)]
        for part in self.parts:
            own = allowed[part.first : part.first + len(part)]
            rows, cosines = self._nearest(part, question, own, k)
            found.append(rows + part.first)
            values.append(cosines)
        rows, cosines = np.concatenate(found), np.concatenate(values)
        if len(rows) <= k:
            return rows
        return np.sort(rows[np.lexsort((order[rows], -cosines))[:k]])

    def nearness(self, question: Question, rows: Rows) -> tuple[NDArray[np.float64], Rows]:
        """How near documents are to the question (0..1), and which of their passages is nearest.

        The mean of the cosines of the whole and of the nearest passage, for a long profile is met in one of
        its sentences; squared, for unrelated texts have cosines of .1 to .3. Without vectors it is 0.
        """
        values, passages = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.intp)
        for part, own in self._by_part(rows):
            wholes = part.wholes, part.steps
            sentences = part.sentences, part.sentence_steps, part.starts
            whole, best, place = dots.nearest_passages(
                wholes, sentences, question.codes, rows[own] - part.first
            )
            mean = np.maximum((whole + best).astype(np.float64) * (question.step / 2), 0.0)
            values[own], passages[own] = np.round(mean * mean, _DIGITS), place
        return values, passages

    def coded(self, row: int) -> "Coded | None":
        """The passages of a document; None where it has none."""
        for part in self.parts:
            own = row - part.first
            if 0 <= own < len(part):
                more = slice(part.starts[own], part.starts[own + 1])
                codes = np.concatenate([part.wholes[own : own + 1], part.sentences[more]])
                steps = np.concatenate([part.steps[own : own + 1], part.sentence_steps[more]])
                return (codes, steps) if part.steps[own] else None
        return None

    def question(self, row: int) -> Question | None:
        """What a document of the shelf asks by."""
        known = self.coded(row)
        return None if known is None else asked(known[0][0] * known[1][0])

    def _nearest(self, part: Part, question: Question, allowed: Mask, k: int) -> tuple[Rows, Vectors]:
        """The k nearest of a part, ascending, and how near they are in steps of the question."""
        whole = part.wholes, part.steps
        if self.sketch is None:
            return dots.best_rows(whole, question.codes, allowed, k)
        return self.sketch.nearest(whole, (question.vector, question.codes), allowed, k)

    def _by_part(self, rows: Rows) -> Iterator[tuple[Part, NDArray[np.bool_] | slice]]:
        """Each part with which of the rows are its own."""
        if len(self.parts) == 1 and self.sketch is not None:
            yield self.parts[0], slice(None)
            return
        for part in self.parts:
            yield part, (rows >= part.first) & (rows < part.first + len(part))


Coded = tuple[NDArray[np.int8], NDArray[np.float32]]


def coded(passages: Passages) -> Coded:
    """Passages in 8 bits a component, and what one step of each is worth."""
    codes, steps = dots.quantised(passages)
    return codes.astype(np.int8), steps


def meanings_of(several: Sequence[Passages | Coded | None], first: int = 0) -> Meanings:
    """The semantic channel of documents in row order; empty where none has vectors.

    Filled in document by document: a second copy of all vectors would not be given back.
    """
    sizes = [0 if one is None else len(one[0] if isinstance(one, tuple) else one) for one in several]
    dimensions = next((_dimensions(one) for one in several if one is not None), 0)
    if not dimensions:
        return Meanings()
    starts = np.cumsum([0, *(max(size - 1, 0) for size in sizes)], dtype=np.intp)
    part = Part(
        first,
        np.zeros((len(several), dimensions), dtype=np.int8),
        np.zeros(len(several), dtype=np.float32),
        np.zeros((int(starts[-1]), dimensions), dtype=np.int8),
        np.zeros(int(starts[-1]), dtype=np.float32),
        starts,
    )
    for row, one in enumerate(several):
        if one is not None:
            codes, steps = one if isinstance(one, tuple) else coded(one)
            own = slice(starts[row], starts[row + 1])
            part.wholes[row], part.steps[row] = codes[0], steps[0]
            part.sentences[own], part.sentence_steps[own] = codes[1:], steps[1:]
    return Meanings((part,))


def _dimensions(one: Passages | Coded) -> int:
    return int((one[0] if isinstance(one, tuple) else one).shape[1])


def sketched(meanings: Meanings) -> Meanings:
    """The semantic channel of a base: with a sketch where looking through all of it is dear."""
    if not meanings.parts or len(meanings.parts[0]) < number("sketch_from"):
        return meanings
    part = meanings.parts[0]
    return Meanings(meanings.parts, sketch_of((part.wholes, part.steps)))


def asked(vector: Vectors) -> Question:
    """A vector as a question."""
    codes, steps = dots.quantised(vector[None, :], dots.LARGEST_ASKED)
    return Question(vector, codes[0], float(steps[0]))


def question_of(document: MatchDocument) -> Question | None:
    """What a document asks by: its whole."""
    return None if document.passages is None else asked(document.passages[0].astype(np.float32))
