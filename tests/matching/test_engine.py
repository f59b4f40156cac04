"""Searching: filters, reasons, evidence, coverage, order."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from app.matching.documents import Filters, MatchDocument, SearchResult
from app.matching.engine import MatchIndex
from app.matching.scoring import number
from app.matching.semantics import encoded
from app.matching.signals import SIGNALS
from app.vocabulary import (
    EmptyReason,
    OrganisationKind,
    RegionPreference,
    StatementKind,
    Strength,
    Visibility,
)
from tests.matching.samples import (
    CASTING,
    TODAY,
    BagOfWords,
    capability,
    index_of,
    need,
    random_statements,
    wish,
)

CASTER = capability(
    "c1",
    "Литьё под давлением (ЛПД), механическая обработка на станках с ЧПУ",
    title="Литьё алюминия",
    region="RU-CHE",
    codes=frozenset({CASTING}),
    certificates=frozenset({"ISO 9001"}),
    core=True,
)
IRON = capability("c2", "Литьё чугуна", region="RU-SVE", sector="metal")
MILK = capability("c3", "Молоко и сыры", region="RU-SVE", sector="food")
WANTED = need("n1", "Отливки из алюминия, литьё под давлением; окраска порошковая", region="RU-SVE")


def ids(result: SearchResult) -> list[str]:
    return [match.document.id for match in result.matches]


def test_a_need_finds_capabilities_best_first_and_never_the_unrelated() -> None:
    assert ids(index_of(CASTER, IRON, MILK, WANTED).search(wish(WANTED))) == ["c1", "c2"]


def test_a_capability_finds_needs_with_the_same_score_as_the_other_way_round() -> None:
    index = index_of(CASTER, IRON, MILK, WANTED)
    there, back = index.search(wish(WANTED)).matches[0], index.search(wish(CASTER)).matches[0]
    assert back.document == WANTED
    assert back.score == pytest.approx(there.score, abs=2e-6)
    assert (back.covered, back.uncovered) == (there.covered, there.uncovered)


@pytest.mark.parametrize("meaning", [False, True])
def test_evidence_sums_to_the_score_and_shares_to_their_evidence_on_random_pairs(meaning: bool) -> None:
    documents = random_statements(200)
    if meaning:  # of every second one: a question meets both kinds
        vectors = encoded(documents, BagOfWords())
        documents = [
            replace(document, passages=found) if number_ % 2 else document
            for number_, (document, found) in enumerate(zip(documents, vectors, strict=True))
        ]
    index = index_of(*documents)
    pairs, signals = 0, set()
    for document in documents[:80]:
        found = index.search(wish(document, limit=20)).matches
        assert len({match.document.id for match in found}) == len(found)
        for match in found:
            pairs += 1
            signals |= {one.signal for one in match.evidence}
            assert sum(one.contribution for one in match.evidence) == pytest.approx(match.score, abs=1e-6)
            assert 0 < match.score <= 1
            for one in match.evidence:
                assert one.contribution > 0
                if one.shares:
                    total = sum(share.amount for share in one.shares)
                    assert total == pytest.approx(one.contribution, abs=1e-6)
    assert pairs >= 1000
    assert signals == {signal.name for signal in SIGNALS} - (set() if meaning else {"meaning"})


def test_every_match_has_a_reason_in_the_statements_themselves() -> None:
    documents = random_statements(150)
    index = index_of(*documents)
    for document in documents[:50]:
        for match in index.search(wish(document)).matches:
            assert {"words", "parts_of_words", "shared_codes"} & {one.signal for one in match.evidence}


def test_place_alone_makes_no_match() -> None:
    neighbour = capability("c", "Молоко и сыры", region="RU-SVE")
    wanted = need("n", "Отливки из чугуна", region="RU-SVE", wished_regions=frozenset({"RU-SVE"}))
    assert index_of(neighbour, wanted).search(wish(wanted)).matches == ()


def test_shares_are_words_of_the_found_text() -> None:
    match = index_of(CASTER, WANTED).search(wish(WANTED)).matches[0]
    words = next(one for one in match.evidence if one.signal == "words")
    assert {share.label for share in words.shares} == {"Литьё", "алюминия", "давлением"}


def test_codes_recall_across_schemes_without_a_common_word() -> None:
    wanted = need("n", "Заготовки", codes=frozenset({CASTING}))
    match = index_of(CASTER, MILK, wanted).search(wish(wanted)).matches[0]
    codes = next(one for one in match.evidence if one.signal == "shared_codes")
    assert [share.label for share in codes.shares] == ["24.53"]


def test_a_code_of_the_same_group_alone_recalls_nothing() -> None:
    wanted = need("n", "Заготовки", codes=frozenset({(CASTING[0], "24.51")}))
    assert ids(index_of(CASTER, MILK, wanted).search(wish(wanted))) == []


def test_own_statements_are_never_shown() -> None:
    mine = replace(CASTER, organisation_id=WANTED.organisation_id)
    result = index_of(mine, IRON, WANTED).search(wish(WANTED))
    assert ids(result) == ["c2"]
    assert result.removed["own_organisation"] == 1


@pytest.mark.parametrize(("days", "shown"), [(-1, False), (0, True), (1, True)])
def test_a_statement_counts_up_to_its_last_day(days: int, shown: bool) -> None:
    ending = replace(CASTER, expires_on=TODAY + timedelta(days=days))
    result = index_of(ending, WANTED).search(wish(WANTED))
    assert ("c1" in ids(result)) is shown
    assert result.removed["expired"] == (not shown)


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (Filters(regions=frozenset({"RU-SVE"})), ["c2"]),
        (Filters(districts=frozenset({"UFO"})), ["c1", "c2"]),
        (Filters(districts=frozenset({"CFO"})), []),
        (Filters(countries=frozenset({"BY", "CN"})), []),
        (Filters(sectors=frozenset({"metal"})), ["c2"]),
        (Filters(organisation_kinds=frozenset({OrganisationKind.RESEARCH})), []),
        (Filters(certificates=frozenset({"ISO 9001", "AS9100"})), ["c1"]),
        (Filters(excluded_organisations=frozenset({"org-c1", "unknown"})), ["c2"]),
    ],
)
def test_each_filter_lets_through_what_it_names(filters: Filters, left: list[str]) -> None:
    assert ids(index_of(CASTER, IRON, MILK, WANTED).search(wish(WANTED, filters=filters))) == left


def test_filters_are_counted_in_the_order_they_ran() -> None:
    old = capability("c4", "Литьё", expires_on=date(2020, 1, 1), sector="food")
    filters = Filters(regions=frozenset({"RU-SVE"}), sectors=frozenset({"metal"}))
    result = index_of(CASTER, IRON, MILK, old, WANTED).search(wish(WANTED, filters=filters))
    assert result.considered == 4
    assert list(result.removed.items()) == [
        ("expired", 1),
        ("own_organisation", 0),
        ("regions", 1),
        ("sectors", 1),
    ]


def test_filters_run_before_ranking_so_that_a_late_candidate_is_still_found() -> None:
    crowd = [capability(f"a{i:03}", "Литьё под давлением") for i in range(300)]
    rare = capability("z", "Литьё в кокиль", region="RU-PRI")
    filters = Filters(regions=frozenset({"RU-PRI"}))
    wanted = need("n", "литьё под давлением")
    assert ids(index_of(*crowd, rare).search(wish(wanted, filters=filters, limit=1))) == ["z"]


def test_why_nothing_was_found() -> None:
    index = index_of(CASTER, IRON, MILK)

    def reason(text: str, filters: Filters | None = None) -> EmptyReason | None:
        asked = need("", text, organisation_id="")
        return index.search(wish(asked, filters=filters or Filters())).empty_reason

    elsewhere = Filters(countries=frozenset({"CN"}))
    assert reason("литьё") is None
    assert reason("литьё", elsewhere) is EmptyReason.FILTERS_TOO_TIGHT
    assert reason("квантовый компьютер", elsewhere) is EmptyReason.NOBODY_OFFERS_THIS
    assert reason("Требуется поставка 5 шт.") is EmptyReason.SAYS_TOO_LITTLE
    assert reason("") is EmptyReason.SAYS_TOO_LITTLE


def test_a_blocked_organisation_cannot_be_told_from_none() -> None:
    blocked = Filters(excluded_organisations=frozenset({"org-c1"}))
    result = index_of(CASTER).search(wish(WANTED, filters=blocked))
    assert result.empty_reason is EmptyReason.NOBODY_OFFERS_THIS


def test_whoever_is_kept_away_does_not_exist_for_the_asker() -> None:
    index, away = index_of(CASTER, IRON, WANTED), Filters(kept_away=frozenset({"org-c1"}))
    without, never = index.search(wish(WANTED, filters=away)), index_of(IRON, WANTED).search(wish(WANTED))
    assert ids(without) == ids(never) == ["c2"]
    assert (without.considered, without.removed) == (never.considered, never.removed)
    alone = index_of(CASTER).batch([wish(WANTED), wish(WANTED, filters=away)])
    assert [found.considered for found in alone] == [1, 0]
    assert alone[1].empty_reason is EmptyReason.NOBODY_OFFERS_THIS


def test_an_empty_index_answers() -> None:
    result = index_of().search(wish(WANTED))
    assert (result.matches, result.considered) == ((), 0)
    assert result.empty_reason is EmptyReason.NOBODY_OFFERS_THIS


def test_region_preference_orders_without_touching_scores() -> None:
    index = index_of(CASTER, IRON, WANTED)
    free = index.search(wish(WANTED))
    own = index.search(wish(WANTED, preference=RegionPreference.OWN_FIRST))
    others = index.search(wish(WANTED, preference=RegionPreference.OTHERS_FIRST))
    assert ids(own) == ["c2", "c1"]
    assert ids(others) == ["c1", "c2"]
    assert set(own.matches) == set(free.matches) == set(others.matches)


def test_own_region_is_found_behind_a_crowd_from_elsewhere() -> None:
    crowd = [capability(f"a{i:03}", "Литьё под давлением", region="RU-MOW") for i in range(300)]
    weak = capability("z", "Литьё, ковка, сварка, окраска и упаковка изделий", region="RU-SVE")
    wanted = need("n", "литьё под давлением", region="RU-SVE")
    result = index_of(*crowd, weak).search(wish(wanted, preference=RegionPreference.OWN_FIRST, limit=3))
    assert ids(result) == ["z", "a000", "a001"]


def test_equals_are_ordered_by_id_also_at_the_cut() -> None:
    twins = [capability(f"c{i:03}", "Литьё под давлением") for i in range(450)]
    result = index_of(*reversed(twins)).search(wish(need("n", "литьё под давлением"), limit=100))
    assert ids(result) == [f"c{i:03}" for i in range(100)]


def test_the_same_question_has_the_same_answer_whatever_the_order_of_documents() -> None:
    documents = random_statements(120)
    one, other = index_of(*documents), index_of(*reversed(documents))
    for document in documents[:25]:
        assert one.search(wish(document)) == one.search(wish(document)) == other.search(wish(document))


def test_circumstances_decide_between_equals_by_their_weight() -> None:
    plain = capability("a", "Литьё чугуна", country="CN")
    fields = {
        "near": {"region": "RU-SVE"},
        "core": {"core": True, "country": "CN"},
        "sure": {"certificates": frozenset({"ISO 9001"}), "country": "CN"},
    }
    better = [capability(name, "Литьё чугуна", **given) for name, given in fields.items()]
    wanted = need("n", "Литьё чугуна", region="RU-SVE", must_have=("ISO 9001",))
    matches = {m.document.id: m for m in index_of(plain, *better).search(wish(wanted)).matches}
    content = matches["a"].score
    assert matches["near"].score == pytest.approx(content * (1 + number("same_place")), abs=1e-6)
    assert matches["core"].score == pytest.approx(content * (1 + number("core_capability")), abs=1e-6)
    assert matches["sure"].score == pytest.approx(content * (1 + number("must_have")), abs=1e-6)


def test_a_wished_region_helps_in_both_directions() -> None:
    wanted = need("n", "Литьё чугуна", wished_regions=frozenset({"RU-SVE"}))
    index = index_of(IRON, wanted)
    for asked in (wanted, IRON):
        signals = {one.signal for one in index.search(wish(asked)).matches[0].evidence}
        assert "wished_region" in signals


def test_a_need_in_the_words_of_the_offer_is_strong_and_a_loose_one_is_not() -> None:
    index = index_of(CASTER, IRON, MILK, *random_statements(50, seed=7))
    close = need("n", f"{CASTER.title}. {CASTER.text}", codes=CASTER.codes, region="RU-CHE")
    assert index.search(wish(close)).matches[0].strength is Strength.STRONG
    loose = need("n", "Поковки и литьё бронзы, художественные ограды, лестницы, мебель")
    assert index.search(wish(loose)).matches[-1].strength is Strength.POSSIBLE


def test_a_typo_and_a_compound_are_found_by_parts_of_words() -> None:
    index = index_of(capability("c", "Теплоэнергетическое оборудование"), MILK, IRON)
    for text in ("теплоэнергетика", "теплоэнергитическое"):
        match = index.search(wish(need("n", text))).matches[0]
        assert match.document.id == "c"
        assert match.evidence[0].signal == "parts_of_words"


def documents_of(index: MatchIndex) -> set[MatchDocument]:
    return set(index.documents())


def test_the_index_hands_out_its_documents_and_size() -> None:
    index = index_of(CASTER, IRON, WANTED)
    assert documents_of(index) == {CASTER, IRON, WANTED}
    assert (index.size, index.delta_size, index.version) == (3, 0, 1)
    assert {document.kind for document in index.documents()} == set(StatementKind)


def test_what_the_asker_may_not_know_of_is_not_even_counted() -> None:
    hidden = replace(CASTER, visibility=Visibility.MEMBERS)
    index = index_of(hidden, IRON, WANTED)
    public = Filters(visibilities=frozenset({Visibility.PUBLIC}))
    result = index.search(wish(WANTED, filters=public))
    assert (ids(result), result.considered) == (["c2"], 1)
    elsewhere = replace(public, sectors=frozenset({"none"}))
    only_hidden = index_of(hidden).search(wish(WANTED, filters=elsewhere))
    assert (only_hidden.considered, only_hidden.empty_reason) == (0, EmptyReason.NOBODY_OFFERS_THIS)


def test_beside_meaning_a_weak_agreement_in_words_counts_in_the_measure_of_itself() -> None:
    apart = np.eye(4, dtype=np.float16)
    text = "Литьё; окраска; сварка; ковка; упаковка; доставка; монтаж; наладка; шлифовка; полировка; резка"
    offered, others = capability("c", text), [capability(f"x{i}", f"Молоко {i}а") for i in range(9)]
    wanted = need("n", "Литьё кирпича, бетона, стекла, гипса, асфальта, цемента, щебня, песка, глины")

    def words(meaning: bool) -> float:
        first, second = (replace(offered, passages=apart[:1]), replace(wanted, passages=apart[1:2]))
        pair = (first, second) if meaning else (offered, wanted)
        (match,) = index_of(pair[0], *others).search(wish(pair[1])).matches
        return sum(one.contribution for one in match.evidence if one.signal == "words")

    cosine = words(meaning=False) / number("words")
    assert 0.02 < cosine < number("words_from")
    weight = number("words") * number("beside_meaning")
    assert words(meaning=True) == pytest.approx(weight * cosine**2 / number("words_from"), abs=2e-6)
