"""Why a document was found: the evidence of every signal, and which words, codes and sentences gave how much.

Amounts are taken from the vectors that ranked, so they sum to the score.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from app.matching.codes import depth, readable
from app.matching.documents import Match, MatchDocument, Share
from app.matching.geography import Geography
from app.matching.grounds import Basis
from app.matching.kernel import Vector
from app.matching.lexicon import CODES, PARTS, WORDS, Lexicon, Row
from app.matching.reading import Reading, full_text
from app.matching.scoring import BLOCKS, strength_of
from app.matching.semantics import passage_text
from app.matching.signals import Pair, Shares, all_evidence
from app.matching.terms import shown_concepts
from app.matching.text import lemmatise, tokenise
from app.matching.units import Coverage, coverage, supply_of, units_of
from app.vocabulary import StatementKind

REST = "…"
_MOST_SHARES = 8
_Amounts = dict[str, float]


@dataclass(frozen=True, slots=True)
class Found:
    """A found document as it was ranked: what each channel gave, the nearest passage, must-haves, score."""

    reading: Reading
    row: Row
    given: Mapping[str, float]
    passage: int
    required: Coverage
    score: float
    basis: Basis


def explained(mine: MatchDocument, query: Vector, found: Found, tables: tuple[Lexicon, Geography]) -> Match:
    """The whole match, with its reasons and what of the need it leaves open."""
    lexicon, geography = tables
    theirs = found.reading.document
    need, capability = (mine, theirs) if mine.kind is StatementKind.NEED else (theirs, mine)
    given = {name: amount for name, amount in found.given.items() if amount > 0}
    shares = _shares_of(query, found, given, lexicon)
    evidence = all_evidence(Pair(need, capability, geography, given, shares, found.required))
    parts = found.required
    if not (parts.covered or parts.uncovered):
        parts = coverage(units_of(need), supply_of(capability), lexicon.idf_of)
    strength = strength_of(found.score, found.basis)
    return Match(theirs, found.score, strength, evidence, parts.covered, parts.uncovered, found.basis.ground)


def _shares_of(
    query: Vector, found: Found, given: Mapping[str, float], lexicon: Lexicon
) -> dict[str, Shares]:
    """The shares of every channel, shown in the words of the found document."""
    products = _products(query, found.row, lexicon)
    words, parts, codes = products[WORDS], products[PARTS], products[CODES]
    shown = _shown(found.reading.document)
    labelled = {
        BLOCKS[WORDS]: _by_word(words, shown),
        BLOCKS[PARTS]: _by_word(parts, shown),
        BLOCKS[CODES]: _by_code(codes),
    }
    shares = {
        name: _shares(_scaled(labelled[name], amount), amount)
        for name, amount in given.items()
        if name in labelled
    }
    if "meaning" in given:
        passage = passage_text(found.reading.document, found.passage)
        shares["meaning"] = (Share(passage, given["meaning"]),)
    return shares


def _products(query: Vector, row: Row, lexicon: Lexicon) -> list[_Amounts]:
    """What each term of a document gave within each block of the product."""
    given = dict(zip(row.columns.tolist(), row.weights.tolist(), strict=True))
    products: list[_Amounts] = [{} for _ in BLOCKS]
    met = np.flatnonzero(np.isin(query.columns, row.columns))
    asked = zip(*(part[met].tolist() for part in (query.columns, query.weights, query.blocks)), strict=True)
    for column, weight, block in asked:
        products[block][lexicon.term(column)] = weight * given[column]
    return products


def _scaled(amounts: _Amounts, total: float) -> _Amounts:
    """In the weights that hold for this question, which may leave a channel a part of its own."""
    before = sum(amounts.values())
    return {label: amount * total / before for label, amount in amounts.items()} if before else amounts


def _by_word(amounts: _Amounts, shown: Mapping[str, tuple[str, ...]]) -> _Amounts:
    """A word's share under the word; what a trade term gave is spread evenly over the words that name it."""
    by_word: _Amounts = {}
    for term, amount in amounts.items():
        labels = shown.get(term, (term,))
        for label in labels:
            by_word[label] = by_word.get(label, 0.0) + amount / len(labels)
    return by_word


@lru_cache(maxsize=8192)
def _shown(document: MatchDocument) -> Mapping[str, tuple[str, ...]]:
    """The words and trade terms of a document, as they stand there first."""
    tokens = tokenise(full_text(document))
    shown: dict[str, tuple[str, ...]] = {}
    for token in tokens:
        shown.setdefault(lemmatise(token.form), (token.shown,))
    return shown_concepts(tokens) | shown


def _by_code(amounts: _Amounts) -> _Amounts:
    """What the ancestors of a shared code gave is counted with the code itself."""
    by_code: _Amounts = {}
    for name in sorted(amounts, key=lambda name: (-depth(name), name)):
        code = readable(name)
        owner = next((deeper for deeper in by_code if deeper.startswith(code)), code)
        by_code[owner] = by_code.get(owner, 0.0) + amounts[name]
    return by_code


def _shares(amounts: _Amounts, total: float) -> Shares:
    """The largest shares first; small ones, and what rounding took, in one remainder."""
    ranked = sorted(amounts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_SHARES]
    rest = total - sum(amount for _, amount in ranked)
    shares = tuple(Share(label, amount) for label, amount in ranked)
    if not shares or abs(rest) > 1e-6:
        return (*shares, Share(REST, rest)) if abs(rest) > 1e-9 else shares
    return (Share(shares[0].label, shares[0].amount + rest), *shares[1:])
