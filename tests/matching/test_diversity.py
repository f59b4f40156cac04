"""Mixing regions: what may move, how far, and what it costs."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.matching.diversity import loss, mixed

Item = tuple[float, str, int]
ITEMS = st.lists(st.tuples(st.floats(0.01, 1), st.sampled_from("abcd")), max_size=25).map(
    lambda raw: [(worth, kind, n) for n, (worth, kind) in enumerate(sorted(raw, key=lambda one: -one[0]))]
)


def worth(item: Item) -> float:
    return item[0]


def kind(item: Item) -> str:
    return item[1]


@given(ITEMS, st.floats(0, 0.9), st.integers(1, 30))
def test_nobody_stands_behind_one_that_is_much_weaker(items: list[Item], band: float, limit: int) -> None:
    shown = mixed(items, worth, kind, band, limit)
    assert len(set(shown)) == len(shown) == min(limit, len(items))
    for place, item in enumerate(shown):
        behind = set(items) - set(shown[: place + 1])
        assert all(worth(item) >= (1 - band) * worth(other) - 1e-12 for other in behind)
    best = [worth(item) for item in items[:limit]]
    assert -1e-12 <= loss(best, [worth(item) for item in shown]) <= band + 1e-12


@given(ITEMS, st.integers(1, 30))
def test_without_a_band_only_equals_are_mixed(items: list[Item], limit: int) -> None:
    shown = mixed(items, worth, kind, 0.0, limit)
    assert [worth(item) for item in shown] == [worth(item) for item in items[:limit]]
    assert loss([worth(item) for item in items[:limit]], [worth(item) for item in shown]) == 0.0


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=20), st.integers(1, 20))
def test_among_equals_every_kind_has_its_turn(kinds: list[str], limit: int) -> None:
    items = [(0.5, kind, n) for n, kind in enumerate(kinds)]
    turns = Counter(kind(item) for item in mixed(items, worth, kind, 0.1, limit))
    there = Counter(kinds)
    assert all(turns[one] >= min(there[one], turns[other] - 1) for one in there for other in turns)


def test_a_new_region_goes_first_only_within_the_band() -> None:
    items = [(0.50, "a", 0), (0.48, "a", 1), (0.45, "b", 2), (0.30, "c", 3)]
    assert [item[2] for item in mixed(items, worth, kind, 0.2, 4)] == [0, 2, 1, 3]
    assert [item[2] for item in mixed(items, worth, kind, 0.01, 4)] == [0, 1, 2, 3]


def test_nothing_lost_nothing_shown() -> None:
    assert loss([], []) == 0.0
    assert mixed([], worth, kind, 0.2, 5) == []
