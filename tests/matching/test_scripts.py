"""Scripts of texts, and the ground on which a pair is compared: of the pair alone, whichever side asks."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching.documents import Filters, Lead, MatchDocument
from app.matching.engine import MatchIndex
from app.matching.grounds import Basis
from app.matching.reading import Reading, basis_of, read
from app.matching.reciprocity import chances_of
from app.matching.scoring import number, probability_of, strength_of
from app.matching.scripts import Script, cross, scripts_of
from app.vocabulary import Ground
from tests.matching.samples import capability, index_of, need, wish

BOTH = Script.CYRILLIC | Script.LATIN
WORDS = ["насос", "вал", "литьё", "pump", "casting", "сталь 40х", "DIN 912", "100", "шт"]
TEXTS = st.lists(st.sampled_from(WORDS))


def reading(words: list[str]) -> Reading:
    return read(capability("c", " ".join(words)))


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("Литьё алюминия под давлением", Script.CYRILLIC),
        ("Die casting of aluminium", Script.LATIN),
        ("Ремонт насосов Grundfos и частотных преобразователей", Script.CYRILLIC),
        ("Spare parts for tractors (МТЗ)", Script.LATIN),
        ("Литьё алюминия под давлением. Die casting of aluminium", BOTH),
        ("100 200", Script(0)),
        ("铝压铸", Script(0)),
    ],
)
def test_a_script_is_spoken_from_a_share_of_the_letters_on(text: str, scripts: Script) -> None:
    assert read(capability("c", text)).scripts == scripts


@given(st.lists(st.text()), st.lists(st.text()))
def test_scripts_do_not_depend_on_order_and_crossing_not_on_who_asks(one: list[str], two: list[str]) -> None:
    assert scripts_of(one) == scripts_of(one[::-1])
    assert cross(scripts_of(one), scripts_of(two)) == cross(scripts_of(two), scripts_of(one))
    assert not cross(scripts_of(one), scripts_of(one))


def test_texts_cross_where_both_have_a_script_and_none_in_common() -> None:
    crossing = {frozenset(pair) for pair in product([Script(0), *Script, BOTH], repeat=2) if cross(*pair)}
    assert crossing == {frozenset(Script)}


@settings(deadline=None)  # the first reading loads dictionaries
@given(TEXTS, TEXTS, st.booleans())
def test_the_ground_is_of_the_pair_whichever_side_asks(one: list[str], two: list[str], meant: bool) -> None:
    first, second = reading(one), reading(two)
    basis = basis_of(first, second, meant)
    assert basis == basis_of(second, first, meant)
    assert (basis.ground is Ground.WORDS) == (not meant)
    assert basis.words <= min(len(first.forms), len(second.forms), number("words_most"))
    if basis.ground is Ground.ACROSS_SCRIPTS:
        assert {first.scripts, second.scripts} == set(Script)


def test_a_score_that_is_one_cosine_says_more_than_one_that_words_might_have_raised() -> None:
    across, within = Basis(Ground.ACROSS_SCRIPTS, 15), Basis(Ground.MEANING, 15)
    assert probability_of(0.25, across) > 2 * probability_of(0.25, within)
    assert probability_of(0.03, across) < probability_of(0.03, within)


PUMPS = np.eye(1, 8, dtype=np.float16)
NEAR = np.array([[0.8, 0.6, 0, 0, 0, 0, 0, 0]], dtype=np.float16)
ASKED = replace(need("n", "Нужны центробежные насосы для воды", region="RU-SVE"), passages=PUMPS)
ABROAD = replace(capability("abroad", "Centrifugal water pumps of steel", organisation_id="a"), passages=NEAR)
HOME = replace(capability("home", "Вентиляторы осевые и радиальные", organisation_id="h"), passages=NEAR)


def lead_of(index: MatchIndex, mine: MatchDocument, theirs: str, **filters: frozenset[str]) -> Lead:
    found = index.shortlist(wish(mine, filters=Filters(**filters))).leads
    return next(lead for lead in found if lead.document.id == theirs)


def test_the_index_says_on_what_ground_it_compared_and_names_the_strength_by_it() -> None:
    index = index_of(ASKED, ABROAD, HOME)
    abroad, home = lead_of(index, ASKED, "abroad"), lead_of(index, ASKED, "home")
    assert (abroad.basis, home.basis) == (Basis(Ground.ACROSS_SCRIPTS, 3), Basis(Ground.MEANING, 3))
    for lead in (abroad, home):
        assert lead.explain().strength is strength_of(lead.score, lead.basis)
    found = chances_of([wish(ASKED)], [index.shortlist(wish(ASKED))])
    chances = {one.lead.document.id: one.probability for one in found}
    assert chances == {
        "abroad": probability_of(abroad.score, abroad.basis),
        "home": probability_of(home.score, home.basis),
    }
    assert chances["abroad"] > chances["home"]


def test_neither_filters_nor_the_side_that_asks_change_a_pairs_probability() -> None:
    index = index_of(ASKED, ABROAD, HOME)
    plain = lead_of(index, ASKED, "abroad")
    alone = lead_of(index, ASKED, "abroad", excluded_organisations=frozenset({"h"}))
    back = lead_of(index, ABROAD, "n")
    assert plain.basis == alone.basis == back.basis
    assert plain.score == alone.score == pytest.approx(back.score, abs=1e-3)


def test_without_meaning_every_pair_is_compared_by_words() -> None:
    silent = [replace(one, passages=None) for one in (ASKED, ABROAD, HOME)]
    bilingual = capability("both", "Центробежные насосы. Centrifugal pumps")
    index = index_of(*silent, bilingual)
    assert {lead.basis.ground for lead in index.shortlist(wish(silent[0])).leads} == {Ground.WORDS}
