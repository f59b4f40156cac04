"""Consortia: the smallest set of organisations that covers a brief of several needs under conditions.

A mixed-integer program, solved exactly by HiGHS in three steps, each of which keeps what the last reached:
cover as many optional needs as can be, by as few organisations as can be, with the greatest joint
probability, which is the product over all parts. Every member but a named one takes part in a need.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import exp, log

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from app.vocabulary import OrganisationKind

_SLACK = 1e-6
_OPTIMAL, _INFEASIBLE = 0, 2
SECONDS = 2.0
"""How long one program may be worked on."""


class NotProved(Exception):
    """The time for one program was over before its answer was proved to be the best, or none to exist."""


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation that might take part."""

    id: str
    kind: OrganisationKind | None
    country: str
    region: str | None


@dataclass(frozen=True, slots=True)
class Condition:
    """Something the consortium must be, by a name that its price is listed under.

    At least and at most so many of the groups have a member (`by_group`), or so many members are in one.
    """

    name: str
    groups: tuple[frozenset[str], ...]
    least: int = 0
    most: int | None = None
    by_group: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Who could do what, with which chance; needs by their place, `must` those that have to be covered."""

    needs: int
    must: frozenset[int]
    chances: dict[tuple[int, str], float]
    named: frozenset[str] = frozenset()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Consortium:
    """Members, who takes part in which need, and the chance that all of it holds."""

    members: tuple[str, ...]
    parts: tuple[tuple[int, str], ...]
    probability: float

    @property
    def covered(self) -> frozenset[int]:
        """The needs somebody takes part in."""
        return frozenset(need for need, _ in self.parts)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Linear constraints as they are gathered: low <= row * variables <= high."""

    entries: list[tuple[int, int, float]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, terms: Iterable[tuple[int, float]], low: float, high: float) -> None:
        """One more constraint."""
        self.entries.extend((len(self.low), column, value) for column, value in terms)
        self.low.append(low)
        self.high.append(high)

    def constraint(self, columns: int) -> LinearConstraint:
        """All of them as scipy takes them."""
        rows, at, values = zip(*self.entries, strict=True) if self.entries else ((), (), ())
        matrix = csr_array((values, (rows, at)), shape=(len(self.low), columns))
        return LinearConstraint(matrix, self.low, self.high)


class Program:
    """The variables of one problem: a part for each chance, a member, a covered need, a counted group."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.pairs = sorted(problem.chances)
        self.members = sorted({owner for _, owner in self.pairs} | problem.named)
        self.columns = len(self.pairs) + len(self.members) + problem.needs
        self._place = {member: len(self.pairs) + n for n, member in enumerate(self.members)}
        self.rows = _Rows()
        self._take_parts()
        for condition in problem.conditions:
            self._count(condition)

    def best(self, others_than: Sequence[Consortium] = ()) -> Consortium | None:
        """The best consortium of other members than these; None where there is none. Raises NotProved."""
        rows = _Rows([*self.rows.entries], [*self.rows.low], [*self.rows.high])
        for one in others_than:
            chosen = set(one.members)
            terms = [(self._place[m], -1.0 if m in chosen else 1.0) for m in self.members]
            rows.add(terms, 1.0 - len(chosen), np.inf)
        found = None
        for goal in self._goals():
            found = self._solved(goal, rows)
            if found is None:
                return None
            reached = float(goal @ found)
            rows.add(
                [(at, float(goal[at])) for at in np.flatnonzero(goal).tolist()], -np.inf, reached + _SLACK
            )
        return self._consortium(found) if found is not None else None

    def _take_parts(self) -> None:
        needs = len(self.pairs) + len(self.members)
        for need in range(self.problem.needs):
            terms = [(at, 1.0) for at, (of, _) in enumerate(self.pairs) if of == need]
            self.rows.add([*terms, (needs + need, -1.0)], 0.0, np.inf)
            self.rows.add([(needs + need, 1.0)], float(need in self.problem.must), 1.0)
        for member, place in self._place.items():
            parts = [at for at, (_, owner) in enumerate(self.pairs) if owner == member]
            for at in parts:
                self.rows.add([(place, 1.0), (at, -1.0)], 0.0, np.inf)
            least = -1.0 if member in self.problem.named else 0.0
            self.rows.add([*((at, 1.0) for at in parts), (place, -1.0)], least, np.inf)

    def _count(self, condition: Condition) -> None:
        """Members are counted as they are, groups by a variable that says whether they have any."""
        high = np.inf if condition.most is None else float(condition.most)
        if not condition.by_group:
            members = frozenset[str]().union(*condition.groups)
            inside = [self._place[m] for m in sorted(members) if m in self._place]
            self.rows.add([(at, 1.0) for at in inside], float(condition.least), high)
            return
        counted = []
        for group in condition.groups:
            flag, self.columns = self.columns, self.columns + 1
            inside = [self._place[m] for m in sorted(group) if m in self._place]
            for at in inside:
                self.rows.add([(flag, 1.0), (at, -1.0)], 0.0, np.inf)
            self.rows.add([*((at, 1.0) for at in inside), (flag, -1.0)], 0.0, np.inf)
            counted.append(flag)
        self.rows.add([(at, 1.0) for at in counted], float(condition.least), high)

    def _goals(self) -> list[NDArray[np.float64]]:
        parts, members = len(self.pairs), len(self.members)
        cover, few, likely = (np.zeros(self.columns) for _ in range(3))
        cover[parts + members : parts + members + self.problem.needs] = -1.0
        few[parts : parts + members] = 1.0
        likely[:parts] = [-log(self.problem.chances[pair]) for pair in self.pairs]
        return [cover, few, likely]

    def _solved(self, goal: NDArray[np.float64], rows: _Rows) -> NDArray[np.float64] | None:
        found = milp(
            goal,
            integrality=np.ones(self.columns),
            bounds=Bounds(0.0, 1.0),
            constraints=[rows.constraint(self.columns)],
            options={"mip_rel_gap": 0.0, "time_limit": SECONDS},
        )
        if found.status not in (_OPTIMAL, _INFEASIBLE):
            raise NotProved
        return np.round(found.x) if found.x is not None else None

    def _consortium(self, found: NDArray[np.float64]) -> Consortium:
        taken = tuple(pair for at, pair in enumerate(self.pairs) if found[at])
        members = tuple(member for member in self.members if found[self._place[member]])
        return Consortium(members, taken, exp(sum(log(self.problem.chances[pair]) for pair in taken)))
