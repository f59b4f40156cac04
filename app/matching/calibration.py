"""Scores as probabilities: a logistic curve over the logarithm of the score, fitted on judged pairs.

Platt (1999) fits the curve to the score itself; over its logarithm the odds are a power of the score, which
follows the labelled sets better (docs/quality.md) and gives a score of 0 a probability of 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import exp, log
from zlib import crc32

import numpy as np
from sklearn.linear_model import LogisticRegression

FOLDS = 5
SMALLEST_SCORE = 1e-6
"""Below it the logarithm would tell scores apart that rounding made."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Odds = e^intercept * score^slope; with a slope above 0 a higher score is more probable."""

    slope: float
    intercept: float

    def probability(self, score: float) -> float:
        """The chance that a pair with this score is right, 0..1."""
        if score <= SMALLEST_SCORE:
            return 0.0
        odds = exp(self.intercept + self.slope * log(score))
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


def fitted(pairs: Iterable[JudgedPair]) -> Curve:
    """The curve of greatest likelihood. Raises ValueError where all pairs are right, or none is."""
    known = list(pairs)
    scores = np.array([[log(max(pair.score, SMALLEST_SCORE))] for pair in known]).reshape(-1, 1)
    right = np.array([pair.right for pair in known])
    if right.all() or not right.any():
        raise ValueError("right and wrong pairs are both needed")
    weights = np.array([pair.weight for pair in known])
    # The penalty is too small to be seen; it only keeps the curve finite where scores part the labels.
    model = LogisticRegression(C=1e5, tol=1e-8, max_iter=1000)
    model.fit(scores, right, sample_weight=weights * len(known) / weights.sum())
    return Curve(float(model.coef_[0, 0]), float(model.intercept_[0]))


def held_out_by_query(sets: Mapping[str, Sequence[JudgedPair]]) -> dict[str, list[JudgedPair]]:
    """The pairs with the probability of a curve that saw none of their query's pairs: `FOLDS` parts."""
    curves = [
        fitted(pair for pairs in sets.values() for pair in pairs if _fold(pair) != fold)
        for fold in range(FOLDS)
    ]
    return {name: [_shown_by(curves[_fold(pair)], pair) for pair in pairs] for name, pairs in sets.items()}


def held_out_by_set(sets: Mapping[str, Sequence[JudgedPair]]) -> dict[str, list[JudgedPair]]:
    """The pairs with the probability of a curve fitted on the other sets alone: how far it carries."""
    shown = {}
    for name, pairs in sets.items():
        curve = fitted(chain.from_iterable(others for other, others in sets.items() if other != name))
        shown[name] = [_shown_by(curve, pair) for pair in pairs]
    return shown


def _fold(pair: JudgedPair) -> int:
    return crc32(pair.query.encode()) % FOLDS


def _shown_by(curve: Curve, pair: JudgedPair) -> JudgedPair:
    return replace(pair, probability=curve.probability(pair.score))
