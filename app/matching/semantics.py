"""What texts mean, as vectors: which passages of a statement are encoded, and how near two statements are.

A statement is one vector for the whole, the mean of its text and, with half the weight, of its text without
filler words (together better than either, docs/quality.md), and one for each sentence of several.
"""

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.matching.documents import MatchDocument, Passages
from app.matching.reading import full_text
from app.matching.text import is_filler, tokenise

MOST_CHARACTERS = 1200
"""Of a whole text; the encoder reads about 200 word pieces and time grows with length."""

LEAN_SHARE = 0.5
"""Measured: across languages filler words help; 1 costs .005 of nDCG@10 there and gains nothing elsewhere."""

MOST_SENTENCES = 24
MOST_SHOWN = 90
_SENTENCE = re.compile(r"[.;\n]+(?=\s|$)")


class Encoder(Protocol):
    """A sentence encoder: the same text always gives the same vector."""

    @property
    def model(self) -> str:
        """Name and version of what makes the vectors; vectors of different models do not compare."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1, one row a text."""


def sentences_of(document: MatchDocument) -> list[str]:
    """The sentences of a statement as a reader sees them, repeated ones once."""
    parts = (" ".join(part.split()) for part in _SENTENCE.split(full_text(document)))
    return list(dict.fromkeys(part for part in parts if len(part) > 3))[:MOST_SENTENCES]


def encoded(documents: Sequence[MatchDocument], encoder: Encoder) -> list[Passages]:
    """The vectors of each document: the whole first, then its sentences where there are several."""
    texts = [_texts_of(document) for document in documents]
    vectors = encoder.encode([text for several in texts for text in several])
    ends = np.cumsum([len(several) for several in texts])[:-1]
    return [_passages(rows) for rows in np.split(vectors, ends)] if documents else []


def passage_text(document: MatchDocument, passage: int) -> str:
    """The words of a passage: a sentence, or for the whole its title or beginning."""
    sentences = sentences_of(document)
    shown = sentences[passage - 1] if 0 < passage <= len(sentences) else document.title
    shown = shown or next(iter(sentences), "")
    return shown if len(shown) <= MOST_SHOWN else shown[: MOST_SHOWN - 1].rsplit(" ", 1)[0] + "…"


def without_filler(text: str) -> str:
    """The words of a text that say something; a text of nothing but filler stays as it is."""
    return " ".join(token.shown for token in tokenise(text) if not is_filler(token.form)) or text


def _texts_of(document: MatchDocument) -> list[str]:
    whole = full_text(document)[:MOST_CHARACTERS]
    sentences = sentences_of(document)
    return [whole, without_filler(whole), *(map(without_filler, sentences) if len(sentences) > 1 else ())]


def _passages(rows: NDArray[np.float32]) -> Passages:
    whole = rows[0] + LEAN_SHARE * rows[1]
    length = float(np.linalg.norm(whole))
    return np.vstack([whole / length if length else whole, rows[2:]]).astype(np.float16)
