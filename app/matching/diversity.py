"""A list that mixes kinds at a bounded price: greedy re-ranking within a band below the best that is left.

Like maximal marginal relevance (Carbonell and Goldstein 1998), but with the loss as a bound instead of a
weight: nothing ever stands behind an item worth less than `1 - band` of it.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from math import log2
from typing import TypeVar

T = TypeVar("T")


def mixed(
    items: Sequence[T], worth: Callable[[T], float], kind: Callable[[T], Hashable], band: float, limit: int
) -> list[T]:
    """The first `limit` of items (given best first), the least seen kind within the band first."""
    left, taken = list(items), list[T]()
    seen: Counter[Hashable] = Counter()
    while left and len(taken) < limit:
        least = (1.0 - band) * worth(left[0])
        near = [item for item in left if worth(item) >= least]
        chosen = min(near, key=lambda item: seen[kind(item)])
        left.remove(chosen)
        seen[kind(chosen)] += 1
        taken.append(chosen)
    return taken


def loss(best: Sequence[float], shown: Sequence[float]) -> float:
    """The part of the discounted worth (as in DCG) that the shown order gives away; at most the band."""
    most = _discounted(best)
    return max(0.0, 1.0 - _discounted(shown) / most) if most else 0.0


def _discounted(values: Sequence[float]) -> float:
    return sum(value / log2(rank + 1) for rank, value in enumerate(values, start=1))
