"""A whole suggestion: eight statements, both ways, words and meaning, ten partners with their evidence.

Beside the same question through the kernel's scipy path, and beside a plain scikit-learn pipeline, which
does less: it compares words one way, filters nothing and explains nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from operator import itemgetter

import numba
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import linear_kernel

from app.matching import kernel
from app.matching.documents import MatchDocument, Wish
from app.matching.engine import MatchIndex
from app.matching.partners import PartnerList, suggest_partners
from app.vocabulary import StatementKind
from benchmarks.command import Result, main
from benchmarks.corpus import directory, geography, wishes
from benchmarks.measuring import Case, Pace, Row, race, rows_of

OURS, BY_SCIPY, PIPELINE = "smezhnik", "smezhnik over scipy", "scikit-learn pipeline"
PARTNERS = 10
ASKERS_FROM = 10_000_000
"""Numbers of organisations that ask; they are not in the directory."""

SIZES = {
    "tiny": ((400,), 0.05, 4),
    "small": ((12_000,), 15.0, 40),
    "moderate": ((12_000, 120_000), 40.0, 60),
    "large": ((12_000, 120_000, 1_200_000), 90.0, 60),
}
"""Statements, seconds for each race, organisations that ask."""

Answer = Callable[[Sequence[Wish]], PartnerList]


def measure(size: str) -> Result:
    """Runs the races of this size."""
    sizes, seconds, askers = SIZES[size]
    questions = [wishes(ASKERS_FROM + number) for number in range(askers)]
    rows: list[Row] = []
    for statements in sizes:
        rows += _race(statements, questions, Pace(seconds, questions_a_turn=4))
    asks = "eight statements, both ways, words and meaning, ten partners with evidence, one thread"
    return Result("suggestions", asks, rows)


def _race(statements: int, questions: Sequence[Sequence[Wish]], pace: Pace) -> list[Row]:
    documents = list(directory(statements))
    index = MatchIndex.build(documents, geography(), 1)
    kernel.warm()
    ours, by_scipy = _suggest(index), _through_scipy(_suggest(index))
    note = _agreement(ours, by_scipy, questions)
    contenders: dict[str, Callable[[Sequence[Wish]], object]] = {
        OURS: ours,
        BY_SCIPY: by_scipy,
        PIPELINE: _pipeline(documents),
    }
    times = race(contenders, questions, pace)
    notes = {BY_SCIPY: note, PIPELINE: "words only, no filters, no evidence"}
    return rows_of(Case(len(documents), "one organisation", OURS), times, notes)


def _suggest(index: MatchIndex) -> Answer:
    return lambda asked: suggest_partners(index, asked, PARTNERS)


def _through_scipy(answer: Answer) -> Answer:
    """The same answer with the compiled kernel turned off, as NUMBA_DISABLE_JIT turns it off."""

    def slowly(asked: Sequence[Wish]) -> PartnerList:
        numba.config.DISABLE_JIT = True  # type: ignore[attr-defined]
        try:
            return answer(asked)
        finally:
            numba.config.DISABLE_JIT = False  # type: ignore[attr-defined]

    return slowly


def _pipeline(documents: Sequence[MatchDocument]) -> Callable[[Sequence[Wish]], object]:
    """TfidfVectorizer, linear_kernel, argpartition for each statement; then the organisations found most."""
    by_kind = {kind: [one for one in documents if one.kind is kind] for kind in StatementKind}
    vectoriser = TfidfVectorizer().fit(map(_text, documents))
    matrices = {kind: vectoriser.transform(map(_text, several)) for kind, several in by_kind.items()}

    def answer(asked: Sequence[Wish]) -> list[tuple[str, float]]:
        found: dict[str, float] = defaultdict(float)
        for wish in asked:
            kind = wish.document.kind.opposite
            scores = linear_kernel(vectoriser.transform([_text(wish.document)]), matrices[kind]).ravel()
            best = np.argpartition(scores, -PARTNERS)[-PARTNERS:]
            for row in best[np.argsort(-scores[best])].tolist():
                found[by_kind[kind][row].organisation_id] += float(scores[row])
        return sorted(found.items(), key=itemgetter(1), reverse=True)[:PARTNERS]

    return answer


def _text(document: MatchDocument) -> str:
    return f"{document.title}\n{document.text}"


def _agreement(one: Answer, other: Answer, questions: Sequence[Sequence[Wish]]) -> str:
    """Whether both ways through the engine suggest the same partners with the same scores."""
    asked = questions[:8]
    wrong = sum(one(question).partners != other(question).partners for question in asked)
    return f"DIFFERS in {wrong} of {len(asked)} questions" if wrong else "same answers"


if __name__ == "__main__":
    main(measure)
