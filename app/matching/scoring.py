"""Every number that steers ranking: its name, its value and where it came from.

A score is built in two steps. What the statements say (words, parts of words, codes) gives the content,
a weighted sum of cosines. Circumstances (place, requirements, speciality) strengthen it: each adds its
weight times its value times the content. So place alone can never make a match, and a perfect
match in perfect circumstances scores 1. What people read is the probability that the score stands for.
"""

from dataclasses import dataclass
from importlib.resources import files
from zlib import crc32

import numpy as np

from app.matching.calibration import Curve
from app.matching.grounds import Basis
from app.vocabulary import Ground, Strength


@dataclass(frozen=True, slots=True)
class Number:
    """A number that steers ranking, and why it is what it is."""

    name: str
    value: float
    origin: str


NUMBERS = (
    Number("words", 0.64, "measured: beside meaning .6 to .9 of its weight give the same mean nDCG@10"),
    Number("parts_of_words", 0.64, "measured: together with words, the two are one soft cosine"),
    Number("related", 0.5, "measured: a related word counts half of its likeness; .35 to .7 within .001"),
    Number(
        "related_from", 0.25, "measured: less alike by pieces is chance; .15 to .35 within .002 of nDCG@10"
    ),
    Number("related_most", 24, "chosen: a word has fewer real relatives"),
    Number(
        "shared_codes", 0.16, "chosen: a code confirms what the words say, but is often filled in by habit"
    ),
    Number("meaning", 0.37, "measured: best mean nDCG@10 of the Russian dev sets, lexical/meaning .3 to 1.3"),
    Number("beside_meaning", 0.46, "measured: what words and parts keep of their weights beside meaning"),
    Number("codes_beside_meaning", 0.825, "chosen: so that a perfect match still scores 1"),
    Number(
        "meaning_alone", 0.03, "measured: against .06 +.005 nDCG@10, +.016 Recall@100; `possible` cuts chance"
    ),
    Number("same_place", 0.08, "chosen: decides between equals, cannot lift a match by more than a tenth"),
    Number("wished_region", 0.07, "chosen: the need asked for it, so about as much as nearness itself"),
    Number("must_have", 0.07, "chosen: what is insisted on weighs as much as a wished region"),
    Number("core_capability", 0.03, "chosen: the smallest nudge, it is the member's own word"),
    Number("parts_alone", 0.08, "chosen: related words alone below this cosine open no list"),
    Number("words_from", 0.15, "measured: .08 to .25 raise the mean nDCG@10 by .001 and Recall@100 by .005"),
    Number("pairs_shown", 3, "brief: a card shows at most three pairs of statements"),
    Number("second_pair", 0.7, "chosen: beside a statement's best answer a much weaker one only distracts"),
    Number("codes_floor", 0.30, "chosen: codes alone reach a statement from a shared class (xx.xx) on"),
    Number("sketch_from", 10_000, "measured: below this looking through whole vectors costs no more"),
    Number("sketch_recall", 0.985, "brief: .98 of the exact answer; a little more, for it is of a sample"),
    Number("sketch_least", 400, "chosen: the nearest ten are found among as many for certain"),
    Number("recall", 100, "chosen: by each channel ten times the usual list, and twice a longer one"),
    Number("unit_covered", 0.5, "brief: a part of the need is covered when half its idf weight is found"),
    Number("word_found_by_parts", 0.65, "chosen: an inflected or compound word shares most of its pieces"),
    Number(
        "score_slope", 1.906, "measured: smezhnik evaluate --fit, one curve for 8 dev sets (docs/quality.md)"
    ),
    Number("score_intercept", 1.809, "measured: together with score_slope"),
    Number("score_slope_words_only", 1.748, "measured: the same without the encoder"),
    Number("score_intercept_words_only", 1.402, "measured: together with score_slope_words_only"),
    Number("score_slope_across_scripts", 33.54, "measured: the same, Russian with English"),
    Number("score_intercept_across_scripts", -8.697, "measured: together with score_slope_across_scripts"),
    Number("words_across_scripts", 0.593, "measured: the same; ECE of each set lower by .005 to .017"),
    Number("words_most", 30, "chosen: the statements measured are hardly longer (docs/quality.md)"),
    Number("script_share", 0.33, "chosen: brands and grades are fewer letters, a translation about half"),
    Number("strong", 0.30, "chosen: right from it on .27 to .81 on the sets, .92 in the sample"),
    Number("good", 0.10, "chosen: one in ten is what an answer of the first ten is worth on average"),
    Number(
        "possible",
        0.01,
        "measured: below it, chance; costs .001 of the right answers to real needs, .03 across scripts",
    ),
    Number("diversity_loss", 0.2, "chosen: how much weaker one of another region may go before"),
    Number("district", 0.6, "chosen: same federal district, a day's lorry"),
    Number("near_km", 400, "chosen: at this distance nearness of regions has fallen to 1/e"),
    Number("same_country", 0.2, "chosen: no customs between them"),
)
_VALUES = {number.name: number.value for number in NUMBERS}

# By number of digits shared: 2 division, 3 group, 4 class, 5-6 category, 7+ the product itself.
CODE_LEVEL_VALUES = (0.0, 0.0, 0.1, 0.3, 0.7, 0.8, 0.9, 1.0)

BLOCKS = ("words", "parts_of_words", "shared_codes")
CIRCUMSTANCES = ("same_place", "wished_region", "must_have", "core_capability")


def _fingerprint() -> int:
    """Of every number, and of the word lists that steer scores as well."""
    lists = sorted(files("app.matching").joinpath("data").iterdir(), key=lambda one: one.name)
    contents = b"".join(one.read_bytes() for one in lists if one.is_file())
    return crc32(repr((NUMBERS, CODE_LEVEL_VALUES)).encode(), crc32(contents))


MODEL_VERSION = f"hybrid-2-{_fingerprint():08x}"
"""Names the set of numbers and words that gave a score; another one gives another name."""


def number(name: str) -> float:
    """The value of a steering number."""
    return _VALUES[name]


BLOCK_WEIGHTS = np.array([number(name) for name in BLOCKS])
# What a block must give before it can recall a document; any shared word or piece of a word does.
FLOORS = np.array([0.0, 0.0, number("codes_floor")]) * BLOCK_WEIGHTS

# What must be found at least once in a search: else its shared pieces of words are chance.
REASONS = {
    name: least * number(name)
    for name, least in zip(BLOCKS, (0.0, number("parts_alone"), number("codes_floor")), strict=True)
} | {"meaning": number("meaning_alone") * number("meaning")}

SCALES_BESIDE_MEANING = {
    "words": number("beside_meaning"),
    "parts_of_words": number("beside_meaning"),
    "shared_codes": number("codes_beside_meaning"),
}
"""What each block keeps of its weight for a question whose meaning is compared too."""


CURVES = {
    Ground.MEANING: Curve(Ground.MEANING, number("score_slope"), number("score_intercept")),
    Ground.WORDS: Curve(Ground.WORDS, number("score_slope_words_only"), number("score_intercept_words_only")),
    Ground.ACROSS_SCRIPTS: Curve(
        Ground.ACROSS_SCRIPTS,
        number("score_slope_across_scripts"),
        number("score_intercept_across_scripts"),
        number("words_across_scripts"),
    ),
}
"""From scores to probabilities, a curve for each ground on which statements are compared."""


def probability_of(score: float, basis: Basis) -> float:
    """The chance that two statements with this score fit, as far as the labelled sets know."""
    return CURVES[basis.ground].probability(score, basis.words)


def strength_at(probability: float) -> Strength:
    """The word for a probability as it is shown, with two decimals."""
    return next((one for one in Strength if reaches(probability, one)), Strength.POSSIBLE)


def reaches(probability: float, least: Strength) -> bool:
    """Whether the word for a probability is at least this one; anything is possible."""
    return least is Strength.POSSIBLE or round(probability, 2) >= number(least)


def strength_of(score: float, basis: Basis) -> Strength:
    """The word for a score."""
    return strength_at(probability_of(score, basis))
