"""Organisation suggestions: both directions, grouping, order, counts."""

from collections.abc import Iterable, Sequence
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.documents import Filters, Lead, MatchDocument, Shortlist, Wish
from app.matching.grounds import Basis
from app.matching.partners import suggest_partners
from app.matching.reciprocity import combined
from app.matching.scoring import CURVES, number
from app.vocabulary import Diversity, EmptyReason, Ground, RegionPreference, StatementKind, Strength
from tests.matching.samples import capability, index_of, need, random_statements, wish

MY_NEED = need("n1", "Литьё алюминия под давлением", organisation_id="me", region="RU-SVE")
MY_OFFER = capability("c1", "Фрезерная обработка корпусов", organisation_id="me", region="RU-SVE")
WISHES = [wish(MY_NEED), wish(MY_OFFER)]
CASTER = capability("c2", "Литьё алюминия под давлением", organisation_id="caster", region="RU-CHE")
MILLING_NEED = need("n2", "Фрезерная обработка корпусов", organisation_id="caster", region="RU-CHE")
BUYER = need("n3", "Фрезерная обработка корпусов", organisation_id="buyer", region="RU-SVE")
MILK = capability("c4", "Молоко", organisation_id="dairy")


def test_partners_are_found_in_both_directions_and_reciprocity_counts() -> None:
    index = index_of(MY_NEED, MY_OFFER, CASTER, MILLING_NEED, BUYER, MILK)
    found = suggest_partners(index, WISHES, 10)
    assert [partner.organisation_id for partner in found.partners] == ["caster", "buyer"]
    caster, buyer = found.partners
    assert {(pair.mine.id, pair.match.document.id) for pair in caster.pairs} == {("n1", "c2"), ("c1", "n2")}
    assert caster.score == pytest.approx(combined(pair.match.score for pair in caster.pairs))
    assert caster.score > buyer.score == pytest.approx(buyer.pairs[0].match.score)
    assert caster.probability == pytest.approx(combined(pair.probability for pair in caster.pairs))
    assert caster.probability > buyer.probability == pytest.approx(buyer.pairs[0].probability)
    assert (caster.mutual, buyer.mutual) == (True, False)
    assert found.empty_reason is None


def test_ten_like_offers_are_not_ten_reasons_and_three_are_shown() -> None:
    many = [capability(f"c{i}", "Литьё алюминия", organisation_id="many") for i in range(10)]
    partner = suggest_partners(index_of(*many, MY_NEED), [wish(MY_NEED)], 5).partners[0]
    assert partner.score == pytest.approx(partner.pairs[0].match.score)
    assert [pair.match.document.id for pair in partner.pairs] == ["c0", "c1", "c2"]


def test_ties_are_broken_by_organisation_id_and_the_limit_holds() -> None:
    twins = [capability(f"c{9 - i}", "Литьё алюминия", organisation_id=f"o{i}") for i in range(10)]
    found = suggest_partners(index_of(*twins), [wish(MY_NEED)], 4)
    assert [partner.organisation_id for partner in found.partners] == ["o0", "o1", "o2", "o3"]


def test_counts_are_sums_over_all_wishes() -> None:
    index = index_of(MY_NEED, MY_OFFER, CASTER, MILLING_NEED, BUYER, MILK)
    filters = Filters(regions=frozenset({"RU-CHE"}))
    wishes = [wish(MY_NEED, filters=filters), wish(MY_OFFER, filters=filters)]
    found = suggest_partners(index, wishes, 10)
    results = [index.search(one) for one in wishes]
    assert found.considered == sum(result.considered for result in results) == 6
    assert found.removed == {"expired": 0, "own_organisation": 2, "regions": 2}


def test_region_preference_orders_partners() -> None:
    index = index_of(CASTER, MILLING_NEED, BUYER)
    for preference, first in [
        (RegionPreference.OWN_FIRST, "buyer"),
        (RegionPreference.OTHERS_FIRST, "caster"),
    ]:
        wishes = [wish(MY_NEED, preference=preference), wish(MY_OFFER, preference=preference)]
        assert suggest_partners(index, wishes, 10).partners[0].organisation_id == first


def test_why_there_are_no_partners() -> None:
    index = index_of(MILK, CASTER)
    nowhere = Filters(countries=frozenset({"CN"}))
    silent = wish(need("n", "поставка", organisation_id="me"))
    odd = wish(need("n", "квантовый компьютер", organisation_id="me"))
    tight = wish(MY_NEED, filters=nowhere)
    assert suggest_partners(index, [], 5).empty_reason is EmptyReason.SAYS_TOO_LITTLE
    assert suggest_partners(index, [silent], 5).empty_reason is EmptyReason.SAYS_TOO_LITTLE
    assert suggest_partners(index, [silent, odd], 5).empty_reason is EmptyReason.NOBODY_OFFERS_THIS
    assert suggest_partners(index, [silent, odd, tight], 5).empty_reason is EmptyReason.FILTERS_TOO_TIGHT


def test_partners_are_the_same_whatever_the_order_of_wishes_and_never_oneself() -> None:
    documents = random_statements(120, seed=9)
    index = index_of(*documents)
    wishes = [wish(document) for document in documents if document.organisation_id == "o05"]
    found = suggest_partners(index, wishes, 10)
    assert suggest_partners(index, wishes[::-1], 10).partners == found.partners
    assert found.partners
    assert "o05" not in {partner.organisation_id for partner in found.partners}
    assert all(0 < partner.score <= 1 for partner in found.partners)


def test_beside_the_best_answer_a_much_weaker_one_is_not_shown() -> None:
    mine = need("n", "Закваски и молокосвёртывающий фермент химозин")
    index = index_of(
        capability("best", "Закваски и молокосвёртывающий фермент химозин", organisation_id="o"),
        capability("weak", "Кормовой фермент для гранулирования комбикормов", organisation_id="o"),
    )
    (partner,) = suggest_partners(index, [wish(mine)], 5).partners
    assert [pair.match.document.id for pair in partner.pairs] == ["best"]


def score_of(probability: float) -> float:
    """The score that stands for a probability where meaning is not compared."""
    curve = CURVES[Ground.WORDS]
    return float((probability / (1 - probability) / 2.718281828459045**curve.intercept) ** (1 / curve.slope))


class Found:
    """An index of exactly these statements with these probabilities; a filter by region lets none in."""

    version = built_at = 1

    def __init__(self, found: Iterable[tuple[MatchDocument, float]]) -> None:
        self.found = sorted(found, key=lambda one: (-one[1], one[0].id))

    @property
    def size(self) -> int:
        return len(self.found)

    def with_changes(
        self, organisation_ids: frozenset[str], documents: Sequence[MatchDocument], version: int
    ) -> Self:
        raise NotImplementedError

    def search(self, wish: Wish) -> object:
        raise NotImplementedError

    def batch(self, wishes: Sequence[Wish]) -> tuple[Shortlist, ...]:
        return tuple(map(self.shortlist, wishes))

    def shortlist(self, wish: Wish) -> Shortlist:
        def second(document: MatchDocument) -> bool:
            inside = document.region == wish.document.region
            return {"any": False, "own_first": not inside, "others_first": inside}[wish.preference]

        leads = [
            Lead(document, score_of(probability), Basis(), lambda: None)
            for document, probability in sorted(self.found, key=lambda one: second(one[0]))
            if document.kind is wish.document.kind.opposite and not wish.filters.regions
        ]
        return Shortlist(tuple(leads[: wish.limit]), len(self.found), {})


def offers(
    *probabilities: float, region: str | None = None, prefix: str = "o"
) -> list[tuple[MatchDocument, float]]:
    return [
        (capability(f"{prefix}{n:03}", "x", organisation_id=f"{prefix}{n:03}", region=region), probability)
        for n, probability in enumerate(probabilities)
    ]


def order(index: Found, *wishes: Wish, limit: int = 10) -> list[str]:
    return [one.organisation_id for one in suggest_partners(index, wishes, limit).partners]


def test_what_is_less_than_the_least_probability_is_chance_and_not_shown() -> None:
    least = number("possible")
    index = Found(offers(0.5, least + 1e-6, least - 1e-6))
    assert order(index, wish(MY_NEED)) == ["o000", "o001"]
    nobody = Found(offers(least - 1e-6, least / 2))
    assert suggest_partners(nobody, [wish(MY_NEED)], 5).empty_reason is EmptyReason.NOBODY_OFFERS_THIS


def test_a_filter_is_to_blame_only_for_what_is_more_than_chance() -> None:
    nowhere = Filters(regions=frozenset({"RU-CHE"}))
    for probability, reason in (
        (0.5, EmptyReason.FILTERS_TOO_TIGHT),
        (number("possible") / 2, EmptyReason.NOBODY_OFFERS_THIS),
    ):
        found = suggest_partners(Found(offers(probability)), [wish(MY_NEED, filters=nowhere)], 5)
        assert (found.partners, found.empty_reason) == ((), reason)


def test_a_weak_preferred_region_does_not_hide_the_others() -> None:
    here = offers(*[number("possible") / 2] * 20, region="RU-SVE", prefix="a")
    there = offers(0.4, 0.3, region="RU-CHE", prefix="b")
    asked = wish(MY_NEED, preference=RegionPreference.OWN_FIRST)
    assert order(Found([*here, *there]), asked) == ["b000", "b001"]
    here[0] = (here[0][0], 0.2)
    assert order(Found([*here, *there]), asked) == ["a000", "b000", "b001"]


def test_least_strength_takes_weaker_partners_away_and_says_how_many() -> None:
    index = Found(offers(0.5, 0.4, 0.2, 0.05, 0.02))
    for least, left in ((Strength.STRONG, 2), (Strength.GOOD, 3), (Strength.POSSIBLE, 5)):
        found = suggest_partners(index, [wish(MY_NEED, min_strength=least)], 10)
        assert len(found.partners) == left
        assert all(list(Strength).index(p.strength) <= list(Strength).index(least) for p in found.partners)
        assert found.removed.get("min_strength", 0) == 5 - left
    weak = suggest_partners(Found(offers(0.2, 0.1)), [wish(MY_NEED, min_strength=Strength.STRONG)], 10)
    assert (weak.partners, weak.removed["min_strength"]) == ((), 2)
    assert weak.empty_reason is EmptyReason.FILTERS_TOO_TIGHT


def test_a_mutual_partner_shows_a_pair_of_each_direction() -> None:
    mine = [need(f"n{n}", "x", organisation_id="me") for n in range(4)]
    offered = [(capability("c", "x", organisation_id="o"), 0.9), (need("n", "x", organisation_id="o"), 0.2)]
    wishes = [wish(one) for one in (*mine, MY_OFFER)]
    (partner,) = suggest_partners(Found(offered), wishes, 5).partners
    assert partner.mutual
    assert [pair.mine.kind for pair in partner.pairs] == [StatementKind.NEED] * 2 + [StatementKind.CAPABILITY]
    offered[1] = (offered[1][0], number("good") - 0.02)
    (partner,) = suggest_partners(Found(offered), wishes, 5).partners
    assert not partner.mutual


CHANCE = st.floats(0.02, 0.98)


@given(CHANCE, CHANCE, CHANCE)
def test_fitting_in_both_directions_always_counts_more(one: float, other: float, third: float) -> None:
    wishes = [wish(MY_NEED), wish(MY_OFFER)]
    both = [
        (capability("c1", "x", organisation_id="both"), one),
        (need("n1", "x", organisation_id="both"), other),
    ]
    alike = [(capability("c2", "x", organisation_id="alike"), max(one, other))]
    many = [(capability(f"c3{n}", "x", organisation_id="many"), third) for n in range(3)]
    found = {
        p.organisation_id: p for p in suggest_partners(Found([*both, *alike, *many]), wishes, 10).partners
    }
    assert found["both"].probability == pytest.approx(1 - (1 - one) * (1 - other))
    assert found["both"].probability > found["alike"].probability == pytest.approx(max(one, other))
    assert found["many"].probability == pytest.approx(third)
    assert not found["alike"].mutual


def test_regions_are_mixed_only_where_asked_for_and_the_loss_is_said() -> None:
    found = [
        *offers(0.50, 0.49, 0.48, region="RU-CHE", prefix="a"),
        *offers(0.45, 0.2, region="RU-MOW", prefix="b"),
    ]
    index = Found(found)
    assert order(index, wish(MY_NEED)) == ["a000", "a001", "a002", "b000", "b001"]
    mixed = suggest_partners(index, [wish(MY_NEED, diversity=Diversity.REGIONS)], 3)
    assert [one.organisation_id for one in mixed.partners] == ["a000", "b000", "a001"]
    assert 0 < mixed.diversity_loss < number("diversity_loss")
    plain = suggest_partners(index, [wish(MY_NEED)], 3)
    assert plain.diversity_loss == 0.0


@pytest.mark.parametrize(
    ("preference", "first"),
    [
        (RegionPreference.OWN_FIRST, ["s000", "s001"]),
        (RegionPreference.OTHERS_FIRST, ["a000", "b000", "a001"]),
    ],
)
def test_mixing_regions_stays_behind_a_region_preference(
    preference: RegionPreference, first: list[str]
) -> None:
    index = Found(
        [
            *offers(0.50, 0.49, region="RU-SVE", prefix="s"),
            *offers(0.48, 0.47, region="RU-CHE", prefix="a"),
            *offers(0.46, region="RU-MOW", prefix="b"),
        ]
    )
    shown = order(index, wish(MY_NEED, preference=preference, diversity=Diversity.REGIONS))
    assert shown[: len(first)] == first
    assert len(shown) == 5


def test_a_direction_counts_by_its_best_pair_however_many_fit() -> None:
    mine = [wish(need(f"n{n}", "x", organisation_id="me")) for n in range(5)]
    (partner,) = suggest_partners(Found(offers(0.3)), mine, 5).partners
    assert partner.probability == pytest.approx(0.3)
