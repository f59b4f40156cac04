"""Taking times side by side: contenders answer the same questions in turns, and what counts is the ratio.

The machine is shared and its speed drifts, so no time stands alone: in each round every contender answers
the same few questions, first untimed to warm what it reads, and a ratio compares times of the same
question in the same round. The medians of those are the result.
"""

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

Question = TypeVar("Question")

LEAST_ROUNDS = 3
MOST_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a race may last, and how many questions stand in a turn."""

    seconds: float
    questions_a_turn: int = 8


@dataclass(frozen=True, slots=True)
class Row:
    """What one contender needed in one case; `ratio` is to the case's reference, which has 1.0."""

    statements: int
    case: str
    contender: str
    unit: str
    median: float
    low: float
    high: float
    samples: int
    ratio: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What is compared, at which size, and the contender all others are divided by."""

    statements: int
    name: str
    reference: str
    unit: str = "s"


def race(
    contenders: Mapping[str, Callable[[Question], object]], questions: Sequence[Question], pace: Pace
) -> dict[str, list[float]]:
    """Seconds of each contender, question by question; the same places of two lists belong together."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    started, names = perf_counter(), list(contenders)
    with threadpool_limits(1):
        for number in range(MOST_ROUNDS):
            if number >= LEAST_ROUNDS and perf_counter() - started > pace.seconds:
                break
            turn = _turn(questions, number, pace.questions_a_turn)
            for name in names[number % len(names) :] + names[: number % len(names)]:
                times[name] += _timed(contenders[name], turn)
    return times


def rows_of(
    case: Case, times: Mapping[str, Sequence[float]], notes: Mapping[str, str] | None = None
) -> list[Row]:
    """The result of a race: a row for each contender, in the order given."""
    reference = times[case.reference]
    return [
        row_of(case, name, taken, reference, (notes or {}).get(name, "")) for name, taken in times.items()
    ]


def row_of(
    case: Case, contender: str, measured: Sequence[float], reference: Sequence[float], note: str = ""
) -> Row:
    """One contender's medians; the ratio is the median of those to the reference, pair by pair."""
    ratios = [mine / other for mine, other in zip(measured, reference, strict=True) if other]
    low, high = _spread(measured)
    return Row(
        case.statements,
        case.name,
        contender,
        case.unit,
        _rounded(median(measured)),
        _rounded(low),
        _rounded(high),
        len(measured),
        _rounded(median(ratios)) if ratios else 0.0,
        note,
    )


def seconds_of(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long one piece of work takes, and what it gives."""
    started = perf_counter()
    result = work()
    return perf_counter() - started, result


def _turn(questions: Sequence[Question], number: int, width: int) -> list[Question]:
    first = number * width
    return [questions[place % len(questions)] for place in range(first, first + width)]


def _timed(answer: Callable[[Question], object], turn: Sequence[Question]) -> list[float]:
    answer(turn[-1])  # warms this contender's memory; the turn's own questions stay unseen
    taken = []
    gc.disable()
    for question in turn:
        started = perf_counter()
        answer(question)
        taken.append(perf_counter() - started)
    gc.enable()
    return taken


def _spread(measured: Sequence[float]) -> tuple[float, float]:
    """The tenth and the ninetieth of a hundred."""
    if len(measured) < 2:
        return measured[0], measured[0]
    tenths = quantiles(measured, n=10, method="inclusive")
    return tenths[0], tenths[-1]


def _rounded(value: float) -> float:
    """Four digits: more are noise, and every rerun would change them."""
    return float(f"{value:.4g}")
