"""Consortia: as good as trying everything, with runners-up, prices and conflicts that are true."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching import consortia
from app.matching.consortia import Condition, Consortium, NotProved, Problem, Program
from app.matching.tradeoffs import solve

OWNERS = ("a", "b", "c", "d")
GROUPS = (frozenset({"a", "b"}), frozenset({"c"}), frozenset({"d"}))


def subsets(things: list) -> Iterator[tuple]:  # type: ignore[type-arg]
    for size in range(len(things) + 1):
        yield from combinations(things, size)


def holds(condition: Condition, members: frozenset[str]) -> bool:
    if condition.by_group:
        count = sum(bool(group & members) for group in condition.groups)
    else:
        count = len(members & frozenset().union(*condition.groups))
    return condition.least <= count and (condition.most is None or count <= condition.most)


def all_of(problem: Problem) -> Iterator[tuple[int, int, float, frozenset[str]]]:
    """Every consortium: needs left open, members, the chance that it fails, who."""
    for parts in subsets(sorted(problem.chances)):
        covered = {need for need, _ in parts}
        owners = frozenset(owner for _, owner in parts)
        for idle in subsets(sorted(problem.named - owners)):
            members = owners | set(idle)
            if problem.must <= covered and all(holds(one, members) for one in problem.conditions):
                chance = prod(problem.chances[part] for part in parts)
                yield -len(covered), len(members), -chance, members


def worth(found: Consortium) -> tuple[int, int, float]:
    return -len(found.covered), len(found.members), -found.probability


conditions = st.builds(
    Condition,
    st.uuids().map(str),
    st.sets(st.sampled_from(GROUPS), min_size=1).map(lambda some: tuple(sorted(some, key=sorted))),
    st.integers(0, 2),
    st.sampled_from([None, 1, 2]),
    st.booleans(),
)
PARTS = st.tuples(st.integers(0, 2), st.sampled_from(OWNERS))
problems = st.builds(
    Problem,
    st.just(3),
    st.frozensets(st.integers(0, 2)),
    st.dictionaries(
        st.tuples(st.integers(0, 2), st.sampled_from(OWNERS)),
        st.sampled_from([0.1, 0.35, 0.6, 0.9]),
        max_size=7,
    ),
    st.frozensets(st.sampled_from(OWNERS), max_size=1),
    st.lists(conditions, max_size=3, unique_by=lambda one: one.name).map(tuple),
)


@settings(max_examples=120, deadline=None)
@given(problems)
def test_it_is_as_good_as_trying_everything(problem: Problem) -> None:
    every = list(all_of(problem))
    best = Program(problem).best()
    if not every:
        assert best is None
        return
    assert best is not None
    assert worth(best) == pytest.approx(min(every)[:3])
    others = [one for one in every if one[3] != frozenset(best.members)]
    second = Program(problem).best([best])
    assert (second is None) is (not others)
    if second is not None:
        assert worth(second) == pytest.approx(min(others)[:3])


@settings(max_examples=60, deadline=None)
@given(problems)
def test_a_conflict_is_one_and_holds_nothing_that_is_not_of_it(problem: Problem) -> None:
    solution = solve(problem)
    if solution.best is not None:
        assert solution.conflict == ()
        return
    named = [one for one in problem.conditions if one.name in solution.conflict]
    must = {one for one in solution.conflict if isinstance(one, int)}
    core = replace(problem, conditions=tuple(named), must=frozenset(must))
    assert not list(all_of(core))
    for one in named:
        rest = tuple(other for other in named if other is not one)
        assert any(True for _ in all_of(replace(core, conditions=rest)))
    for need in must:
        assert any(True for _ in all_of(replace(core, must=frozenset(must - {need}))))


CHANCES = {(0, "a"): 0.9, (1, "a"): 0.2, (1, "b"): 0.8, (2, "c"): 0.6}
OF_TWO = {part: chance for part, chance in CHANCES.items() if part[0] < 2}


def test_fewer_members_go_before_greater_probability() -> None:
    found = Program(Problem(2, frozenset({0, 1}), OF_TWO)).best()
    assert found is not None
    assert found.members == ("a",)
    assert found.probability == pytest.approx(0.18)


def test_the_price_of_a_condition_is_the_consortium_without_it() -> None:
    two = Condition("two", (frozenset({"a"}), frozenset({"b"})), least=2, by_group=True)
    solution = solve(Problem(2, frozenset({0, 1}), OF_TWO, conditions=(two,)), alternatives=3)
    assert solution.best is not None
    assert solution.best.members == ("a", "b")
    assert solution.best.probability == pytest.approx(0.72)
    (price,) = solution.prices
    assert price.without is not None
    assert price.without.members == ("a",)
    assert [one.members for one in solution.alternatives] == []


def test_an_optional_need_is_covered_where_it_can_be() -> None:
    found = Program(Problem(3, frozenset({0, 1}), CHANCES)).best()
    assert found is not None
    assert found.covered == {0, 1, 2}
    few = Condition("members", (frozenset({"a", "b", "c"}),), most=1)
    found = Program(Problem(3, frozenset({0, 1}), CHANCES, conditions=(few,))).best()
    assert found is not None
    assert found.covered == {0, 1}


def test_conflicting_conditions_are_named() -> None:
    one = Condition("one member", (frozenset(OWNERS),), most=1)
    science = Condition("science", (frozenset({"c"}),), least=1)
    free = Condition("free", (frozenset(OWNERS),), most=9)
    solution = solve(Problem(3, frozenset({0}), CHANCES, conditions=(one, science, free)))
    assert solution.best is None
    assert set(solution.conflict) == {"one member", "science", 0}
    assert [price.without is None for price in solution.prices] == [False, False, True]


@pytest.mark.parametrize("limit", [0.0, 60.0])
def test_an_answer_is_exact_or_none_is_given(monkeypatch: pytest.MonkeyPatch, limit: float) -> None:
    monkeypatch.setattr(consortia, "SECONDS", limit)
    chances = {
        (need, f"m{member}"): 0.3 + (need * 37 + member * 53) % 61 / 100
        for need in range(14)
        for member in range(24)
        if (need * 7 + member * 5) % 9 < 3
    }
    problem = Problem(14, frozenset(range(14)), chances)
    if limit:
        assert Program(problem).best() is not None
    else:
        with pytest.raises(NotProved):
            Program(problem).best()
