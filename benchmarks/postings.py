"""A synthetic corpus of bare terms for the kernel: Zipf-distributed, 13 terms a statement, TF-IDF weights."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfTransformer

TERMS_A_STATEMENT = 13
VOCABULARY = 50_000
SHIFT = 25
"""Zipf-Mandelbrot's shift: the words a language uses most are filler, which the analyser leaves out."""


@dataclass(frozen=True, slots=True)
class TermCorpus:
    """Statements as weighted terms (statements x terms), and questions of the same make."""

    matrix: csr_array
    questions: csr_array

    @property
    def size(self) -> int:
        """How many statements there are."""
        return int(self.matrix.shape[0])


def term_corpus(statements: int, questions: int, seed: int = 1) -> TermCorpus:
    """A corpus of this many statements; the same seed gives the same one."""
    random = np.random.default_rng(seed)
    counts = _counts(statements + questions, random)
    weights = csr_array(TfidfTransformer().fit(counts[:statements]).transform(counts), dtype=np.float32)
    weights.sort_indices()
    return TermCorpus(csr_array(weights[:statements]), csr_array(weights[statements:]))


def _counts(statements: int, random: np.random.Generator) -> csr_array:
    """Each row has 13 draws; a term drawn twice counts once, and the row is shorter."""
    terms = np.searchsorted(_cumulated(), random.random(statements * TERMS_A_STATEMENT)).astype(np.int32)
    rows = np.repeat(np.arange(statements, dtype=np.int32), TERMS_A_STATEMENT)
    ones = np.ones(len(terms), dtype=np.float32)
    counts = csr_array((ones, (rows, terms)), shape=(statements, VOCABULARY))
    counts.sum_duplicates()
    counts.data[:] = 1
    return counts


def _cumulated() -> NDArray[np.float64]:
    shares = 1 / (np.arange(VOCABULARY) + 1 + SHIFT)
    return np.cumsum(shares / shares.sum())
