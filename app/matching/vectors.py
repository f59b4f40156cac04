"""Documents to sparse vectors: words, parts of words and codes side by side.

Each block is L2-normalised and scaled by the square root of its weight, so one dot product of two
vectors is the weighted sum of the blocks' cosines. Words and parts are weighted by scikit-learn's
TF-IDF: (1 + ln tf) * (ln((1 + n) / (1 + df)) + 1).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count, repeat
from math import log, sqrt
from operator import attrgetter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize

from app.matching.codes import level_value
from app.matching.kernel import Ints, Vector
from app.matching.reading import Reading, pieces
from app.matching.scoring import BLOCK_WEIGHTS, BLOCKS, number

_WORDS, _PARTS, _CODES = range(len(BLOCKS))
_UNKNOWN = -1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Weighed:
    """The weights of one document's terms, by block."""

    blocks: tuple[Mapping[str, float], ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The frozen vocabulary: a column and an idf for each term of each block, from `size` documents.

    Terms that appear later get columns behind `width` from `newcomers`. That table only grows and a term
    never changes its column, so all indexes over one base share it; an older one has no
    postings there and weighs such a term as it weighs any it does not know.
    """

    columns: tuple[Mapping[str, int], ...]
    idf: NDArray[np.float32]
    size: int
    newcomers: dict[tuple[int, str], int] = field(default_factory=dict)
    fresh: Iterator[int] = field(default_factory=count)

    def idf_of(self, block: int, term: str) -> float:
        """How rare a term is; a term never seen counts like one of a single document."""
        if block == _CODES:
            return level_value(term)
        column = self.columns[block].get(term)
        return self._unseen_idf() if column is None else float(self.idf[column])

    def weigh(self, reading: Reading) -> Weighed:
        """The weight of every term of a document, known or not."""
        parts = Counter(chain.from_iterable(map(pieces, reading.forms)))
        counts = (Counter(reading.lemmas()), parts, Counter(reading.code_features()))
        return Weighed(tuple(self._weigh_block(block, terms) for block, terms in enumerate(counts)))

    def vector(self, weighed: Weighed, adding: bool = False) -> Vector:
        """The sparse vector of weighed terms; unknown ones get new columns if `adding`, else fall out."""
        found = [self._sparse(block, terms, adding) for block, terms in enumerate(weighed.blocks)]
        sizes = [len(columns) for columns, _ in found]
        return Vector(
            np.concatenate([columns for columns, _ in found]),
            np.concatenate([weights for _, weights in found]),
            np.repeat(np.arange(len(found), dtype=np.int32), sizes),
        )

    def _sparse(
        self, block: int, terms: Mapping[str, float], adding: bool
    ) -> tuple[Ints, NDArray[np.float32]]:
        """The columns of a block's terms, ascending, and their weights."""
        columns = self._known(block, terms)
        if adding or self.newcomers:
            names = list(terms)
            for place in np.flatnonzero(columns == _UNKNOWN).tolist():
                columns[place] = self._late(block, names[place], adding)
        order = np.argsort(columns)
        weights = np.fromiter(terms.values(), dtype=np.float32, count=len(terms))
        order = order[(columns[order] != _UNKNOWN) & (weights[order] != 0)]
        return columns[order], weights[order]

    def _known(self, block: int, terms: Collection[str]) -> Ints:
        column_of = self.columns[block].get
        return np.fromiter(map(column_of, terms, repeat(_UNKNOWN)), dtype=np.int32, count=len(terms))

    def _weigh_block(self, block: int, counts: Mapping[str, int]) -> dict[str, float]:
        frequencies = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
        weights = (1 + np.log(frequencies)) * self._idfs(block, counts)
        norm = sqrt(weights @ weights)
        scale = sqrt(BLOCK_WEIGHTS[block]) / norm if norm else 0.0
        return dict(zip(counts, (weights * scale).tolist(), strict=True))

    def _idfs(self, block: int, terms: Collection[str]) -> NDArray[np.float64]:
        if block == _CODES:
            return np.fromiter(map(level_value, terms), dtype=np.float64, count=len(terms))
        if not self.columns[block]:
            return np.full(len(terms), self._unseen_idf())
        columns = self._known(block, terms)
        return np.where(columns == _UNKNOWN, self._unseen_idf(), self.idf.take(columns, mode="clip"))

    def _unseen_idf(self) -> float:
        return log((1 + self.size) / 2) + 1

    def _late(self, block: int, term: str, adding: bool) -> int:
        """The column of a term the base does not know."""
        late = self.newcomers.get((block, term))
        if late is not None or not adding:
            return _UNKNOWN if late is None else late
        # setdefault and next are atomic: two writers at once could waste a number, never share one.
        return self.newcomers.setdefault((block, term), len(self.idf) + next(self.fresh))


def build_vectors(readings: Sequence[Reading]) -> tuple[Lexicon, csr_array]:
    """The lexicon of a corpus and its matrix (documents x terms, float32)."""
    counted = [
        _count(readings, Reading.lemmas),
        _counted_parts(readings),
        _count(readings, Reading.code_features),
    ]
    idfs, weighted, columns, offset = [], [], [], 0
    for block, (matrix, terms) in enumerate(counted):
        idf = _code_values(terms) if block == _CODES else _idf(matrix)
        if block == _PARTS:
            idf[_is_common(matrix)] = 0.0
        idfs.append(idf)
        weighted.append(_weighted(matrix, idf) * np.float32(sqrt(BLOCK_WEIGHTS[block])))
        columns.append({term: offset + position for position, term in enumerate(terms)})
        offset += len(terms)
    matrix = csr_array(hstack(weighted, format="csr", dtype=np.float32))
    return Lexicon(tuple(columns), np.concatenate(idfs).astype(np.float32), len(readings)), matrix


def _counted_parts(readings: Sequence[Reading]) -> tuple[csr_array, list[str]]:
    """Counts of parts: documents x words times words x parts, so that each word is cut up once."""
    words, forms = _count(readings, attrgetter("forms"))
    parts, terms = _count(forms, pieces)
    return csr_array(words @ parts), terms


def _count(items: Sequence[T], analyser: Callable[[T], Sequence[str]]) -> tuple[csr_array, list[str]]:
    """Counts of terms (items x terms), and the terms in column order."""
    if not any(analyser(item) for item in items):
        return csr_array((len(items), 0), dtype=np.float32), []  # scikit-learn refuses an empty vocabulary
    vectoriser = CountVectorizer(analyzer=analyser, dtype=np.float32)
    matrix = csr_array(vectoriser.fit_transform(items))
    return matrix, vectoriser.get_feature_names_out().tolist()


def _idf(counts: csr_array) -> NDArray[np.float64]:
    if not counts.shape[1]:
        return np.zeros(0)
    return np.asarray(TfidfTransformer().fit(counts).idf_, dtype=np.float64)


def _is_common(counts: csr_array) -> NDArray[np.bool_]:
    """Pieces that stand nearly everywhere (ние, ова) tell nothing and are not compared."""
    documents, terms = counts.shape
    found_in = np.bincount(counts.indices, minlength=terms)
    return np.asarray(found_in > max(number("common_share") * documents, number("common_least")))


def _code_values(terms: Sequence[str]) -> NDArray[np.float64]:
    return np.array([level_value(term) for term in terms], dtype=np.float64)


def _weighted(counts: csr_array, idf: NDArray[np.float64]) -> csr_array:
    """Sublinear term frequency times idf, rows of length 1."""
    if not counts.nnz:
        return counts
    weighted = counts.copy()
    weighted.data = 1 + np.log(weighted.data)
    weighted = csr_array(normalize(weighted @ diags_array(idf.astype(np.float32))))
    weighted.eliminate_zeros()
    return weighted


def rows_of(vectors: Sequence[Vector], first_row: int) -> tuple[Ints, NDArray[np.float32], Ints]:
    """Vectors as flat arrays for a forward scan: columns, weights, slots (row * blocks + block)."""
    slots = [(first_row + i) * len(BLOCKS) + vector.blocks for i, vector in enumerate(vectors)]
    empty = np.zeros(0, dtype=np.int32)
    return (
        np.concatenate([empty, *(vector.columns for vector in vectors)]),
        np.concatenate([empty.astype(np.float32), *(vector.weights for vector in vectors)]),
        np.concatenate([empty, *slots]),
    )
