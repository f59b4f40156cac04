"""What is measured on a labelled set: plain retrievers, each channel of the engine alone, and the engine.

Each is a function of the set that gives the documents of every query, best first, ties by document id;
a document with a score of 0 or less is not given. Only the texts are read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from app.cli.quality import placeless
from app.matching import reading
from app.matching.documents import MatchDocument
from app.matching.engine import MatchIndex
from app.matching.evaluation import Ranking
from app.matching.geography import Geography
from app.matching.lexicon import PARTS, WORDS
from app.matching.scoring import BLOCKS
from app.matching.semantics import MOST_CHARACTERS, Encoder, encoded, without_filler
from app.usecases.evaluation import DEPTH, LabelledSet, ranking_of
from app.vocabulary import StatementKind

Scores = NDArray[np.floating]
Rankings = Mapping[str, Ranking]
Retriever = Callable[[LabelledSet], Rankings]


@dataclass(slots=True)
class Remembered:
    """An encoder that keeps every vector it made: several contenders ask about the same texts."""

    encoder: Encoder
    known: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    @property
    def model(self) -> str:
        """Name and version of what makes the vectors."""
        return self.encoder.model

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1, one row a text."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        if new:
            self.known.update(zip(new, self.encoder.encode(new), strict=True))
        return np.array([self.known[text] for text in texts], dtype=np.float32)


def tfidf(labelled: LabelledSet) -> Rankings:
    """scikit-learn's TfidfVectorizer with its defaults, compared by the cosine."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectoriser = TfidfVectorizer()
    documents = vectoriser.fit_transform(labelled.corpus.values())
    questions = vectoriser.transform(labelled.queries.values())
    return _ranked(labelled, ((question @ documents.T).toarray().ravel() for question in questions))


def bm25(labelled: LabelledSet) -> Rankings:
    """bm25s with its defaults."""
    return _bm25(labelled, None)


def bm25_stemmed(labelled: LabelledSet) -> Rankings:
    """bm25s over the stems of the Russian Snowball stemmer, all else as by default."""
    from Stemmer import Stemmer

    return _bm25(labelled, Stemmer("russian"))


def words(labelled: LabelledSet) -> Rankings:
    """The engine's exact words alone."""
    return _by_blocks(labelled, [WORDS])


def words_and_related(labelled: LabelledSet) -> Rankings:
    """The engine's words and the words related to them: the soft cosine alone."""
    return _by_blocks(labelled, [WORDS, PARTS])


def whole_text(encoder: Encoder) -> Retriever:
    """The encoder's cosine between whole texts."""
    return lambda labelled: _by_wholes(labelled, encoder, lambda text: text)


def whole_without_filler(encoder: Encoder) -> Retriever:
    """The encoder's cosine between whole texts without their filler words."""
    return lambda labelled: _by_wholes(labelled, encoder, without_filler)


def nearest_sentence(encoder: Encoder) -> Retriever:
    """The engine's vectors, a document being as near as its nearest sentence; one sentence is the whole."""

    def rank(labelled: LabelledSet) -> Rankings:
        questions = encoded(_documents(labelled.queries), encoder)
        documents = encoded(_documents(labelled.corpus), encoder)
        sentences = [passages[1:] if len(passages) > 1 else passages for passages in documents]
        starts = np.cumsum([0, *map(len, sentences)])[:-1]
        together = np.concatenate(sentences).astype(np.float32)
        return _ranked(
            labelled,
            (np.maximum.reduceat(together @ asked[0].astype(np.float32), starts) for asked in questions),
        )

    return rank


def engine(encoder: Encoder | None) -> Retriever:
    """The engine as everybody gets it; without an encoder it compares words and codes only."""
    return lambda labelled: ranking_of(labelled, encoder, placeless)


def engine_without_terms(encoder: Encoder | None) -> Retriever:
    """The engine whose readers know no trade terms (app/matching/data/terms.csv)."""

    def rank(labelled: LabelledSet) -> Rankings:
        with patch.object(reading, "expand", lambda forms, lemmas: []):
            return engine(encoder)(labelled)

    return rank


def _bm25(labelled: LabelledSet, stemmer: object) -> Rankings:
    import bm25s

    def tokens(texts: Iterable[str]) -> list[list[str]]:
        found: list[list[str]] = bm25s.tokenize(
            list(texts), stemmer=stemmer, return_ids=False, show_progress=False
        )
        return found

    retriever = bm25s.BM25()
    retriever.index(tokens(labelled.corpus.values()), show_progress=False)
    nothing = np.zeros(len(labelled.corpus))
    questions = tokens(labelled.queries.values())
    known = retriever.vocab_dict
    asked = ([word for word in question if word in known] for question in questions)
    return _ranked(labelled, (retriever.get_scores(one) if one else nothing for one in asked))


def _by_blocks(labelled: LabelledSet, blocks: Sequence[int]) -> Rankings:
    documents = _documents(labelled.corpus)
    index = MatchIndex.build(documents, Geography({}), version=0)
    shelf = index.base[StatementKind.CAPABILITY]
    ids = [one.document.id for one in shelf.readings]
    place = {name: row for row, name in enumerate(ids)}
    in_order = [place[name] for name in labelled.corpus]

    def scores() -> Iterator[Scores]:
        for question in _documents(labelled.queries, StatementKind.NEED):
            vector = index.lexicon.question(index.lexicon.weigh(reading.read(question)))
            yield shelf.scorer.block_scores(vector, len(BLOCKS))[blocks].sum(axis=0)[in_order]

    return _ranked(labelled, scores())


def _by_wholes(labelled: LabelledSet, encoder: Encoder, prepared: Callable[[str], str]) -> Rankings:
    def vectors(texts: Iterable[str]) -> NDArray[np.float32]:
        return encoder.encode([prepared(text[:MOST_CHARACTERS]) for text in texts])

    documents = vectors(labelled.corpus.values())
    return _ranked(labelled, (documents @ asked for asked in vectors(labelled.queries.values())))


def _documents(
    texts: Mapping[str, str], kind: StatementKind = StatementKind.CAPABILITY
) -> list[MatchDocument]:
    return [MatchDocument(name, name, kind, title="", text=text) for name, text in texts.items()]


def _ranked(labelled: LabelledSet, scores: Iterable[Scores]) -> Rankings:
    """The best documents of each query; scores are in the order of the corpus."""
    ids = np.array(list(labelled.corpus))
    order = np.argsort(np.argsort(ids))
    return {query: _best(ids, order, given) for query, given in zip(labelled.queries, scores, strict=True)}


def _best(ids: NDArray[np.str_], order: NDArray[np.intp], scores: Scores) -> list[str]:
    rounded = np.round(scores, 6)  # float noise must not decide between equals
    best = np.lexsort((order, -rounded))[:DEPTH]
    return [str(ids[row]) for row in best if rounded[row] > 0]
