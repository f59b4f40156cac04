"""From scores to probabilities: the shape of the curve, and that fitting finds what made the labels."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.calibration import Curve, JudgedPair, fitted, held_out_by_query, held_out_by_set

TRUE = Curve(2.0, 1.5)


def drawn(count: int, curve: Curve, seed: int = 0, query: str = "q") -> list[JudgedPair]:
    """Pairs whose labels follow the curve."""
    r = random.Random(seed)
    scores = [r.random() for _ in range(count)]
    return [
        JudgedPair(f"{query}{n % 50}", score, 0.0, r.random() < curve.probability(score))
        for n, score in enumerate(scores)
    ]


@given(
    st.floats(0.01, 10),
    st.floats(-10, 10),
    st.floats(0, 2, allow_nan=False),
    st.floats(0, 2, allow_nan=False),
)
def test_a_higher_score_is_never_less_probable(slope: float, shift: float, one: float, other: float) -> None:
    curve = Curve(slope, shift)
    low, high = sorted([one, other])
    assert 0 <= curve.probability(low) <= curve.probability(high) <= 1
    assert curve.probability(0.0) == 0.0


@given(st.floats(0.1, 5), st.floats(-5, 5), st.floats(0.01, 1))
def test_the_odds_are_a_power_of_the_score(slope: float, shift: float, score: float) -> None:
    chance = Curve(slope, shift).probability(score)
    assert chance / (1 - chance) == pytest.approx(2.718281828459045**shift * score**slope, rel=1e-6)


def test_fitting_finds_the_curve_that_made_the_labels() -> None:
    found = fitted(drawn(20_000, TRUE))
    for score in (0.05, 0.2, 0.5, 0.9):
        assert found.probability(score) == pytest.approx(TRUE.probability(score), abs=0.02)


def test_a_weight_counts_like_repetition() -> None:
    pairs = drawn(300, TRUE)
    twice = fitted([*pairs, *pairs[:100]])
    weighed = fitted([replace(pair, weight=2.0) for pair in pairs[:100]] + pairs[100:])
    assert (weighed.slope, weighed.intercept) == pytest.approx((twice.slope, twice.intercept), abs=1e-3)


def test_labels_that_scores_part_completely_still_give_a_finite_curve() -> None:
    pairs = [JudgedPair("q", n / 100, 0.0, n > 50) for n in range(101)]
    curve = fitted(pairs)
    assert curve.probability(0.4) < 0.05 < 0.95 < curve.probability(0.6)


@pytest.mark.parametrize("right", [True, False])
def test_one_label_alone_fits_nothing(right: bool) -> None:
    with pytest.raises(ValueError, match="both"):
        fitted([JudgedPair("q", 0.5, 0.0, right), JudgedPair("r", 0.2, 0.0, right)])


def test_held_out_pairs_are_shown_by_curves_that_did_not_see_them() -> None:
    odd = replace(TRUE, intercept=-3.0)
    sets = {"one": drawn(2000, TRUE, 1), "two": drawn(2000, TRUE, 2), "odd": drawn(2000, odd, 3)}
    by_set = held_out_by_set(sets)
    others = fitted([*sets["one"], *sets["two"]])
    assert by_set["odd"][0].probability == pytest.approx(others.probability(sets["odd"][0].score))
    by_query = held_out_by_query(sets)
    everything = fitted([pair for pairs in sets.values() for pair in pairs])
    for name, pairs in sets.items():
        assert [(p.query, p.score, p.right) for p in by_query[name]] == [
            (p.query, p.score, p.right) for p in pairs
        ]
        for pair in by_query[name]:
            assert pair.probability == pytest.approx(everything.probability(pair.score), abs=0.05)


def test_what_one_query_says_does_not_reach_its_own_probability() -> None:
    pairs = drawn(500, TRUE, 4)
    turned = [replace(pair, right=not pair.right) if pair.query == "q7" else pair for pair in pairs]
    before, after = (
        [pair.probability for pair in held_out_by_query({"x": several})["x"] if pair.query == "q7"]
        for several in (pairs, turned)
    )
    assert before == after
