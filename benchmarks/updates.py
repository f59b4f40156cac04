"""What a change costs: the new index with it, and what it adds to the next search, beside a full rebuild.

The index has grown by a number of changed organisations before; an organisation has eight statements.
"""

from collections.abc import Sequence
from functools import partial

from app.matching import kernel
from app.matching.documents import MatchDocument
from app.matching.engine import MatchIndex
from benchmarks.command import Result, main
from benchmarks.corpus import STATEMENTS_EACH, directory, geography, organisation, wishes
from benchmarks.measuring import Case, Pace, Row, race, row_of, rows_of, seconds_of
from benchmarks.suggestions import ASKERS_FROM

SIZES = {
    "tiny": ((400,), (0, 40), 3, 0.05),
    "small": ((12_000,), (0, 400, 1_200), 30, 4.0),
    "moderate": ((12_000, 120_000), (0, 400, 1_200, 4_000), 60, 8.0),
    "large": ((12_000, 120_000), (0, 400, 1_200, 4_000, 12_000), 120, 20.0),
}
"""Statements, statements changed before, single changes measured, seconds for a race of searches."""

REBUILD, CHANGE = "build anew", "with_changes"
_NEW_SEED = 2


def measure(size: str) -> Result:
    """Measures each size with growing deltas."""
    sizes, deltas, changes, seconds = SIZES[size]
    rows: list[Row] = []
    for statements in sizes:
        documents = list(directory(statements))
        taken, base = seconds_of(partial(MatchIndex.build, documents, geography(), 1))
        kernel.warm()
        for delta in deltas:
            if delta > statements // 2:
                continue
            index = _grown(base, delta // STATEMENTS_EACH)
            case = Case(statements, f"{delta:,} changed before", REBUILD)
            rows += _changes(case, index, taken, changes)
            rows += _searches(case, {"base": base, "index": index}, Pace(seconds))
    asks = "one organisation with eight statements changes: the new index, and one search in it"
    return Result("updates", asks, rows)


def _grown(index: MatchIndex, organisations: int) -> MatchIndex:
    """The index after changes of so many organisations, one by one."""
    for number in range(organisations):
        index = _changed(index, number)
    return index


def _changed(index: MatchIndex, number: int) -> MatchIndex:
    return index.with_changes(*_change(number), index.version + 1)


def _change(number: int) -> tuple[frozenset[str], Sequence[MatchDocument]]:
    """An organisation of the directory and what it says now."""
    documents = organisation(number, _NEW_SEED)
    return frozenset({documents[0].organisation_id}), documents


def _changes(case: Case, index: MatchIndex, rebuild: float, count: int) -> list[Row]:
    """Single changes on top of the index, each of another organisation, beside the one build."""
    first = index.delta_size // STATEMENTS_EACH + 1
    prepared = [_change(first + number) for number in range(count)]
    taken = [seconds_of(partial(index.with_changes, *one, index.version + 1))[0] for one in prepared]
    return [
        row_of(case, REBUILD, [rebuild], [rebuild]),
        row_of(case, CHANGE, taken, [rebuild] * count),
    ]


def _searches(case: Case, indexes: dict[str, MatchIndex], pace: Pace) -> list[Row]:
    """The same single wishes to the index without and with the delta."""
    asked = [wish for number in range(8) for wish in wishes(ASKERS_FROM + number)]
    before, after = "search before", "search after"

    times = race({before: indexes["base"].shortlist, after: indexes["index"].shortlist}, asked, pace)
    return rows_of(Case(case.statements, case.name, before), times)


if __name__ == "__main__":
    main(measure)
