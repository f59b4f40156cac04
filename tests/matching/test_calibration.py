"""From scores to probabilities: the shape of the curve, and that fitting finds what made the labels."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.calibration import Curve, JudgedPair, fitted, held_out_by_query, held_out_by_set
from app.matching.grounds import Basis
from app.vocabulary import Ground

TRUE = Curve(Ground.WORDS, 2.0, 1.5)
ACROSS = Curve(Ground.ACROSS_SCRIPTS, 10.0, -5.0, 0.7)


def drawn(count: int, curve: Curve, seed: int = 0, query: str = "q") -> list[JudgedPair]:
    """Pairs whose labels follow the curve."""
    r = random.Random(seed)
    known = [(r.random(), Basis(curve.ground, r.randint(1, 30))) for _ in range(count)]
    return [
        JudgedPair(
            f"{query}{n % 50}", score, 0.0, r.random() < curve.probability(score, basis.words), basis=basis
        )
        for n, (score, basis) in enumerate(known)
    ]


@given(
    st.sampled_from(Ground),
    st.floats(0.01, 10),
    st.floats(-10, 10),
    st.lists(st.floats(0, 2), min_size=2, max_size=2).map(sorted),
    st.integers(0, 100),
)
def test_a_higher_score_is_never_less_probable(
    ground: Ground, slope: float, shift: float, scores: list[float], words: int
) -> None:
    curve = Curve(ground, slope, shift, 0.5)
    low, high = (curve.probability(score, words) for score in scores)
    assert 0 <= low <= high <= 1
    assert curve.probability(0.0, words) == 0.0


@given(st.sampled_from(Ground), st.floats(0.01, 1), st.lists(st.integers(0, 100), min_size=2, max_size=2))
def test_longer_texts_are_surer_across_scripts_and_the_same_elsewhere(
    ground: Ground, score: float, words: list[int]
) -> None:
    fewer, more = (Curve(ground, 5.0, -2.0, 0.5).probability(score, each) for each in sorted(words))
    if ground is Ground.ACROSS_SCRIPTS:
        assert fewer < more or max(min(words), 1) == max(*words, 1)
    else:
        assert fewer == more


@given(st.floats(0.1, 40), st.floats(-10, 0), st.floats(0, 2), st.floats(0.001, 0.3), st.integers(1, 30))
def test_across_scripts_the_odds_are_platts_times_a_power_of_the_words(
    slope: float, shift: float, power: float, score: float, words: int
) -> None:
    chance = Curve(Ground.ACROSS_SCRIPTS, slope, shift, power).probability(score, words)
    odds = 2.718281828459045 ** (shift + slope * score) * words**power
    assert chance / (1 - chance) == pytest.approx(odds, rel=1e-6)


@given(st.floats(0.1, 5), st.floats(-5, 5), st.floats(0.01, 1))
def test_the_odds_are_a_power_of_the_score(slope: float, shift: float, score: float) -> None:
    chance = Curve(Ground.MEANING, slope, shift).probability(score)
    assert chance / (1 - chance) == pytest.approx(2.718281828459045**shift * score**slope, rel=1e-6)


def test_fitting_finds_the_curve_that_made_the_labels() -> None:
    found = fitted([*drawn(20_000, TRUE), *drawn(20_000, ACROSS, 1)])
    assert set(found) == {Ground.WORDS, Ground.ACROSS_SCRIPTS}
    for curve in (TRUE, ACROSS):
        for score in (0.05, 0.2, 0.25, 0.5, 0.9):
            for words in (1, 5, 25):
                chance = found[curve.ground].probability(score, words)
                assert chance == pytest.approx(curve.probability(score, words), abs=0.02)


def test_a_ground_with_one_label_has_no_curve_and_its_pairs_are_not_shown_by_another() -> None:
    wrong = [replace(pair, right=False) for pair in drawn(50, ACROSS)]
    pairs = drawn(500, TRUE)
    assert fitted([*pairs, *wrong]) == fitted(pairs)
    assert {pair.basis.ground for pair in held_out_by_query({"x": [*pairs, *wrong]})["x"]} == {Ground.WORDS}
    by_set = held_out_by_set({"x": pairs, "y": [*pairs, *wrong], "z": drawn(500, ACROSS)})
    assert by_set["z"] == []
    assert len(by_set["y"]) == len(pairs) + len(wrong)


def test_a_weight_counts_like_repetition() -> None:
    pairs = drawn(300, TRUE)
    twice = fitted([*pairs, *pairs[:100]])[Ground.WORDS]
    weighed = fitted([replace(pair, weight=2.0) for pair in pairs[:100]] + pairs[100:])[Ground.WORDS]
    assert (weighed.slope, weighed.intercept) == pytest.approx((twice.slope, twice.intercept), abs=1e-3)


def test_labels_that_scores_part_completely_still_give_a_finite_curve() -> None:
    pairs = [JudgedPair("q", n / 100, 0.0, n > 50) for n in range(101)]
    curve = fitted(pairs)[Ground.WORDS]
    assert curve.probability(0.4) < 0.05 < 0.95 < curve.probability(0.6)


@pytest.mark.parametrize("right", [True, False])
def test_one_label_alone_fits_nothing(right: bool) -> None:
    with pytest.raises(ValueError, match="both"):
        fitted([JudgedPair("q", 0.5, 0.0, right), JudgedPair("r", 0.2, 0.0, right)])


def test_held_out_pairs_are_shown_by_curves_that_did_not_see_them() -> None:
    odd = replace(TRUE, intercept=-3.0)
    sets = {"one": drawn(2000, TRUE, 1), "two": drawn(2000, TRUE, 2), "odd": drawn(2000, odd, 3)}
    by_set = held_out_by_set(sets)
    others = fitted([*sets["one"], *sets["two"]])[Ground.WORDS]
    assert by_set["odd"][0].probability == pytest.approx(others.probability(sets["odd"][0].score))
    by_query = held_out_by_query(sets)
    everything = fitted([pair for pairs in sets.values() for pair in pairs])[Ground.WORDS]
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
