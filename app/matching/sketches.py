"""Many vectors in few dimensions: their leading principal components, as integers of one scale."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.matching.dots import LARGEST_BYTE
from app.matching.scoring import number

_SAMPLE = 20_000
"""Vectors that the components are taken from, and that are projected at once."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """The components (dimensions x few) and the vectors in them; all steps are worth the same."""

    basis: NDArray[np.float32]
    codes: NDArray[np.int8]
    steps: NDArray[np.float32]


def sketch_of(codes: NDArray[np.int8], steps: NDArray[np.float32]) -> Sketch:
    """The sketch of coded vectors, a row each."""
    sample = slice(None, None, max(1, len(codes) // _SAMPLE))
    vectors = codes[sample] * steps[sample, None]
    _, components = np.linalg.eigh(vectors.T @ vectors)
    basis = np.ascontiguousarray(components[:, ::-1][:, : int(number("sketch_dimensions"))], dtype=np.float32)
    return Sketch(basis, _projected(codes, steps, basis), np.ones(len(codes), dtype=np.float32))


def _projected(
    codes: NDArray[np.int8], steps: NDArray[np.float32], basis: NDArray[np.float32]
) -> NDArray[np.int8]:
    projections, largest = [], np.float32(0)
    for start in range(0, len(codes), _SAMPLE):
        own = slice(start, start + _SAMPLE)
        projections.append((codes[own] * steps[own, None]) @ basis)
        largest = max(largest, np.abs(projections[-1]).max(initial=0))
    step = largest / LARGEST_BYTE or np.float32(1)
    return np.concatenate([np.rint(projection / step).astype(np.int8) for projection in projections])
