"""Scores as probabilities: logistic curves fitted on judged pairs, one for each ground of comparison.

Platt (1999) fits the curve to the score itself. That holds across scripts, where the score is one cosine.
Over its logarithm the odds are a power of the score, which follows the labelled sets better where words speak
too (docs/quality.md). Texts that agree across scripts are the more surely about the same the longer they are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from math import exp, log
from zlib import crc32

import numpy as np
from sklearn.linear_model import LogisticRegression

from app.matching.grounds import Basis
from app.vocabulary import Ground

FOLDS = 5
SMALLEST_SCORE = 1e-6
"""Below it the logarithm would tell scores apart that rounding made."""

Curves = Mapping[Ground, "Curve"]


@dataclass(frozen=True, slots=True)
class Curve:
    """Odds = e^intercept * score^slope, across scripts e^(intercept + slope * score) * words^by_words.

    With a slope above 0 a higher score is more probable.
    """

    ground: Ground
    slope: float
    intercept: float
    by_words: float = 0.0

    def probability(self, score: float, words: int = 1) -> float:
        """The chance that a pair with this score, its shorter text of so many words, is right, 0..1."""
        if score <= SMALLEST_SCORE:
            return 0.0
        risen, longer = _features(self.ground, score, words)
        odds = exp(self.intercept + self.slope * risen + self.by_words * longer)
        return odds / (1.0 + odds)


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """An answer to a query: its score, the probability shown for it, and whether people call it right.

    `weight` is what the pair counts in averages and in fitting.
    """

    query: str
    score: float
    probability: float
    right: bool
    weight: float = 1.0
    basis: Basis = field(default_factory=Basis)


def fitted(pairs: Iterable[JudgedPair]) -> Curves:
    """The curves of greatest likelihood. A ground whose pairs are all right, or all wrong, has none.

    Raises ValueError where no ground has both.
    """
    by_ground: dict[Ground, list[JudgedPair]] = {}
    for pair in pairs:
        by_ground.setdefault(pair.basis.ground, []).append(pair)
    curves = {
        ground: _fitted(ground, by_ground[ground])
        for ground in Ground
        if len({pair.right for pair in by_ground.get(ground, ())}) > 1
    }
    if not curves:
        raise ValueError("right and wrong pairs are both needed")
    return curves


def held_out_by_query(sets: Mapping[str, Sequence[JudgedPair]]) -> dict[str, list[JudgedPair]]:
    """The pairs with the probability of curves that saw none of their query's pairs: `FOLDS` parts.

    Pairs of a ground without a curve are left out.
    """
    curves = [
        fitted(pair for pairs in sets.values() for pair in pairs if _fold(pair) != fold)
        for fold in range(FOLDS)
    ]
    return {
        name: list(chain.from_iterable(_shown_by(curves[_fold(pair)], pair) for pair in pairs))
        for name, pairs in sets.items()
    }


def held_out_by_set(sets: Mapping[str, Sequence[JudgedPair]]) -> dict[str, list[JudgedPair]]:
    """The pairs with the probability of curves fitted on the other sets alone: how far they carry.

    Pairs of a ground that no other set has are left out.
    """
    shown = {}
    for name, pairs in sets.items():
        curves = fitted(chain.from_iterable(others for other, others in sets.items() if other != name))
        shown[name] = list(chain.from_iterable(_shown_by(curves, pair) for pair in pairs))
    return shown


def _fitted(ground: Ground, pairs: Sequence[JudgedPair]) -> Curve:
    known = np.array([_features(ground, max(pair.score, SMALLEST_SCORE), pair.basis.words) for pair in pairs])
    weights = np.array([pair.weight for pair in pairs])
    # The penalty is too small to be seen; it only keeps the curve finite where scores part the labels.
    model = LogisticRegression(C=1e5, tol=1e-8, max_iter=1000)
    model.fit(known, [pair.right for pair in pairs], sample_weight=weights * len(pairs) / weights.sum())
    slope, by_words = map(float, model.coef_[0])
    return Curve(ground, slope, float(model.intercept_[0]), by_words)


def _features(ground: Ground, score: float, words: int) -> tuple[float, float]:
    """What the odds' logarithm is linear in."""
    return (score, log(max(words, 1))) if ground is Ground.ACROSS_SCRIPTS else (log(score), 0.0)


def _fold(pair: JudgedPair) -> int:
    return crc32(pair.query.encode()) % FOLDS


def _shown_by(curves: Curves, pair: JudgedPair) -> Iterator[JudgedPair]:
    curve = curves.get(pair.basis.ground)
    if curve is not None:
        yield replace(pair, probability=curve.probability(pair.score, pair.basis.words))
