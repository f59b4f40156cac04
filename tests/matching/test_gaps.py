"""Who meets each need from where: as looking at every answer by hand finds it."""

import random
from dataclasses import replace
from datetime import date

import pytest

from app.matching.documents import Index, MatchDocument
from app.matching.gaps import Coverage, coverage_of
from app.vocabulary import CoveredBy, Strength, Visibility
from tests.matching.samples import TODAY, capability, index_of, need, wish

WORDS = ("отливки", "чугун", "насосы", "прессформы", "стальные", "короба", "картон", "порошок", "корпуса")
PLACES = ("RU-SVE", "RU-CHE", "RU-MOW")
EVERYBODY = frozenset({Visibility.PUBLIC, Visibility.MEMBERS, Visibility.ANONYMOUS})


def directory(seed: int) -> list[MatchDocument]:
    """Sixteen statements of random words, most of them from abroad, in and out of sight."""
    chance = random.Random(seed)
    made = []
    for number in range(16):
        make = need if number % 2 else capability
        country = chance.choice(("RU", "BY", "CN"))
        made.append(
            make(
                f"{number:02}",
                " ".join(chance.sample(WORDS, 3)),
                country=country,
                region=chance.choice(PLACES) if country == "RU" else None,
                organisation_id=f"o{number // 3}",
                visibility=chance.choice(sorted(EVERYBODY)),
            )
        )
    return made


def by_hand(index: Index, asked: MatchDocument, least: Strength, shown: frozenset[Visibility]) -> CoveredBy:
    """One search without filters, each answer judged by where it is from."""
    near = set()
    for match in index.search(wish(asked, limit=1_000)).matches:
        there = match.document
        if there.visibility not in shown or list(Strength).index(match.strength) > list(Strength).index(
            least
        ):
            continue
        if (there.country, there.region) == (asked.country, asked.region):
            near.add(CoveredBy.OWN_REGION)
        else:
            near.add(CoveredBy.ANOTHER_REGION if there.country == "RU" else CoveredBy.FOREIGN)
    return next((one for one in CoveredBy if one in near), CoveredBy.NOBODY)


@pytest.mark.parametrize("shown", [EVERYBODY, frozenset({Visibility.PUBLIC})])
def test_classes_are_those_found_by_hand(shown: frozenset[Visibility]) -> None:
    seen = set()
    for seed in range(12):
        index = index_of(*directory(seed))
        for asked, coverage in coverage_of(index, TODAY, shown):
            for least in (Strength.STRONG, Strength.GOOD):
                found = coverage.nearest(least)
                assert found is by_hand(index, asked, least, shown), (seed, asked, coverage)
                seen.add(found)
    assert seen == set(CoveredBy)


def test_who_has_expired_and_who_is_out_of_sight_is_not_asked_about() -> None:
    open_need = need("n", "Отливки из чугуна", region="RU-SVE")
    over = replace(open_need, id="over", expires_on=date(2026, 5, 31))
    veiled = replace(open_need, id="members", visibility=Visibility.MEMBERS)
    found = {
        one.id: coverage
        for one, coverage in coverage_of(
            index_of(open_need, over, veiled), TODAY, frozenset({Visibility.PUBLIC})
        )
    }
    assert found == {"n": Coverage(0.0, 0.0, 0.0)}
    assert found["n"].nearest(Strength.POSSIBLE) is CoveredBy.NOBODY
