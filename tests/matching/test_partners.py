"""Organisation suggestions: both directions, grouping, order, counts."""

import pytest

from app.matching.documents import Filters
from app.matching.partners import suggest_partners
from app.matching.reciprocity import combined
from app.vocabulary import EmptyReason, RegionPreference
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
