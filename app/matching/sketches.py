"""Many vectors in few dimensions: their leading principal components, as integers of one scale.

The nearest are looked for there first, and what is found is compared in full. How many dimensions that takes,
and how many documents, depends on the vectors: it is measured on those of the base themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching import dots
from app.matching.scoring import number

_SAMPLE = 20_000
"""Vectors that the components are taken from, and that are projected at once."""

_TRIED = ((128, 6), (128, 12), (256, 12))
"""Dimensions, and times as many documents as are wanted; the cheapest first. Beyond, looking through whole
vectors costs less."""

_QUESTIONS = 48

Coded = tuple[NDArray[np.int8], NDArray[np.float32]]
Nearest = tuple[NDArray[np.intp], NDArray[np.float32]]
Asking = tuple[NDArray[np.float32], NDArray[np.int16]]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sketch:
    """The components (dimensions x few), the vectors in them, and how deep to look for each one wanted."""

    basis: NDArray[np.float32]
    coded: Coded
    depth: int

    def nearest(self, whole: Coded, question: Asking, which: Mask, k: int) -> Nearest:
        """Nearly always the k allowed nearest to a question (vector and codes), ascending, and how near."""
        vector, codes = question
        enough = max(self.depth * k, int(number("sketch_least")))
        if len(whole[1]) <= enough:
            return dots.best_rows(whole, codes, which, k)
        coarse, _ = dots.quantised((vector @ self.basis)[None, :], dots.LARGEST_ASKED)
        rows, _ = dots.best_rows(self.coded, coarse[0], which, enough)
        values = dots.dots(whole[0], codes, rows) * whole[1][rows]
        if len(rows) > k:
            best = np.sort(np.argpartition(-values, k)[:k])
            rows, values = rows[best], values[best]
        return rows, values


def sketch_of(whole: Coded) -> Sketch | None:
    """The cheapest sketch that finds enough of the nearest to documents of the base; None where none does."""
    return next((one for one in _sketches(whole) if _recall(one, whole) >= number("sketch_recall")), None)


def _sketches(whole: Coded) -> Iterator[Sketch]:
    codes, steps = whole
    sample = slice(None, None, max(1, len(codes) // _SAMPLE))
    vectors = codes[sample] * steps[sample, None]
    _, components = np.linalg.eigh(vectors.T @ vectors)
    made: dict[int, Sketch] = {}
    for dimensions, depth in _TRIED:
        if dimensions not in made:
            basis = np.ascontiguousarray(components[:, ::-1][:, :dimensions], dtype=np.float32)
            coded = _projected(whole, basis), np.ones(len(codes), dtype=np.float32)
            made = {dimensions: Sketch(basis, coded, depth)}
        yield Sketch(made[dimensions].basis, made[dimensions].coded, depth)


def _recall(sketch: Sketch, whole: Coded) -> float:
    """The share of the nearest that is found, over documents of the base as questions."""
    codes, steps = whole
    k, everybody = int(number("recall")), np.ones(len(codes), dtype=np.bool_)
    asked = np.flatnonzero(steps)[:: max(1, np.count_nonzero(steps) // _QUESTIONS)]
    shares = []
    for row in asked.tolist():
        vector = (codes[row] * steps[row]).astype(np.float32)
        question = vector, dots.quantised(vector[None, :], dots.LARGEST_ASKED)[0][0]
        wanted, _ = dots.best_rows(whole, question[1], everybody, k)
        found, _ = sketch.nearest(whole, question, everybody, k)
        shares.append(len(np.intersect1d(wanted, found, assume_unique=True)) / max(len(wanted), 1))
    return float(np.mean(shares)) if shares else 1.0


def _projected(whole: Coded, basis: NDArray[np.float32]) -> NDArray[np.int8]:
    codes, steps = whole
    projections, largest = [], np.float32(0)
    for start in range(0, len(codes), _SAMPLE):
        own = slice(start, start + _SAMPLE)
        projections.append((codes[own] * steps[own, None]) @ basis)
        largest = max(largest, np.abs(projections[-1]).max(initial=0))
    step = largest / dots.LARGEST_BYTE or np.float32(1)
    return np.concatenate([np.rint(projection / step).astype(np.int8) for projection in projections])
