"""What a consortium could be instead: runners-up, what each condition costs, which conditions conflict."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.matching.consortia import Condition, Consortium, Problem, Program


@dataclass(frozen=True, slots=True)
class Price:
    """The best consortium without one of the conditions."""

    condition: str
    without: Consortium | None


@dataclass(frozen=True, slots=True)
class Solution:
    """The best consortium and what it could be instead; where there is none, a smallest set of conflicts.

    `conflict` holds names of conditions and places of needs that have to be covered; with all but any one of
    them there would be a consortium.
    """

    best: Consortium | None
    alternatives: tuple[Consortium, ...] = ()
    prices: tuple[Price, ...] = ()
    conflict: tuple[str | int, ...] = ()


def solve(problem: Problem, alternatives: int = 0) -> Solution:
    """The best consortium, so many runners-up with other members, and the price of each condition."""
    program = Program(problem)
    best = program.best()
    prices = tuple(Price(one.name, Program(_without(problem, one)).best()) for one in problem.conditions)
    if best is None:
        return Solution(None, prices=prices, conflict=_conflict(problem))
    found = [best]
    while len(found) <= alternatives and (other := program.best(found)) is not None:
        found.append(other)
    return Solution(best, tuple(found[1:]), prices)


def _without(problem: Problem, condition: Condition) -> Problem:
    return replace(problem, conditions=tuple(one for one in problem.conditions if one is not condition))


def _conflict(problem: Problem) -> tuple[str | int, ...]:
    """A set of conditions and needs that cannot be had together, and none of which can be left out of it."""
    wanted: Sequence[Condition | int] = [*problem.conditions, *sorted(problem.must)]
    for one in list(wanted):
        fewer = [other for other in wanted if other is not one]
        if not _is_feasible(problem, fewer):
            wanted = fewer
    return tuple(one.name if isinstance(one, Condition) else one for one in wanted)


def _is_feasible(problem: Problem, wanted: Sequence[Condition | int]) -> bool:
    conditions = tuple(one for one in wanted if isinstance(one, Condition))
    must = frozenset(one for one in wanted if isinstance(one, int))
    return Program(replace(problem, conditions=conditions, must=must)).best() is not None
