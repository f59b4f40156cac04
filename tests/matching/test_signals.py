"""Signals one by one, their published texts, and the table of numbers."""

import pytest

from app.matching.documents import Share
from app.matching.grounds import Basis
from app.matching.scoring import (
    BLOCKS,
    CIRCUMSTANCES,
    NUMBERS,
    number,
    probability_of,
    strength_at,
    strength_of,
)
from app.matching.signals import SIGNALS, Pair, all_evidence
from app.matching.units import Coverage
from app.vocabulary import Ground, Strength
from tests.matching.samples import GEOGRAPHY, capability, need

NEED = need("n", "литьё", region="RU-SVE", wished_regions=frozenset({"RU-CHE"}))
CAPABILITY = capability("c", "литьё", region="RU-CHE", core=True)
FOUND = {"words": 0.2, "parts_of_words": 0.1, "shared_codes": 0.0}
PAIR = Pair(
    NEED, CAPABILITY, GEOGRAPHY, FOUND, {"words": (Share("литьё", 0.2),)}, Coverage(("ЛПД",), ("AS9100",))
)


def test_every_signal_that_has_something_to_say_says_it() -> None:
    given = {one.signal: one.contribution for one in all_evidence(PAIR)}
    content = 0.3
    assert given == pytest.approx(
        {
            "words": 0.2,
            "parts_of_words": 0.1,
            "same_place": number("same_place") * number("district") * content,
            "wished_region": number("wished_region") * content,
            "must_have": number("must_have") * 0.5 * content,
            "core_capability": number("core_capability") * content,
        },
        abs=1e-8,
    )


def test_circumstances_give_nothing_without_content() -> None:
    empty = Pair(NEED, CAPABILITY, GEOGRAPHY, dict.fromkeys(BLOCKS, 0.0), {}, Coverage(("ЛПД",), ()))
    assert all_evidence(empty) == ()


def test_signals_are_published_with_all_their_texts() -> None:
    assert [signal.name for signal in SIGNALS] == [*BLOCKS, "meaning", *CIRCUMSTANCES]
    for signal in SIGNALS:
        assert signal.function.__name__ == signal.name
        assert signal.description_en.endswith(".")
        assert signal.description_ru.endswith(".")
        assert signal.name_ru
        assert signal.weight == number(signal.name)


def test_the_best_possible_score_is_one() -> None:
    # Words and parts of words are one cosine.
    largest_lift = 1.0 + sum(number(name) for name in CIRCUMSTANCES)
    assert (number("words") + number("shared_codes")) * largest_lift == pytest.approx(1.0)


def test_every_number_has_an_origin_and_one_name() -> None:
    assert len({entry.name for entry in NUMBERS}) == len(NUMBERS)
    for entry in NUMBERS:
        assert entry.origin.startswith(("measured: ", "chosen: ", "brief: "))


def test_strengths_begin_at_their_thresholds_as_they_are_shown() -> None:
    good, strong = number("good"), number("strong")
    assert strength_at(1.0) is strength_at(strong) is strength_at(strong - 0.004) is Strength.STRONG
    assert strength_at(strong - 0.006) is strength_at(good) is Strength.GOOD
    assert strength_at(good - 0.006) is strength_at(0.0) is Strength.POSSIBLE


@pytest.mark.parametrize("words", [1, 12, 30])
@pytest.mark.parametrize("ground", Ground)
def test_a_higher_score_is_more_probable_and_never_weaker(ground: Ground, words: int) -> None:
    basis = Basis(ground, words)
    scores = [n / 1000 for n in range(1001)]
    probabilities = [probability_of(score, basis) for score in scores]
    assert probabilities == sorted(probabilities)
    assert probabilities[0] == 0 < probabilities[1] < probabilities[-1] <= 1
    strengths = [list(Strength).index(strength_of(score, basis)) for score in scores]
    assert strengths == sorted(strengths, reverse=True)
    assert set(strengths) == {0, 1, 2}
