"""How good a ranking is against judged answers, and how true the probabilities shown with it are.

A ranking is a list of document ids, best first; judgements give a grade to each judged document. As in
trec_eval, a query without an answer of the strict grade counts as 0 in the averages and is not
left out (`over_answerable` leaves it out), and a judged query without a ranking counts as 0.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2

from app.matching.calibration import JudgedPair

Ranking = Sequence[str]
Judgements = Mapping[str, int]

BINS = 10


@dataclass(frozen=True, slots=True)
class Quality:
    """Averages over the judged queries; `answerable` of them have an answer of the strict grade."""

    queries: int
    answerable: int
    ndcg_at_10: float
    recall_at_100: float
    mrr_at_10: float

    def over_answerable(self) -> "Quality":
        """Recall and reciprocal rank averaged over the answerable queries only, nDCG as it is."""
        scale = self.queries / self.answerable if self.answerable else 0.0
        return replace(self, recall_at_100=self.recall_at_100 * scale, mrr_at_10=self.mrr_at_10 * scale)


def ndcg(ranking: Ranking, judgements: Judgements, depth: int = 10) -> float:
    """Discounted gain of the first `depth` over the best one; gain 2^grade - 1, discount log2(rank + 1)."""
    ideal = _discounted(sorted(judgements.values(), reverse=True)[:depth])
    gained = _discounted([judgements.get(document, 0) for document in ranking[:depth]])
    return gained / ideal if ideal else 0.0


def recall(ranking: Ranking, judgements: Judgements, strict: int, depth: int = 100) -> float:
    """The share of the answers of at least the strict grade that is among the first `depth`."""
    wanted = {document for document, grade in judgements.items() if grade >= strict}
    return len(wanted.intersection(ranking[:depth])) / len(wanted) if wanted else 0.0


def reciprocal_rank(ranking: Ranking, judgements: Judgements, strict: int, depth: int = 10) -> float:
    """One over the rank of the first answer of at least the strict grade, 0 behind `depth`."""
    for rank, document in enumerate(ranking[:depth], 1):
        if judgements.get(document, 0) >= strict:
            return 1 / rank
    return 0.0


def quality(rankings: Mapping[str, Ranking], judged: Mapping[str, Judgements], strict: int) -> Quality:
    """The averages of nDCG@10, Recall@100 and MRR@10 over all judged queries."""

    def mean(measure: Callable[[Ranking, Judgements], float]) -> float:
        values = [measure(rankings.get(query, ()), judgements) for query, judgements in judged.items()]
        return sum(values) / len(values) if values else 0.0

    return Quality(
        queries=len(judged),
        answerable=sum(max(judgements.values(), default=0) >= strict for judgements in judged.values()),
        ndcg_at_10=mean(ndcg),
        recall_at_100=mean(lambda ranking, judgements: recall(ranking, judgements, strict)),
        mrr_at_10=mean(lambda ranking, judgements: reciprocal_rank(ranking, judgements, strict)),
    )


@dataclass(frozen=True, slots=True)
class Bin:
    """The pairs shown with a probability from `low` on: how many, and the means of what was shown and right.

    `share` is the part of all pairs, by weight.
    """

    low: float
    pairs: int
    share: float
    shown: float
    right: float


def reliability(pairs: Iterable[JudgedPair]) -> tuple[Bin, ...]:
    """The pairs in ten bins of equal width by the probability shown; empty bins are left out."""
    known = list(pairs)
    total = sum(pair.weight for pair in known)
    binned: dict[int, list[JudgedPair]] = {}
    for pair in known:
        binned.setdefault(min(int(pair.probability * BINS), BINS - 1), []).append(pair)
    return tuple(
        Bin(
            low=number / BINS,
            pairs=len(several),
            share=sum(pair.weight for pair in several) / total,
            shown=_weighted_mean(several, lambda pair: pair.probability),
            right=_weighted_mean(several, lambda pair: float(pair.right)),
        )
        for number, several in sorted(binned.items())
    )


def calibration_error(bins: Iterable[Bin]) -> float:
    """The expected calibration error: how far what was shown is from what was right, on average."""
    return sum(each.share * abs(each.shown - each.right) for each in bins)


def _weighted_mean(pairs: Sequence[JudgedPair], value: Callable[[JudgedPair], float]) -> float:
    return sum(pair.weight * value(pair) for pair in pairs) / sum(pair.weight for pair in pairs)


def _discounted(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, 1))
