"""Cooperation chains: every chain there is where the beam is wide, planted ones where it is not."""

import json
from dataclasses import replace
from datetime import date
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.chains import Chain, ChainList, ChainQuery, find_chains
from app.matching.documents import Filters, MatchDocument
from app.matching.scoring import number, probability_of
from app.vocabulary import ChainEnd, EmptyReason, OrganisationKind, StatementKind, Strength
from tests.matching import planted
from tests.matching.counting import CountingIndex
from tests.matching.samples import TODAY, capability, index_of, need, wish

WORDS = ("литьё", "ковка", "сварка", "окраска")
WIDE = ChainQuery(depth=4, limit=1000, beam=10_000, fanout=1000)


def counted(*documents: MatchDocument) -> CountingIndex:
    return CountingIndex.build(documents, 1)


def ids(chain: Chain) -> tuple[str, ...]:
    return tuple(id_ for pair in chain.pairs for id_ in (pair.mine.id, pair.match.document.id))


def suppliers(chain: Chain) -> tuple[str, ...]:
    return tuple(pair.match.document.organisation_id for pair in chain.pairs)


def casting_chain() -> list[MatchDocument]:
    """Pumps need castings, the foundry needs moulds, the toolmaker needs steel, the mill nothing."""
    return [
        need("n1", "Отливки корпусов", organisation_id="pumps"),
        capability("c1", "Отливки корпусов", organisation_id="foundry", region="RU-CHE"),
        need("n2", "Прессформы стальные", organisation_id="foundry"),
        capability("c2", "Прессформы стальные", organisation_id="toolmaker", country="BY"),
        need("n3", "Поковки инструментальные", organisation_id="toolmaker"),
        capability("c3", "Поковки инструментальные", organisation_id="mill"),
    ]


def chains_of(*documents: MatchDocument, query: ChainQuery = WIDE, **fields: object) -> ChainList:
    asked = next(one for one in documents if one.id == "n1")
    return find_chains(index_of(*documents), [wish(asked, **fields)], query)


def test_a_chain_goes_from_need_to_need_with_reasons() -> None:
    (chain,) = chains_of(*casting_chain()).chains
    assert ids(chain) == ("n1", "c1", "n2", "c2", "n3", "c3")
    assert (chain.end, chain.open_needs) == (ChainEnd.COMPLETE, ())
    assert chain.probability == prod(pair.probability for pair in chain.pairs)
    assert chain.probability < min(pair.probability for pair in chain.pairs)
    for pair in chain.pairs:
        assert sum(one.contribution for one in pair.match.evidence) == pytest.approx(pair.match.score)
        assert any(one.signal == "words" for one in pair.match.evidence)


def test_what_nobody_meets_is_the_hole_of_the_chain() -> None:
    *rest, _ = casting_chain()
    (chain,) = chains_of(*rest).chains
    assert ids(chain) == ("n1", "c1", "n2", "c2")
    assert chain.end is ChainEnd.OPEN
    assert [one.id for one in chain.open_needs] == ["n3"]


def test_a_chain_is_no_longer_than_asked_for() -> None:
    (chain,) = chains_of(*casting_chain(), query=replace(WIDE, depth=2)).chains
    assert ids(chain) == ("n1", "c1", "n2", "c2")
    assert (chain.end, chain.open_needs) == (ChainEnd.DEPTH, ())
    (whole,) = chains_of(*casting_chain(), query=replace(WIDE, depth=3)).chains
    assert whole.end is ChainEnd.COMPLETE


def test_who_asks_and_who_stands_in_the_chain_does_not_come_again() -> None:
    back = capability("c4", "Поковки инструментальные", organisation_id="pumps")
    again = capability("c5", "Поковки инструментальные", organisation_id="foundry")
    *rest, _ = casting_chain()
    (chain,) = chains_of(*rest, back, again).chains
    assert suppliers(chain) == ("foundry", "toolmaker")


@pytest.mark.parametrize(
    ("filters", "lengths"),
    [
        (Filters(countries=frozenset({"RU"})), []),
        (Filters(countries=frozenset({"RU", "BY"})), [3]),
        (Filters(regions=frozenset({"RU-CHE"})), []),
        (Filters(organisation_kinds=frozenset({OrganisationKind.RESEARCH})), []),
        (Filters(excluded_organisations=frozenset({"mill"})), [2]),
        (Filters(among=frozenset({"foundry", "toolmaker"})), [2]),
        (Filters(among=frozenset({"toolmaker"})), []),
    ],
)
def test_filters_hold_for_every_supplier(filters: Filters, lengths: list[int]) -> None:
    found = chains_of(*casting_chain(), filters=filters)
    assert [len(chain.pairs) for chain in found.chains] == lengths


def test_who_must_not_stand_together_does_not() -> None:
    apart = {"foundry": frozenset({"toolmaker"})}
    found = chains_of(*casting_chain(), query=replace(WIDE, apart=apart, least_links=1))
    assert [suppliers(chain) for chain in found.chains] == [("foundry",)]


def test_an_expired_need_is_no_link() -> None:
    documents = casting_chain()
    documents[2] = replace(documents[2], expires_on=date(2026, 5, 31))
    assert chains_of(*documents).chains == ()
    documents[2] = replace(documents[2], expires_on=TODAY)
    assert len(chains_of(*documents).chains) == 1


def test_an_empty_answer_says_why() -> None:
    documents = casting_chain()
    assert chains_of(*documents[:2]).empty_reason is EmptyReason.NO_FURTHER_LINK
    assert chains_of(*documents[2:], documents[0]).empty_reason is EmptyReason.NOBODY_OFFERS_THIS
    tight = chains_of(*documents, filters=Filters(regions=frozenset({"RU-PRI"})))
    assert tight.empty_reason is EmptyReason.FILTERS_TOO_TIGHT
    assert tight.removed["regions"] == 3
    assert find_chains(index_of(), [], WIDE).empty_reason is EmptyReason.SAYS_TOO_LITTLE


def test_a_weak_link_is_left_out_and_counted() -> None:
    documents = [
        need("n1", "литьё ковка сварка окраска", organisation_id="a"),
        capability("c1", "литьё", organisation_id="b"),
    ]
    weak = probability_of(0.25, counted(*documents).shortlist(wish(documents[0])).leads[0].basis)
    assert number("good") < weak < number("strong")
    query = replace(WIDE, min_strength=Strength.STRONG)
    found = find_chains(counted(*documents), [wish(documents[0])], query)
    assert (found.chains, found.removed["min_strength"]) == ((), 1)
    assert found.empty_reason is EmptyReason.FILTERS_TOO_TIGHT


def test_the_same_beginning_comes_twice_at_most() -> None:
    more = [capability(f"d{n}", "Прессформы стальные", organisation_id=f"maker{n}") for n in range(5)]
    found = chains_of(*casting_chain(), *more, query=replace(WIDE, depth=2))
    assert [suppliers(chain) for chain in found.chains] == [("foundry", "maker0"), ("foundry", "maker1")]


def exhaustive(index: CountingIndex, asked: list[MatchDocument], depth: int) -> dict[tuple[str, ...], float]:
    """Every chain that cannot go on, found pair by pair."""
    chains = {}

    def follow(path: tuple[str, ...], owners: tuple[str, ...], needs: list[MatchDocument], p: float) -> None:
        grown = False
        for wanted in needs if len(owners) <= depth else []:
            best: dict[str, tuple[float, str]] = {}
            for lead in index.shortlist(wish(wanted, limit=1000)).leads:
                chance, owner = probability_of(lead.score, lead.basis), lead.document.organisation_id
                if round(chance, 2) >= number("good") and owner not in owners:
                    best[owner] = min(best.get(owner, (0.0, "")), (-chance, lead.document.id))
            for owner, (chance, id_) in best.items():
                grown = True
                theirs = [one for one in index.known if one.kind == "need" and one.organisation_id == owner]
                follow((*path, wanted.id, id_), (*owners, owner), theirs, p * -chance)
        if not grown and len(owners) > 2:
            chains[path] = p

    follow((), (asked[0].organisation_id,), asked, 1.0)
    return chains


def varied(chains: dict[tuple[str, ...], float]) -> list[tuple[str, ...]]:
    """Best first, the same beginning twice at most."""
    kept: list[tuple[str, ...]] = []
    for path in sorted(chains, key=lambda path: (-round(chains[path], 12), path)):
        kept += [path] if sum(one[:-2] == path[:-2] for one in kept) < 2 else []
    return kept


statements = st.tuples(
    st.sampled_from(list(StatementKind)),
    st.integers(0, 5),
    st.sets(st.sampled_from(WORDS), min_size=1, max_size=3),
)


@settings(max_examples=250, deadline=None)
@given(st.lists(statements, min_size=3, max_size=14), st.integers(2, 4))
def test_a_wide_beam_finds_what_trying_everything_finds(
    drawn: list[tuple[StatementKind, int, set[str]]], depth: int
) -> None:
    made = {StatementKind.NEED: need, StatementKind.CAPABILITY: capability}
    documents = [
        made[kind](f"{kind[0]}{n:02}", " ".join(sorted(words)), organisation_id=f"o{owner}")
        for n, (kind, owner, words) in enumerate(drawn)
    ]
    index = counted(*documents)
    asked = [one for one in index.known if one.kind is StatementKind.NEED and one.organisation_id == "o0"]
    if not asked:
        return
    found = find_chains(index, [wish(one) for one in asked], replace(WIDE, depth=depth)).chains
    wanted = exhaustive(index, asked, depth)
    assert {ids(chain): pytest.approx(chain.probability) for chain in found} == {
        path: wanted[path] for path in varied(wanted)
    }


def test_planted_chains_are_found() -> None:
    found, planted_in_all = 0, 0
    for seed in range(2):
        made = planted.directory(chains=25, others=120, seed=seed)
        index = index_of(*made.documents)
        for first, owners in made.chains:
            query = ChainQuery(depth=len(owners))
            chains = find_chains(index, [wish(first)], query).chains
            assert chains == find_chains(index, [wish(first)], query).chains
            found += owners in {suppliers(chain) for chain in chains}
            planted_in_all += 1
    print(json.dumps({"planted_chains": planted_in_all, "found": found / planted_in_all}))
    assert found >= 0.95 * planted_in_all


def test_the_order_of_the_directory_changes_nothing() -> None:
    documents = casting_chain()
    more = [capability(f"d{n}", "Прессформы стальные", organisation_id=f"maker{n}") for n in range(3)]
    first = chains_of(*documents, *more)
    second = chains_of(*reversed([*documents, *more]))
    assert [ids(chain) for chain in first.chains] == [ids(chain) for chain in second.chains]
