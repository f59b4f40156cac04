"""The semantic channel: the nearest statements in meaning, the exact product beside an approximate index.

`recall` is the share of the exact hundred that a contender finds; where it is below .98 its time means
little. The engine's own channel answers through `Meanings.nearest`, which also looks at who is allowed.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from app.matching.documents import Passages
from app.matching.meanings import asked, meanings_of, sketched
from benchmarks import peers
from benchmarks.command import Result, main
from benchmarks.corpus import DIMENSIONS, directory, organisation
from benchmarks.measuring import Case, Pace, Row, race, rows_of
from benchmarks.suggestions import ASKERS_FROM

K = 100
EXACT, OURS = "numpy, exact", "smezhnik"
SIZES = {
    "tiny": ((400,), 0.05, 8),
    "small": ((12_000,), 4.0, 64),
    "moderate": ((12_000, 120_000), 15.0, 128),
    "large": ((12_000, 120_000, 400_000), 30.0, 128),
}
"""Statements, seconds for each race, questions."""

Floats = NDArray[np.float32]
Rows = NDArray[np.intp]
Answer = Callable[[Passages], Rows]


def measure(size: str) -> Result:
    """Runs the races of this size."""
    sizes, seconds, askers = SIZES[size]
    known = [one.passages for number in range(askers // 8) for one in organisation(ASKERS_FROM + number)]
    questions = [passages for passages in known if passages is not None]
    rows: list[Row] = []
    for statements in sizes:
        rows += _race(statements, questions, Pace(seconds))
    asks = f"the {K} nearest of all statements in meaning, {DIMENSIONS} dimensions, one thread"
    return Result("dense", asks, rows, peers.skipped("usearch"))


def _race(statements: int, questions: Sequence[Passages], pace: Pace) -> list[Row]:
    passages = [document.passages for document in directory(statements)]
    wholes = np.array([_whole(one) for one in passages])
    contenders: dict[str, Answer] = {
        EXACT: lambda question: _nearest(wholes, question),
        OURS: _ours(passages),
    }
    if peers.is_installed("usearch"):
        rough = _usearch(wholes, "i8", 3 * K)
        contenders |= {
            "usearch, f16": _usearch(wholes, "f16", K),
            "usearch, i8": _usearch(wholes, "i8", K),
            "usearch, i8, three times as many scored exactly": lambda question: _best_of(
                wholes, rough(question), question
            ),
        }
    found = {name: _recall(contenders[EXACT], answer, questions) for name, answer in contenders.items()}
    notes = {name: f"recall {share:.3f}" for name, share in found.items()}
    return rows_of(Case(len(passages), "one question", EXACT), race(contenders, questions, pace), notes)


def _ours(passages: Sequence[Passages | None]) -> Answer:
    meanings = sketched(meanings_of(passages))
    allowed, order = np.ones(len(passages), dtype=np.bool_), np.arange(len(passages))
    return lambda question: meanings.nearest(asked(_whole(question)), allowed, order, K)


def _nearest(wholes: Floats, question: Passages) -> Rows:
    cosines = wholes @ _whole(question)
    return np.argpartition(cosines, -K)[-K:]


def _best_of(wholes: Floats, rows: Rows, question: Passages) -> Rows:
    return rows[_nearest(wholes[rows], question)]


def _usearch(wholes: Floats, kind: str, count: int) -> Answer:
    from usearch.index import Index

    index = Index(ndim=DIMENSIONS, metric="ip", dtype=kind, expansion_search=4 * K)
    index.add(np.arange(len(wholes)), wholes)
    return lambda question: index.search(_whole(question), count, threads=1).keys.astype(np.intp)


def _recall(exact: Answer, answer: Answer, questions: Sequence[Passages]) -> float:
    shares = [len(np.intersect1d(exact(one), answer(one))) / K for one in questions[:32]]
    return float(np.mean(shares))


def _whole(passages: Passages | None) -> Floats:
    return np.zeros(DIMENSIONS, np.float32) if passages is None else passages[0].astype(np.float32)


if __name__ == "__main__":
    main(measure)
