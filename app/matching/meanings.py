"""The semantic channel of a shelf: which documents are near a question in meaning, and how near.

Vectors are kept in 8 bits a component. A large base is looked through in its leading principal components
first, and what is found there compared in full: .98 and more of the exact answer (docs/performance.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching import dots
from app.matching.documents import MatchDocument, Passages
from app.matching.kernel import Mask
from app.matching.scoring import number

_DIGITS = 5  # of a cosine: float noise must not decide an order
_SAMPLE = 20_000

Vectors = NDArray[np.float32]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Part:
    """Documents from row `first` on: passage i of document d is row `starts[d] + i` of the codes."""

    first: int
    starts: NDArray[np.intp]
    codes: NDArray[np.int8]
    steps: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def spans(self, rows: Rows) -> Rows:
        """Where the passages of documents begin and end (documents x 2)."""
        own = rows - self.first
        return np.stack([self.starts[own], self.starts[own + 1]], axis=1)


@dataclass(frozen=True, slots=True)
class Sketch:
    """Whole statements in their leading principal components, as integers of one scale."""

    basis: Vectors
    codes: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Meanings:
    """The vectors of documents in row order: whole statements, then their sentences."""

    parts: tuple[Part, ...] = ()
    sketch: Sketch | None = None

    def nearest(self, question: Vectors, allowed: Mask, order: Rows, k: int) -> Rows:
        """The k allowed documents nearest to the question as wholes, ties by document id, ascending."""
        rows, cosines = self._cosines(question, self._worth_a_look(question, allowed, k))
        near = np.flatnonzero(cosines > 0)
        rows, cosines = rows[near], cosines[near]
        if len(rows) > k:
            least = np.partition(cosines, len(rows) - k)[len(rows) - k]
            near = np.flatnonzero(cosines >= least)
            rows = np.sort(rows[near[np.lexsort((order[rows[near]], -cosines[near]))[:k]]])
        return rows

    def nearness(self, question: Vectors, rows: Rows) -> tuple[NDArray[np.float64], Rows]:
        """How near documents are to the question (0..1), and which of their passages is nearest.

        The mean of the cosines of the whole and of the nearest passage, for a long profile is met in one of
        its sentences; squared, for unrelated texts have cosines of .1 to .3. Without vectors it is 0.
        """
        values, passages = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.intp)
        asked, step = _asked(question)
        for part in self.parts:
            own = _inside(part, rows)
            whole, best, place = dots.nearest_passages(part.codes, part.steps, asked, part.spans(rows[own]))
            mean = np.maximum((whole + best).astype(np.float64) / 2 * step, 0.0)
            values[own], passages[own] = np.round(mean**2, _DIGITS), place
        return values, passages

    def whole(self, row: int) -> Vectors | None:
        """The vector of a whole statement; None where it has none."""
        for part in self.parts:
            if part.first <= row < part.first + len(part):
                (start, end) = part.spans(np.array([row]))[0]
                return part.codes[start] * part.steps[start] if end > start else None
        return None

    def picked(self, rows: Iterable[int]) -> list["Coded | None"]:
        """The coded passages of documents."""
        return [self._coded(row) for row in rows]

    def _coded(self, row: int) -> "Coded | None":
        for part in self.parts:
            if part.first <= row < part.first + len(part):
                start, end = part.spans(np.array([row]))[0]
                return (part.codes[start:end], part.steps[start:end]) if end > start else None
        return None

    def _worth_a_look(self, question: Vectors, allowed: Mask, k: int) -> Rows:
        enough = max(int(number("sketch_depth")) * k, int(number("sketch_least")))
        if self.sketch is None or int(np.count_nonzero(allowed)) <= enough:
            return np.flatnonzero(allowed)
        asked, _ = _asked(question @ self.sketch.basis)
        return dots.best_rows(self.sketch.codes, asked, allowed, enough)

    def _cosines(self, question: Vectors, rows: Rows) -> tuple[Rows, Vectors]:
        """The rows that have vectors, and the cosines of their wholes."""
        asked, step = _asked(question)
        found, cosines = [np.zeros(0, np.intp)], [np.zeros(0, np.float32)]
        for part in self.parts:
            own = rows[_inside(part, rows)]
            spans = part.spans(own)
            has = spans[:, 1] > spans[:, 0]
            starts = spans[has, 0]
            given = dots.dots(part.codes, asked, starts) * part.steps[starts] * np.float32(step)
            found.append(own[has])
            cosines.append(np.round(given, _DIGITS))
        return np.concatenate(found), np.concatenate(cosines)


Coded = tuple[NDArray[np.int8], NDArray[np.float32]]


def coded(passages: Passages | None) -> Coded | None:
    """Passages in 8 bits a component."""
    if passages is None:
        return None
    codes, steps = dots.quantised(passages)
    return codes.astype(np.int8), steps


def meanings_of(several: Sequence[Coded | None], first: int = 0) -> Meanings:
    """The semantic channel of documents in row order; empty where none has vectors."""
    known = [one for one in several if one is not None]
    if not known:
        return Meanings()
    sizes = [0 if one is None else len(one[1]) for one in several]
    part = Part(
        first,
        np.cumsum([0, *sizes], dtype=np.intp),
        np.concatenate([codes for codes, _ in known]),
        np.concatenate([steps for _, steps in known]),
    )
    return Meanings((part,))


def sketched(meanings: Meanings) -> Meanings:
    """The semantic channel of a base: with a sketch where looking through all of it is dear."""
    if not meanings.parts or len(meanings.parts[0]) < number("sketch_from"):
        return meanings
    part = meanings.parts[0]
    has = part.starts[1:] > part.starts[:-1]
    wholes = part.starts[:-1][has]
    sample = wholes[:: max(1, len(wholes) // _SAMPLE)]
    vectors = part.codes[sample] * part.steps[sample, None]
    _, components = np.linalg.eigh(vectors.T @ vectors)
    basis = np.ascontiguousarray(components[:, ::-1][:, : int(number("sketch_dimensions"))], dtype=np.float32)
    codes = np.zeros((len(part), basis.shape[1]), dtype=np.int8)
    codes[has] = _projected(part, wholes, basis)
    return Meanings(meanings.parts, Sketch(basis, codes))


def _projected(part: Part, wholes: Rows, basis: Vectors) -> NDArray[np.int8]:
    largest = np.float32(0)
    projections = []
    for start in range(0, len(wholes), _SAMPLE):
        own = wholes[start : start + _SAMPLE]
        projections.append((part.codes[own] * part.steps[own, None]) @ basis)
        largest = max(largest, np.abs(projections[-1]).max(initial=0))
    step = largest / dots.LARGEST_BYTE or np.float32(1)
    return np.concatenate([np.rint(projection / step).astype(np.int8) for projection in projections])


def question_of(document: MatchDocument) -> Vectors | None:
    """The vector by which a document asks: its whole."""
    return None if document.passages is None else document.passages[0].astype(np.float32)


def _asked(question: Vectors) -> tuple[NDArray[np.int16], float]:
    codes, steps = dots.quantised(question[None, :], dots.LARGEST_ASKED)
    return codes[0], float(steps[0])


def _inside(part: Part, rows: Rows) -> NDArray[np.bool_]:
    return (rows >= part.first) & (rows < part.first + len(part))
