"""Rings of mutual supply: A needs what B makes, B needs what C makes, C needs what A makes.

Everybody's needs are asked of the index in a batch; the best link between two organisations is an edge of a
graph, in which paths grow from their smallest organisation, as arrays, while they are probable enough.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import prod

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from app.matching.documents import Index, MatchDocument, Wish
from app.matching.links import links_of, unexpired
from app.matching.partners import Pair
from app.matching.scoring import number, reaches
from app.vocabulary import StatementKind, Strength

LENGTHS = (2, 3, 4)
FANOUT = 8
"""Suppliers of a need that are looked at, the most probable ones."""

_NEEDS_AT_ONCE = 1_000
_STARTS_AT_ONCE = 2_000

Ints = NDArray[np.intp]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Supply:
    """A need, the capability that meets it best, and the chance that it does; nothing of the index."""

    need: MatchDocument
    capability: MatchDocument
    probability: float


@dataclass(frozen=True, slots=True)
class Ring:
    """Supplies of which each is for the organisation that gives the one before; from the smallest id on."""

    supplies: tuple[Supply, ...]

    @property
    def probability(self) -> float:
        """The chance that every supply of the ring holds."""
        return prod(one.probability for one in self.supplies)

    @property
    def organisations(self) -> tuple[str, ...]:
        """Whose needs stand in it, in turn."""
        return tuple(one.need.organisation_id for one in self.supplies)


def supplies_of(index: Index, wish: Wish) -> list[Supply]:
    """The best supply between any two organisations that is good; `wish` has filters and day."""
    best: dict[tuple[str, str], Supply] = {}
    for supply in _supplies(index, wish, unexpired(index.statements(StatementKind.NEED), wish.today)):
        pair = supply.need.organisation_id, supply.capability.organisation_id
        if pair not in best or supply.probability > best[pair].probability:
            best[pair] = supply
    return list(best.values())


def _supplies(index: Index, wish: Wish, needs: Sequence[MatchDocument]) -> Iterator[Supply]:
    for first in range(0, len(needs), _NEEDS_AT_ONCE):
        some = needs[first : first + _NEEDS_AT_ONCE]
        wishes = [replace(wish, document=need, limit=2 * FANOUT) for need in some]
        for need, result in zip(some, index.batch(wishes), strict=True):
            good = (one for one in links_of(need, result) if reaches(one.probability, Strength.GOOD))
            yield from (Supply(need, one.lead.document, one.probability) for one in islice(good, FANOUT))


def rings_among(
    supplies: Iterable[Supply], lengths: Iterable[int] = LENGTHS, least: float | None = None
) -> list[Ring]:
    """Every ring of these lengths with at least this probability, most probable first (ties by ids)."""
    known = list(supplies)
    names = sorted({name for s in known for name in (s.need.organisation_id, s.capability.organisation_id)})
    if not names:
        return []
    numbers = {name: place for place, name in enumerate(names)}
    graph = _graph(known, numbers)
    by_pair = {(numbers[s.need.organisation_id], numbers[s.capability.organisation_id]): s for s in known}
    bound = number("possible") if least is None else least
    rings = [
        Ring(tuple(by_pair[pair] for pair in zip(path, (*path[1:], path[0]), strict=True)))
        for path in _cycles(graph, frozenset(lengths), bound)
    ]
    return sorted(rings, key=lambda ring: (-ring.probability, ring.organisations))


def _graph(supplies: Sequence[Supply], numbers: dict[str, int]) -> csr_array:
    """Organisations by organisations: the chance that the one needs what the other makes; only within knots.

    An edge between two strongly connected components is on no ring.
    """
    rows = np.array([numbers[one.need.organisation_id] for one in supplies], dtype=np.intp)
    columns = np.array([numbers[one.capability.organisation_id] for one in supplies], dtype=np.intp)
    values = np.array([one.probability for one in supplies])
    shape = (len(numbers), len(numbers))
    _, knot = connected_components(csr_array((values, (rows, columns)), shape=shape), connection="strong")
    inside = knot[rows] == knot[columns]
    graph = csr_array((values[inside], (rows[inside], columns[inside])), shape=shape)
    graph.sort_indices()
    return graph


def _cycles(graph: csr_array, lengths: frozenset[int], least: float) -> Iterator[tuple[int, ...]]:
    nodes = graph.shape[0]
    rows = np.repeat(np.arange(nodes, dtype=np.intp), np.diff(graph.indptr))
    keys = rows * nodes + graph.indices
    for first in range(0, nodes, _STARTS_AT_ONCE):
        starts = np.arange(first, min(first + _STARTS_AT_ONCE, nodes), dtype=np.intp)
        paths, chances = starts[:, None], np.ones(len(starts))
        for length in range(2, max(lengths, default=1) + 1):
            paths, chances = _longer(graph, paths, chances, least)
            if length in lengths:
                yield from _closed(graph, keys, paths, chances, least)


def _longer(graph: csr_array, paths: Ints, chances: Floats, least: float) -> tuple[Ints, Floats]:
    """The paths with each edge behind them that leads to an organisation after their first, not yet in."""
    last = paths[:, -1]
    degrees = graph.indptr[last + 1] - graph.indptr[last]
    which = np.repeat(np.arange(len(paths)), degrees)
    offsets = np.arange(len(which)) - np.repeat(np.cumsum(degrees) - degrees, degrees)
    edges = graph.indptr[last[which]] + offsets
    following, together = graph.indices[edges], chances[which] * graph.data[edges]
    good = (following > paths[which, 0]) & (together >= least)
    good &= ~(paths[which] == following[:, None]).any(axis=1)
    return np.column_stack([paths[which[good]], following[good]]), together[good]


def _closed(
    graph: csr_array, keys: Ints, paths: Ints, chances: Floats, least: float
) -> Iterator[tuple[int, ...]]:
    """The paths from whose end an edge leads back to their first organisation."""
    if not len(paths) or not len(keys):
        return
    wanted = paths[:, -1] * graph.shape[0] + paths[:, 0]
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    back = (keys[places] == wanted) & (chances * graph.data[places] >= least)
    yield from map(tuple, paths[back].tolist())


def explained(index: Index, wish: Wish, ring: Ring) -> tuple[Pair, ...] | None:
    """The supplies with their reasons; None where the index does not find one of them for such a wish."""
    asked = [replace(wish, document=one.need, limit=2 * FANOUT) for one in ring.supplies]
    pairs = []
    for one, result in zip(ring.supplies, index.batch(asked), strict=True):
        links = links_of(one.need, result)
        pairs += [link.explained() for link in links if link.lead.document.id == one.capability.id]
    return tuple(pairs) if len(pairs) == len(ring.supplies) else None
