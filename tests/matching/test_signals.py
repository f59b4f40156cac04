"""Signals one by one, their published texts, and the table of numbers."""

import pytest

from app.matching.documents import Share
from app.matching.scoring import BLOCKS, CIRCUMSTANCES, LARGEST_LIFT, NUMBERS, number, strength_of
from app.matching.signals import SIGNALS, Pair, all_evidence
from app.matching.units import Coverage
from app.vocabulary import Strength
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
    assert (number("words") + number("shared_codes")) * LARGEST_LIFT == pytest.approx(1.0)


def test_every_number_has_an_origin_and_one_name() -> None:
    assert len({entry.name for entry in NUMBERS}) == len(NUMBERS)
    for entry in NUMBERS:
        assert entry.origin.startswith(("measured: ", "chosen: ", "brief: "))


def test_strengths_begin_at_their_thresholds() -> None:
    good, strong = number("good"), number("strong")
    assert strength_of(strong) is Strength.STRONG
    assert strength_of(strong - 1e-9) is strength_of(good) is Strength.GOOD
    assert strength_of(good - 1e-9) is strength_of(0.0) is Strength.POSSIBLE
