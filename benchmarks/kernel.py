"""The lexical kernel beside its peers: one need of 13 terms, ten best of all statements, one thread.

Also beside the memory's limit, which is reading the same postings once without keeping anything, and in
batches on all cores.
"""

from collections.abc import Callable, Mapping

import numba
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from app.matching.kernel import Postings, Ranked, Vector, top_k, top_k_by_scipy, top_k_of_each
from benchmarks import peers
from benchmarks.command import Result, main
from benchmarks.measuring import Case, Pace, Row, race, rows_of
from benchmarks.peers import K
from benchmarks.postings import TermCorpus, term_corpus

OURS, LIMIT = "smezhnik", "reading the postings once"
SIZES = {
    "tiny": ((400,), 0.05, 16),
    "small": ((12_000,), 4.0, 128),
    "moderate": ((12_000, 120_000, 1_200_000), 10.0, 256),
    "large": ((12_000, 120_000, 1_200_000), 40.0, 512),
}
"""Statements, seconds for each race, questions."""

FLOORS = np.zeros(1)


@numba.njit(nogil=True)
def _read(indptr, documents, weights, columns):  # type: ignore[no-untyped-def]
    places, sums = np.uint32(0), np.float32(0)
    for column in columns:
        for at in range(indptr[column], indptr[column + 1]):
            places += documents[at]
            sums += weights[at]
    return places, sums


def measure(size: str) -> Result:
    """Runs the races of this size."""
    sizes, seconds, questions = SIZES[size]
    rows: list[Row] = []
    for statements in sizes:
        corpus = term_corpus(statements, questions)
        rows += _one_by_one(corpus, Pace(seconds))
        rows += _batch(corpus, Pace(seconds / 2, questions_a_turn=1))
    asks = f"one need of 13 terms, the best {K} of all statements, one thread; batches on all cores"
    return Result("kernel", asks, rows, peers.skipped("bm25s", "tantivy", "sparse_dot_topn"))


def _one_by_one(corpus: TermCorpus, pace: Pace) -> list[Row]:
    ours = _ours(corpus)
    exact = {
        OURS: ours[OURS],
        "scipy, inverted": ours["scipy, inverted"],
        "q @ X.T, argpartition": peers.naive(corpus),
        "scikit-learn linear_kernel": peers.linear_kernel(corpus),
    }
    notes = {name: _agreement(corpus, answer) for name, answer in exact.items()}
    contenders = {**exact, LIMIT: _limit(corpus)}
    if peers.is_installed("bm25s"):
        contenders["bm25s (numba)"] = peers.bm25s(corpus)
    if peers.is_installed("tantivy"):
        contenders["tantivy"] = peers.tantivy(corpus)
    times = race(contenders, range(corpus.questions.shape[0]), pace)
    return rows_of(Case(corpus.size, "one need", OURS), times, notes)


def _ours(corpus: TermCorpus) -> Mapping[str, Callable[[int], NDArray[np.intp]]]:
    postings, vectors = _postings(corpus), _vectors(corpus.questions)
    allowed = np.ones(corpus.size, dtype=np.bool_)

    def by(way: Callable[..., Ranked]) -> Callable[[int], NDArray[np.intp]]:
        return lambda number: way(postings, vectors[number], allowed, FLOORS, K).rows

    return {OURS: by(top_k), "scipy, inverted": by(top_k_by_scipy)}


def _limit(corpus: TermCorpus) -> Callable[[int], object]:
    indptr, documents, weights = _postings(corpus).arrays
    columns = [vector.columns for vector in _vectors(corpus.questions)]
    unsigned = documents.astype(np.int32, copy=False).view(np.uint32)
    return lambda number: _read(indptr, unsigned, weights, columns[number])


def _batch(corpus: TermCorpus, pace: Pace) -> list[Row]:
    """All questions at once; the time is that of the whole batch."""
    postings, vectors = _postings(corpus), _vectors(corpus.questions)
    allowed, threads = np.ones(corpus.size, dtype=np.bool_), numba.get_num_threads()
    everything = slice(None)
    contenders: dict[str, Callable[[slice], object]] = {
        OURS: lambda batch: top_k_of_each(postings, vectors[batch], allowed, FLOORS, K)
    }
    if peers.is_installed("sparse_dot_topn"):
        contenders["sparse_dot_topn"] = peers.sparse_dot_topn(corpus, threads)
    case = Case(corpus.size, f"{len(vectors)} needs at once, {threads} threads", OURS)
    return rows_of(case, race(contenders, [everything], pace))


def _agreement(corpus: TermCorpus, answer: Callable[[int], NDArray[np.intp]]) -> str:
    """How many questions the contender answers with the best totals there are, up to rounding."""
    asked = range(min(corpus.questions.shape[0], 16))
    wrong = sum(not _is_best(corpus, number, answer(number)) for number in asked)
    return f"WRONG in {wrong} of {len(asked)} questions" if wrong else "exact"


def _is_best(corpus: TermCorpus, number: int, rows: NDArray[np.intp]) -> bool:
    totals = (corpus.matrix @ corpus.questions[[number]].T).toarray().ravel()
    best, given = np.sort(totals)[-K:], np.sort(totals[rows])
    # Who has nothing in common with the need may be left out.
    return bool(np.allclose(best[K - len(given) :], given, rtol=1e-5) and not best[: K - len(given)].any())


def _postings(corpus: TermCorpus) -> Postings:
    return Postings(csr_array(corpus.matrix.T.tocsr()), np.arange(corpus.size))


def _vectors(questions: csr_array) -> list[Vector]:
    bounds = questions.indptr[1:-1]
    columns, weights = np.split(questions.indices, bounds), np.split(questions.data, bounds)
    return [
        Vector(c.astype(np.int32), w, np.zeros(len(c), np.int32))
        for c, w in zip(columns, weights, strict=True)
    ]


if __name__ == "__main__":
    main(measure)
