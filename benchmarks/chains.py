"""Cooperation chains of three links from one need: beam search over the engine, beside trying every path.

Both ask the same index the same way; what is compared is how many needs are asked and paths followed. The
plain way keeps no beam, so that it follows every chain of links that are strong enough. A suggestion for one
organisation (eight statements, both ways) stands beside them as a measure of the machine.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.matching import kernel
from app.matching.chains import ChainList, ChainQuery, find_chains
from app.matching.documents import Wish
from app.matching.engine import MatchIndex
from app.matching.partners import Pair, suggest_partners
from app.vocabulary import StatementKind
from benchmarks.command import Result, main
from benchmarks.corpus import directory, geography, wishes
from benchmarks.measuring import Case, Pace, Row, race, rows_of
from benchmarks.suggestions import ASKERS_FROM, PARTNERS

OURS, EVERY_PATH, SUGGESTION = "smezhnik", "every path", "a suggestion"

SIZES = {
    "tiny": ((400,), 0.05, 4),
    "small": ((12_000,), 15.0, 40),
    "moderate": ((12_000, 120_000), 40.0, 40),
    "large": ((12_000, 120_000, 1_200_000), 90.0, 40),
}
"""Statements, seconds for each race, needs that are asked about."""

QUERY = ChainQuery(depth=3)
Answer = Callable[[Sequence[Wish]], ChainList]


def measure(size: str) -> Result:
    """Runs the races of this size."""
    sizes, seconds, askers = SIZES[size]
    questions = [wishes(ASKERS_FROM + number) for number in range(askers)]
    rows: list[Row] = []
    for statements in sizes:
        rows += _race(statements, questions, Pace(seconds, questions_a_turn=2))
    return Result("chains", "chains of up to three links from one need, ten of them with evidence", rows)


def _race(statements: int, questions: Sequence[Sequence[Wish]], pace: Pace) -> list[Row]:
    documents = list(directory(statements))
    index = MatchIndex.build(documents, geography(), 1)
    kernel.warm()
    ours, every = _search(index, QUERY), _search(index, replace(QUERY, beam=100_000))
    note = _agreement(ours, every, questions)
    contenders: dict[str, Callable[[Sequence[Wish]], object]] = {
        OURS: ours,
        EVERY_PATH: every,
        SUGGESTION: lambda question: suggest_partners(index, question, PARTNERS),
    }
    times = race(contenders, questions, pace)
    return rows_of(Case(len(documents), "one need", OURS), times, {EVERY_PATH: note})


def _need(question: Sequence[Wish]) -> Wish:
    return next(wish for wish in question if wish.document.kind is StatementKind.NEED)


def _search(index: MatchIndex, query: ChainQuery) -> Answer:
    return lambda question: find_chains(index, [_need(question)], query)


def _agreement(ours: Answer, every: Answer, questions: Sequence[Sequence[Wish]]) -> str:
    """How many of the best ten chains of all paths the beam finds."""
    found = wanted = 0
    for question in questions[:8]:
        best = {_ids(chain.pairs) for chain in every(question).chains}
        found += len(best & {_ids(chain.pairs) for chain in ours(question).chains})
        wanted += len(best)
    return f"the beam finds {found} of its {wanted} chains"


def _ids(pairs: Sequence[Pair]) -> tuple[str, ...]:
    return tuple(pair.match.document.id for pair in pairs)


if __name__ == "__main__":
    main(measure)
