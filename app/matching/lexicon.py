"""One document to a sparse vector: its words and codes side by side, and what it asks of the others.

Words are weighted by scikit-learn's TF-IDF, (1 + ln tf) * (ln((1 + n) / (1 + df)) + 1), and compared by the
soft cosine (Sidorov et al. 2014): related words count like the same word, in the measure of their
likeness. In q'Ad / sqrt(q'Aq d'Ad), with A = I + b L for the likeness L, the question is multiplied with A
once; then each document is one sparse product of its own few words.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from app.matching.codes import level_value
from app.matching.kernel import Entries, Floats, Ints, Vector
from app.matching.latecomers import Latecomers
from app.matching.reading import Reading
from app.matching.relations import Related
from app.matching.scoring import BLOCK_WEIGHTS, BLOCKS, number

WORDS, PARTS, CODES = range(len(BLOCKS))
_Weights = dict[int | None, float]


@dataclass(frozen=True, slots=True)
class Weighed:
    """The TF-IDF weights of one document's words, and those of its codes as a vector of length 1."""

    words: Mapping[str, float]
    codes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Row:
    """A document among the documents: the columns of its words, then of its codes, and their weights."""

    columns: Ints
    weights: Floats
    words: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The frozen vocabulary: columns of words and codes, the idf of words; `late` has what came after."""

    words: Mapping[str, int]
    codes: Mapping[str, int]
    idf: Floats
    size: int
    late: Latecomers
    terms: Sequence[str] = ()

    def term(self, column: int) -> str:
        """The word or code of a column."""
        return self.terms[column] if column < len(self.terms) else self.late.term(column)

    def idf_of(self, word: str) -> float:
        """How rare a word is; one never seen counts like one of a single document."""
        column = self.words.get(word)
        return log((1 + self.size) / 2) + 1 if column is None else float(self.idf[column])

    def weigh(self, reading: Reading) -> Weighed:
        """The weight of every word and code of a document, known or not."""
        counts = Counter(reading.lemmas())
        codes = {code: level_value(code) for code in reading.code_features()}
        length = sqrt(sum(value**2 for value in codes.values()))
        return Weighed(
            {word: (1 + log(count)) * self.idf_of(word) for word, count in counts.items()},
            {code: value / length for code, value in codes.items() if value},
        )

    def row(self, weighed: Weighed) -> Row:
        """A document of the delta; what the vocabulary does not know yet gets a column behind it."""
        late = self.late
        words: _Weights = {self._word(word, late.add_word): w for word, w in weighed.words.items()}
        codes: _Weights = {self._code(code, late.add_code): w for code, w in weighed.codes.items()}
        columns, weights = _arrays(words)
        square = float(weights @ weights) + _lent_to(columns, weights, *self._lent(columns, weights, ()))
        code_columns, code_weights = _arrays(codes)
        return Row(
            np.concatenate([columns, code_columns]),
            np.concatenate([_scaled(weights, 1.0, square), code_weights]),
            len(columns),
        )

    def question(self, weighed: Weighed) -> Vector:
        """What a document asks of the others: its own words, words related to them, and codes."""
        late, strangers = self.late, []
        known: _Weights = {}
        for word, weight in weighed.words.items():
            column = self._word(word, late.words.get)
            if column is None:
                strangers.append((late.related_to(word), weight))
            else:
                known[column] = weight
        codes: _Weights = {self._code(code, late.codes.get): w for code, w in weighed.codes.items()}
        codes.pop(None, None)
        square = sum(weight**2 for weight in weighed.words.values())
        return self._asked(_arrays(known), strangers, square, _arrays(codes))

    def question_of(self, row: Row) -> Vector:
        """What a document of the index asks of the others."""
        own = row.columns[: row.words], row.weights[: row.words]
        codes = row.columns[row.words :], row.weights[row.words :]
        return self._asked(own, (), float(own[1] @ own[1]), codes)

    def _asked(
        self, own: Related, strangers: Sequence[tuple[Related, float]], square: float, codes: Related
    ) -> Vector:
        """`square` is the sum of the squared weights of all words, strangers among them."""
        columns, lent = self._lent(*own, strangers)
        square += _lent_to(*own, columns, lent)
        for related, weight in strangers:  # what known words lend a stranger is what it lends them
            square += _lent_to(*own, related[0], related[1] * np.float32(number("related") * weight))
        sizes = [len(own[0]), len(columns), len(codes[0])]
        weight, code_weight = BLOCK_WEIGHTS[WORDS], np.float32(BLOCK_WEIGHTS[CODES])
        together = own[1], lent
        return Vector(
            np.concatenate([own[0], columns, codes[0]]),
            np.concatenate([_scaled(np.concatenate(together), weight, square), codes[1] * code_weight]),
            np.repeat(np.arange(len(BLOCKS), dtype=np.int32), sizes),
        )

    def _lent(self, columns: Ints, weights: Floats, strangers: Sequence[tuple[Related, float]]) -> Related:
        """What words lend the words related to them: columns, ascending, and weights."""
        lenders = [
            *zip(map(self.late.of_column, columns.tolist()), weights.tolist(), strict=True),
            *strangers,
        ]
        lenders = [one for one in lenders if len(one[0][0])]
        if not lenders:
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        several = np.concatenate([related[0] for related, _ in lenders])
        given = np.concatenate([related[1] * weight for related, weight in lenders])
        unique, place = np.unique(several, return_inverse=True)
        sums = np.bincount(place, weights=given) * number("related")
        return unique.astype(np.int32), sums.astype(np.float32)

    def _word(self, word: str, late: Callable[[str], int | None]) -> int | None:
        column = self.words.get(word)
        return late(word) if column is None else column

    def _code(self, code: str, late: Callable[[str], int | None]) -> int | None:
        column = self.codes.get(code)
        return late(code) if column is None else column


def _arrays(weights: _Weights) -> Related:
    """Columns, ascending, and weights."""
    columns = np.fromiter(weights, dtype=np.int32, count=len(weights))
    values = np.fromiter(weights.values(), dtype=np.float32, count=len(weights))
    order = np.argsort(columns)
    return columns[order], values[order]


def _scaled(weights: Floats, weight: float, square: float) -> Floats:
    return weights * np.float32(weight / sqrt(square)) if square > 0 else weights


def _lent_to(columns: Ints, weights: Floats, related: Ints, lent: Floats) -> float:
    """The product of words with what is lent to them; both have ascending or any columns, each once."""
    if not len(related) or not len(columns):
        return 0.0
    order = np.argsort(related)
    at = np.searchsorted(related, columns, sorter=order).clip(max=len(related) - 1)
    places = order[at]
    return float(np.where(related[places] == columns, lent[places], 0) @ weights)


def entries_of(rows: Iterable[Row], first_row: int) -> Entries:
    """Documents as flat arrays for a forward scan: columns, weights and the row of each."""
    several = list(rows)
    empty = np.zeros(0, dtype=np.int32)
    sizes = [len(row.columns) for row in several]
    return (
        np.concatenate([empty, *(row.columns for row in several)]),
        np.concatenate([empty.astype(np.float32), *(row.weights for row in several)]),
        np.repeat(np.arange(first_row, first_row + len(several), dtype=np.int32), sizes),
    )
