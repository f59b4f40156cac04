"""A corpus to its lexicon and its matrix: scikit-learn's counts and idf, codes by level, soft lengths."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize

from app.matching.codes import level_value
from app.matching.kernel import Floats
from app.matching.latecomers import Latecomers
from app.matching.lexicon import Lexicon
from app.matching.reading import Reading
from app.matching.relations import relations_of
from app.matching.scoring import number

_ROWS_AT_ONCE = 20_000


def build_vectors(readings: Sequence[Reading]) -> tuple[Lexicon, csr_array]:
    """The lexicon of a corpus and its matrix (documents x terms, float32)."""
    words, terms = _count(readings, Reading.lemmas)
    codes, code_terms = _count(readings, Reading.code_features)
    idf = _idf(words)
    relations = relations_of(terms)
    values = np.array([level_value(code) for code in code_terms], dtype=np.float32)
    weighed = _weighed(words, idf)
    weighed = diags_array(1 / np.maximum(_soft_lengths(weighed, relations.likeness), 1e-9)) @ weighed
    matrix = csr_array(hstack([weighed, _of_length_1(codes, values)], format="csr", dtype=np.float32))
    width = len(terms) + len(code_terms)
    lexicon = Lexicon(
        {term: column for column, term in enumerate(terms)},
        {term: len(terms) + column for column, term in enumerate(code_terms)},
        idf,
        len(readings),
        Latecomers(width, relations),
        (*terms, *code_terms),
    )
    return lexicon, matrix


def _count(
    readings: Sequence[Reading], analyser: Callable[[Reading], Sequence[str]]
) -> tuple[csr_array, list[str]]:
    """Counts of terms (documents x terms), and the terms in column order."""
    if not any(analyser(reading) for reading in readings):
        return csr_array((len(readings), 0), dtype=np.float32), []  # scikit-learn refuses an empty vocabulary
    vectoriser = CountVectorizer(analyzer=analyser, dtype=np.float32)
    matrix = csr_array(vectoriser.fit_transform(readings))
    return matrix, vectoriser.get_feature_names_out().tolist()


def _idf(counts: csr_array) -> Floats:
    if not counts.shape[1]:
        return np.zeros(0, dtype=np.float32)
    return np.asarray(TfidfTransformer().fit(counts).idf_, dtype=np.float32)


def _weighed(counts: csr_array, idf: Floats) -> csr_array:
    weighed = counts.copy()
    weighed.data = (1 + np.log(weighed.data)) * idf[weighed.indices]
    return weighed


def _of_length_1(counts: csr_array, values: Floats) -> csr_array:
    if not counts.nnz:
        return counts
    valued = counts.copy()
    valued.data = values[valued.indices]
    valued = csr_array(normalize(valued))
    valued.eliminate_zeros()
    return valued


def _soft_lengths(weighed: csr_array, likeness: csr_array) -> NDArray[np.float32]:
    """sqrt(d'Ad) of every row."""
    lengths = []
    for start in range(0, weighed.shape[0], _ROWS_AT_ONCE):
        rows = weighed[start : start + _ROWS_AT_ONCE]
        lent = (rows @ likeness).multiply(rows).sum(axis=1) * number("related")
        lengths.append(np.sqrt(rows.power(2).sum(axis=1) + lent))
    return np.concatenate([np.zeros(0, np.float32), *lengths]).astype(np.float32)
