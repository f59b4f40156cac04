"""Rings of mutual supply: all of them on small graphs, planted ones, none by what has expired."""

from dataclasses import replace
from datetime import date
from itertools import permutations
from math import prod

from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.documents import Filters
from app.matching.rings import LENGTHS, Ring, Supply, rings_among, supplies_of
from app.vocabulary import Visibility
from tests.matching.samples import capability, index_of, need, wish

EVERYBODY = wish(need("", ""))
PRODUCTS = ("Отливки чугунные", "Прессформы стальные", "Порошок твердосплавный", "Короба картонные")


def ring_of(size: int) -> list:  # type: ignore[type-arg]
    """Organisations of which each needs what the next one makes."""
    made = []
    for place in range(size):
        owner = f"o{place}"
        made.append(capability(f"c{place}", PRODUCTS[place], organisation_id=owner))
        made.append(need(f"n{place}", PRODUCTS[(place + 1) % size], organisation_id=owner))
    return made


def supply(asking: int, giving: int, probability: float) -> Supply:
    wanted = need(f"n{asking}-{giving}", "x", organisation_id=f"o{asking}")
    return Supply(wanted, capability(f"c{giving}", "x", organisation_id=f"o{giving}"), probability)


def by_trying(edges: dict[tuple[int, int], float], lengths: set[int], least: float) -> set[tuple[str, ...]]:
    """Every ring, found by trying every order of organisations."""
    found = set()
    for length in lengths:
        for path in permutations(range(6), length):
            steps = list(zip(path, (*path[1:], path[0]), strict=True))
            chance = prod(edges.get(step, 0.0) for step in steps)
            if path[0] == min(path) and chance and chance >= least:
                found.add(tuple(f"o{one}" for one in path))
    return found


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] != pair[1]),
        st.sampled_from([0.1, 0.3, 0.5, 0.9]),
        max_size=20,
    ),
    st.sets(st.sampled_from(LENGTHS), min_size=1),
    st.sampled_from([0.0, 0.05, 0.2]),
)
def test_every_ring_that_is_probable_enough_is_found_once(
    edges: dict[tuple[int, int], float], lengths: set[int], least: float
) -> None:
    found = rings_among([supply(*pair, p) for pair, p in edges.items()], lengths, least)
    assert len({ring.organisations for ring in found}) == len(found)
    assert {ring.organisations for ring in found} == by_trying(edges, lengths, least)
    assert found == sorted(found, key=lambda ring: (-ring.probability, ring.organisations))


def found_in(documents: list, **fields: object) -> list[Ring]:  # type: ignore[type-arg]
    index = index_of(*documents)
    return rings_among(supplies_of(index, replace(EVERYBODY, **fields)))  # type: ignore[arg-type]


def test_planted_rings_of_every_length_are_found() -> None:
    for size in LENGTHS:
        (ring,) = found_in(ring_of(size))
        assert ring.organisations == tuple(f"o{place}" for place in range(size))
        for one in ring.supplies:
            assert one.need.text == one.capability.text
            assert one.probability >= 0.1


def test_an_expired_need_closes_no_ring() -> None:
    documents = ring_of(3)
    documents[1] = replace(documents[1], expires_on=date(2026, 5, 31))
    assert found_in(documents) == []


def test_who_is_not_to_be_seen_is_in_no_ring() -> None:
    documents = ring_of(3)
    documents[2] = replace(documents[2], visibility=Visibility.MEMBERS)
    seen = Filters(visibilities=frozenset({Visibility.PUBLIC}))
    assert found_in(documents, filters=seen) == []
    assert len(found_in(documents)) == 1


def test_without_supplies_there_is_no_ring() -> None:
    assert rings_among([]) == []
    assert rings_among([supply(0, 1, 0.9)]) == []
