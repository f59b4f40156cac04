"""The measures against ir_measures (gains 2^grade - 1)."""

import random

import ir_measures
import pytest
from ir_measures import RR, R, nDCG

from app.matching.calibration import JudgedPair
from app.matching.evaluation import calibration_error, ndcg, quality, recall, reciprocal_rank, reliability

GAINS = {grade: 2**grade - 1 for grade in range(4)}


def random_case(seed: int) -> tuple[dict[str, list[str]], dict[str, dict[str, int]]]:
    r = random.Random(seed)
    documents = [f"d{i}" for i in range(150)]
    judged = {f"q{q}": {d: r.choice([0, 0, 1, 1, 2, 3]) for d in r.sample(documents, 12)} for q in range(8)}
    judged["no-strict-answer"] = {"d1": 1}
    rankings = {query: r.sample(documents, r.randint(0, 120)) for query in judged}
    del rankings["q7"]  # a judged query that was not answered
    return rankings, judged


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("strict", [1, 2, 3])
def test_averages_agree_with_ir_measures(seed: int, strict: int) -> None:
    rankings, judged = random_case(seed)
    measures = [nDCG(gains=GAINS) @ 10, R(rel=strict) @ 100, RR(rel=strict) @ 10]
    run = {q: {d: 1000.0 - rank for rank, d in enumerate(ranking)} for q, ranking in rankings.items()}
    oracle = ir_measures.calc_aggregate(measures, judged, run)
    ours = quality(rankings, judged, strict)
    assert [ours.ndcg_at_10, ours.recall_at_100, ours.mrr_at_10] == pytest.approx(
        [oracle[measure] for measure in measures], abs=1e-6
    )


def test_a_perfect_ranking_scores_one_and_an_empty_one_zero() -> None:
    judgements = {"a": 3, "b": 2, "c": 1}
    assert ndcg(["a", "b", "c"], judgements) == 1.0
    assert recall(["c", "a", "b"], judgements, 2) == 1.0
    assert reciprocal_rank(["c", "x", "b"], judgements, 2) == pytest.approx(1 / 3)
    assert ndcg([], judgements) == recall([], judgements, 2) == reciprocal_rank([], judgements, 2) == 0.0


def test_averages_over_answerable_queries_leave_out_those_without_a_strict_answer() -> None:
    both = quality({"q": ["a"], "r": ["b"]}, {"q": {"a": 2}, "r": {"b": 1}}, 2)
    assert (both.queries, both.answerable, both.recall_at_100) == (2, 1, 0.5)
    assert both.over_answerable().recall_at_100 == 1.0
    assert both.over_answerable().ndcg_at_10 == both.ndcg_at_10
    assert quality({}, {}, 2).over_answerable().recall_at_100 == 0.0


def shown(probability: float, right: bool, weight: float = 1.0) -> JudgedPair:
    return JudgedPair("q", 0.0, probability, right, weight)


def test_the_reliability_table_compares_what_was_shown_with_what_was_right() -> None:
    low, high = reliability([shown(0.1, False), shown(0.15, True), shown(1.0, True), shown(0.95, False, 2.0)])
    assert (low.low, low.pairs, low.share, low.right) == (0.1, 2, 0.4, 0.5)
    assert (high.low, high.pairs, high.share) == (0.9, 2, 0.6)
    assert (low.shown, high.shown, high.right) == pytest.approx((0.125, 2.9 / 3, 1 / 3))
    error = 0.4 * (0.5 - 0.125) + 0.6 * (2.9 - 1) / 3
    assert calibration_error([low, high]) == pytest.approx(error)
    assert reliability([]) == ()
    assert calibration_error(()) == 0.0


def test_true_probabilities_have_no_calibration_error() -> None:
    pairs = [shown(tenth / 10 + 0.05, n < tenth * 10 + 5) for tenth in range(10) for n in range(100)]
    bins = reliability(pairs)
    assert [each.pairs for each in bins] == [100] * 10
    assert calibration_error(bins) == pytest.approx(0.0, abs=1e-9)
