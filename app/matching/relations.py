"""Which words are related by their letters: compounds, words of one root, spelling variants, typing errors.

Two words are as alike as the TF-IDF vectors of their pieces (character 3- to 5-grams of their roots); below
a measured likeness they share letters by chance and are not related at all.
"""

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.matching.kernel import Floats, Ints, Postings, Vector, top_k, top_k_of_each
from app.matching.roots import pieces
from app.matching.scoring import number

try:
    from app.matching import machine, relation_loops
except ImportError:  # the service works without numba, only slower
    relation_loops = None  # type: ignore[assignment]

Related = tuple[Ints, Floats]
"""Columns of words, ascending, and how alike each is to the word asked about."""

_AT_ONCE = 4096
_own = threading.local()
_ONE_BLOCK = 1


@dataclass(frozen=True, slots=True)
class Relations:
    """The words of a vocabulary by their pieces; how alike they are (words x words, 0 on the diagonal)."""

    columns: Mapping[str, int]
    idf: Floats
    words: Postings
    likeness: csr_array

    def lend(self, columns: Ints, weights: Floats) -> tuple[Ints, Floats, float]:
        """What words of the vocabulary lend the words related to them, and how much of it to each other.

        Columns, ascending, and weights; then the product of what is lent with the words themselves.
        """
        factor = number("related")
        arrays = self.likeness.indptr, self.likeness.indices, self.likeness.data
        if is_compiled():
            return relation_loops.lend(arrays, (columns, weights), factor, _sums(len(self.words.order)))  # type: ignore[no-any-return]
        own = csr_array((weights, columns, [0, len(columns)]), shape=(1, self.likeness.shape[0]))
        lent = csr_array(own @ self.likeness)
        lent.sort_indices()
        values = (lent.data * factor).astype(np.float32)
        known = dict(zip(lent.indices.tolist(), values.tolist(), strict=True))
        returned = sum(
            known.get(column, 0.0) * w for column, w in zip(columns.tolist(), weights.tolist(), strict=True)
        )
        return lent.indices.astype(np.int32), values, returned

    def of_new(self, word: str) -> Related:
        """The words of the vocabulary related to one that is not in it."""
        ranked = _nearest(self.words, self.vector(word), np.ones(len(self.words.order), dtype=np.bool_))
        by_column = np.argsort(ranked[0])
        return ranked[0][by_column], ranked[1][by_column]

    def vector(self, word: str) -> Vector:
        """The pieces of a word the vocabulary knows, in weights of a vector of length 1."""
        column_of = self.columns.get
        known = sorted((column_of(piece, -1), weight) for piece, weight in self.letters(word).items())
        known = [one for one in known if one[0] >= 0]
        return Vector(
            np.array([column for column, _ in known], dtype=np.int32),
            np.array([weight for _, weight in known], dtype=np.float32),
            np.zeros(len(known), dtype=np.int32),
        )

    def letters(self, word: str) -> dict[str, float]:
        """All pieces of a word, in weights of a vector of length 1; none where it may have no relatives."""
        weights = self._weights(word)
        length = sum(weight**2 for weight in weights.values()) ** 0.5
        return {piece: weight / length for piece, weight in weights.items()}

    def _weights(self, word: str) -> dict[str, float]:
        rare = log((1 + len(self.words.order)) / 2) + 1
        counts = Counter(pieces(word)) if _may_be_related(word) else {}
        idf, columns = self.idf, self.columns
        return {
            piece: (1 + log(count)) * (float(idf[columns[piece]]) if piece in columns else rare)
            for piece, count in counts.items()
        }


def relations_of(words: Sequence[str]) -> Relations:
    """The relations of a vocabulary; a word's column is its place."""
    columns: dict[str, int] = {}
    matrix = _counted(words, columns)
    documents = np.bincount(matrix.indices, minlength=len(columns))
    idf = (np.log((1 + len(words)) / (1 + documents)) + 1).astype(np.float32)
    matrix.data *= idf[matrix.indices]
    lengths = np.sqrt(np.asarray(matrix.power(2).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.maximum(lengths, 1e-9), np.diff(matrix.indptr)).astype(np.float32)
    postings = Postings(csr_array(matrix.T.tocsr()), np.arange(len(words)))
    return Relations(columns, idf, postings, _likeness(matrix, postings))


def _counted(words: Sequence[str], columns: dict[str, int]) -> csr_array:
    """1 + ln of the counts of pieces (words x pieces); puts the pieces into `columns`."""
    indices: list[int] = []
    data: list[float] = []
    ends = [0]
    for word in words:
        counts = Counter(pieces(word)) if _may_be_related(word) else {}
        indices += (columns.setdefault(piece, len(columns)) for piece in counts)
        data += (1 + log(count) if count > 1 else 1.0 for count in counts.values())
        ends.append(len(indices))
    shape = (len(words), len(columns))
    matrix = csr_array(
        (np.array(data, np.float32), np.array(indices, np.int32), np.array(ends, np.int32)), shape
    )
    matrix.sort_indices()
    return matrix


def _likeness(matrix: csr_array, words: Postings) -> csr_array:
    """Each word's related words, itself left out, made symmetric."""
    open_to = np.ones(matrix.shape[0], dtype=np.bool_)
    found: list[Related] = []
    for start in range(0, matrix.shape[0], _AT_ONCE):
        rows = range(start, min(start + _AT_ONCE, matrix.shape[0]))
        queries = [_row(matrix, row) for row in rows]
        ranked = top_k_of_each(words, queries, open_to, _floors(), _most())
        found += [_without(row, one.rows, one.totals) for row, one in zip(rows, ranked, strict=True)]
    ends = np.cumsum([0, *(len(columns) for columns, _ in found)])
    empty = np.zeros(0)
    columns = np.concatenate([empty.astype(np.int32), *(columns for columns, _ in found)])
    values = np.concatenate([empty.astype(np.float32), *(values for _, values in found)])
    one_way = csr_array((values, columns, ends), shape=(matrix.shape[0],) * 2)
    both = csr_array(one_way.maximum(one_way.T), dtype=np.float32)
    both.sort_indices()
    return both


def _nearest(words: Postings, query: Vector, allowed: NDArray[np.bool_]) -> Related:
    ranked = top_k(words, query, allowed, _floors(), _most())
    return ranked.rows.astype(np.int32), ranked.totals


def _without(own: int, rows: NDArray[np.intp], values: Floats) -> Related:
    others = rows != own
    return rows[others].astype(np.int32), values[others]


def _row(matrix: csr_array, row: int) -> Vector:
    own = slice(matrix.indptr[row], matrix.indptr[row + 1])
    columns = matrix.indices[own]
    return Vector(columns, matrix.data[own], np.zeros(len(columns), dtype=np.int32))


def _floors() -> NDArray[np.float64]:
    return np.full(_ONE_BLOCK, number("related_from"))


def _most() -> int:
    return int(number("related_most")) + 1


def _may_be_related(word: str) -> bool:
    """A designation (М8х40, 12Х18Н10Т) is met or not: М8 is no half of М80."""
    return not any(map(str.isdigit, word))


def is_compiled() -> bool:
    """Whether lending runs in machine code."""
    return relation_loops is not None and machine.is_on()


def warm() -> None:
    """Compiles the loop, or loads it from disk."""
    relations_of(["вал", "валы"]).lend(np.zeros(1, np.int32), np.ones(1, np.float32))


def _sums(words: int) -> NDArray[np.float64]:
    """Zeros that this thread has used before."""
    kept: NDArray[np.float64] | None = getattr(_own, "sums", None)
    if kept is None or len(kept) < words:
        kept = _own.sums = np.zeros(words, dtype=np.float64)
    return kept
