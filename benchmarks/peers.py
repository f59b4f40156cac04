"""The peers of the kernel: each answers a question of bare terms with the ten best statements.

A question is its place in the corpus' questions; what can be made ready before is ready, as it is for us.
A peer that is not installed is named among the skipped.
"""

from collections.abc import Callable, Iterator
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix

from benchmarks.postings import TermCorpus

K = 10

Rows = NDArray[np.intp]
Answer = Callable[[int], object]
"""From the number of a question to whatever the peer gives as its best ten."""

WHY_SKIPPED = "not installed here; `make bench` installs it"


def is_installed(module: str) -> bool:
    """Whether a peer can be asked."""
    return find_spec(module) is not None


def skipped(*modules: str) -> dict[str, str]:
    """The peers among these that are not there, each with the reason."""
    return {module: WHY_SKIPPED for module in modules if not is_installed(module)}


def naive(corpus: TermCorpus) -> Callable[[int], Rows]:
    """What everybody writes: the product with all statements, then the largest of all scores."""
    matrix, questions = corpus.matrix, _each(corpus.questions)
    transposed = csr_array(matrix.T.tocsc().T).T  # a view: scipy multiplies by it without a copy

    def answer(number: int) -> Rows:
        return _largest((questions[number] @ transposed).toarray().ravel())

    return answer


def linear_kernel(corpus: TermCorpus) -> Callable[[int], Rows]:
    """scikit-learn's way: linear_kernel over the TF-IDF matrix, then the largest."""
    from sklearn.metrics.pairwise import linear_kernel as product

    matrix, questions = csr_matrix(corpus.matrix), [csr_matrix(row) for row in _each(corpus.questions)]

    def answer(number: int) -> Rows:
        return _largest(product(questions[number], matrix).ravel())

    return answer


def bm25s(corpus: TermCorpus) -> Answer:
    """bm25s with its numba backend; its scores are BM25, its postings the same."""
    import bm25s as library

    retriever = library.BM25(backend="numba")
    vocabulary = {str(term): term for term in range(corpus.matrix.shape[1])}
    ids = [terms.tolist() for terms in _terms(corpus.matrix)]
    retriever.index((ids, vocabulary), show_progress=False)
    asked = [[[str(term) for term in terms.tolist()]] for terms in _terms(corpus.questions)]
    return lambda number: retriever.retrieve(asked[number], k=K, show_progress=False, n_threads=1)


def tantivy(corpus: TermCorpus) -> Answer:
    """tantivy in memory, one segment, its queries parsed beforehand; its scores are BM25."""
    import tantivy as library

    schema = library.SchemaBuilder().add_text_field("t", tokenizer_name="raw", index_option="freq").build()
    index = library.Index(schema)
    writer = index.writer(heap_size=1_000_000_000, num_threads=1)
    for terms in _terms(corpus.matrix):
        document = library.Document()
        for term in terms.tolist():
            document.add_text("t", str(term))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def asked(terms: NDArray[np.int32]) -> object:
        parts = [library.Query.term_query(schema, "t", str(term), index_option="freq") for term in terms]
        return library.Query.boolean_query([(library.Occur.Should, part) for part in parts])

    queries = [asked(terms) for terms in _terms(corpus.questions)]
    return lambda number: searcher.search(queries[number], limit=K, count=False).hits


def sparse_dot_topn(corpus: TermCorpus, threads: int) -> Callable[[slice], object]:
    """sparse_dot_topn over a batch of questions."""
    from sparse_dot_topn import sp_matmul_topn

    transposed, questions = csr_matrix(corpus.matrix.T.tocsr()), csr_matrix(corpus.questions)
    return lambda batch: sp_matmul_topn(questions[batch], transposed, top_n=K, n_threads=threads, sort=True)


def _largest(scores: NDArray[np.float32]) -> Rows:
    best = np.argpartition(scores, -K)[-K:]
    return best[np.argsort(-scores[best], kind="stable")]


def _each(matrix: csr_array) -> list[csr_array]:
    return [csr_array(matrix[[row]]) for row in range(matrix.shape[0])]


def _terms(matrix: csr_array) -> Iterator[NDArray[np.int32]]:
    return iter(np.split(matrix.indices, matrix.indptr[1:-1]))
